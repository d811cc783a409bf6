"""Calls in Python: methods, and the client and resource classes that have them."""
