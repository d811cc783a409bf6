"""Values of scalar types within their limits."""

from __future__ import annotations

import base64
import contextlib
import datetime
import math
import uuid
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any

from ..accept import accepts, exact
from ..model import Api, Limits, Scalar
from ..pattern import string_for

_FORMATS = {
    "byte": "c3RyaW5n",
    "date": "2024-01-15",
    "date-time": "2024-01-15T12:30:00Z",
    "date-time-rfc1123": "Mon, 15 Jan 2024 12:30:00 GMT",
    "decimal": "1.50",
    "decimal128": "1.50",
    "duration": "PT3600S",
    "email": "someone@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "time": "12:30:00Z",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "uuid": "123e4567-e89b-12d3-a456-426614174000",
}
_READERS: dict[str, Callable[[str], object]] = {
    "date": datetime.date.fromisoformat,
    "date-time": datetime.datetime.fromisoformat,
    "uuid": uuid.UUID,
}
"""What raises ValueError for a text that is none of its format."""
LONGEST = 100_000
"""Items and characters of a sample: a spec may ask for more than fits into memory."""
_BASE64 = ("byte", "base64")
_UNIX_TIME = 1705321800


class NoSample(ValueError):  # noqa: N818 - it says what there is, and nobody did wrong
    """No instance can be given: there is none, it never ends, or the pattern is beyond us."""


@lru_cache(maxsize=4096)
def sample_scalar(type_: Scalar) -> Any:
    """A value of a scalar type within its limits. Raises NoSample."""
    match type_.kind:
        case "boolean":
            return True
        case "string":
            return _string(type_)
        case _:
            return _number(type_)


def _string(type_: Scalar) -> str:
    limits = type_.limits
    least, most = limits.min_length or 0, limits.max_length
    if least > LONGEST or (most is not None and most < least):
        raise NoSample(f"no string has {least} characters")
    text = _FORMATS.get(type_.format or "", "string")
    candidates = [text, (text * (least // len(text) + 1))[: max(least, min(len(text), most or len(text)))]]
    if most == 0:
        candidates.append("")
    if limits.pattern is not None:
        try:
            candidates.append(string_for(limits.pattern, least))
        except (ValueError, OverflowError) as error:
            candidates.append("")
            reason = str(error)
        else:
            reason = f"no string is known for the pattern {limits.pattern!r}"
    else:
        reason = "no string is known"
    if type_.format in _BASE64:
        candidates += [candidate + "A" * (-len(candidate) % 4) for candidate in candidates]
        candidates = [candidate for candidate in candidates if _is_base64(candidate)]
    for candidate in candidates:
        if accepts(_NO_API, type_, candidate) and _is_read(type_.format, candidate):
            return candidate
    raise NoSample(reason)


def _is_read(format_: str | None, text: str) -> bool:
    """False for what matches a pattern, `YYYY-MM`, and is none of what the format says."""
    reader = _READERS.get(format_ or "")
    if reader is not None:
        try:
            reader(text)
        except ValueError:
            return False
    return True


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except ValueError:
        return False
    return True


def _number(type_: Scalar) -> int | float:
    candidates: list[float | int] = [_UNIX_TIME] if type_.format == "unixtime" else []
    candidates += [1, 0] if type_.kind == "integer" else [0.5, 1, 0]
    candidates += _edges(type_.limits)
    for candidate in candidates:
        whole = int(candidate) if isinstance(candidate, float) and candidate.is_integer() else candidate
        if accepts(_NO_API, type_, whole):
            return whole
    raise NoSample(f"no {type_.kind} is known within the limits")


def _edges(limits: Limits) -> Iterator[float | int]:
    """Numbers just inside the bounds, and in the middle of them."""
    least = [exact(bound) for bound in (limits.minimum, limits.exclusive_minimum) if bound is not None]
    most = [exact(bound) for bound in (limits.maximum, limits.exclusive_maximum) if bound is not None]
    step = exact(limits.multiple_of or 1)
    edges: list[Fraction] = []
    for bound in least:
        edges += [bound, math.floor(bound / step) * step + step]
    for bound in most:
        edges += [bound, math.ceil(bound / step) * step - step]
    if least and most:
        edges.append((max(least) + min(most)) / 2)
    for edge in (*edges, step):
        with contextlib.suppress(OverflowError):
            yield int(edge) if edge.denominator == 1 else float(edge)


_NO_API = Api("", "", "stable", (), ())
"""Scalars refer to no model."""
