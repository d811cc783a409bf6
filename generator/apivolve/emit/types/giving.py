"""What a caller may give for a type in a request: the model, or a dictionary in its place (`params.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from ...continuing import types_of_items
from ...model import Alias, ListOf, MapOf, ModelRef, Nothing, Nullable, OneOf, Operation, Record, Type
from ...reach import reachable, refs_in, request_types
from ...surface import Annotation
from .spelling import Spelling, joined, value_of


class Giving:
    """What a caller may give for a type of one version: the model, or a dictionary in its place."""

    def __init__(self, spelling: Spelling, *, here: str, abc: str = "") -> None:
        self.spelling = spelling
        self.api = spelling.api
        self.here = here
        self.abc = abc

    @cached_property
    def carrying(self) -> frozenset[str]:
        """The keys of the models that are objects, or have objects inside that no other model names.

        Objects with a member of no name are left out: type checkers take no such dictionary.
        """
        found = {
            model.key
            for model in self.api.models
            if isinstance(model, Record) and all(one.wire_name for one in model.fields)
        }
        named = [model for model in self.api.models if isinstance(model, OneOf | Alias)]
        size = -1
        while size < len(found):
            size = len(found)
            found |= {model.key for model in named if any(key in found for key in _refs(model))}
        return frozenset(found)

    def alternatives(self, type_: Type, *, alone: bool = False) -> Annotation:
        """A type as the alternatives of an annotation; with `alone`, of a model only the dictionary."""
        match type_:
            case Nullable():
                inner = self.alternatives(type_.of, alone=alone)
                return inner if "None" in inner or inner == ("Any",) else (*inner, "None")
            case ListOf() if any(map(self._carries, items := self._items(type_))):
                parts = dict.fromkeys(part for one in items for part in self.alternatives(one))
                return (f"{self.abc}Sequence[{joined(parts)}]",)
            case MapOf() if self._carries(value_of(type_)):
                return (f"{self.abc}Mapping[str, {self.text(value_of(type_))}]",)
            case ModelRef() if type_.key in self.carrying:
                dictionary = f"{self.here}{self.spelling.names[type_.key]}"
                return (dictionary,) if alone else (*self.spelling.alternatives(type_), dictionary)
            case _:
                return self.spelling.alternatives(type_)

    def text(self, type_: Type, *, alone: bool = False) -> str:
        """A type as an annotation."""
        return joined(self.alternatives(type_, alone=alone))

    def _items(self, type_: ListOf) -> tuple[Type, ...]:
        """The types of the items of a list; none where they are anything."""
        known = self.spelling.item(type_) != ("Any",)
        return tuple(one for one in types_of_items(type_) if not isinstance(one, Nothing)) if known else ()

    def _carries(self, type_: Type) -> bool:
        return any(key in self.carrying for key in refs_in(type_))

    def sent(self, operations: Iterable[Operation]) -> frozenset[str]:
        """The keys of the models that requests send and that have a dictionary."""
        types = tuple(type_ for operation in operations for type_ in request_types(operation))
        return frozenset(key for key in reachable(self.api, types) if key in self.carrying)


def _refs(model: OneOf | Alias) -> list[str]:
    types = [model.of] if isinstance(model, Alias) else [variant.type for variant in model.variants]
    types += [model.open] if isinstance(model, OneOf) and model.open is not None else []
    return [key for type_ in types for key in refs_in(type_)]
