"""What is wrong with a request, and how a caller is told (RFC 9457)."""

from __future__ import annotations

import http
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...source import Location
from .answer import Answer

_ORDER = (401, 413, 415, 406, 400)
"""Of several faults the status that a service would look at first."""
_MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing that a specification has against a request.

    `place` is `query`, `header`, `path`, `cookie`, `body` or `credentials`, `name` the parameter's. `pointer` is where in
    its value (RFC 6901). `at` is where the specification says it.
    """

    status: int
    place: str
    name: str
    detail: str
    at: Location | None = None
    pointer: str = ""

    @property
    def text(self) -> str:
        """The objection for people, on one line."""
        where = " ".join(filter(None, (self.place, self.name, self.pointer)))
        return f"{where}: {self.detail}" if where else self.detail


def refusal(
    objections: Sequence[Objection], told: dict[str, Any], headers: Sequence[tuple[str, str]] = ()
) -> Answer:
    """The answer to a request that some objections speak against. `told` are further members of the problem."""
    status = next((one for one in _ORDER if any(one == objection.status for objection in objections)), 400)
    mine = [objection for objection in objections if objection.status == status]
    first = mine[0]
    return problem(
        status,
        first.text,
        {**told, "errors": [_spelled(objection) for objection in mine[:_MOST_TOLD]]},
        headers,
    )


def problem(
    status: int, detail: str, told: dict[str, Any] | None = None, headers: Sequence[tuple[str, str]] = ()
) -> Answer:
    """An answer that says what the problem is."""
    value = {
        "type": "about:blank",
        "title": phrase(status),
        "status": status,
        "detail": detail,
        **(told or {}),
    }
    body = json.dumps(value, indent=1).encode()
    content_type = ("content-type", "application/problem+json")
    return Answer(status, (content_type, *headers), (body,), note=detail)


def phrase(status: int) -> str:
    """What a status is called."""
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return f"Status {status}"


def _spelled(objection: Objection) -> dict[str, Any]:
    told: dict[str, Any] = {"in": objection.place}
    if objection.name:
        told["name"] = objection.name
    if objection.place == "body" or objection.pointer:
        told["pointer"] = objection.pointer
    told["detail"] = objection.detail
    if objection.at is not None:
        told["at"] = str(objection.at)
    return told
