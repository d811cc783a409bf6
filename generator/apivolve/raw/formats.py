"""The formats of the OpenAPI format registry that a value can be checked against (spec.openapis.org/registry/format).

JSON Schema does not assert `format`; a difference that rests on a format alone is judged with these.
"""

from __future__ import annotations

import base64
import datetime
import re
from typing import Any
from urllib.parse import urlsplit

import jsonschema

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_INTEGERS = {"int8": 7, "int16": 15, "int32": 31, "int64": 63}
_DURATION = re.compile(r"P(?=.)(\d+W|(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?)")

_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def _checker() -> Any:
    checker: Any = jsonschema.FormatChecker(formats=("date", "email", "ipv4", "ipv6", "regex", "uuid"))
    for name, bits in _INTEGERS.items():
        checker.checks(name)(_integer_of(bits))
    for name in ("date-time", "datetime"):
        checker.checks(name, raises=ValueError)(_date_time)
    for name in ("byte", "base64"):
        checker.checks(name, raises=ValueError)(_base64)
    for name in ("uri", "url"):
        checker.checks(name, raises=ValueError)(_uri)
    checker.checks("duration")(_duration)
    for name in ("decimal", "decimal128"):
        checker.checks(name)(_decimal)
    return checker


def _integer_of(bits: int) -> Any:
    def check(value: Any) -> bool:
        return not isinstance(value, int) or -(2**bits) <= value < 2**bits

    return check


def _date_time(value: Any) -> bool:
    """RFC 3339 section 5.6."""
    if not isinstance(value, str):
        return True
    return bool(_RFC3339.fullmatch(value)) and bool(datetime.date.fromisoformat(value[:10]))


def _base64(value: Any) -> bool:
    """RFC 4648 section 4."""
    if isinstance(value, str):
        base64.b64decode(value, validate=True)
    return True


def _uri(value: Any) -> bool:
    """RFC 3986 section 3, as far as a scheme and something after it go."""
    return not isinstance(value, str) or (bool(urlsplit(value).scheme) and " " not in value)


def _duration(value: Any) -> bool:
    """RFC 3339 appendix A."""
    return not isinstance(value, str) or bool(_DURATION.fullmatch(value))


def _decimal(value: Any) -> bool:
    """A number of JSON or of XML Schema, which may begin with a plus or a point."""
    return not isinstance(value, str) or bool(_DECIMAL.fullmatch(value))


def conforms(name: str, value: Any) -> bool:
    """True when a value is of a format, or the format is not known."""
    return bool(FORMATS.conforms(value, name))


FORMATS: Any = _checker()
KNOWN = frozenset(FORMATS.checkers)
