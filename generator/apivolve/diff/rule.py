"""What a rule is: a typed generator function over one kind of pair, which yields the effects it sees.

    @rule(on=FieldPair)
    def field_became_required(pair: FieldPair) -> Iterator[Effect]:
        '''A caller that leaves the field out is now refused.'''

The id is the function name with dashes, the docstring is the explanation that people are shown. Severity follows one
law, direction times effect: what a request may no longer be, and what a response newly may be, is an error; the
opposite is info. `narrower`, `wider` and `noted` are that law; a rule that departs from it says why.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ..finding import Scope, Severity
from ..source import Location
from .pairs import Pair
from .proof import Proof

P = TypeVar("P", bound="Pair[Any]")


@dataclass(frozen=True, slots=True)
class Effect:
    """One difference that a rule saw, for both directions; which of them counts, the pair's reach decides.

    `lost` proves the request side (accepted before, refused after), `gained` the response side (the other way round).
    `detail` tells two effects of one rule on one subject apart. `places` is where it is written, before and after, when that
    is known better than where the pair is.
    """

    message: str
    request: Severity
    response: Severity
    lost: Proof | None = None
    gained: Proof | None = None
    detail: str = ""
    places: tuple[Location, Location] | None = None


def narrower(
    message: str,
    lost: Proof | None = None,
    *,
    request: Severity = "error",
    detail: str = "",
    places: tuple[Location, Location] | None = None,
) -> Effect:
    """Fewer values are allowed: callers that send the others break."""
    return Effect(message, request, "info", lost=lost, detail=detail, places=places)


def wider(
    message: str, gained: Proof | None = None, *, response: Severity = "error", detail: str = ""
) -> Effect:
    """More values are allowed: callers that receive the others break."""
    return Effect(message, "info", response, gained=gained, detail=detail)


def noted(message: str, *, severity: Severity = "info", detail: str = "") -> Effect:
    """Nothing breaks by it: documentation, names, announcements; with "warning", what may surprise."""
    return Effect(message, severity, severity, detail=detail)


@dataclass(frozen=True, slots=True)
class Rule(Generic[P]):
    """A rule of the gate. `summary` is the first line of `explanation`, its docstring."""

    id: str
    on: type[P]
    scope: Scope
    explanation: str
    check: Callable[[P], Iterator[Effect]]

    @property
    def summary(self) -> str:
        """The explanation's first line."""
        return self.explanation.partition("\n")[0]


def rule(on: type[P], scope: Scope = "wire") -> Callable[[Callable[[P], Iterator[Effect]]], Rule[P]]:
    """Turn a generator function into a `Rule`. Raises ValueError when it has no docstring."""

    def decorate(check: Callable[[P], Iterator[Effect]]) -> Rule[P]:
        name = check.__name__.replace("_", "-")
        explanation = inspect.getdoc(check)
        if not explanation:
            raise ValueError(f"rule {name} has no docstring to explain it")
        return Rule(name, on, scope, explanation, check)

    return decorate
