"""What can be shown as the proof of a break: a value, a request, a response, an address, a piece of Python."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from ...finding import Side
from ...raw.description import Container
from ...source import Location


class Absent:
    """Stands for a body that is not there, which null is not."""


ABSENT: Final = Absent()


@dataclass(frozen=True, slots=True)
class Payload:
    """A JSON value and the schemas that judge it.

    `about` is the member that makes the difference. `by_format`: the refusal rests on `format`, so formats count.
    """

    value: Any
    accepted: Side
    before: Location
    after: Location
    about: str = ""
    by_format: bool = False


@dataclass(frozen=True, slots=True)
class Credential:
    """What a caller shows of themselves: a key at a place, an HTTP scheme, a token of an issuer with its scopes."""

    kind: str
    name: str
    place: str = ""
    wire_name: str = ""
    scheme: str = ""
    issuers: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """The operation that is called, by the method and the path of each side, without the server."""

    before: tuple[str, str]
    after: tuple[str, str]
    container: Container = ()

    def on(self, side: Side) -> tuple[str, str]:
        """Method and path on one side."""
        return self.before if side == "before" else self.after


@dataclass(frozen=True, slots=True)
class Request:
    """A whole request. `about` is the part that makes the difference, named as its refusal is (requests.py)."""

    kind: str
    about: str
    accepted: Side
    target: Target
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    credentials: tuple[Credential, ...] = ()
    content_type: str | None = None
    body: Any = ABSENT


@dataclass(frozen=True, slots=True)
class Response:
    """A whole response. `about` is the part that makes the difference."""

    kind: str
    about: str
    accepted: Side
    target: Target
    status: str
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str | None = None
    body: Any = ABSENT


@dataclass(frozen=True, slots=True)
class Address:
    """A URL of the service."""

    url: str
    accepted: Side


@dataclass(frozen=True, slots=True)
class Shown:
    """A proof that no validator here reads: a Python snippet."""

    kind: str
    text: str
    reason: str
    accepted: Side = "before"


Proof: TypeAlias = "Payload | Request | Response | Address | Shown"
