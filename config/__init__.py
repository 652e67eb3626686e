"""Wiring: settings read from the environment, root addresses, the WSGI door. No rules live here."""
