"""Nulls that a union takes by one of its variants, while the class that it is read as has none."""

from __future__ import annotations

from typing import Any

from ...jsonvalue import is_array, is_object
from ...model import Anything, Api, ListOf, MapOf, Model, Nullable, OneOf, Record, Type


def nulls_stay(api: Api, type_: Type | Model, value: Any) -> bool:
    """False where a value has a null for what a variant of an untagged union declares as something that is never null.

    `{"long": null}` is right for a variant that says nothing of `long`. It is read as the one that knows the most members,
    and that class has None for a member that is absent: the null is not sent back.
    """
    seen: set[tuple[int, int]] = set()
    open_: list[tuple[Any, Type | Model]] = [(value, type_)]
    while open_:
        one, given = open_.pop()
        if (id(one), id(given)) in seen or not (is_object(one) or is_array(one)):
            continue
        seen.add((id(one), id(given)))
        match api.present(given):
            case OneOf(tag=None) as union:
                open_ += ((one, variant.type) for variant in union.variants)
            case ListOf(prefix=()) as listed if is_array(one):
                open_ += ((item, listed.of) for item in one)
            case MapOf(patterns=()) as mapped if is_object(one):
                open_ += ((item, mapped.of) for item in one.values())
            case Record() as record if is_object(one):
                for field in record.fields:
                    item = one.get(field.wire_name, False)
                    if item is None and not isinstance(api.resolve(field.type), Nullable | Anything):
                        return False
                    open_.append((item, field.type))
            case _:
                pass
    return True
