"""Decoding what does not fit the declared types, without losing any of it.

The fast decoder refuses a document as a whole. Here plain JSON is walked along the declared types:
what fits is decoded, unknown fields are kept, and a value of another type is kept as it came and
noted as a problem with its JSON path.
"""

from __future__ import annotations

from typing import Any, NamedTuple, cast

import msgspec

from .models import UNSET, Model, UnknownModel, build
from .shapes import Choice, ListOf, MapOf, Record, Scalar, Shape, Tagged, fit, shape_of
from .unions import UnionType, fallback_of, variants_by_tag

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

    Each value of a union is decoded once and remembered. Without that, trying variants whose
    parts are unions again would double the work with each level.
    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        # Holds the value too: its id is not used again while it lives.
        self._decoded: dict[tuple[int, Any], tuple[Any, Any, list[Problem]]] = {}

    def hook(self, annotation: Any, value: Any) -> Any:
        """Decode what msgspec cannot: the ``dec_hook`` for unions."""
        if isinstance(annotation, UnionType):
            return self._union(value, annotation, ())
        raise NotImplementedError(f"no decoder for {annotation!r}")

    def convert(self, value: Any, annotation: Any, path: Path = ()) -> Any:
        """Decode a value, the fast way if possible."""
        shape = shape_of(annotation)
        match shape:
            case Scalar():
                return self._scalar(value, shape, path)
            case Choice() | Tagged():
                return self._union(value, annotation, path)
            case Record() | ListOf() | MapOf():
                # At the root, the fast decoder has already refused.
                if 0 < len(path) <= _FAST_DEPTH:
                    taken, result = self._fast(value, annotation)
                    if taken:
                        return result
                return self._walk(value, shape, path)

    def _union(self, value: Any, annotation: Any, path: Path) -> Any:
        key = (id(value), annotation)
        remembered = self._decoded.get(key)
        if remembered is None:
            outside, self.problems = self.problems, []
            try:
                result = self._choose(value, shape_of(annotation))
                remembered = (value, result, self.problems)
            finally:
                self.problems = outside
            self._decoded[key] = remembered
        _, result, problems = remembered
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
        for field in shape.fields:
            if field.wire_name in value:
                values[field.attribute] = self.convert(
                    value[field.wire_name], field.type, (*path, field.wire_name)
                )
            elif field.required:
                values[field.attribute] = UNSET
                self.problems.append(Problem((*path, field.wire_name), "required, but missing"))
        extras = {name: each for name, each in value.items() if name not in shape.wire_names}
        if extras and not issubclass(shape.cls, Model):
            return value
        return build(shape.cls, values, extras)

    def _scalar(self, value: Any, shape: Scalar, path: Path) -> Any:
        if shape.anything:
            return value
        try:
            return msgspec.convert(value, shape.type)
        except msgspec.ValidationError as exc:
            # JSON Schema 2020-12 §6.1.1: a number without a fraction is an integer.
            if shape.type is int and isinstance(value, float) and value.is_integer():
                return int(value)
            self.problems.append(Problem(path, str(exc)))
            return value

    def _choose(self, value: Any, shape: Shape) -> Any:
        if isinstance(shape, Tagged):
            if not isinstance(value, dict):
                return self._keep(value, "an object", ())
            return self._variant(value, _variant_by_tag(cast("Json", value), shape.union))
        if not isinstance(shape, Choice):
            raise TypeError(f"not a union: {shape!r}")
        if value is None and shape.nullable:
            return None
        if len(shape.variants) == 1:
            return self._variant(value, shape.variants[0])
        for variant in shape.variants:
            taken, result = self._fast(value, variant)
            if taken:
                return result
        if isinstance(value, dict | list):
            grades = [fit(value, variant) for variant in shape.variants]
            best = max(grades, default=-1)
            if best >= 0:
                return self._variant(value, shape.variants[grades.index(best)])
        return self._keep(value, "another type", ())

    def _variant(self, value: Any, annotation: Any) -> Any:
        shape = shape_of(annotation)
        if isinstance(shape, Record | ListOf | MapOf):
            taken, result = self._fast(value, annotation)
            return result if taken else self._walk(value, shape, ())
        return self.convert(value, annotation)

    def _keep(self, value: Any, expected: str, path: Path) -> Any:
        self.problems.append(Problem(path, f"expected {expected}, got {_kind(value)}"))
        return value


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


def _variant_by_tag(value: dict[str, Any], union_type: UnionType) -> Any:
    tag = value.get(cast("str", union_type.tag))
    if isinstance(tag, str | int | bool):
        variant = variants_by_tag(union_type).get(tag)
        if variant is not None:
            return variant
    return fallback_of(union_type) or UnknownModel


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
