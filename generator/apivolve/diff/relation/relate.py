"""The one honest relation under the rules: which values does one type accept and another refuse?

`escape(inner, outer)` looks for an instance of `inner` that is none of `outer`. Three answers: an `Escape` holds such
an instance, and it was checked against both types before it is given; `None` says there is none; `Unknown` says why
it could not be decided.

The reading is the open world of HTTP APIs: an object that merely does not forbid undeclared members (`extra` is
`Anything` beside declared fields) is not said to send them. Recursion is coinductive: while a pair of models is being
compared it is assumed to be included, so that it is refuted by a difference and by nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ...accept import Acceptor, accepts
from ...fingerprint import fingerprints
from ...jsonvalue import is_object
from ...model import (
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
)
from ...sample import NoSample, sample
from ...source import Location, Source, split_pointer
from .outcome import Escape, Outcome, Relation, Unknown
from .scalars import escape_scalar
from .variety import varied

_JSON: tuple[Any, ...] = ("string", 1, 0.5, True, [], {}, ["string"], {"key": "string"}, {"key": 1}, None)
"""Values of every kind, to try against a type when the other accepts anything."""
_DEEPEST = 60
_MOST_STEPS = 20_000
"""How far types are followed for one answer, and how many pairs of them are looked at."""
_NOWHERE = Location(Source("", "", "text"))


@dataclass(eq=False)
class Frame:
    """The two versions under comparison, with what is known about their types."""

    before: Api
    after: Api
    _equal: set[str] = field(init=False)
    _lost: _Comparison = field(init=False)
    _gained: _Comparison = field(init=False)

    def __post_init__(self) -> None:
        before, after = fingerprints(self.before), fingerprints(self.after)
        self._equal = {key for key, value in before.items() if after.get(key) == value}
        self._lost = _Comparison(self.before, self.after, self._equal)
        self._gained = _Comparison(self.after, self.before, self._equal)

    def equal(self, before: str, after: str) -> bool:
        """True when two models are the same by name and structure, transitively (fingerprint.py)."""
        return before == after and before in self._equal

    def relate(self, before: Type | Model, after: Type | Model) -> Relation:
        """How a type of the version before relates to one of the version after."""
        return Relation(self.lost(before, after), self.gained(before, after))

    def lost(self, before: Type | Model, after: Type | Model) -> Outcome:
        """A value accepted before and refused after."""
        return self._lost.escape(before, after)

    def gained(self, before: Type | Model, after: Type | Model) -> Outcome:
        """A value accepted after and refused before."""
        return self._gained.escape(after, before)


def escape(inner_api: Api, inner: Type | Model, outer_api: Api, outer: Type | Model) -> Outcome:
    """An instance of `inner` that is none of `outer`; None when `inner` is included in `outer`."""
    return _Comparison(inner_api, outer_api, set()).escape(inner, outer)


class _Comparison:
    """Inclusion of the types of one version in those of another, with what was already found out."""

    def __init__(self, inner: Api, outer: Api, equal: set[str]) -> None:
        self.inner = inner
        self.outer = outer
        self.equal = equal
        self.assumed: set[_Names] = set()
        self.used: set[_Names] = set()  # assumptions that an answer under way rests on
        self.known: dict[_Names, Outcome] = {}
        self.depth = 0
        self.left = _MOST_STEPS

    def escape(self, inner: Type | Model, outer: Type | Model) -> Outcome:
        if self.depth == 0:
            self.left = _MOST_STEPS
        self.left -= 1
        if self.depth == _DEEPEST or self.left < 0:
            return Unknown("the types are too large to compare")
        self.depth += 1
        try:
            return self.answer(_resolved(self.inner, inner), _resolved(self.outer, outer))
        finally:
            self.depth -= 1

    def answer(self, inner: Type | Model, outer: Type | Model) -> Outcome:
        pair = _name(inner), _name(outer)
        if isinstance(inner, Scalar) and isinstance(outer, Scalar):
            if pair not in self.known:
                self.known[pair] = self.checked(inner, outer)
            return self.known[pair]
        if not (isinstance(pair[0], str) or isinstance(pair[1], str)):
            return self.checked(inner, outer)  # smaller with every step, so it ends by itself
        if pair[0] == pair[1] and pair[0] in self.equal:
            return None
        if pair in self.known:
            return self.known[pair]
        if pair in self.assumed:
            self.used.add(pair)
            return None
        self.assumed.add(pair)
        outcome = self.checked(inner, outer)
        self.assumed.discard(pair)
        self.used.discard(pair)
        if isinstance(outcome, Escape) or not self.used:
            self.known[pair] = outcome  # holds whatever else is assumed
        return outcome

    def checked(self, inner: Type | Model, outer: Type | Model) -> Outcome:
        """The answer, where an instance is given only when it holds on both sides."""
        unknown: Unknown | None = None
        try:
            for outcome in self.look(inner, outer):
                match outcome:
                    case Escape():
                        if self.holds(outcome, inner, outer):
                            return outcome
                        unknown = unknown or Unknown("no value was found that shows the difference")
                    case Unknown():
                        unknown = outcome
                    case None:
                        pass
        except NoSample as error:
            unknown = unknown or Unknown(f"no value can be built: {error}")
        return unknown

    def holds(self, found: Escape, inner: Type | Model, outer: Type | Model) -> bool:
        if not accepts(self.inner, inner, found.value):
            return False
        return found.by_format or not accepts(self.outer, outer, found.value)

    def sample(self, type_: Type | Model) -> Any:
        return sample(self.inner, type_)

    def look(self, inner: Type | Model, outer: Type | Model) -> Iterator[Outcome]:
        """What speaks against inclusion, one thing after the other."""
        if isinstance(inner, Nothing) or isinstance(outer, Anything):
            return
        match inner:
            case Nullable():
                yield None if accepts(self.outer, outer, None) else Escape(None)
                yield self.escape(inner.of, outer)
            case Enumeration():
                for item in inner.values:
                    value = json.loads(item.value)
                    if not accepts(self.outer, outer, value):
                        yield Escape(value)
                if inner.open:
                    yield self.escape(Scalar(inner.base), outer)
            case OneOf():
                yield from self.from_union(inner, outer)
            case Anything():
                for value in _JSON:
                    if not accepts(self.outer, outer, value):
                        yield Escape(value)
                        return
                yield Unknown("one side accepts anything")
            case _:
                yield from self.plain(inner, outer)

    def plain(self, inner: Type | Model, outer: Type | Model) -> Iterator[Outcome]:
        """`inner` is a scalar, an array or an object."""
        match inner, outer:
            case _, Nullable():
                yield self.escape(inner, outer.of)
            case _, OneOf():
                yield from self.into_union(inner, outer)
            case Scalar(), Scalar() | Enumeration():
                yield from escape_scalar(inner, outer)
            case ListOf(), ListOf():
                yield from self.lists(inner, outer)
            case Record() | MapOf(), Record() | MapOf():
                yield from self.objects(_object(inner), _object(outer))
            case _:
                yield Escape(self.sample(inner))

    # --- unions ------------------------------------------------------------------------------------------

    def from_union(self, inner: OneOf, outer: Type | Model) -> Iterator[Outcome]:
        """A union is included when each of its variants is."""
        for variant in inner.variants:
            if inner.tag is None or not variant.tags:
                yield self.escape(variant.type, outer)
                continue
            for tag in variant.tags:
                target = _by_tag(outer, inner.tag, tag)
                if target is None:
                    value = self.sample(variant.type)
                    yield (
                        Escape({**value, inner.tag: tag})
                        if is_object(value)
                        else Unknown("a tag on no object")
                    )
                    continue
                found = self.escape(variant.type, target)
                if isinstance(found, Escape) and is_object(found.value):
                    found = Escape({**found.value, inner.tag: tag}, found.by_format)
                yield found
        if inner.open is not None:
            # the base of a family is chosen by its own name
            name = (split_pointer(inner.at.pointer)[-1:] or ["unknown"])[0]
            found = self.escape(inner.open, _by_tag(outer, inner.tag or "", name) or outer)
            if isinstance(found, Escape) and is_object(found.value) and inner.tag:
                found = Escape({**found.value, inner.tag: name}, found.by_format)
            yield found

    def into_union(self, inner: Type | Model, outer: OneOf) -> Iterator[Outcome]:
        """A type is included in a union when it is in one variant; several together are not tried."""
        candidates: list[Type] = [variant.type for variant in outer.variants]
        if outer.open is not None:
            candidates.append(outer.open)
        found = [self.escape(inner, candidate) for candidate in candidates]
        if None in found:
            # `oneOf` wants exactly one; an overlap shows in some instance
            ours, theirs = Acceptor(self.inner), Acceptor(self.outer)
            for value in varied(self.inner, inner) if outer.exclusive else ():
                if not theirs.accepts(outer, value) and ours.accepts(inner, value):
                    yield Escape(value)
                    return
            return
        shown = [item for item in found if isinstance(item, Escape)]
        for item in shown:
            if self.holds(item, inner, outer):
                yield item
                return
        yield Escape(self.sample(inner))
        yield Unknown("several variants together may cover it")

    # --- arrays and objects ------------------------------------------------------------------------------

    def lists(self, inner: ListOf, outer: ListOf) -> Iterator[Outcome]:
        least = inner.min_items or 0
        if outer.min_items is not None and least < outer.min_items:
            yield Escape(self.sample(inner))
        for index in range(max(len(inner.prefix), len(outer.prefix))):
            mine = inner.prefix[index] if index < len(inner.prefix) else inner.of
            theirs = outer.prefix[index] if index < len(outer.prefix) else outer.of
            found = self.escape(mine, theirs)
            if isinstance(found, Escape):
                before = [self.sample(part) for part in inner.prefix[:index]]
                before += [self.sample(inner.of)] * (index - len(before))
                found = Escape([*before, found.value], found.by_format)
            yield found
        if inner.prefix and inner.of != outer.of:
            found = self.escape(inner.of, outer.of)
            if isinstance(found, Escape):
                found = Escape([*map(self.sample, inner.prefix), found.value], found.by_format)
            yield found
        elif inner.max_items != 0 and not inner.prefix:
            found = self.escape(inner.of, outer.of)
            if isinstance(found, Escape):
                rest: list[Any] = (
                    self.sample(ListOf(inner.of, least - 1, None, inner.unique)) if least > 1 else []
                )
                yield Escape([found.value, *rest], found.by_format)
            else:
                yield found
        if outer.max_items is not None and (inner.max_items is None or inner.max_items > outer.max_items):
            yield Escape(self.sample(ListOf(inner.of, max(least, outer.max_items + 1), None, inner.unique)))
        if outer.unique and not inner.unique and (inner.max_items is None or inner.max_items > 1):
            yield Escape([self.sample(inner.of)] * max(least, 2))

    def objects(self, inner: Record, outer: Record) -> Iterator[Outcome]:
        given = {item.wire_name: item for item in inner.fields}
        wanted = {item.wire_name: item for item in outer.fields}
        must = {item.wire_name for item in inner.fields if item.required} | set(inner.required_extra)
        base = self.sample(inner)
        yield from self.rules(inner, outer)
        for name in _required(outer):
            if name not in must:
                yield Escape({key: value for key, value in base.items() if key != name})
        for name, item in given.items():
            yield self.member(base, name, item.type, wanted[name].type if name in wanted else outer.extra)
        if not isinstance(inner.extra, Anything):
            for name, item in wanted.items():
                if name not in given:
                    yield self.member(base, name, inner.extra, item.type)
        if not isinstance(inner.extra, Anything) or not given:
            yield self.member(base, "key", inner.extra, outer.extra)
        yield from self.sizes(inner, outer, base)

    def rules(self, inner: Record, outer: Record) -> Iterator[Outcome]:
        """Conditions, and what is said of names: the outer ones that the inner has not may refuse something."""
        mine = set(inner.patterns)
        new = [one for one in outer.patterns if one not in mine]
        alike = dict(inner.patterns)
        undecided = [one for one in outer.conditions if one not in inner.conditions]
        open_patterns = [
            pattern for pattern, type_ in new if pattern not in alike or self.escape(alike[pattern], type_)
        ]
        closing = [
            one
            for one in inner.patterns
            if one not in outer.patterns and not isinstance(outer.extra, Anything)
        ]
        names = outer.names is not None and (
            inner.names is None or self.escape(inner.names, outer.names) is not None
        )
        if not (undecided or open_patterns or closing or names):
            return
        ours, theirs = Acceptor(self.inner), Acceptor(self.outer)
        for value in varied(self.inner, inner, outer):
            if not theirs.accepts(outer, value) and ours.accepts(inner, value):
                yield Escape(value)
                return
        yield Unknown("of the rules about names or conditions that differ, no value was found that shows it")

    def member(self, base: dict[str, Any], name: str, inner: Type, outer: Type) -> Outcome:
        """The members of one name, inside an object that is otherwise fine."""
        if isinstance(outer, Nothing) and not isinstance(inner, Nothing):
            return Escape({**base, name: self.sample(inner)})
        found = self.escape(inner, outer)
        return Escape({**base, name: found.value}, found.by_format) if isinstance(found, Escape) else found

    def sizes(self, inner: Record, outer: Record, base: dict[str, Any]) -> Iterator[Outcome]:
        if outer.min_properties is not None and (inner.min_properties or 0) < outer.min_properties:
            yield Escape(base)
        most = outer.max_properties
        if most is not None and (inner.max_properties is None or inner.max_properties > most):
            value = sample(self.inner, inner, full=True)
            spare = self.sample(inner.extra) if not isinstance(inner.extra, Nothing) else None
            for number in range(most + 1 - len(value) if spare is not None else 0):
                value[f"key{number + 1}"] = spare
            yield Escape(value) if len(value) > most else Unknown("no value of that size was found")


_Names: TypeAlias = tuple["Type | str", "Type | str"]


def _name(type_: Type | Model) -> Type | str:
    """What two types are remembered by: a model by its key, any other type by itself."""
    return type_.key if isinstance(type_, Record | OneOf | Enumeration | Alias) else type_


def _resolved(api: Api, type_: Type | Model) -> Type | Model:
    if isinstance(type_, Alias):
        type_ = type_.of
    return api.resolve(type_) if isinstance(type_, ModelRef) else type_


def _object(type_: Record | MapOf) -> Record:
    return (
        type_
        if isinstance(type_, Record)
        else Record("", (), (), _NOWHERE, extra=type_.of, patterns=type_.patterns, names=type_.names)
    )


def _required(record: Record) -> Iterable[str]:
    return (*(item.wire_name for item in record.fields if item.required), *record.required_extra)


def _by_tag(outer: Type | Model, tag: str, value: str) -> Type | Model | None:
    """Where a union that chooses by the same tag sends a value; any other type answers for itself."""
    if not isinstance(outer, OneOf) or outer.tag != tag:
        return outer
    for variant in outer.variants:
        if value in variant.tags:
            return variant.type
    untagged = [variant.type for variant in outer.variants if not variant.tags]
    return outer.open or (outer if untagged else None)
