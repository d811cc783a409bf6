"""Types of the model → Python annotations, and the names of one version.

One place decides how a type is written; classes, methods, tests and the surface that the gate compares all ask here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ...continuing import item_of, one_of, types_of_items
from ...media import is_binary
from ...model import (
    Alias,
    Anything,
    Api,
    Enumeration,
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
from ...reach import refs_in, scalars_in, types_of
from ...surface import Annotation
from ..literals import literal
from ..names.identifiers import (
    ATTRIBUTES_TAKEN,
    CLASSES_TAKEN,
    SafeName,
    Scope,
    module,
    other_name,
    pascal,
    snake,
)
from ..names.table import Names, give_all, renamed_models, shapes_of, turn

STRING_FORMATS = {
    "date-time": "datetime.datetime",
    "date": "datetime.date",
    "duration": "datetime.timedelta",
    "uuid": "uuid.UUID",
    "byte": "bytes",
    "base64": "bytes",
    "binary": "FileInput",
    "decimal": "decimal.Decimal",
    "decimal128": "decimal.Decimal",
}
"""String formats with a Python type of their own; all others are `str`."""
NUMBER_FORMATS = {"decimal": "decimal.Decimal", "decimal128": "decimal.Decimal"}
"""Number formats with a Python type of their own; all others are `float`."""
_DECIMALS = {"string": "DecimalText", "number": "DecimalNumber"}
"""What the runtime reads decimals by."""
MODULES = ("datetime", "decimal", "uuid")
"""The standard modules that annotations name."""
MODEL_MEMBERS = frozenset({"extra_fields"})
"""What the runtime's `Model` defines itself."""
OWN_DECODERS = ("FileInput", "decimal.Decimal")
"""What is decoded by the runtime: msgspec puts it into no union with others."""
_MOST_BARS = 100
"""Bars in a row: pyright reads 256 levels of an expression, what is around it included."""
_WORD = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|(?<![\w.])(?P<word>[A-Za-z_]\w*)")
"""A string, or a whole word outside of strings and attributes."""
_UNKNOWN = {"string": "UnknownStr", "integer": "UnknownInt"}
_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}


def own_type(type_: Scalar) -> str | None:
    """The Python type that a format gives a scalar; None where it is as all of its kind are."""
    formats = {"string": STRING_FORMATS, "number": NUMBER_FORMATS}.get(type_.kind, {})
    return formats.get(type_.format or "")


def _has_text(type_: Type) -> bool:
    return any(one.kind == "string" and own_type(one) == "decimal.Decimal" for one in scalars_in(type_))


def value_of(type_: MapOf) -> Type:
    """The one type of all values of a map; anything, where names that match a pattern have types of their own."""
    if not type_.patterns:
        return type_.of
    rest = (
        () if isinstance(type_.of, Anything) else (type_.of,)
    )  # what no pattern names is not what the map is for
    return one_of((*(part for _, part in type_.patterns), *rest))


