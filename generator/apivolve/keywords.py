"""The keywords of JSON Schema that apply regular expressions, for `jsonschema`: by `pattern.matches`, which takes bounded time.

Its own ones ask Python's engine, which a pattern of somebody else can keep busy for years, and fail on one that it cannot read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import jsonschema

from .jsonvalue import is_array, is_object
from .pattern import is_quick, matches

Keyword: TypeAlias = Callable[[Any, Any, Any, Any], Iterator[Any] | None]

# this library is typed in part only
_library: Any = jsonschema
_Error: Any = _library.ValidationError


def _pattern(validator: Any, value: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    if validator.is_type(instance, "string") and not matches(value, instance):
        yield _Error(f"{instance!r} does not match {value!r}")


def _pattern_properties(validator: Any, value: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    if not is_object(instance):
        return
    for pattern, schema in value.items():
        for name, item in instance.items():
            if matches(pattern, name):
                yield from validator.descend(item, schema, path=name, schema_path=pattern)


def _additional_properties(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
    if not is_object(instance):
        return
    declared, patterns = schema.get("properties", ()), schema.get("patternProperties", ())
    extra = [
        name
        for name in instance
        if name not in declared and not any(matches(pattern, name) for pattern in patterns)
    ]
    if value is False and extra:
        names = ", ".join(map(repr, extra))
        yield _Error(
            f"Additional properties are not allowed ({names} {'was' if len(extra) == 1 else 'were'} unexpected)"
        )
    elif is_object(value):
        for name in extra:
            yield from validator.descend(instance[name], value, path=name)


def _unevaluated_properties(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
    # which members are evaluated, the library alone knows, and it asks Python's engine
    if is_object(instance) and not all(
        is_quick(one, name) for one in _patterns_in(schema) for name in instance
    ):
        raise ValueError("a pattern in it takes too long, or is none")
    yield from (
        _library.Draft202012Validator.VALIDATORS["unevaluatedProperties"](validator, value, instance, schema)
        or ()
    )


def _patterns_in(schema: Any) -> Iterator[str]:
    """The patterns for names in a schema and in those inside it."""
    open_ = [schema]
    for one in open_:  # grows while it is walked
        if is_object(one):
            patterns = one.get("patternProperties")
            yield from patterns if is_object(patterns) else ()
            open_.extend(one.values())
        elif is_array(one):
            open_.extend(one)


BOUNDED: dict[str, Keyword] = {
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
}
"""For every dialect."""
BOUNDED_NEWER: dict[str, Keyword] = {**BOUNDED, "unevaluatedProperties": _unevaluated_properties}
"""For draft 2020-12."""
