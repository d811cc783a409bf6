"""Decoding what does not fit the declared types, without losing any of it.

The fast decoder refuses a document as a whole. Here plain JSON is walked along the declared types:
what fits is decoded, unknown fields are kept, and a value of another type is kept as it came and
noted as a problem with its JSON path.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from math import inf
from typing import Any, NamedTuple, cast

import msgspec

from .models import UNSET, Model, build, extended_class
from .shapes import (
    Choice,
    ListOf,
    MapOf,
    Optional,
    ReadType,
    Record,
    Scalar,
    Shape,
    Tagged,
    fit,
    shape_of,
)

# Within this depth of nested models each part is tried with the fast decoder first; a bound, so
# that a document that is wrong at its very bottom is not decoded once per level.
_FAST_DEPTH = 12

Path = tuple[str | int, ...]
Json = dict[str, Any]


class Problem(NamedTuple):
    """A value that is not of the declared type."""

    path: Path
    text: str


class Converter:
    """Turns plain JSON into the declared types; made anew for each document.

    Of a union, the variant with most declared fields in a value is meant; with ``strict``, the one with
    most of those that take it without a problem, if there is any.

    Each value of a union is decoded once and remembered. Without that, trying variants whose
    parts are unions again would double the work with each level.
    """

    def __init__(self, *, strict: bool = False) -> None:
        self.problems: list[Problem] = []
        self.lacks_digits = False
        """Whether a decimal was read of a float whose digits are not known: see `number`."""
        self._strict = strict
        self._digits: dict[int, tuple[float, str]] = {}
        # Holds the value too: its id is not used again while it lives.
        self._decoded: dict[tuple[int, Any], tuple[Any, Any, list[Problem]]] = {}

    def number(self, text: str) -> float:
        """Decode a number, and remember its digits: the ``float_hook`` where there are decimals."""
        value = float(text)
        if value in (inf, -inf):
            raise ValueError("Number out of range")
        self._digits[id(value)] = (value, text)
        return value

    def hook(self, annotation: Any, value: Any) -> Any:
        """Decode what msgspec cannot: the ``dec_hook`` for unions and decimals."""
        if isinstance(annotation, ReadType):
            return self._read(value, annotation, ())
        shape = shape_of(annotation)
        if isinstance(shape, Tagged | Choice):
            return self._union(value, annotation, shape, ())
        # What msgspec asks of a hook for a type that it does not know either; it tells it with the path.
        raise NotImplementedError(f"no decoder for {annotation!r}")

    def convert(
        self, value: Any, annotation: Any, path: Path = (), *, refused: bool = False
    ) -> Any:
        """Decode a value, the fast way if possible. ``refused``: the fast decoder did not take it as it is."""
        shape = shape_of(annotation)
        if isinstance(shape, Scalar):
            return self._scalar(value, shape, path)
        if isinstance(shape, Optional):
            return None if value is None else self.convert(value, shape.type, path)
        if isinstance(shape, Choice | Tagged):
            return self._union(value, annotation, shape, path)
        return self._part(value, annotation, shape, path, refused)

    def _part(
        self,
        value: Any,
        annotation: Any,
        shape: Record | ListOf | MapOf,
        path: Path,
        refused: bool,
    ) -> Any:
        # what lacks a field is refused for sure, and so is a list that begins with it
        if len(path) <= _FAST_DEPTH and not _lacks(value, shape):
            if (
                isinstance(shape, Record)
                and type(value) is dict
                and issubclass(shape.cls, Model)
                and (unknown := cast("Json", value).keys() - shape.fields.keys())
            ):
                annotation, refused = extended_class(shape.cls, unknown), False
            taken, result = self._fast(value, annotation) if not refused else (False, None)
            if taken:
                return result
        return self._walk(value, shape, path)

    def _union(self, value: Any, annotation: Any, shape: Choice | Tagged, path: Path) -> Any:
        key = (id(value), annotation)
        remembered = self._decoded.get(key)
        if remembered is None:
            outside, self.problems = self.problems, []
            try:
                result = self._choose(value, shape)
                remembered = (value, result, self.problems)
            finally:
                self.problems = outside
            self._decoded[key] = remembered
        _, result, problems = remembered
        if problems:
            self.problems += [Problem(path + problem.path, problem.text) for problem in problems]
        return result

    def _fast(self, value: Any, annotation: Any) -> tuple[bool, Any]:
        before = len(self.problems)
        try:
            result = msgspec.convert(value, annotation, dec_hook=self.hook)
        except msgspec.ValidationError:
            result = None
        else:
            if len(self.problems) == before:
                return True, result
        # The walk notes the problems again, with their whole paths.
        del self.problems[before:]
        return False, None

    def _walk(self, value: Any, shape: Record | ListOf | MapOf, path: Path) -> Any:
        match shape:
            case Record():
                if isinstance(value, dict):
                    return self._record(cast("dict[str, Any]", value), shape, path)
                return self._keep(value, "an object", path)
            case ListOf(item):
                if isinstance(value, list):
                    items = cast("list[object]", value)
                    return [
                        self.convert(each, item, (*path, place)) for place, each in enumerate(items)
                    ]
                return self._keep(value, "an array", path)
            case MapOf(item):
                if isinstance(value, dict):
                    pairs = cast("dict[str, Any]", value).items()
                    return {name: self.convert(each, item, (*path, name)) for name, each in pairs}
                return self._keep(value, "an object", path)

    def _record(self, value: dict[str, Any], shape: Record, path: Path) -> Any:
        values: dict[str, Any] = {}
        extras: Json = {}
        fields, taken = shape.fields, shape.taken
        for name, each in value.items():
            field = fields.get(name)
            if field is None:
                extras[name] = each
            elif type(each) in taken[name]:
                values[field.attribute] = each
            else:
                values[field.attribute] = self.convert(each, field.type, (*path, name))
        for name in sorted(shape.required - value.keys()):
            values[shape.fields[name].attribute] = UNSET
            if name not in getattr(shape.cls, "__sent_only__", ()):
                self.problems.append(Problem((*path, name), "required, but missing"))
        if extras and not issubclass(shape.cls, Model):
            return value
        return build(shape.cls, values, extras)

    def _read(self, value: Any, kind: ReadType, path: Path) -> Any:
        exact = value
        if type(value) is float:
            known = self._digits.get(id(value))
            self.lacks_digits |= known is None
            exact = Decimal(known[1] if known is not None else repr(value))
        result = kind.read(exact)
        return self._keep(value, kind.expected, path) if result is None else result

    def _scalar(self, value: Any, shape: Scalar, path: Path) -> Any:
        if shape.anything or type(value) is shape.type:
            return value
        if isinstance(shape.type, ReadType):
            return self._read(value, shape.type, path)
        try:
            return msgspec.convert(value, shape.type)
        except msgspec.ValidationError as exc:
            # JSON Schema 2020-12 §6.1.1: a number without a fraction is an integer.
            if shape.type is int and isinstance(value, float) and value.is_integer():
                return int(value)
            self.problems.append(Problem(path, str(exc)))
            return value

    def _choose(self, value: Any, shape: Choice | Tagged) -> Any:
        if isinstance(shape, Choice):
            return self._best(value, shape)
        if isinstance(value, dict):
            tag = cast("Json", value).get(shape.tag)
            variant = None if isinstance(tag, dict | list) else shape.by_value.get(tag)
            return self.convert(value, variant or shape.fallback)
        # a tag is of objects alone
        others = tuple(one for one in dict.fromkeys(shape.by_value.values()) if _takes_others(one))
        if others:
            return self._best(value, Choice(others, nullable=False))
        return self._keep(value, "an object", ())

    def _best(self, value: Any, shape: Choice) -> Any:
        if value is None and shape.nullable:
            return None
        names = cast("Json", value).keys() if type(value) is dict else frozenset[str]()
        nested = type(cast("object", value)) in (dict, list)
        less: list[Any] = []
        for variant in shape.variants:
            what = shape_of(variant)
            if not _may_take(what, nested=nested):
                continue  # an exception costs more than all the rest
            if isinstance(what, Record) and not names >= what.given:
                less.append(
                    variant
                )  # it would be another object afterwards, with what the class gives
                continue
            taken, result = self._fast(value, variant)
            if taken:
                return result
        for variant in less:
            taken, result = self._fast(value, variant)
            if taken:
                return result
        if nested:
            grades = {variant: fit(value, variant) for variant in shape.variants}
            meant = sorted(
                (one for one in grades if grades[one] >= 0), key=lambda one: -grades[one]
            )
            silent = [one for one in shape.variants if _says_nothing_of(names, shape_of(one))]
            if meant:
                return self._convert_as(value, [*meant, *silent])
            if silent:
                return cast("Any", value)  # as good as any, and nobody knows which was meant
        return self._keep(value, "another type", ())

    def _convert_as(self, value: Any, meant: list[Any]) -> Any:
        """Decode as the first of some variants, or, where that counts, as the first without a problem."""
        result, problems = self.convert(value, meant[0]), self.problems
        if problems and self._strict:
            for variant in meant[1:]:
                self.problems = []
                other = self.convert(value, variant)
                if not self.problems:
                    return other
            self.problems = problems
        return result

    def _keep(self, value: Any, expected: str, path: Path) -> Any:
        self.problems.append(Problem(path, f"expected {expected}, got {_kind(value)}"))
        return value


def _says_nothing_of(names: Collection[str], shape: Shape) -> bool:
    """Whether a type takes an object for all that it says: it wants no field, and knows none of these."""
    return (
        isinstance(shape, Record)
        and not shape.required
        and bool(names)
        and shape.fields.keys().isdisjoint(names)
    )


def _lacks(value: Any, shape: Shape) -> bool:
    """Whether an object, or the first of a list, has a required field missing."""
    if isinstance(shape, ListOf):
        items = cast("list[Any]", value)
        return type(value) is list and bool(items) and _lacks(items[0], shape_of(shape.item))
    return (
        isinstance(shape, Record)
        and type(value) is dict
        and not cast("Json", value).keys() >= shape.required
    )


def _takes_others(variant: Any) -> bool:
    """Whether a type may take what is no object."""
    return not isinstance(shape_of(variant), Record | MapOf | Tagged)


def _may_take(shape: Shape, *, nested: bool) -> bool:
    """Whether a type may take an object or an array (``nested``), or what is neither."""
    if isinstance(shape, Scalar):
        return shape.anything or not nested
    return nested or not isinstance(shape, Record | ListOf | MapOf)


def json_path(path: Path) -> str:
    """Write a path as JSONPath (RFC 9535): ``$.choices[0]['odd name']``."""
    parts = ["$"]
    for part in path:
        if isinstance(part, int):
            parts.append(f"[{part}]")
        elif part.isidentifier():
            parts.append(f".{part}")
        else:
            parts.append(f"[{part!r}]")
    return "".join(parts)


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "an array"
        case _:
            return "an object"
