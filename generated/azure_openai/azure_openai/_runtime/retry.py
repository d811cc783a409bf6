"""When a failed attempt is repeated, and after how long."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Mapping

_FIRST = 0.5
_LONGEST = 8.0
_JITTER = 0.25
# A server that asks for more seconds than this is not waited for.
_PATIENCE = 120.0
_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


def backoff(attempt: int) -> float:
    """Give the seconds to wait after the attempt-th attempt, counted from 1.

    0.5 s doubling up to 8 s, less up to 25 % by chance, so that clients do not come back together.
    """
    seconds = min(_FIRST * 2.0 ** min(attempt - 1, 10), _LONGEST)
    return seconds * (1 - _JITTER * random.random())  # noqa: S311  # not a secret


def retry_delay(status: int, headers: Mapping[str, str], attempt: int) -> float | None:
    """Tell after how many seconds a response should be asked for again, None for not at all.

    408, 409, 429 and 5xx are, unless the header ``x-should-retry`` says otherwise. ``retry-after-ms`` and
    Retry-After (RFC 9110 §10.2.3, seconds or a date) are honoured, up to 120 s.
    """
    wanted = headers.get("x-should-retry", "").strip().lower()
    if wanted == "false" or (wanted != "true" and not (status in (408, 409, 429) or status >= 500)):
        return None
    asked = _asked_seconds(headers)
    if asked is None or asked <= 0:
        return backoff(attempt)
    return asked if asked <= _PATIENCE else None


def _asked_seconds(headers: Mapping[str, str]) -> float | None:
    milliseconds = headers.get("retry-after-ms", "").strip()
    if _SECONDS.fullmatch(milliseconds):
        return float(milliseconds) / 1000
    text = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    if text.isdecimal():
        return float("inf")
    then = _date(text)
    if then is None:
        return None
    # Against the server's own clock where it tells it: ours may be wrong.
    now = _date(headers.get("date", ""))
    return then - (time.time() if now is None else now)


def _date(text: str) -> float | None:
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
