"""Values for the emitted tests: what the specification shows, else a sample.

Whatever is given here was held against the schema as it is written (`raw`), so that neither a fault of the sampler nor one
of the specification's examples makes a test that no server could meet; what could not be confirmed is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from ...errors import Problem
from ...finding import Direction
from ...jsonvalue import is_object, to_json
from ...model import Api, Example, Model, Operation, Type
from ...raw import Judge, description_of, schema_at
from ...sample import OPTIONAL_DEPTH, NoSample, sample, unmeetable
from ...source import Location
from .nulls import nulls_stay
from .texts import octets_as_written

_LONGEST = 3_000
"""Characters of an example: a longer one is no test that a person reads, and many of them no data that anybody stores."""
_MOST = 50_000
"""Characters of a sample: there are arrays of a hundred thousand items."""

Warn = Callable[[Problem], None]


class Payloads:
    """The values of one version. `warn` is told of each example that its own schema refuses, once."""

    def __init__(self, api: Api, warn: Warn) -> None:
        self._api = api
        self._warn = warn
        self._judge = Judge(description_of(api), formats=True)
        self._told: set[tuple[int, str]] = set()
        self.refused: dict[str, str] = {}

    def of(
        self,
        type_: Type | Model,
        at: Location,
        *,
        examples: Iterable[Example] = (),
        full: bool = False,
        direction: Direction | None = None,
    ) -> Any:
        """A value of a type that is written at a place: the first good one of the examples, else a sample.

        The smallest, or with `full` one with all members, and with fewer inside where that is too long or refused. Where
        the schema as it is written refuses each, a sample all the same, and `refused` says why: a `oneOf` whose variants
        take the same values accepts none of them, and yet they are what a service sends. Raises NoSample where there is none.
        """
        for value in self.shown(examples, type_, at, direction):
            return value
        found: list[Any] = []
        reason = ""
        for depth in (OPTIONAL_DEPTH, 1, 0) if full else (0,):
            value = self._sample(type_, depth=depth, direction=direction)
            if len(to_json(value)) > _MOST:
                continue
            found.append(value)
            told = self.refusal(at, value, direction)
            if not told:
                return value
            reason = reason or told
        if not found:
            raise NoSample(f"its values have more than {_MOST:,} characters")
        self.refused[at.pointer] = reason
        return found[0]

    def _sample(self, type_: Type | Model, *, depth: int, direction: Direction | None) -> Any:
        """A sample that has all members so many objects deep, with none the smallest.

        Of a closed object that requires members which it does not declare, what can be said of it.
        """
        full, inside = depth > 0, depth or OPTIONAL_DEPTH
        try:
            return sample(self._api, type_, full=full, depth=inside, direction=direction)
        except NoSample:
            record = unmeetable(self._api, type_)
            if record is None:
                raise
            told = replace(record, required_extra=())
            return sample(self._api, told, full=full, depth=inside, direction=direction)

    def shown(
        self, examples: Iterable[Example], type_: Type | Model, at: Location, direction: Direction | None
    ) -> Iterable[Any]:
        """The values of those examples that their schema takes, short enough for a test."""
        for example in examples:
            if example.url is None:
                yield from self.example(example.at, type_, at, direction)

    def example(
        self, example: Location, type_: Type | Model, at: Location, direction: Direction | None
    ) -> Iterable[Any]:
        """The value of an example for what is written at a place, if its schema takes it."""
        place = self._written(example)
        if place is None:
            return
        value = place.raw
        if len(to_json(value)) > _LONGEST:
            return
        reason = self.refusal(at, value, direction)
        if not reason:
            if nulls_stay(self._api, type_, value):
                yield octets_as_written(self._api, type_, value)
            return
        key = id(example.source), example.pointer
        if key not in self._told:
            self._told.add(key)
            self._warn(
                Problem(
                    "example-refused",
                    f"the example is not as its schema says: {reason}",
                    example,
                    help="the emitted tests use a sample instead",
                    level="warning",
                )
            )

    def _written(self, example: Location) -> Location | None:
        """Where the value of an example stands: an Example Object may be referred to."""
        followed = description_of(self._api).follow(example)
        if followed is None or followed is example:
            return followed
        raw = followed.raw
        word = next((word for word in ("value", "dataValue") if is_object(raw) and word in raw), None)
        return followed.child(word) if word is not None else followed

    def refusal(self, at: Location, value: Any, direction: Direction | None) -> str | None:
        """Why the schema of a place refuses a value; empty or None where it does not, or cannot be asked."""
        place = schema_at(at)
        if place is None:
            return None
        return self._judge.refusal(place, value, direction)

    def exchange(self, operation: Operation, *path: str) -> Location | None:
        """A place inside the first whole call that the specification shows of an operation (`x-ms-examples`)."""
        for shown in operation.exchanges[:1]:
            place = shown.at.child(*path)
            try:
                _ = place.raw
            except (KeyError, TypeError):
                return None
            return place
        return None
