"""A JSON value that is an instance of a type: the same one every time, small, and readable.

`emit` builds the payloads of the emitted tests from it, `diff` its witnesses.
"""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..accept import accepts, hidden, member_types, refusal
from ..finding import Direction
from ..jsonvalue import is_array, is_object
from ..model import (
    Alias,
    Anything,
    Api,
    Enumeration,
    ListOf,
    MapOf,
    Model,
    ModelRef,
    Nothing,
    Nullable,
    OneOf,
    Record,
    Scalar,
    Type,
    Variant,
)
from ..pattern import string_for
from .scalars import LONGEST, NoSample, sample_scalar

OPTIONAL_DEPTH = 4
"""How many objects deep a full sample still carries its optional members: specs are wide, and this multiplies."""
_MOST_TRIED = 200
_DEEPEST = 60
"""How many types a sample leads through: what is deeper is no source that Python reads."""
_MOST_STEPS = 50_000
"""How many types are looked at for one sample: schemas that share others have more ways than could be tried."""


def sample(
    api: Api,
    type_: Type | Model,
    *,
    full: bool = False,
    depth: int = OPTIONAL_DEPTH,
    direction: Direction | None = None,
) -> Any:
    """A JSON value (as `json.loads` gives it) that a type accepts.

    By default the smallest: required members, lists as short as allowed. With `full`, optional members and one item
    per list too, `depth` objects deep. With `direction` "request", members that are read-only are left out; with
    "response", write-only ones. Where a `oneOf` has no value that exactly one variant accepts, one that several accept
    is given. Raises NoSample.

    Objects and arrays inside are shared between samples of one version, and must not be changed.
    """
    value = _Sampler(api, full, depth, direction).of(type_)
    return value.copy() if is_object(value) or is_array(value) else value


def unmeetable(api: Api, type_: Type | Model) -> Record | None:
    """The object that a type is, where it is closed and requires members that it does not declare: none can be right."""
    resolved = api.resolve(type_)
    is_so = isinstance(resolved, Record) and resolved.required_extra and isinstance(resolved.extra, Nothing)
    return resolved if is_so and isinstance(resolved, Record) else None


class _Known(NamedTuple):
    """A sample of a model, that is the same wherever none of the models it leads through is being built."""

    value: Any
    models: frozenset[str]
    steps: int
    depth: int


@dataclass(slots=True)
class _Reached:
    """What building a part led to: models, among them those that were being built already, how deep, and whether to a bound."""

    depth: int = 0
    models: set[str] = field(default_factory=set[str])
    closed: set[str] = field(default_factory=set[str])
    bound: bool = False

    def add(self, inner: _Reached) -> None:
        self.depth = max(self.depth, inner.depth)
        self.models |= inner.models
        self.closed |= inner.closed
        self.bound = self.bound or inner.bound


