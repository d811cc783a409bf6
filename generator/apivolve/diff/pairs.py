"""Two things of the same kind, one from each version, as the rules see them.

`before` is None when the thing came, `after` is None when it went; then there are no pairs for its parts. `subject`
names the pair in words that survive unrelated edits. `reach` says who sends and who receives it; None where direction
has no meaning, as for a server.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from ..accept import accepts
from ..finding import Side
from ..jsonvalue import is_object
from ..model import (
    Api,
    Body,
    Content,
    Enumeration,
    EnumValue,
    Field,
    Header,
    ListOf,
    Model,
    Nothing,
    OneOf,
    Operation,
    Parameter,
    Record,
    Requirement,
    Response,
    SecurityScheme,
    Server,
    Tag,
    Type,
    Variant,
)
from ..reach import Reach
from ..sample import NoSample, sample
from ..source import Location
from ..surface import (
    Surface,
    SurfaceAlias,
    SurfaceAttribute,
    SurfaceClass,
    SurfaceMethod,
    SurfaceParameter,
)
from .calls import Call
from .proof import Payload
from .relation import Frame

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pair(Generic[T]):
    """What all pairs have."""

    subject: str
    before: T | None
    after: T | None
    reach: Reach | None
    frame: Frame

    @property
    def places(self) -> tuple[Location | None, Location | None]:
        """Where the two sides are written."""
        return _place(self.before), _place(self.after)

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations that are hit where direction has no meaning."""
        return ()


@dataclass(frozen=True, slots=True)
class ApiPair(Pair[Api]):
    """The two versions themselves."""

    @property
    def places(self) -> tuple[Location | None, Location | None]:
        """Where the two sides introduce themselves."""
        sides = (side.sources for side in (self.frame.before, self.frame.after))
        before, after = (Location(sources[0], "/info") if sources else None for sources in sides)
        return before, after


@dataclass(frozen=True, slots=True)
class ServerPair(Pair[Server]):
    """A server, matched by its URL template."""


@dataclass(frozen=True, slots=True)
class SchemePair(Pair[SecurityScheme]):
    """A way to authenticate, matched by name."""


@dataclass(frozen=True, slots=True)
class TagPair(Pair[Tag]):
    """A declared tag, matched by name."""


@dataclass(frozen=True, slots=True)
class OperationPair(Pair[Operation]):
    """An operation, matched by method and path, else by operationId; or a webhook, or a callback."""

    label: str

    @property
    def operations(self) -> tuple[str, ...]:
        """The operation itself."""
        return (self.label,)


@dataclass(frozen=True, slots=True)
class RequirementPair(Pair[Requirement]):
    """A security alternative of an operation that only one version accepts."""

    call: Call

    @property
    def places(self) -> tuple[Location | None, Location | None]:
        """Where the alternative is written; where the other side has none, the operation."""
        before, after = (
            side.at if side is not None and side.at is not None else operation.at
            for side, operation in ((self.before, self.call.before), (self.after, self.call.after))
        )
        return before, after


@dataclass(frozen=True, slots=True)
class ParameterPair(Pair[Parameter]):
    """A parameter, matched by place and wire name; in a path by position."""

    call: Call


@dataclass(frozen=True, slots=True)
class BodyPair(Pair[Body]):
    """A request body."""

    call: Call


@dataclass(frozen=True, slots=True)
class ResponsePair(Pair[Response]):
    """A response, matched by status, or by what covers a status: a range, `default`."""

    call: Call


@dataclass(frozen=True, slots=True)
class ContentPair(Pair[Content]):
    """A body in one media type, matched by media type, or by a range that covers it.

    `response` is set for the body of a response, `siblings` are all alternatives of both sides.
    """

    call: Call
    siblings: tuple[tuple[Content, ...], tuple[Content, ...]]
    response: ResponsePair | None = None


@dataclass(frozen=True, slots=True)
class HeaderPair(Pair[Header]):
    """A response header, matched without case."""

    call: Call
    response: ResponsePair


@dataclass(frozen=True, slots=True)
class ModelPair(Pair[Model]):
    """A model: both sides where something structural differs, one side only where no operation reaches it."""


@dataclass(frozen=True, slots=True)
class RecordPair(Pair[Record]):
    """An object in both versions, for what belongs to no single member."""


@dataclass(frozen=True, slots=True)
class EnumPair(Pair[Enumeration]):
    """An enumeration in both versions."""


@dataclass(frozen=True, slots=True)
class EnumValuePair(Pair[EnumValue]):
    """A value that only one of two enumerations has."""

    enum_before: Enumeration
    enum_after: Enumeration


@dataclass(frozen=True, slots=True)
class UnionPair(Pair[OneOf]):
    """A union in both versions."""


@dataclass(frozen=True, slots=True)
class VariantPair(Pair[Variant]):
    """A variant of a union, matched by tag, then by model, then by kind."""

    union_before: OneOf
    union_after: OneOf


