"""Whether a type of the model accepts a JSON value, and why not.

This is JSON Schema's reading of the model (draft 2020-12, validation): `format` is not asserted, and a discriminator
only chooses between variants. An enumeration that the service announces to extend takes every value of its kind.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .conditions import broken
from .finding import Direction
from .jsonvalue import is_array, is_object, to_json
from .model import (
    Alias,
    Anything,
    Api,
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
from .pattern import matches
from .source import split_pointer

_DEEPEST = 100


def accepts(api: Api, type_: Type | Model, value: Any, direction: Direction | None = None) -> bool:
    """True when a value is an instance of a type: see `Acceptor`."""
    return Acceptor(api, direction).accepts(type_, value)


def refusal(api: Api, type_: Type | Model, value: Any, direction: Direction | None = None) -> str | None:
    """Why a value is no instance of a type, in words; None when it is one: see `Acceptor`."""
    return Acceptor(api, direction).refusal(type_, value)


class Acceptor:
    """Asks the types of one version about values, and remembers what they said of objects and arrays.

    Many candidates share their members, so that those are asked about once. Values must not be changed meanwhile.
    With `direction` "request", members that are read-only need not be there; with "response", write-only ones.
    """

    def __init__(self, api: Api, direction: Direction | None = None) -> None:
        self._api = api
        self._direction: Direction | None = direction
        # what is remembered by its id is held, so that the id stays its own
        self._said: dict[tuple[int | str, int], tuple[Type, Any, str | None]] = {}

    def accepts(self, type_: Type | Model, value: Any) -> bool:
        """True when a value is an instance of a type."""
        return self.refusal(type_, value) is None

    def refusal(self, type_: Type | Model, value: Any, depth: int = 0) -> str | None:
        """Why a value is no instance of a type, in words; None when it is one."""
        if depth > _DEEPEST:
            return None  # values that deep are not looked into
        shared = is_object(value) or is_array(value)
        if not (isinstance(type_, ModelRef) or (shared and isinstance(type_, ListOf | MapOf))):
            return self._refusal(type_, value, depth)
        asked = type_.key if isinstance(type_, ModelRef) else id(type_), id(value)
        if asked not in self._said:
            # where a name leads back to itself: a union takes what another variant takes, an alias says nothing
            union = isinstance(type_, ModelRef) and isinstance(self._api.by_key[type_.key], OneOf)
            self._said[asked] = type_, value, "it leads back to itself" if union else None
            self._said[asked] = type_, value, self._refusal(type_, value, depth)
        return self._said[asked][-1]

    def _refusal(self, type_: Type | Model, value: Any, depth: int) -> str | None:
        match type_:
            case Anything():
                return None
            case Nothing():
                return f"{to_json(value)} is not allowed"
            case Nullable():
                return None if value is None else self.refusal(type_.of, value, depth + 1)
            case ModelRef():
                return self.refusal(self._api.by_key[type_.key], value, depth + 1)
            case Alias():
                return self.refusal(type_.of, value, depth + 1) or self._refuse_conditions(
                    type_, value, depth
                )
            case Scalar():
                return _refuse_scalar(type_, value)
            case ListOf():
                return self._refuse_list(type_, value, depth)
            case MapOf():
                if not is_object(value):
                    return f"{to_json(value)} is not an object"
                return self._refuse_members(value, type_, type_.of, (), depth)
            case Enumeration():
                if to_json(value) in {item.value for item in type_.values}:
                    return None
                if type_.open:
                    return _refuse_scalar(Scalar(type_.base), value)
                return f"{to_json(value)} is not one of {', '.join(item.value for item in type_.values)}"
            case Record():
                return self._refuse_record(type_, value, depth) or self._refuse_conditions(
                    type_, value, depth
                )
            case OneOf():
                return self._refuse_union(type_, value, depth) or self._refuse_conditions(type_, value, depth)

    def _refuse_conditions(self, model: Record | OneOf | Alias, value: Any, depth: int) -> str | None:
        """The keywords beside the type: `not`, `if`, `dependentRequired` and their like."""
        if not model.conditions:
            return None
        named = {
            split_pointer(self._api.by_key[type_.key].at.pointer)[-1]: type_
            for condition in model.conditions
            for type_ in condition.types
            if isinstance(type_, ModelRef) and self._api.by_key[type_.key].at.pointer
        }

        def refuse(reference: str, part: Any) -> str | None:
            type_ = named.get(split_pointer(f"/{reference.rpartition('/')[2]}")[0])
            return self.refusal(type_, part, depth + 1) if type_ is not None else None

        return broken(model.conditions, value, refuse)

    def _refuse_list(self, type_: ListOf, value: Any, depth: int) -> str | None:
        if not is_array(value):
            return f"{to_json(value)} is not an array"
        items = value
        if type_.min_items is not None and len(items) < type_.min_items:
            return f"{len(items)} items are fewer than {type_.min_items}"
        if type_.max_items is not None and len(items) > type_.max_items:
            return f"{len(items)} items are more than {type_.max_items}"
        if type_.unique and len({to_json(item) for item in items}) < len(items):
            return "the items are not unique"
        for index, (expected, item) in enumerate(zip(type_.prefix, items, strict=False)):
            if (reason := self.refusal(expected, item, depth + 1)) is not None:
                return f"[{index}]: {reason}"
        rest = items[len(type_.prefix) :]
        once = dict(
            zip(map(id, rest), rest, strict=True)
        )  # samples of long arrays hold one value thousands of times
        for item in once.values():
            if (reason := self.refusal(type_.of, item, depth + 1)) is not None:
                at = next(index for index, known in enumerate(rest) if known is item) + len(type_.prefix)
                return f"[{at}]: {reason}"
        return None

    def _refuse_members(
        self, value: dict[str, Any], owner: Record | MapOf, extra: Type, known: tuple[str, ...], depth: int
    ) -> str | None:
        for name, member in value.items():
            if owner.names is not None and (reason := self.refusal(owner.names, name, depth + 1)) is not None:
                return f"the name {name!r}: {reason}"
            expected = member_types(owner.patterns, name) or (() if name in known else (extra,))
            for type_ in expected:
                if isinstance(type_, Nothing):
                    return f"{name!r} is not a declared member"
                if (reason := self.refusal(type_, member, depth + 1)) is not None:
                    return f"{name}: {reason}"
        return None

    def _refuse_record(self, type_: Record, value: Any, depth: int) -> str | None:
        if not is_object(value):
            return f"{to_json(value)} is not an object"
        members = value
        required = (
            item.wire_name for item in type_.fields if item.required and not hidden(item, self._direction)
        )
        for name in (*required, *type_.required_extra):
            if name not in members:
                return f"{name!r} is missing"
        if type_.min_properties is not None and len(members) < type_.min_properties:
            return f"{len(members)} members are fewer than {type_.min_properties}"
        if type_.max_properties is not None and len(members) > type_.max_properties:
            return f"{len(members)} members are more than {type_.max_properties}"
        for item in type_.fields:
            if item.wire_name in members:
                reason = self.refusal(item.type, members[item.wire_name], depth + 1)
                if reason is not None:
                    return f"{item.wire_name}: {reason}"
        known = tuple(item.wire_name for item in type_.fields)
        return self._refuse_members(members, type_, type_.extra, known, depth)

    def _refuse_union(self, type_: OneOf, value: Any, depth: int) -> str | None:
        variants = type_.variants
        if type_.tag is not None and is_object(value):
            tag = value.get(type_.tag)
            chosen = tuple(variant for variant in variants if isinstance(tag, str) and tag in variant.tags)
            if chosen:
                variants = chosen
            elif type_.open is not None:
                return self.refusal(type_.open, value, depth + 1)
            elif all(variant.tags for variant in variants):
                return f"no variant has the {type_.tag} {to_json(tag)}"
        refused, accepted = "", 0
        for variant in variants:
            reason = self.refusal(variant.type, value, depth + 1)
            if reason is not None:
                refused = refused or reason
            elif not type_.exclusive:
                return None
            else:
                accepted += 1
        if accepted == 1:
            return None
        if accepted:
            return f"{accepted} variants accept it, where exactly one must"
        return f"no variant accepts it ({refused or 'there are none'})"


def _refuse_scalar(type_: Scalar, value: Any) -> str | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    fits = {
        "string": isinstance(value, str),
        "boolean": isinstance(value, bool),
        "integer": number and (isinstance(value, int) or value.is_integer()),
        "number": number,
    }[type_.kind]
    if not fits:
        article = "an" if type_.kind == "integer" else "a"
        return f"{to_json(value)} is not {article} {type_.kind}"
    limits = type_.limits
    if isinstance(value, str):
        if limits.min_length is not None and len(value) < limits.min_length:
            return f"{to_json(value)} is shorter than {limits.min_length}"
        if limits.max_length is not None and len(value) > limits.max_length:
            return f"{to_json(value)} is longer than {limits.max_length}"
        if limits.pattern is not None and not matches(limits.pattern, value):
            return f"{to_json(value)} does not match {limits.pattern}"
    elif number:
        if limits.minimum is not None and value < limits.minimum:
            return f"{value} is less than {limits.minimum}"
        if limits.maximum is not None and value > limits.maximum:
            return f"{value} is greater than {limits.maximum}"
        if limits.exclusive_minimum is not None and value <= limits.exclusive_minimum:
            return f"{value} is not greater than {limits.exclusive_minimum}"
        if limits.exclusive_maximum is not None and value >= limits.exclusive_maximum:
            return f"{value} is not less than {limits.exclusive_maximum}"
        if limits.multiple_of and exact(value) % exact(limits.multiple_of):
            return f"{value} is not a multiple of {limits.multiple_of}"
    return None


def hidden(field: Field, direction: Direction | None) -> bool:
    """True for a member that messages of a direction do not have."""
    return (field.read_only and direction == "request") or (field.write_only and direction == "response")


def member_types(patterns: tuple[tuple[str, Type], ...], name: str) -> tuple[Type, ...]:
    """The types that a member has by its name (`patternProperties`)."""
    return tuple(type_ for pattern, type_ in patterns if matches(pattern, name))


def exact(number: float | int) -> Fraction:
    """A number as it is written: 0.3 is three tenths."""
    return Fraction(number) if isinstance(number, int) else Fraction(str(number))
