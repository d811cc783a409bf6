"""Inclusion of one scalar type in another: kinds, formats, limits.

Candidates are proposed here and checked by the caller, so a candidate may be wrong, but a difference must not be
missed silently: where no candidate is sure to exist, the last word is `Unknown`.
"""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ...accept import accepts
from ...automata import NotRegularError, string_between
from ...model import Api, Enumeration, Limits, Scalar
from ...pattern import string_for
from ...raw import KNOWN_FORMATS, conforms
from ...sample import NoSample, sample_scalar
from .outcome import Escape, Outcome, Unknown

_NO_API = Api("", "", "stable", (), ())

_HINTS = frozenset(
    ("float", "double", "int64", "password", "binary", "string", "integer", "number", "boolean")
)
"""Formats that say how to hold or show a value, and restrict nothing that JSON carries."""
_DECIMALS = ("decimal", "decimal128")
"""Formats that restrict strings, and no numbers."""
_SAME = frozenset(
    (
        ("url", "uri"),
        ("uri", "url"),
        ("datetime", "date-time"),
        ("date-time", "datetime"),
        ("byte", "base64"),
        ("base64", "byte"),
        ("decimal", "decimal128"),
        ("decimal128", "decimal"),
    )
)
_BEYOND: dict[str, Any] = {
    "int8": 2**7,
    "int16": 2**15,
    "int32": 2**31,
    "byte": "not base64!",
    "base64": "not base64!",
}
"""A value that a format excludes; the word `string` is no date, address or identifier."""
_STRINGS = ("string", "", " ", "a", "A", "0", "-", "string!", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "\u00e9")
_BITS = {"int8": 7, "int16": 15, "int32": 31, "int64": 63}
_INTEGERS = tuple(_BITS)
_TOO_LONG = 100_000


def escape_scalar(inner: Scalar, outer: Scalar | Enumeration) -> Iterator[Outcome]:
    """Candidates for values of `inner` that are none of `outer`."""
    if isinstance(outer, Enumeration) and not outer.open:
        yield from _beyond_values(inner, outer)
        return
    if isinstance(outer, Enumeration):
        outer = Scalar(outer.base)
    if inner.kind != outer.kind and not (inner.kind == "integer" and outer.kind == "number"):
        if inner.kind == "number" and outer.kind == "integer":
            yield from _proposed(inner, outer, (0.5, *_numbers(inner, 0.5)))
        yield Escape(sample_scalar(inner))
        return
    if inner.kind == "string":
        yield from _strings(inner, outer)
    elif inner.kind != "boolean":
        yield from _bounds(inner, outer)
    yield from _format(inner, outer)


def _beyond_values(inner: Scalar, outer: Enumeration) -> Iterator[Outcome]:
    if inner.kind == "boolean":
        for value in (True, False):
            if json.dumps(value) not in {item.value for item in outer.values}:
                yield Escape(value)
        return
    tried: tuple[Any, ...] = (
        _STRINGS if inner.kind == "string" else (0, 1, -1, *range(2, 2 + len(outer.values)))
    )
    yield from _proposed(inner, outer, tried)
    yield Unknown("the values are too many to try")


def _proposed(inner: Scalar, outer: Scalar | Enumeration, values: tuple[Any, ...]) -> Iterator[Outcome]:
    for value in values:
        fits = accepts(_NO_API, inner, value) and conforms(inner.format or "", value)
        if fits and not accepts(_NO_API, outer, value):
            yield Escape(value)
            return


def _strings(inner: Scalar, outer: Scalar) -> Iterator[Outcome]:
    limits, wanted = inner.limits, outer.limits
    least, most = limits.min_length or 0, limits.max_length
    lengths: list[int] = []
    if wanted.min_length is not None and least < wanted.min_length:
        lengths.append(wanted.min_length - 1)
        lengths.append(least)
    if wanted.max_length is not None and (most is None or most > wanted.max_length):
        lengths.append(wanted.max_length + 1)
    for length in lengths:
        yield from _proposed(inner, outer, _of_length(limits, length))
    if lengths:
        yield from _proposed(
            inner, outer, tuple(text for length in lengths for text in _of_length(wanted, length))
        )
        upper = "" if wanted.max_length is None else wanted.max_length
        yield from _searched(inner, f"^[^]{{{wanted.min_length or 0},{upper}}}$")
    if wanted.pattern is not None and wanted.pattern != limits.pattern:
        yield from _proposed(inner, outer, (*_of_length(limits, least), *_STRINGS))
        yield from _searched(inner, wanted.pattern)


def _searched(inner: Scalar, pattern: str) -> Iterator[Outcome]:
    """A string within the limits that a pattern does not take, by way of automata."""
    limits = inner.limits
    if (limits.min_length or 0) > _TOO_LONG:
        yield Unknown("the strings are too long to try")
        return
    try:
        found = string_between(limits.pattern, pattern, limits.min_length or 0, limits.max_length)
    except NotRegularError as error:
        yield Unknown(f"it is not decided whether all strings match {pattern}: {error}")
        return
    if found is None or conforms(inner.format or "", found):
        yield Escape(found) if found is not None else None
    else:
        yield Unknown(f"no {inner.format} was found that does not match {pattern}")


