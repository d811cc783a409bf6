"""Links that a server gives (redirects, next pages, operations): where they may lead, and with what."""

from __future__ import annotations

from urllib.parse import quote, urljoin, urlsplit

from .errors import RequestError
from .urls import is_host, shown_url

# RFC 3986 "reserved", and what is encoded already.
_LEFT = "%:/?#[]@!$&'()*+,;="
# No server takes a longer one, nor does the HTTP library.
_LONGEST = 1 << 15
_DEFAULT_PORTS = {"http": 80, "https": 443}


def followed(base: str, link: str) -> str:
    """Give the absolute address of a link found in the answer from ``base``.

    Raises `RequestError` for what is no address of http or https, for one that different programs read
    differently, for one with a user name, and for one that would leave https.
    """
    # Read differently by different parsers.
    if (
        not link
        or len(link) > _LONGEST
        or "\\" in link
        or any(ord(character) < 32 or ord(character) == 127 for character in link)
    ):
        raise RequestError("a link to what is no address")
    try:
        # Servers forget to encode spaces and letters beyond ASCII.
        url = urljoin(base, quote(link.strip(), safe=_LEFT, errors="replace"))
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError for what is no port
    except ValueError:
        raise RequestError("a link to what is no address") from None
    if parts.scheme not in _DEFAULT_PORTS or not is_host(parts.hostname or ""):
        raise RequestError("a link to what is no address")
    if "@" in parts.netloc and parts.netloc.rpartition("@")[0] != _user(base):
        raise RequestError("a link that brings a user name of its own")
    if parts.scheme == "http" and urlsplit(base).scheme == "https":
        raise RequestError(f"a link that leaves https is not followed: {shown_url(url)}")
    return url.partition("#")[0]


def same_origin(before: str, after: str) -> bool:
    """Whether what one address may know the other may too (RFC 6454 §4), or the same host went https."""
    old, new = urlsplit(before), urlsplit(after)
    ports = [part.port or _DEFAULT_PORTS.get(part.scheme) for part in (old, new)]
    if old.hostname != new.hostname or _user(before) != _user(after):
        return False
    upgraded = (old.scheme, new.scheme) == ("http", "https") and ports == [80, 443]
    return upgraded or (old.scheme == new.scheme and ports[0] == ports[1])


def _user(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[0]