class _Sampler:
    def __init__(self, api: Api, full: bool, depth: int, direction: Direction | None) -> None:
        self.api = api
        self.full = full
        self.deepest = depth
        self.direction: Direction | None = direction
        self.open: dict[str, None] = {}  # the keys of the models that are being built, outermost first
        self.depth = 0
        self.left = _MOST_STEPS
        self.reached = _Reached()

    def of(self, type_: Type | Model) -> Any:
        self.spend(1)
        if self.depth == _DEEPEST:
            self.reached.bound = True
            raise NoSample(f"its values are deeper than {_DEEPEST} levels")
        self.depth += 1
        self.reached.depth = max(self.reached.depth, self.depth)
        try:
            return self.made(type_)
        finally:
            self.depth -= 1

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            self.reached.bound = True
            raise NoSample("the schema is too large to find a value of it")

    def made(self, type_: Type | Model) -> Any:
        match type_:
            case Anything():
                return {}
            case Nothing():
                raise NoSample("the schema accepts nothing")
            case Nullable():
                try:
                    return self.of(type_.of)
                except NoSample:
                    return None
            case Scalar():
                return sample_scalar(type_)
            case ListOf():
                return self.list_of(type_)
            case MapOf():
                return self.map_of(type_) if self.full else {}
            case ModelRef():
                return self.referenced(type_.key)
            case Enumeration() if type_.values:
                return json.loads(type_.values[0].value)
            case Enumeration():
                raise NoSample("the enumeration has no values")
            case _:
                return self.model(type_)

    def referenced(self, key: str) -> Any:
        """The sample of a model, which is made once for all that refer to it in the same circumstances."""
        circumstances = key, self.full, self.direction, max(self.deepest - len(self.open), 0)
        known: _Known | None = self.api.samples.get(circumstances)
        if (
            known is not None
            and known.steps <= self.left
            and known.depth <= _DEEPEST - self.depth
            and known.models.isdisjoint(self.open)
        ):
            self.left -= known.steps
            self.reached.models |= known.models
            self.reached.depth = max(self.reached.depth, self.depth + known.depth)
            return known.value
        outer, left = self.reached, self.left
        self.reached = inner = _Reached(self.depth)
        try:
            value = self.of(self.api.by_key[key])
            if not inner.bound and inner.closed <= inner.models:
                depth = inner.depth - self.depth
                self.api.samples[circumstances] = _Known(
                    value, frozenset(inner.models), left - self.left, depth
                )
            return value
        finally:
            self.reached = outer
            outer.add(inner)

    def model(self, type_: Record | OneOf | Alias) -> Any:
        if type_.key in self.open:
            self.reached.closed.add(type_.key)
            raise NoSample(f"{type_.key} holds itself without end")
        self.open[type_.key] = None
        self.reached.models.add(type_.key)
        try:
            match type_:
                case Alias():
                    return self.of(type_.of)
                case Record():
                    return self.record(type_)
                case OneOf():
                    return self.union(type_)
        finally:
            del self.open[type_.key]

    def map_of(self, type_: MapOf) -> dict[str, Any]:
        """An object of one member, where one can be made: a name that the type allows, and a value for it."""
        for name in self.member_names(type_):
            with contextlib.suppress(NoSample):
                value = {name: self.of((*member_types(type_.patterns, name), type_.of)[0])}
                if accepts(self.api, type_, value, self.direction):
                    return value
        return {}

    def member_names(self, type_: MapOf) -> Iterator[str]:
        """Names to try, those first that the map is for: that a pattern gives a type to, where the others have none of their own."""
        if isinstance(type_.of, Nothing | Anything):
            for pattern, _ in type_.patterns:
                with contextlib.suppress(ValueError):  # the pattern is beyond us
                    yield string_for(pattern)
            if type_.patterns:
                return
        with contextlib.suppress(NoSample):
            yield self.of(type_.names) if type_.names is not None else "key"

    def list_of(self, type_: ListOf) -> list[Any]:
        count = type_.min_items or 0
        if type_.prefix and (self.full or count):
            items = [self.of(part) for part in type_.prefix[: type_.max_items]]
            return [*items, *(self.repeated(type_.of, count - len(items)) if count > len(items) else [])]
        if self.full and count == 0 and type_.max_items != 0:
            try:
                return [self.of(type_.of)]
            except NoSample:
                return []
        if count > LONGEST or (type_.max_items is not None and type_.max_items < count):
            raise NoSample(f"no array has {count} items")
        if not count:
            return []
        items = self.repeated(type_.of, count)
        return self.distinct(type_.of, items) if type_.unique else items

    def repeated(self, type_: Type, count: int) -> list[Any]:
        """An array of one item. What is inside counts as often as it is there, arrays of plain values aside."""
        before = self.left
        item = self.of(type_)
        if is_array(item) or is_object(item):
            self.spend((before - self.left) * (count - 1))
        return [item] * count

    def distinct(self, type_: Type, items: list[Any]) -> list[Any]:
        """As many different items of a type; strings and numbers are counted up, enumerations walked."""
        plain = self.api.resolve(type_)
        if isinstance(plain, Enumeration) and len(plain.values) >= len(items):
            return [json.loads(value.value) for value in plain.values[: len(items)]]
        first = items[0]
        found = [first]
        for index in range(1, len(items)):
            match first:
                case bool():
                    found.append(not first)
                case int() | float():
                    found.append(first + index)
                case str():
                    found.append(f"{first}{index}")
                case _:
                    found.append(first)
        if len({json.dumps(item, sort_keys=True) for item in found}) < len(found) or not all(
            accepts(self.api, type_, item, self.direction) for item in found
        ):
            raise NoSample(f"not {len(items)} different items are known")
        return found

    def optional(self, members: dict[str, Type]) -> dict[str, Any]:
        """Those members for which there is a value."""
        value: dict[str, Any] = {}
        for name, type_ in members.items():
            try:
                value[name] = self.of(type_)
            except NoSample:
                continue  # it may be left out, so it is
        return value

    def record(self, record: Record) -> dict[str, Any]:
        visible = [item for item in record.fields if not hidden(item, self.direction)]
        required = {item.wire_name for item in visible if item.required}
        value = {
            name: self.of((*member_types(record.patterns, name), record.extra)[0])
            for name in record.required_extra
        }
        optional = {item.wire_name: item.type for item in visible if not item.required}
        most = record.max_properties
        least = record.min_properties or 0
        for item in visible:
            if item.wire_name in required:
                value[item.wire_name] = self.of(item.type)
            elif self.full and len(self.open) <= self.deepest and (most is None or len(value) < most):
                value.update(self.optional({item.wire_name: item.type}))
        for name, type_ in optional.items():
            if len(value) < least and name not in value:
                value.update(self.optional({name: type_}))
        for number in range(1, min(least, LONGEST) - len(value) + 1):
            value[f"key{number}"] = self.of(record.extra)
        if record.conditions and refusal(self.api, record, value, self.direction) is not None:
            return self.meeting(record, value, optional)
        return value

    def meeting(self, record: Record, value: dict[str, Any], optional: dict[str, Type]) -> dict[str, Any]:
        """The same object with those optional members that the conditions ask for, as few as will do."""
        more = {name: item for name, item in self.optional(optional).items() if name not in value}
        for count in (1, 2, 3):
            for chosen in itertools.islice(itertools.combinations(more.items(), count), _MOST_TRIED):
                tried = {**value, **dict(chosen)}
                if refusal(self.api, record, tried, self.direction) is None:
                    return tried
        return {**value, **more}

    def union(self, union: OneOf) -> Any:
        fallback: list[Any] = []
        asked = self.full
        for full in (False, True) if union.exclusive and not asked else (asked,):
            self.full = full  # of full values it is more often one variant alone that takes them
            values = (value for variant in union.variants for value in self.variant(union, variant))
            for value in values:
                if refusal(self.api, union, value, self.direction) is None:
                    self.full = asked
                    return value
                fallback.append(value)
        self.full = asked
        if fallback:
            return fallback[0]
        if union.open is not None:
            return self.of(union.open)
        raise NoSample("no variant has a value")

    def variant(self, union: OneOf, variant: Variant) -> Iterator[Any]:
        """The value of one variant, under each tag that chooses it."""
        try:
            value = self.of(variant.type)
        except NoSample:
            return
        if union.tag is None or not variant.tags or not is_object(value):
            yield value
            return
        for tag in variant.tags:
            yield {**value, union.tag: tag}
