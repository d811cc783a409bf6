"""Which status, and which media type of it: what the caller asks, among what is described (RFC 9110 section 12)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ...continuing import is_sequence
from ...media import concrete, covers, is_json
from ...model import Content, Operation, Response

_QUALITY = re.compile(r"\s*;\s*q\s*=\s*(\d(?:\.\d{0,3})?)\s*", re.IGNORECASE)
_MOST_RANGES = 50


def status_of(response: Response | None, wanted: int | None = None) -> int:
    """The status that a response is sent with; that of a range is its first."""
    if wanted is not None:
        return wanted
    if response is None or response.status == "default":
        return 200
    return int(response.status.replace("XX", "00"))


def described(operation: Operation, status: int) -> Response | None:
    """The response of a status: the exact one comes before its range, and that before `default`."""
    by_status = {response.status: response for response in operation.responses}
    return by_status.get(str(status)) or by_status.get(f"{status // 100}XX") or by_status.get("default")


def successes(operation: Operation) -> list[Response]:
    """The responses that may be meant where none is asked for; the first comes first."""
    for first in ("2", "3", "d"):
        found = [response for response in operation.responses if response.status[0] == first]
        if found:
            return found
    return []


def acceptable(contents: Sequence[Content], accept: str | None, *, streams: bool) -> Content | None:
    """The content that the caller likes best; None where it takes none of them.

    Among equals, a whole comes before a sequence unless `streams`, what is asked for by its name before a range that takes
    it, and JSON before the rest.
    """
    ranges = list(_ranges(accept)) if accept else [("*/*", 1.0)]
    named = {given for given, _ in ranges}
    ranked = [
        (
            _quality(content.media_type, ranges),
            is_sequence(content) == streams,
            content.media_type.lower() in named,
            is_json(content.media_type),
            -index,
        )
        for index, content in enumerate(contents)
    ]
    best = max(ranked, default=None)
    return contents[-best[-1]] if best is not None and best[0] > 0 else None


def _quality(media_type: str, ranges: Iterable[tuple[str, float]]) -> float:
    """How much a media type is wanted: the most specific range that takes it says it."""
    offered = concrete(media_type)
    fitting = [
        (-given.count("*"), len(given), quality)
        for given, quality in ranges
        if covers(given, offered) or covers(media_type, given) or covers(given, offered.partition(";")[0])
    ]
    return max(fitting)[2] if fitting else 0.0


def _ranges(accept: str) -> Iterable[tuple[str, float]]:
    for part in accept.split(",")[:_MOST_RANGES]:
        match = _QUALITY.search(part)
        given = (part[: match.start()] if match else part).strip().lower()
        if given:
            yield given, min(float(match[1]), 1.0) if match else 1.0
