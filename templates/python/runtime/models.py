"""The class every generated model derives from, and what keeps fields it does not declare.

Fields the server sends and the model does not declare live on a subclass made on the spot (the
result is still an instance of the declared class), so that encoding stays native and sends them
back. They are read with `Model.extra_fields` and set with `with_extra_fields`.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, ClassVar, TypeAlias, TypeVar, cast
from weakref import WeakSet, WeakValueDictionary

import msgspec

Unset: TypeAlias = msgspec.UnsetType
UNSET = msgspec.UNSET


def unset() -> Any:
    """The default of a required field that only the server sets: absent until it is received."""
    return UNSET


#: Attribute names a generated field must not have, besides names that start with an underscore.
RESERVED_NAMES = frozenset({"extra_fields"})


#: What msgspec allows in no name, as it writes names unescaped.
UNSPEAKABLE = re.compile(r'[\x00-\x1f"\\]')
#: Living classes with a substitute for such a name, or for a text: `substitutes` puts the true one in its place.
substituted: WeakSet[type[Any]] = WeakSet()


class Model(
    msgspec.Struct, omit_defaults=True, repr_omit_defaults=True, forbid_unknown_fields=True
):
    """A JSON object of the API.

    ``None`` in an optional field means absent: it is not sent. A field that may be null as well is
    ``UNSET`` when absent, and ``None`` is sent as null. A required field that the server left out is
    ``UNSET`` too, and stays absent when sent back. A ``repr`` shows what is there.
    """

    # By attribute: the wire names that msgspec cannot write, of fields that go by another one there.
    __true_names__: ClassVar[Mapping[str, str]] = {}
    # The wire names of required fields that only the caller sends: a response is whole without them.
    __sent_only__: ClassVar[frozenset[str]] = frozenset()
    # Pairs of attribute and wire name of the fields that a made subclass adds.
    __extra_names__: ClassVar[tuple[tuple[str, str], ...]] = ()

    def __init_subclass__(cls, **settings: Any) -> None:
        super().__init_subclass__(**settings)
        if cls.__true_names__:
            substituted.add(cls)

    @property
    def extra_fields(self) -> dict[str, Any]:
        """Fields the model does not declare, by wire name, as plain JSON values; a new dict."""
        return {wire: getattr(self, attribute) for attribute, wire in self.__extra_names__}


class UnknownModel(Model, kw_only=True):
    """An object of a kind this SDK does not know; `extra_fields` holds all of it."""


AnyModel = TypeVar("AnyModel", bound=Model)


def with_extra_fields(model: AnyModel, fields: Mapping[str, Any]) -> AnyModel:
    """Copy a model, with undeclared fields set by wire name.

    For what a server understands and its description does not mention. Raises ValueError when a
    name is that of a declared field.
    """
    cls = cast("type[AnyModel]", declared_class(type(model)))
    wires = {
        cls.__true_names__.get(field.name, field.encode_name)
        for field in msgspec.structs.fields(cls)
    }
    for name in fields:
        if name in wires:
            raise ValueError(f"{cls.__name__} declares the field {name!r}: set it directly")
    values = {name: getattr(model, name) for name in cls.__struct_fields__}
    return build(cls, values, {**model.extra_fields, **fields})


def build(cls: type[AnyModel], values: dict[str, Any], extras: Mapping[str, Any]) -> AnyModel:
    """Make an instance from attribute values and undeclared fields, without checking types."""
    if not extras:
        return cls(**values)
    extended = extended_class(cls, extras)
    for attribute, wire in extended.__extra_names__:
        values[attribute] = extras[wire]
    return cast("AnyModel", extended(**values))


def extended_class(cls: type[Model], wire_names: Iterable[str]) -> type[Model]:
    """Give the subclass of a model that declares some more fields, each required and of any type."""
    # Sorted, so that two objects with the same fields are of one class and compare equal.
    return _extended(cls, tuple(sorted(wire_names)))


def declared_class(cls: type[Model]) -> type[Model]:
    """Give the generated class behind a made subclass; any other class is given back."""
    return cast("type[Model]", cls.__mro__[1]) if cls.__extra_names__ else cls


# A made class lives as long as one of its instances (so that equal objects are of one class),
# and the most recent ones a while longer; a server that invents names cannot fill the memory.
_alive: WeakValueDictionary[tuple[type[Model], tuple[str, ...]], type[Model]] = (
    WeakValueDictionary()
)


@lru_cache(maxsize=512)
def _extended(cls: type[Model], wire_names: tuple[str, ...]) -> type[Model]:
    names = tuple(
        (wire if _is_plain(cls, wire) else f"_extra_{place}", wire)
        for place, wire in enumerate(wire_names)
    )
    given_names = {wire: wire for wire in wire_names}
    for place, wire in enumerate(wire_names):
        if UNSPEAKABLE.search(wire):
            given_names[wire] = _substitute(place, wire_names)
    made = msgspec.defstruct(
        cls.__name__,
        [(attribute, Any, msgspec.field(name=given_names[wire])) for attribute, wire in names],
        bases=(cls,),
        module=cls.__module__,
        namespace={
            "__doc__": cls.__doc__,
            "__qualname__": cls.__qualname__,
            "__extra_names__": names,
            "__reduce__": _reduce,
        },
        kw_only=True,
    )
    if any(map(UNSPEAKABLE.search, wire_names)):
        substituted.add(made)
    # Made before and still in use, or made by two threads at once: all take the first one.
    return _alive.setdefault((cls, wire_names), cast("type[Model]", made))


def _substitute(place: int, taken: tuple[str, ...]) -> str:
    name = f"unspeakable name {place}"
    while name in taken:
        name += "'"
    return name


def _is_plain(cls: type[Model], wire: str) -> bool:
    """Whether a wire name may be an attribute: it then hides nothing, however hostile."""
    return (
        wire.isascii()
        and wire.isidentifier()
        and not keyword.iskeyword(wire)
        and not wire.startswith("_")
        and not hasattr(cls, wire)
    )


def _reduce(model: Model) -> tuple[Any, ...]:
    # A made class cannot be found by name when unpickling.
    cls = declared_class(type(model))
    values = {name: getattr(model, name) for name in cls.__struct_fields__}
    return (build, (cls, values, model.extra_fields))
