"""Finished pages: every public page of the current edition, made once and served from memory in front of Django.

`asking` lets Django make a page, `page` turns the answer into bytes for each encoding, `addresses` says which pages
there are and under which one name each is kept, `shelf` holds them within a bound, `keeper` makes them in the
background whenever there is a new edition, and `front` is the WSGI application that serves them.
"""
