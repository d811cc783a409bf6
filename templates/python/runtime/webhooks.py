"""Webhooks: what a service sends by itself, read as the description says, once its signature is checked.

The signature is that of Standard Webhooks 1.0.0 (https://www.standardwebhooks.com), symmetric: ``webhook-signature`` lists
``v1,`` and the base64 of the HMAC-SHA256 of ``{webhook-id}.{webhook-timestamp}.{body}``, several where keys are changed.
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Iterable
from typing import Any, Protocol, TypedDict

from .call import refuse_unknown
from .codec import decode_json
from .errors import DecodeError, SignatureError

_TOLERANCE = 300.0
_SECRET_PREFIX = "whsec_"  # noqa: S105  # what a secret begins with is none
_SECONDS = re.compile(r"[0-9]{1,12}")


class HeaderItems(Protocol):
    """The headers of a request as any framework has them: a mapping, or whatever gives pairs; names in any case."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Give pairs of name and value."""
        ...


class WebhookOptions(TypedDict, total=False):
    """How a webhook is read.

    With ``secret`` the signature is checked: base64, with ``whsec_`` before it or not, or the bytes of the key. It must be no
    older or newer than ``tolerance`` seconds, 300 if nothing else is said. ``strict`` refuses what is not as described,
    instead of keeping it.
    """

    secret: str | bytes
    tolerance: float
    strict: bool


def receive(
    name: str, body: bytes | str, headers: HeaderItems | None, type_: Any, options: WebhookOptions
) -> Any:
    """Decode the body of a webhook, after a look at its signature where there is a ``secret``.

    ``name`` is the function that errors tell. Raises `SignatureError` for a body that was not signed with the secret, or not just
    now, `DecodeError` for one that is not JSON or of another kind altogether, and ValueError for a secret that is none.
    """
    refuse_unknown(name, options, WebhookOptions.__optional_keys__)
    data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else bytes(body)
    if "secret" in options:
        told = {one.lower(): value for one, value in headers.items()} if headers is not None else {}
        fault = _fault(data, told, _key(options["secret"]), options.get("tolerance", _TOLERANCE))
        if fault:
            raise SignatureError(f"{name}: {fault}", operation=name)
    try:
        return decode_json(data, type_, strict=options.get("strict", False), whole=True)
    except DecodeError as exc:
        raise DecodeError(f"{name}: {exc}", path=exc.path, operation=name) from None


def _key(secret: str | bytes) -> bytes:
    key = secret
    if isinstance(key, str):
        text = key.removeprefix(_SECRET_PREFIX)
        try:
            key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
        except ValueError:
            raise ValueError(
                "the secret of a webhook is base64, with whsec_ before it or not; give the bytes of any other key"
            ) from None
    if not key:
        # anybody can sign with an empty key
        raise ValueError("the secret of a webhook must not be empty")
    return key


def _fault(data: bytes, headers: dict[str, str], key: bytes, tolerance: float) -> str:
    """Tell what speaks against the signature; "" when nothing does."""
    import hmac  # takes longer to load than all the rest

    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        if not headers.get(name):
            return f"there is no header {name}"
    seconds = headers["webhook-timestamp"]
    if not _SECONDS.fullmatch(seconds):
        return "webhook-timestamp is not a number of seconds"
    if not abs(time.time() - int(seconds)) <= tolerance:
        return f"webhook-timestamp is more than {tolerance:g} seconds away from now"
    signed = b".".join([headers["webhook-id"].encode("utf-8", "replace"), seconds.encode(), data])
    expected = b"v1," + base64.b64encode(hmac.digest(key, signed, "sha256"))
    found = False
    for given in headers["webhook-signature"].split():
        # all of them, and each in the same time whatever it holds
        found |= hmac.compare_digest(given.encode("utf-8", "replace"), expected)
    return "" if found else "the body was not signed with this secret"
