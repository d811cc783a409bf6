"""A specification on the network: one document, fetched when the user allows it.

Nobody is told who asks: no user name, no cookie, no proxy, no environment. A host with a private address is not asked,
also not after a redirect: its name is looked up once, and the address that was looked at is the one that is called.
"""

from __future__ import annotations

import http.client
import ipaddress
import os
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from ..errors import LoadError
from ..model import Api
from .parse import MAX_BYTES, fail, parse_source
from .timeline import load_source

TIMEOUT = 30.0
"""Seconds that all of it may take: names, redirects, body."""
REDIRECTS = 5
"""How many redirects are followed."""
_TYPES = ("json", "yaml", "openapi", "text/plain", "octet-stream")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_CHUNK = 1 << 16


def on_network(text: str) -> bool:
    """True when a path is an address."""
    return text.lower().startswith(("http://", "https://")) and not os.path.exists(text)  # noqa: PTH110 (never raises)


def load_url(address: str, *, service: str | None = None) -> Api:
    """The api-version that a document at an address is. It may not refer to other documents. Raises LoadError."""
    shown = _shown(address)
    data = _in_time(address, shown)
    with tempfile.TemporaryDirectory(prefix="apivolve-") as folder:
        return load_source(
            parse_source(data, shown), Path(folder, "document.json"), service=service, root=Path(folder)
        )


def _shown(address: str) -> str:
    """An address without what may be a secret: user, password, query."""
    try:
        parts = urlsplit(address)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    except ValueError:
        fail("not-fetched", "the text is no address", help="is it written as the browser shows it?")


def _in_time(address: str, shown: str) -> bytes:
    """What is at an address. A server that gives a byte now and then, or a name that nobody answers for, ends with the time."""
    made: list[bytes | Exception] = []

    def work() -> None:
        try:
            made.append(_fetch(address))
        except Exception as error:
            made.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(TIMEOUT)
    found: bytes | Exception = made[0] if made else TimeoutError(f"no answer in {TIMEOUT:.0f} seconds")
    if isinstance(found, bytes):
        return found
    if isinstance(found, LoadError):
        raise found
    if not isinstance(found, OSError | ValueError | http.client.HTTPException):
        raise found
    reason = (found.strerror if isinstance(found, OSError) else None) or str(found) or type(found).__name__
    return fail("not-fetched", f"{shown}: {reason}", help="is the address right, and reachable from here?")


def _fetch(address: str) -> bytes:
    end = time.monotonic() + TIMEOUT
    parts = urlsplit(address)
    for _ in range(REDIRECTS + 1):
        connection = _connected(parts, end)
        try:
            target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~") + (
                f"?{parts.query}" if parts.query else ""
            )
            headers = {"Host": parts.netloc, "Accept": "application/json, application/yaml, */*;q=0.5"}
            connection.request("GET", target, headers={**headers, "Accept-Encoding": "identity"})
            with connection.getresponse() as answer:
                location = answer.getheader("Location")
                if answer.status not in (301, 302, 303, 307, 308) or location is None:
                    return _body(answer, parts, end)
        finally:
            connection.close()
        after = urlsplit(urljoin(parts.geturl(), location))
        if parts.scheme == "https" and after.scheme != "https":
            _refuse(parts, "it redirects from https to something else")
        parts = after
    return _refuse(parts, f"it redirects more than {REDIRECTS} times")


def _connected(parts: SplitResult, end: float) -> http.client.HTTPConnection:
    """A connection to the host of an address, by the IP address that was looked at. Raises LoadError for one we do not call."""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        _refuse(parts, "only http and https addresses are fetched")
    if parts.username is not None or parts.password is not None:
        _refuse(parts, "an address with a user name or password in it is not fetched")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    addresses = [str(one[4][0]) for one in found]
    if not are_public(addresses):
        _refuse(parts, f"{parts.hostname} is on a private network")
    opened = _opened(addresses, port, end)
    try:
        if parts.scheme == "https":
            opened = ssl.create_default_context().wrap_socket(opened, server_hostname=parts.hostname)
    except BaseException:
        opened.close()
        raise
    connection = http.client.HTTPConnection(parts.hostname, port)
    connection.sock = opened
    return connection


def _opened(addresses: Iterable[str], port: int, end: float) -> socket.socket:
    """The first of some addresses that takes a connection."""
    failed = OSError("the name has no address")
    for address in dict.fromkeys(addresses):
        try:
            return socket.create_connection((address, port), timeout=max(0.1, end - time.monotonic()))
        except OSError as error:
            failed = error
    raise failed


def are_public(addresses: Iterable[str]) -> bool:
    """True when all of some IP addresses are public: none of a private or local network, also not within another one."""
    for text in addresses:
        address = ipaddress.ip_address(text.partition("%")[0])
        inner = [address]
        if isinstance(address, ipaddress.IPv6Address):
            # addresses of IPv4 that are written in IPv6 (RFC 4291, 3056, 4380, 6052)
            wrapped = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
            if address in _NAT64:
                wrapped.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
            inner = [one for one in wrapped if one is not None] or inner
        if any(not one.is_global or one.is_multicast for one in inner):
            return False
    return True


def _body(answer: http.client.HTTPResponse, parts: SplitResult, end: float) -> bytes:
    """The body of the last answer. Raises LoadError when it is no document."""
    if answer.status != 200:
        _refuse(parts, f"the server answers {answer.status} {answer.reason}")
    kind = answer.headers.get_content_type() if answer.getheader("Content-Type") else ""
    if kind and not any(word in kind for word in _TYPES):
        _refuse(parts, f"it is {kind}, neither JSON nor YAML")
    if (coding := answer.getheader("Content-Encoding", "identity")) != "identity":
        _refuse(parts, f"it comes as {coding}, which was not asked for")
    data = bytearray()
    while chunk := answer.read1(_CHUNK):
        data += chunk
        if len(data) > MAX_BYTES:
            fail("file-too-large", f"{_shown(parts.geturl())} is larger than {MAX_BYTES // 2**20} MiB")
        if time.monotonic() > end:
            raise TimeoutError(f"no answer in {TIMEOUT:.0f} seconds")
    if answer.length:
        _refuse(parts, "the connection ended before the document")
    return bytes(data)


def _refuse(parts: SplitResult, why: str) -> NoReturn:
    hint = "fetch it by other means, and name the file"
    fail("not-fetched", f"{_shown(parts.geturl())}: {why}", help=hint)
