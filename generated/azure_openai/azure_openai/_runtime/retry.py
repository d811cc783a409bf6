"""When a failed attempt is repeated, and after how long."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Mapping
from datetime import UTC

_FIRST = 0.5
_LONGEST = 8.0
_JITTER = 0.25
# A server that asks for more seconds than this is not waited for.
_PATIENCE = 120.0
_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")
# RFC 9110 §9.2.2, and QUERY of draft-ietf-httpbis-safe-method-w-body.
_IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "QUERY"})

#: The headers that make a repeated request harmless, in lower case; the first is sent by default.
IDEMPOTENCY_HEADERS = ("idempotency-key", "x-idempotency-key")


def is_idempotent(method: str) -> bool:
    """Whether sending a request twice does what sending it once does, by its method."""
    return method.upper() in _IDEMPOTENT


def backoff(attempt: int) -> float:
    """Give the seconds to wait after the attempt-th attempt, counted from 1.

    0.5 s doubling up to 8 s, less up to 25 % by chance, so that clients do not come back together.
    """
    seconds = min(_FIRST * 2.0 ** min(attempt - 1, 10), _LONGEST)
    return seconds * (1 - _JITTER * random.random())  # noqa: S311  # not a secret


def retry_delay(
    status: int, headers: Mapping[str, str], attempt: int, *, idempotent: bool = True
) -> float | None:
    """Tell after how many seconds a response should be asked for again, None for not at all.

    408, 409, 429 and 5xx are; of a request that is not ``idempotent`` only 429 and 503, which servers send
    before they do anything. The header ``x-should-retry`` overrules both. ``retry-after-ms`` and
    Retry-After (RFC 9110 §10.2.3, seconds or a date) are honoured, up to 120 s.
    """
    wanted = headers.get("x-should-retry", "").strip().lower()
    if wanted == "false":
        return None
    temporary = status in (429, 503) or (idempotent and (status in (408, 409) or status >= 500))
    if wanted != "true" and not temporary:
        return None
    asked = asked_seconds(headers)
    if asked is None or asked <= 0:
        return backoff(attempt)
    return asked if asked <= _PATIENCE else None


def asked_seconds(headers: Mapping[str, str]) -> float | None:
    """Read ``retry-after-ms`` or Retry-After; None when there is none that can be understood."""
    milliseconds = headers.get("retry-after-ms", "").strip()
    if _SECONDS.fullmatch(milliseconds):
        return float(milliseconds) / 1000
    text = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    then = _date(text)
    if then is None:
        return None
    # Against the server's own clock where it tells it: ours may be wrong.
    now = _date(headers.get("date", ""))
    return then - (time.time() if now is None else now)


def _date(text: str) -> float | None:
    from email.utils import parsedate_to_datetime

    try:
        then = parsedate_to_datetime(text)
        # RFC 9110 §5.6.7: all of its forms are in UTC; the oldest does not say so.
        return (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
