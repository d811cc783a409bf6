"""What a caller asks of the answer: the headers `Prefer` (RFC 7240) and `Mock-Fault`.

`Mock-Fault: status=429;times=2;retry-after=0, delay=1` is a list of faults, each with a value where it has one, and
parameters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .request import Request

_PREFERENCE = re.compile(
    r'\s*([\w!#$%&\'*+.^`|~-]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s;,"]*))?\s*(?:;[^,]*)?(?:,|$)'
)
_NUMBER = re.compile(r"\d{1,4}(\.\d{1,6})?")
_OURS = ("status", "code", "example", "version")
_LONGEST_HEADER = 1000
LONGEST = 60.0
"""Seconds that a fault may take: of a delay, and of a slow body as a whole."""


class NotUnderstood(ValueError):  # noqa: N818 - it says what the header is
    """A header of ours says what we do not know."""


def preferences(request: Request) -> dict[str, str]:
    """The preferences by name; the first of those that are given twice counts (RFC 7240 section 2)."""
    found: dict[str, str] = {}
    for match in _PREFERENCE.finditer((request.header("prefer") or "")[:_LONGEST_HEADER]):
        value = match[2] or ""
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        found.setdefault(match[1].lower(), value)
    return found


def others(text: str) -> str:
    """A `Prefer` header without what is meant for us: what the specification may say something of."""
    found = (part.strip() for part in text.split(","))
    return ", ".join(part for part in found if part.partition("=")[0].strip().lower() not in _OURS)


@dataclass(frozen=True, slots=True)
class Faults:
    """What is to go wrong with an answer. Times are seconds; `cut` is where the connection ends.

    `times`, where set, is how many of the same requests it is for. `text` is what was asked, to tell them apart.
    """

    text: str = ""
    status: int | None = None
    retry_after: int | None = None
    delay: float = 0.0
    drip: float = 0.0
    cut: str = ""
    invalid_json: bool = False
    times: int | None = None


def faults(request: Request) -> Faults:
    """What a request wants to go wrong. Raises NotUnderstood."""
    text = (request.header("mock-fault") or "")[:_LONGEST_HEADER]
    found: dict[str, str] = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        for index, word in enumerate(part.split(";")):
            name, _, value = word.strip().partition("=")
            known = _PARAMETERS if index else _FAULTS
            if name not in known or not re.fullmatch(known[name], value):
                raise NotUnderstood(f"{word.strip()!r} is none of {', '.join(_shown(known))}")
            found[name] = value
    cut = "truncate" if "truncate" in found else f"reset {found['reset']}".strip() if "reset" in found else ""
    return Faults(
        text,
        int(found["status"]) if "status" in found else None,
        int(found["retry-after"]) if "retry-after" in found else None,
        min(float(found.get("delay", 0)), LONGEST),
        min(float(found.get("drip", 0)), LONGEST),
        cut,
        "invalid-json" in found,
        int(found["times"]) if "times" in found else None,
    )


_FAULTS = {
    "status": r"[2-5]\d\d",
    "delay": _NUMBER.pattern,
    "reset": r"(body)?",
    "truncate": r"",
    "invalid-json": r"",
    "drip": _NUMBER.pattern,
}
_PARAMETERS = {"times": r"\d{1,4}", "retry-after": r"\d{1,4}"}
_VALUES = {"status": "=503", "delay": "=SECONDS", "reset": " or reset=body", "drip": "=SECONDS"}


def _shown(known: dict[str, str]) -> list[str]:
    return [name + _VALUES.get(name, "=NUMBER" if known is _PARAMETERS else "") for name in known]
