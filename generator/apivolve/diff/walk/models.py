"""From two versions to all pairs: the walk in parallel from the operations down.

Structure decides: a type is followed through references, aliases, arrays and maps on both sides at once, so a schema
that was renamed, inlined or extracted is met by its content. Each pair of models is expanded once, whatever leads to
it, and carries all operations that reach it; subtrees with equal fingerprints are not entered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

from ...finding import Direction
from ...model import (
    Alias,
    Anything,
    Enumeration,
    Field,
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
from ...reach import Reach, reach
from ...source import Location
from ..pairs import (
    Aspect,
    EnumPair,
    EnumValuePair,
    FieldPair,
    ModelPair,
    Pair,
    RecordPair,
    Step,
    TypePair,
    UnionPair,
    VariantPair,
)
from ..relation import Frame
from .match import by, match_variants, whichever

ModelKeys: TypeAlias = tuple[str, str]
AnyPair: TypeAlias = "Pair[Any]"

_UNREACHED = Reach()


@dataclass
class _Node:
    """A pair of models that the walk met: its pairs, what it leads to when sent and when received, who reaches it."""

    pairs: list[AnyPair] = field(default_factory=list[AnyPair])
    sent: list[ModelKeys] = field(default_factory=list[ModelKeys])
    received: list[ModelKeys] = field(default_factory=list[ModelKeys])
    sent_by: dict[str, None] = field(default_factory=dict[str, None])
    received_by: dict[str, None] = field(default_factory=dict[str, None])


@dataclass(frozen=True)
class _Spot:
    """Where a pair of types stands: what to call it, and what its values are shown in."""

    subject: str
    place: tuple[Location, Location]
    steps: tuple[Step, ...] = ()
    holders: tuple[tuple[Type | Model, Type | Model], ...] = ()
    field: FieldPair | None = None

    def inside(self, step: Step, before: Type | Model, after: Type | Model) -> _Spot:
        return replace(
            self,
            subject=self.subject + step,
            steps=(*self.steps, step),
            holders=(*self.holders, (before, after)),
        )


class ModelWalk:
    """Walks the models of two versions in parallel. Start it with `follow`, then read `pairs`."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self._nodes: dict[ModelKeys, _Node] = {}

    def follow(
        self,
        subject: str,
        types: tuple[Type, Type],
        place: tuple[Location, Location],
        operation: str,
        direction: Direction,
    ) -> Iterator[TypePair]:
        """The pairs of types at a place of an operation; the models they lead to are walked and remembered."""
        found, roots = self._align(*types, _Spot(subject, place))
        mine = Reach((operation,), ()) if direction == "request" else Reach((), (operation,))
        yield from (replace(pair, reach=mine) for pair in found)
        seen = set(roots)
        for keys in roots:  # grows while it is walked
            node = self._node(keys)
            requested = direction == "request"
            (node.sent_by if requested else node.received_by)[operation] = None
            fresh = [inner for inner in (node.sent if requested else node.received) if inner not in seen]
            seen.update(fresh)
            roots.extend(fresh)

    def pairs(self) -> Iterator[AnyPair]:
        """The pairs of all models: those that operations reach, those that none does, and changed words."""
        for node in list(self._nodes.values()):
            known = Reach(tuple(node.sent_by), tuple(node.received_by))
            yield from (replace(pair, reach=_through(pair, known)) for pair in node.pairs)
        yield from self._reworded()
        yield from self._unreached()

    @cached_property
    def _reaches(self) -> tuple[dict[str, Reach], dict[str, Reach]]:
        return reach(self.frame.before), reach(self.frame.after)

    def _reworded(self) -> Iterator[AnyPair]:
        """Models that the walk does not enter: equal ones whose words may differ, and aliases."""
        frame = self.frame
        reached = self._reaches[1]
        for after in frame.after.models:
            before = frame.before.by_key.get(after.key)
            if before is None or before == after:
                continue
            if (isinstance(after, Alias) and reached[after.key].direction) or frame.equal(
                before.key, after.key
            ):
                yield ModelPair(".".join(after.path), before, after, reached[after.key], frame)

    def _unreached(self) -> Iterator[AnyPair]:
        """Models that no operation of either version reaches: they came, went or changed without effect."""
        frame = self.frame
        before_reach, after_reach = self._reaches
        for before, after in by(lambda model: model.key, frame.before.models, frame.after.models):
            if before is not None and before_reach[before.key].direction is not None:
                continue
            if after is not None and after_reach[after.key].direction is not None:
                continue
            known = before or after
            subject = ".".join(known.path if known else ())
            if before is None or after is None or not frame.equal(before.key, after.key):
                yield ModelPair(subject, before, after, _UNREACHED, frame)

    # --- types -------------------------------------------------------------------------------------------

    def _align(
        self, before: Type | Model, after: Type | Model, spot: _Spot, seen: frozenset[ModelKeys] = frozenset()
    ) -> tuple[list[TypePair], list[ModelKeys]]:
        """Where two types part, and the pairs of models they lead to where they do not. `seen` are the pairs of names above."""
        frame = self.frame
        if isinstance(before, ModelRef) and isinstance(after, ModelRef):
            if (before.key, after.key) in seen:
                return [], []  # arrays of themselves
            seen |= {(before.key, after.key)}
        if (
            isinstance(before, ModelRef)
            and isinstance(after, ModelRef)
            and frame.equal(before.key, after.key)
        ):
            return [], []
        if (shared := self._shared(before, after)) is not None:
            return [], [shared]
        old, old_null = _without_null(frame, 0, before)
        new, new_null = _without_null(frame, 1, after)
        if not _same_form(old, new):
            told = isinstance(old, Enumeration) or isinstance(new, Enumeration)  # its names are worth a word
            if not told and frame.relate(before, after).kind == "same":
                return [], []
            return [self._type(spot, before, after, "form")], []
        found = [self._type(spot, before, after, "null")] if old_null != new_null else []
        match old, new:
            case Scalar(), Scalar():
                if old != new:
                    found.append(self._type(spot, old, new, "scalar"))
                return found, []
            case ListOf(), ListOf():
                if replace(old, of=Anything()) != replace(new, of=Anything()):
                    found.append(self._type(spot, old, new, "items"))
                inner, keys = self._align(old.of, new.of, spot.inside("[]", old, new), seen)
                return [*found, *inner], keys
            case MapOf(), MapOf():
                if replace(old, of=Anything()) != replace(new, of=Anything()):
                    found.append(self._type(spot, old, new, "names"))
                inner, keys = self._align(old.of, new.of, spot.inside("{}", old, new), seen)
                return [*found, *inner], keys
            case Record() | Enumeration() | OneOf(), Record() | Enumeration() | OneOf():
                return found, [] if frame.equal(old.key, new.key) else [(old.key, new.key)]
            case _:
                return found, []

    def _shared(self, before: Type | Model, after: Type | Model) -> ModelKeys | None:
        """A named model on both sides that is no object, enumeration or union in both: its change is told at its own place."""
        if not (isinstance(before, ModelRef) and isinstance(after, ModelRef) and before.key == after.key):
            return None
        old, new = self.frame.before.by_key[before.key], self.frame.after.by_key[after.key]
        if len(old.path) > 1 or (_same_form(old, new) and not isinstance(old, Alias)):
            return None
        return before.key, after.key

    def _type(self, spot: _Spot, before: Type | Model, after: Type | Model, aspect: Aspect) -> TypePair:
        return TypePair(
            spot.subject,
            before,
            after,
            None,
            self.frame,
            aspect,
            (before, after),
            spot.place,
            spot.steps,
            spot.holders,
            spot.field,
        )

    # --- models ------------------------------------------------------------------------------------------

    def _node(self, keys: ModelKeys) -> _Node:
        if keys not in self._nodes:
            node = self._nodes[keys] = _Node()
            before, after = self.frame.before.by_key[keys[0]], self.frame.after.by_key[keys[1]]
            subject = ".".join(before.path)
            node.pairs.append(ModelPair(subject, before, after, None, self.frame))
            match before, after:
                case Record(), Record():
                    self._record(node, subject, before, after)
                case Enumeration(), Enumeration():
                    self._enumeration(node, subject, before, after)
                case OneOf(), OneOf():
                    self._union(node, subject, before, after)
                case _:
                    # not by name, which would lead here again
                    old = before.of if isinstance(before, Alias) else before
                    new = after.of if isinstance(after, Alias) else after
                    self._add(node, old, new, _Spot(subject, (before.at, after.at)))
        return self._nodes[keys]

    def _add(self, node: _Node, before: Type | Model, after: Type | Model, spot: _Spot) -> None:
        found, keys = self._align(before, after, spot)
        node.pairs.extend(found)
        if spot.field is None or spot.field.sent:
            node.sent.extend(keys)
        if spot.field is None or spot.field.received:
            node.received.extend(keys)

    def _record(self, node: _Node, subject: str, before: Record, after: Record) -> None:
        node.pairs.append(RecordPair(subject, before, after, None, self.frame))
        for old, new in by(lambda item: item.wire_name, _members(before), _members(after)):
            name = f"{subject}.{whichever(old, new).wire_name}"
            pair = FieldPair(name, old, new, None, self.frame, before, after)
            node.pairs.append(pair)
            if old is not None and new is not None:
                self._add(node, old.type, new.type, _Spot(name, (old.at, new.at), field=pair))
        if not isinstance(before.extra, Anything | Nothing) and not isinstance(
            after.extra, Anything | Nothing
        ):
            spot = _Spot(subject, (before.at, after.at)).inside("{}", before, after)
            self._add(node, before.extra, after.extra, spot)

    def _enumeration(self, node: _Node, subject: str, before: Enumeration, after: Enumeration) -> None:
        node.pairs.append(EnumPair(subject, before, after, None, self.frame))
        node.pairs.extend(
            EnumValuePair(subject, old, new, None, self.frame, before, after)
            for old, new in by(lambda item: item.value, before.values, after.values)
        )

    def _union(self, node: _Node, subject: str, before: OneOf, after: OneOf) -> None:
        node.pairs.append(UnionPair(subject, before, after, None, self.frame))
        for old, new in match_variants(self.frame, before, after):
            node.pairs.append(VariantPair(subject, old, new, None, self.frame, before, after))
            if old is not None and new is not None:
                self._add(node, old.type, new.type, _Spot(subject, (old.at, new.at)))
        if before.open is not None and after.open is not None:
            self._add(node, before.open, after.open, _Spot(subject, (before.at, after.at)))


def _through(pair: AnyPair, known: Reach) -> Reach:
    """The reach of a model, as far as it comes to a pair of it: read-only members are not sent."""
    member = pair if isinstance(pair, FieldPair) else pair.field if isinstance(pair, TypePair) else None
    if member is None:
        return known
    return Reach(known.sent_by if member.sent else (), known.received_by if member.received else ())


def _members(record: Record) -> list[Field]:
    """The members that an object declares, or requires without declaring them."""
    undeclared = [Field(name, record.extra, True, record.at) for name in record.required_extra]
    return [*record.fields, *undeclared]


def _without_null(frame: Frame, side: int, type_: Type | Model) -> tuple[Type | Model, bool]:
    api = (frame.before, frame.after)[side]
    null = False
    while True:
        if isinstance(type_, Nullable):
            null, type_ = True, type_.of
        elif isinstance(type_, ModelRef):
            type_ = api.resolve(type_)
        else:
            return type_, null


def _same_form(before: Type | Model, after: Type | Model) -> bool:
    match before, after:
        case Scalar(), Scalar():
            return before.kind == after.kind
        case Enumeration(), Enumeration():
            return before.base == after.base
        case _:
            return type(before) is type(after)
