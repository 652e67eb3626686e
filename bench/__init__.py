"""Measurements that anybody can repeat: `make bench`. They write docs/performance.md and the plot in it.

Each server runs on one core and `wrk` on another, in rounds that take turns, so that what the machine does meanwhile
falls on all of them. What is told is the median of the rounds.
"""