@dataclass(frozen=True, slots=True)
class FieldPair(Pair[Field]):
    """A member of an object, matched by wire name."""

    record_before: Record
    record_after: Record

    def payload(self, accepted: Side, value: Any) -> Payload | None:
        """The object as one side accepts it, with the member set to a value."""
        records = self.record_before, self.record_after
        return object_payload(self.frame, records, accepted, self.name, {self.name: value})

    def without(self, accepted: Side) -> Payload | None:
        """The object as one side accepts it, without the member."""
        return object_payload(self.frame, (self.record_before, self.record_after), accepted, self.name, {})

    def sampled(self, accepted: Side) -> Payload | None:
        """The object as one side accepts it, with the member set to a sample."""
        item, api = (
            (self.before, self.frame.before) if accepted == "before" else (self.after, self.frame.after)
        )
        if item is None:
            return None
        try:
            return self.payload(accepted, sample(api, item.type))
        except NoSample:
            return None

    @property
    def sent(self) -> bool:
        """False when no side has it in requests (`readOnly`, OpenAPI Schema Object)."""
        return not all(item.read_only for item in (self.before, self.after) if item)

    @property
    def received(self) -> bool:
        """False when no side has it in responses (`writeOnly`)."""
        return not all(item.write_only for item in (self.before, self.after) if item)

    @property
    def name(self) -> str:
        """The wire name."""
        item = self.after or self.before
        return item.wire_name if item else ""


Step: TypeAlias = Literal["[]", "{}"]
Aspect: TypeAlias = Literal["null", "scalar", "items", "names", "form"]
"""In what two types differ: one may be null; scalars of one kind; arrays in their bounds or first items; maps in
their names; or altogether."""


@dataclass(frozen=True, slots=True)
class TypePair(Pair[object]):
    """A type at a named place, the deepest level where both sides still had the same form.

    `steps` lead from the place down to the type: `[]` into an array, `{}` into a map, each of `holders`. `field` is set when the place is
    a member of an object, else `place` holds the places of the schemas.
    """

    aspect: Aspect
    types: tuple[Type | Model, Type | Model]
    place: tuple[Location, Location]
    steps: tuple[Step, ...] = ()
    holders: tuple[tuple[Type | Model, Type | Model], ...] = ()
    field: FieldPair | None = None

    @property
    def places(self) -> tuple[Location | None, Location | None]:
        """Where the named place is written."""
        return self.place

    def payload(self, accepted: Side, value: Any, by_format: bool = False) -> Payload | None:
        """What to send to show a value of the type: the value where it belongs, inside its object."""
        api = self.frame.before if accepted == "before" else self.frame.after
        for step, holders in zip(reversed(self.steps), reversed(self.holders), strict=True):
            holder = holders[0] if accepted == "before" else holders[1]
            value = _list_around(api, holder, value) if step == "[]" else _map_around(api, holder, value)
        if self.field is None:
            return Payload(value, accepted, *self.place, by_format=by_format)
        payload = self.field.payload(accepted, value)
        return replace(payload, by_format=by_format) if payload else None


@dataclass(frozen=True, slots=True)
class MethodPair(Pair[SurfaceMethod]):
    """A method of the generated client, matched by name, else by operation."""

    surfaces: tuple[Surface, Surface]


@dataclass(frozen=True, slots=True)
class ArgumentPair(Pair[SurfaceParameter]):
    """A parameter of a generated method, matched by name."""

    surfaces: tuple[Surface, Surface]
    methods: tuple[SurfaceMethod, SurfaceMethod]


@dataclass(frozen=True, slots=True)
class ClassPair(Pair[SurfaceClass]):
    """A generated model class, matched by name."""

    surfaces: tuple[Surface, Surface]


@dataclass(frozen=True, slots=True)
class AttributePair(Pair[SurfaceAttribute]):
    """An attribute of a generated class, matched by name."""

    surfaces: tuple[Surface, Surface]
    classes: tuple[SurfaceClass, SurfaceClass]


@dataclass(frozen=True, slots=True)
class AliasPair(Pair[SurfaceAlias]):
    """A generated type alias, matched by name."""

    surfaces: tuple[Surface, Surface]


def _map_around(api: Api, holder: Type | Model, value: Any) -> dict[str, Any]:
    """An object that holds a value under a name that is not declared, and what else it must."""
    try:
        known: dict[str, Any] = sample(api, holder) if isinstance(holder, Record) else {}
    except NoSample:
        known = {}
    return {**known, "key": value}


def _list_around(api: Api, holder: Type | Model, value: Any) -> list[Any]:
    """An array that holds a value, and as many others as it must."""
    if not isinstance(holder, ListOf):
        return [value]
    try:
        first = [sample(api, part) for part in holder.prefix]
        count = max((holder.min_items or 0) - len(first) - 1, 0)
        more: list[Any] = sample(api, ListOf(holder.of, count, None, holder.unique)) if count else []
    except NoSample:
        return [value]
    return [*first, value, *more]


def _place(side: object) -> Location | None:
    at = getattr(side, "at", None)
    return at if isinstance(at, Location) else None


def object_payload(
    frame: Frame, records: tuple[Record, Record], accepted: Side, name: str, members: dict[str, Any]
) -> Payload | None:
    """An object of the accepting side that the other side refuses for `name` only, as far as that can be had."""
    mine, other = records
    my_api, other_api = frame.before, frame.after
    if accepted == "after":
        mine, other, my_api, other_api = other, mine, other_api, my_api
    try:
        value = sample(my_api, mine)
    except NoSample:
        return None
    if not is_object(value):
        return None
    declared = {item.wire_name: item.type for item in mine.fields}
    for item in other.fields:
        if item.wire_name == name or not (item.required or item.wire_name in value):
            continue
        allowed = declared.get(item.wire_name, mine.extra)
        present = value.get(item.wire_name)
        if isinstance(allowed, Nothing) or (
            item.wire_name in value and accepts(other_api, item.type, present)
        ):
            continue
        try:
            wanted = sample(other_api, item.type)
        except NoSample:
            continue
        if accepts(my_api, allowed, wanted):
            value[item.wire_name] = wanted
    value.pop(name, None)
    return Payload({**value, **members}, accepted, records[0].at, records[1].at, about=name)
