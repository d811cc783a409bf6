"""A specification on the network: one document, fetched when the user allows it."""

from __future__ import annotations

import http.client
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from ..model import Api
from .parse import MAX_BYTES, fail, parse_source
from .timeline import load_source

_TIMEOUT = 30.0
"""Seconds without an answer."""


def on_network(text: str) -> bool:
    """True when a path is an address."""
    return text.startswith(("http://", "https://")) and not Path(text).exists()


def load_url(address: str, *, service: str | None = None) -> Api:
    """The api-version that a document at an address is. It may not refer to other documents. Raises LoadError."""
    # these handlers and no others: no files, no FTP, also not by a redirect
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    try:
        with opener.open(address, timeout=_TIMEOUT) as answer:
            data: bytes = answer.read(MAX_BYTES + 1)
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        fail("not-fetched", f"{address}: {reason}", help="is the address right, and reachable from here?")
    if len(data) > MAX_BYTES:
        fail("file-too-large", f"{address} is larger than {MAX_BYTES // 2**20} MiB")
    with tempfile.TemporaryDirectory(prefix="apivolve-") as folder:
        return load_source(
            parse_source(data, address), Path(folder, "document.json"), service=service, root=Path(folder)
        )
