"""apivolve: one typed Python SDK for every api-version of an HTTP API, and a gate that proves what breaks between them."""

from .version import VERSION

__all__ = ["VERSION"]
