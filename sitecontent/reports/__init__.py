"""Reporting a problem with a page: a short form for visitors that lands on the desk."""