@dataclass
class Spelling:
    """How one version is written in Python. `prefix` stands before model names (`models.` in the client).

    With `read` a type is what the runtime reads a value by, where that is not what a type checker knows it as.
    """

    api: Api
    prefix: str = ""
    table: Names = field(default_factory=Names)
    """The names of the other versions and of the last run; this version's are added."""
    _fields: dict[str, dict[str, SafeName]] = field(default_factory=dict)
    read: bool = False

    @cached_property
    def names(self) -> dict[str, SafeName]:
        """The Python name of every model, by key. Named schemas choose first, derived names give way."""
        version = module(self.api.version)
        locked = self.table.locked("models", version, [model.key for model in self.api.models])
        asked = {model.key: pascal(model.path, "Model") for model in self.api.models}
        derived = {model.key for model in self.api.models if len(model.path) > 1}
        wanted = sorted(asked.items(), key=lambda pair: (pair[0] in derived, *turn(*pair)))
        given = give_all(wanted, Scope(CLASSES_TAKEN), locked)
        self.table.models[version] = {key: str(name) for key, name in given.items()}
        self.table.shapes[version] = shapes_of(self.api)
        self.table.renamed_models[version] = renamed_models(self.table, version)
        return given

    def prefixed(self, prefix: str) -> Spelling:
        """The same spelling for a module that imports the models module."""
        return self._other(prefix, read=self.read)

    @cached_property
    def reading(self) -> Spelling:
        """The same spelling for what the runtime reads by."""
        return self._other(self.prefix, read=True)

    def _other(self, prefix: str, *, read: bool) -> Spelling:
        other = Spelling(self.api, prefix, self.table, self._fields, read)
        other.__dict__["names"] = self.names
        return other

    @cached_property
    def _with_texts(self) -> frozenset[str]:
        """The keys of the models that lead to decimals in strings."""
        found: dict[str, None] = {}
        users: dict[str, list[str]] = {}
        for model in self.api.models:
            for type_ in types_of(model):
                if _has_text(type_):
                    found[model.key] = None
                for key in refs_in(type_):
                    users.setdefault(key, []).append(model.key)
        queue = list(found)
        for key in queue:  # grows while it is walked
            new = [user for user in users.get(key, ()) if user not in found]
            found.update(dict.fromkeys(new))
            queue.extend(dict.fromkeys(new))
        return frozenset(found)

    def leads_to_texts(self, type_: Type) -> bool:
        """True for what may hold decimals that are due in strings: of a dictionary the runtime cannot see which."""
        return _has_text(type_) or not self._with_texts.isdisjoint(refs_in(type_))

    def fields(self, record: Record) -> dict[str, SafeName]:
        """The attribute names of a record, by wire name."""
        if record.key not in self._fields:
            self._fields[record.key] = self.table.members(
                "fields",
                record.key,
                sorted(
                    (
                        (item.wire_name, snake(item.client_name or item.wire_name, "field"))
                        for item in record.fields
                    ),
                    key=lambda pair: turn(*pair),
                ),
                Scope(ATTRIBUTES_TAKEN | MODEL_MEMBERS),
            )
        return self._fields[record.key]

    def is_inline(self, model: Model) -> bool:
        """True for an enumeration of one value that the spec wrote in place: it reads best as a literal."""
        if not isinstance(model, Enumeration) or model.open or model.base == "number":
            return False
        return len(model.path) > 1 and len(model.values) == 1

    def constant(self, type_: Type) -> str | None:
        """The source of the one value a required field can have, if it is such a field."""
        model = self.api.by_key[type_.key] if isinstance(type_, ModelRef) else None
        if isinstance(model, Enumeration) and self.is_inline(model):
            return literal(json.loads(model.values[0].value))
        return None

    def alternatives(self, type_: Type) -> Annotation:
        """A type as the alternatives of its annotation."""
        match type_:
            case Scalar():
                own = own_type(type_)
                if self.read and own == "decimal.Decimal":
                    return (_DECIMALS[type_.kind],)
                return (own or _PLAIN[type_.kind],)
            case Anything():
                return ("Any",)
            case Nothing():
                return ("None",)
            case Nullable():
                inner = self.alternatives(type_.of)
                return inner if "None" in inner or inner == ("Any",) else (*inner, "None")
            case ListOf():
                return (f"list[{joined(self.item(type_))}]",)
            case MapOf():
                return (f"dict[str, {self.text(value_of(type_))}]",)
            case ModelRef():
                model = self.api.by_key[type_.key]
                if self.is_inline(model):
                    return self.meaning(model)
                return (f"{self.prefix}{self.names[type_.key]}",)

    def text(self, type_: Type) -> str:
        """A type as an annotation."""
        return joined(self.alternatives(type_))

    def item(self, type_: ListOf) -> Annotation:
        """What an item of an array is. Where the first ones have types of their own, one of these, if a decoder knows which."""
        one = item_of(type_)
        if not (type_.prefix and isinstance(one, Anything)):
            return self.alternatives(one)
        found: dict[str, str] = {}
        for each in types_of_items(type_):
            for part in self.alternatives(each) if not isinstance(each, Nothing) else ():
                kind = "null" if part == "None" else self._kind(each)
                if kind is None or found.setdefault(kind, part) != part:
                    return ("Any",)
        return (*(part for part in found.values() if part != "None"), *(["None"] if "null" in found else []))

    def _kind(self, type_: Type) -> str | None:
        """The kind of JSON that a type is; None for what may be of several, and for what has a decoder of its own."""
        resolved = self.api.present(type_)
        match resolved:
            case Scalar() if own_type(resolved) not in OWN_DECODERS:
                return resolved.kind
            case Enumeration() if not self.is_inline(resolved) and resolved.base != "number":
                return resolved.base
            case Record() | MapOf():
                return "object"
            case ListOf():
                return "array"
            case _:
                return None

    def meaning(self, model: Enumeration | OneOf | Alias | Model) -> Annotation:
        """What a named type stands for, one level deep."""
        match model:
            case Enumeration():
                if model.base == "number":
                    return ("float",)
                values = [f"Literal[{literal(json.loads(value.value))}]" for value in model.values]
                opening = (
                    _UNKNOWN.get(model.base)
                    if len(values) > 1 or model.open or len(model.path) == 1
                    else None
                )
                return (*values, *((opening,) if opening else ()))
            case OneOf():
                parts = [part for variant in model.variants for part in self.alternatives(variant.type)]
                if model.open is not None:
                    parts += self.alternatives(model.open)
                elif model.tag is not None:
                    parts.append("UnknownModel")
                return tuple(dict.fromkeys(parts))
            case Alias():
                return self.alternatives(model.of)
            case Record():
                return (f"{self.prefix}{self.names[model.key]}",)

    # --- operations -------------------------------------------------------------------------------------

    def content_type(self, media_type: str, type_: Type) -> Annotation:
        """What a body of a media type is in Python when it is received."""
        resolved = self.api.resolve(type_)
        if isinstance(resolved, Scalar) and resolved.format == "binary":
            return ("bytes",)  # a file, whatever else it is
        if is_json(media_type):
            return self.alternatives(type_)
        if is_binary(media_type):
            return ("bytes",)
        if (
            isinstance(resolved, Scalar)
            and resolved.kind == "string"
            and resolved.format not in ("binary", "byte")
        ):
            return ("str",)
        if media_type.startswith("text/"):
            return ("str",)
        return ("bytes",)


