"""Keywords of JSON Schema that give no type of their own, asked of a value: `not`, `if`, `dependentRequired`, …

`jsonschema` reads them as they are written; where they refer to a named schema, the model of that is asked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, TypeAlias

import jsonschema
import jsonschema.exceptions
import jsonschema.validators
import referencing.exceptions

from .jsonvalue import is_object
from .keywords import BOUNDED_NEWER
from .model import Condition

Refuse: TypeAlias = Callable[[str, Any], str | None]
"""Why the schema that a reference names refuses a value; None when it takes it."""

# this library is typed in part only
_library: Any = jsonschema
_validators_of: Any = jsonschema.validators
_exceptions: Any = jsonschema.exceptions
NOT_EVALUATED: tuple[type[Exception], ...] = (
    referencing.exceptions.Unresolvable,
    _exceptions.UnknownType,
    RecursionError,
    TypeError,
    ValueError,
    AttributeError,
    ArithmeticError,
)
"""What `jsonschema` raises where a schema is itself broken, or too large to be evaluated."""
_REFUSE: ContextVar[Refuse] = ContextVar("refuse")


def broken(conditions: tuple[Condition, ...], value: Any, refuse: Refuse) -> str | None:
    """What a value breaks of some conditions, in words; None when it meets all, or they cannot be evaluated."""
    token = _REFUSE.set(refuse)
    try:
        written = tuple((_owner(one), one.keyword, one.schema) for one in conditions if not _unknown(one))
        for validator in _validators(written):
            error = next(validator.iter_errors(value), None)
            if error is not None:
                return str(error.message)
    except NOT_EVALUATED:
        return None  # what is itself broken refuses nothing
    finally:
        _REFUSE.reset(token)
    return None


def _unknown(condition: Condition) -> bool:
    """True for a keyword that the document's dialect does not know: before OpenAPI 3.1 that is draft 4."""
    content = condition.at.source.content
    version = content.get("openapi", content.get("swagger")) if is_object(content) else None
    newer = version is None or (str(version).startswith("3.") and not str(version).startswith("3.0"))
    return not newer and condition.keyword not in _library.Draft4Validator.VALIDATORS


def _owner(condition: Condition) -> str:
    """The schema that a condition is written in."""
    return f"{condition.at.file}#{condition.at.pointer.rpartition('/')[0]}"


@lru_cache(maxsize=512)
def _validators(written: tuple[tuple[str, str, str], ...]) -> tuple[Any, ...]:
    """One validator for each schema that conditions are written in: `if`, `then` and `else` belong together."""
    schemas: list[tuple[str, dict[str, Any]]] = []
    for owner, keyword, text in written:
        mine = next((schema for known, schema in schemas if known == owner and keyword not in schema), None)
        if mine is None:
            schemas.append((owner, mine := {}))
        mine[keyword] = json.loads(text)
    return tuple(_CONDITIONS(schema) for _, schema in schemas)


def _reference(_validator: Any, value: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    reason = _REFUSE.get()(value, instance)
    if reason is not None:
        yield _library.ValidationError(reason)


_CONDITIONS: Any = _validators_of.extend(_library.Draft202012Validator, {**BOUNDED_NEWER, "$ref": _reference})
