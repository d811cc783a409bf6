"""What a comparison of two types found: an instance that tells them apart, nothing, or a reason for not knowing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from ...finding import Severity


@dataclass(frozen=True, slots=True)
class Escape:
    """A JSON value that `inner` accepts and `outer` refuses. `by_format`: the refusal rests on `format` alone."""

    value: Any
    by_format: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """It could not be decided, and why."""

    reason: str


Outcome: TypeAlias = "Escape | Unknown | None"
RelationKind: TypeAlias = Literal["same", "wider", "narrower", "unrelated", "unknown"]


@dataclass(frozen=True, slots=True)
class Relation:
    """What a change of a type did. `lost`: accepted before, refused after. `gained`: the other way round."""

    lost: Outcome
    gained: Outcome

    @property
    def kind(self) -> RelationKind:
        """`after` against `before`. What is proven counts; "unknown" is left when nothing is."""
        match self.lost, self.gained:
            case None, None:
                return "same"
            case Escape(), Escape():
                return "unrelated"
            case Escape(), _:
                return "narrower"
            case _, Escape():
                return "wider"
            case _:
                return "unknown"

    @property
    def reason(self) -> str:
        """Why a side is unknown; empty when both are decided."""
        return next((side.reason for side in (self.lost, self.gained) if isinstance(side, Unknown)), "")

    @property
    def request(self) -> Severity:
        """The severity for those who send: what is no longer accepted breaks them."""
        return _severity(self.lost)

    @property
    def response(self) -> Severity:
        """The severity for those who receive: what is newly possible breaks them."""
        return _severity(self.gained)


def _severity(outcome: Outcome) -> Severity:
    match outcome:
        case Escape():
            return "error"
        case Unknown():
            return "warning"
        case None:
            return "info"