def is_json(media_type: str) -> bool:
    """True for JSON and its kin, and for `*/*`, which is read as JSON (RFC 6839 section 3.1)."""
    plain = media_type.partition(";")[0]
    return plain in ("application/json", "text/json", "*/*", "application/*") or plain.endswith("+json")


def joined(alternatives: Iterable[str]) -> str:
    """The alternatives of an annotation as source, literals of one kind in one `Literal`."""
    parts = list(alternatives)
    literals = [part[8:-1] for part in parts if part.startswith("Literal[")]
    if not literals:
        return _in_groups(parts)
    rest = [part for part in parts if not part.startswith("Literal[")]
    return _in_groups([f"Literal[{', '.join(literals)}]", *rest])


def _in_groups(parts: Sequence[str]) -> str:
    """Alternatives with bars between them; very many in parentheses, as each bar is a level to who reads them."""
    if len(parts) <= _MOST_BARS:
        return " | ".join(parts)
    groups = (parts[start : start + _MOST_BARS] for start in range(0, len(parts), _MOST_BARS))
    return " | ".join(f"({' | '.join(group)})" for group in groups)


def modules_in(sources: Iterable[str]) -> tuple[str, ...]:
    """The standard modules that some source names."""
    text = "\n".join(sources)
    return tuple(name for name in MODULES if re.search(rf"\b{name}\.", text))


def names_in(sources: Iterable[str], candidates: Iterable[str]) -> tuple[str, ...]:
    """The candidates that some source names as a whole word outside of strings and attributes."""
    found = words_in(sources)
    return tuple(name for name in candidates if name in found)


def words_in(sources: Iterable[str]) -> set[str]:
    """The whole words of some source outside of strings and attributes."""
    return {found["word"] for found in _WORD.finditer("\n".join(sources)) if found["word"]}


def past(members: Collection[str], source: str) -> str:
    """Some source as it stands in the body of a class with these members: what one of them hides has its other name."""
    return _WORD.sub(
        lambda found: other_name(found["word"]) if found["word"] in members else found[0], source
    )