def _of_length(limits: Limits, length: int) -> tuple[str, ...]:
    if length > _TOO_LONG:
        return ()
    plain = ("string" * (length // 6 + 1))[:length]
    if limits.pattern is None:
        return (plain,)
    try:
        return (plain, string_for(limits.pattern, length))
    except (ValueError, OverflowError):
        return (plain,)


def _bounds(inner: Scalar, outer: Scalar) -> Iterator[Outcome]:
    limits, wanted = inner.limits, outer.limits
    whole = inner.kind == "integer"
    low, want_low = _lowest(inner), _lowest(replace(outer, format=None))
    if want_low > low:
        yield from _proposed(inner, outer, _numbers(inner, want_low[0]))
        yield Unknown("no number below the limit was found")
    high, want_high = _highest(inner), _highest(replace(outer, format=None))
    if want_high < high:
        yield from _proposed(inner, outer, _numbers(inner, want_high[0]))
        yield Unknown("no number above the limit was found")
    step = wanted.multiple_of
    if step and not (limits.multiple_of and limits.multiple_of % step == 0) and not (whole and step == 1):
        start = sample_scalar(inner)
        yield from _proposed(inner, outer, _numbers(inner, start))
        yield Unknown("no number off the multiple was found")


def _lowest(type_: Scalar) -> tuple[float, int]:
    """The lower bound, also by format, comparable: a number, and 1 when the number itself is excluded."""
    limits, whole = type_.limits, type_.kind == "integer"
    bounds: list[tuple[float, int]] = [(float("-inf"), 0)]
    if type_.format in _BITS:
        bounds.append((-(2 ** _BITS[type_.format]), 0))
    if limits.minimum is not None:
        bounds.append((math.ceil(limits.minimum) if whole else limits.minimum, 0))
    if limits.exclusive_minimum is not None:
        edge = limits.exclusive_minimum
        bounds.append((math.floor(edge) + 1, 0) if whole else (edge, 1))
    return max(bounds)


def _highest(type_: Scalar) -> tuple[float, int]:
    """The upper bound, also by format, comparable: a number, and -1 when the number itself is excluded."""
    limits, whole = type_.limits, type_.kind == "integer"
    bounds: list[tuple[float, int]] = [(float("inf"), 0)]
    if type_.format in _BITS:
        bounds.append((2 ** _BITS[type_.format] - 1, 0))
    if limits.maximum is not None:
        bounds.append((math.floor(limits.maximum) if whole else limits.maximum, 0))
    if limits.exclusive_maximum is not None:
        edge = limits.exclusive_maximum
        bounds.append((math.ceil(edge) - 1, 0) if whole else (edge, -1))
    return min(bounds)


def _numbers(inner: Scalar, near: float | int) -> tuple[float | int, ...]:
    """Numbers around a bound, and those that the type itself is bounded by."""
    limits = inner.limits
    step = limits.multiple_of or 1
    own = (limits.minimum, limits.maximum, limits.exclusive_minimum, limits.exclusive_maximum)
    around: list[float | int] = []
    for start in (near, near // step * step, *(bound for bound in own if bound is not None)):
        around += [start, *(start + sign * count * step for count in (1, 2, 3) for sign in (1, -1))]
        if inner.kind == "number" and not limits.multiple_of:
            around += [start + 0.5, start - 0.5, start + 0.001, start - 0.001]
    finite = [number for number in around if isinstance(number, int) or math.isfinite(number)]
    whole = [
        int(number) if isinstance(number, float) and number.is_integer() else number for number in finite
    ]
    return tuple(dict.fromkeys(whole))


def _format(inner: Scalar, outer: Scalar) -> Iterator[Outcome]:
    """Candidates that `outer` excludes by its format; JSON Schema alone would take them."""
    given, wanted = inner.format, outer.format
    if wanted is None or wanted in _HINTS or given == wanted or (given, wanted) in _SAME:
        return
    if wanted in _DECIMALS and inner.kind != "string":
        return
    if given in _INTEGERS and wanted in _INTEGERS and _INTEGERS.index(given) <= _INTEGERS.index(wanted):
        return
    if wanted not in KNOWN_FORMATS:
        yield Unknown(f"what the format {wanted} allows is not known")
        return
    if wanted in _INTEGERS and _within(inner, 2 ** _BITS[wanted]):
        return
    tried: list[Any] = [_BEYOND[wanted]] if wanted in _BEYOND else []
    tried += _STRINGS if inner.kind == "string" else [-value - 1 for value in tried]
    with contextlib.suppress(NoSample):
        tried.insert(0, sample_scalar(inner))
    for value in tried:
        if accepts(_NO_API, inner, value) and not conforms(wanted, value):
            yield Escape(value, by_format=True)
            return
    yield Unknown(f"no value was found that is no {wanted}")


def _within(inner: Scalar, bound: int) -> bool:
    """True when the limits keep an integer within what a format holds."""
    return -bound <= _lowest(inner)[0] and _highest(inner)[0] < bound
