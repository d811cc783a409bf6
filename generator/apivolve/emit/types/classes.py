"""Models → the classes and named types of a version's models module."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from ...continuing import item_of
from ...model import Alias, Enumeration, Field, ListOf, Model, ModelRef, OneOf, Record, Scalar, Type
from ...reach import refs_in
from ..literals import literal, wrapped
from ..names.identifiers import SafeName
from ..versions.sharing import Home, Namespaces, namespace, wrapped_names
from ..views import AliasView, ClassView, FieldView, ImportView, ModelsView, PartView, RenamedView
from .bounds import bounds
from .spelling import OWN_DECODERS, Spelling, joined, modules_in, names_in, own_type, words_in

_UNSPEAKABLE = re.compile(r'[\x00-\x1f"\\]')
"""What msgspec allows in no name: the field goes by another one there, and by its own on the wire."""

Notes: TypeAlias = Callable[[str, str | None], str]
"""What is said of the history of a model, or of a field of it, by their names in Python."""

RUNTIME_NAMES = (
    "UNSET",
    "DecimalNumber",
    "DecimalText",
    "FileInput",
    "Model",
    "UnknownInt",
    "UnknownModel",
    "UnknownStr",
    "Unset",
    "union",
    "unset",
)


def models_view(
    spelling: Spelling, homes: Mapping[str, Home], module: SafeName, older: Namespaces, notes: Notes
) -> ModelsView:
    """The models of a version. `homes` tells, by model key, where each is defined; the version is added to `older`.

    `notes` tells what is said of the history of a model, or of a field of it.
    """
    parts: dict[SafeName, list[Model]] = {}
    for model in spelling.api.models:
        if model.key in homes and homes[model.key].module == module:
            parts.setdefault(homes[model.key].part, []).append(model)
    known = {spelling.names[key]: home for key, home in homes.items()}
    places = {str(name): home for name, home in known.items()}
    return ModelsView(
        parts=tuple(
            _part(spelling, places, Home(module, part), own, notes) for part, own in sorted(parts.items())
        ),
        imports=namespace(known, module, "_models", older),
        renamed=tuple(
            RenamedView(SafeName(old), SafeName(new))
            for old, new in spelling.table.renamed_models.get(module, {}).items()
        ),
    )


def _part(
    spelling: Spelling, places: Mapping[str, Home], home: Home, own: Sequence[Model], notes: Notes
) -> PartView:
    classes = tuple(_class(spelling, model, notes) for model in own if isinstance(model, Record))
    named = [model for model in own if not isinstance(model, Record)]
    aliases = tuple(_alias(spelling, model, notes) for model in _inner_first(spelling, named))
    sources = [field.annotation + " " + field.default_code for cls in classes for field in cls.fields]
    sources += [f"{alias.annotation} {alias.runtime_code}" for alias in aliases]
    imports: dict[Home, list[str]] = {}
    for name in words_in(sources) & places.keys():
        if places[name] != home:
            imports.setdefault(places[name], []).append(name)
    runtime = names_in([*sources, *(["Model"] if classes else [])], RUNTIME_NAMES)
    typing = [
        *(["TYPE_CHECKING"] if aliases else []),
        *names_in(sources, ("Any",)),
        *(["ClassVar"] if any(cls.true_names or cls.sent_only for cls in classes) else []),
        *names_in(sources, ("Literal",)),
        *(["TypeAlias"] if aliases else []),
    ]
    modules = [
        *modules_in(sources),
        *(["msgspec"] if any("msgspec." in source for source in sources) else []),
    ]
    return PartView(
        part=home.part,
        names_code=wrapped_names(sorted(f'"{spelling.names[model.key]}"' for model in own)),
        classes=classes,
        aliases=aliases,
        imports=tuple(
            ImportView(
                f".{one.part}" if one.module == home.module else f"...{one.module}._models.{one.part}",
                tuple(sorted(names)),
            )
            for one, names in sorted(imports.items(), key=lambda pair: (pair[0].module, pair[0].part))
        ),
        modules=tuple(modules),
        runtime_names=runtime,
        typing_names=tuple(typing),
    )


def reads(spelling: Spelling, field: Field) -> tuple[str, ...]:
    """What reading an attribute gives."""
    parts = spelling.alternatives(field.type)
    if field.required:
        return parts
    if parts == ("Any",):
        return parts
    return (*parts, "Unset") if "None" in parts else (*parts, "None")


def is_given(spelling: Spelling, field: Field) -> bool:
    """True when the class fills in the attribute by itself: it must be sent, and can have one value only."""
    return field.required and not field.read_only and spelling.constant(field.type) is not None


def is_optional(spelling: Spelling, field: Field) -> bool:
    """True when the constructor does not need the attribute: it is optional, set by the service, or has one value only."""
    return not field.required or field.read_only or spelling.constant(field.type) is not None


def shape(spelling: Spelling, model: Model) -> tuple[tuple[str, str], ...]:
    """What code sees of a model itself: each attribute with its type, or what a named type means."""
    if not isinstance(model, Record):
        return (("", joined(spelling.meaning(model))),)
    names = spelling.fields(model)
    return tuple(
        (
            names[item.wire_name],
            f"{joined(reads(spelling, item))} = {_default(spelling, item, names[item.wire_name])}",
        )
        for item in model.fields
    )


def _class(spelling: Spelling, record: Record, notes: Notes) -> ClassView:
    names = spelling.fields(record)
    name = spelling.names[record.key]
    fields = tuple(
        FieldView(
            names[item.wire_name],
            joined(reads(spelling.reading, item)),
            _default(spelling, item, names[item.wire_name]),
            _doc(spelling, item, notes(name, names[item.wire_name])),
        )
        for item in record.fields
    )
    true_names = tuple(
        (names[item.wire_name], item.wire_name)
        for item in record.fields
        if _UNSPEAKABLE.search(item.wire_name)
    )
    doc = _documented(record.doc, notes(name, None), deprecated=record.deprecated)
    sent_only = tuple(item.wire_name for item in record.fields if item.required and item.write_only)
    return ClassView(name, fields, doc, true_names, sent_only)


def _default(spelling: Spelling, item: Field, name: SafeName) -> str:
    """The right-hand side of an attribute: empty when it is required and called as on the wire."""
    written = f"unspeakable field {name}" if _UNSPEAKABLE.search(item.wire_name) else item.wire_name
    parts = [f"name={literal(written)}"] if name != item.wire_name else []
    if item.required and item.read_only:
        # there when received, never given: a constructor that asked for it could not be called
        return f"msgspec.field({', '.join([*parts, 'default_factory=unset'])})"
    if is_given(spelling, item):
        # a factory, because a plain default would be left out when the object is sent
        return (
            f"msgspec.field({', '.join([*parts, f'default_factory=lambda: {spelling.constant(item.type)}'])})"
        )
    if item.required:
        return f"msgspec.field({parts[0]})" if parts else ""
    kept = spelling.alternatives(item.type)
    default = "UNSET" if "None" in kept or kept == ("Any",) else "None"
    return f"msgspec.field({parts[0]}, default={default})" if parts else default


def _doc(spelling: Spelling, item: Field, history: str) -> str:
    notes = [bounds(spelling.api, item.type)]
    if item.default is not None:
        notes.append(f"The service's default is {item.default}.")
    if item.read_only:
        notes.append("Set by the service.")
    told = (item.doc, " ".join(filter(None, notes)))
    return _documented("\n\n".join(filter(None, told)), history, deprecated=item.deprecated)


def _documented(doc: str, history: str, *, deprecated: bool) -> str:
    """A docstring with what is known of since when."""
    told = "Deprecated by the service." if deprecated and "Deprecated in" not in history else ""
    return wrapped("\n\n".join(part for part in (doc, told, history) if part))


# --- named types ---------------------------------------------------------------------------------------------


def _alias(spelling: Spelling, model: Model, notes: Notes) -> AliasView:
    doc = model.doc
    if isinstance(model, Enumeration):
        lines = [f"- {literal_of(value.value)}: {value.doc}" for value in model.values if value.doc]
        doc = "\n".join([*([doc, ""] if doc else []), *lines])
    return AliasView(
        spelling.names[model.key],
        joined(spelling.meaning(model)),
        _runtime(spelling.reading, model),
        _documented(doc, notes(spelling.names[model.key], None), deprecated=model.deprecated),
    )


def literal_of(value: str) -> str:
    """An enumeration's value for a docstring: the JSON text, cut when it is long."""
    return value if len(value) <= 60 else value[:57] + "..."


def _runtime(spelling: Spelling, model: Model) -> str:
    """What msgspec decodes a named type by."""
    match model:
        case Enumeration():
            return {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}[model.base]
        case OneOf():
            if model.tag is None and _is_native(spelling, model):
                return joined(dict.fromkeys(spelling.text(variant.type) for variant in model.variants))
            return _union(spelling, model)
        case Alias():
            return "Any" if _names_itself(spelling, model) else spelling.text(model.of)
        case Record():
            raise TypeError("a record is a class, not a named type")


def _union(spelling: Spelling, model: OneOf) -> str:
    name = literal(str(spelling.names[model.key]))
    if model.tag is None:
        variants = ", ".join(dict.fromkeys(spelling.text(variant.type) for variant in model.variants))
        return f"union({name}, variants=lambda: ({variants},))"
    pairs = [
        f"({literal(tag)}, {spelling.text(variant.type)})"
        for variant in model.variants
        for tag in variant.tags or ("",)
    ]
    fallback = f", fallback=lambda: {spelling.text(model.open)}" if model.open is not None else ""
    return f"union({name}, tag={literal(model.tag)}, variants=lambda: ({', '.join(pairs)},){fallback})"


def _is_native(spelling: Spelling, model: OneOf) -> bool:
    """True when msgspec can tell the variants apart by itself: at most one each of text, number, list, no objects."""
    groups: list[str] = []
    for variant in model.variants:
        if not _is_plain(spelling, variant.type):
            return False
        (part, *rest) = spelling.alternatives(variant.type)
        if rest:
            return False
        group = {"int": "int", "float": "float", "bool": "bool", "None": "None"}.get(part) or (
            "list" if part.startswith("list[") else "text"
        )
        groups.append(group)
    return len(set(groups)) == len(groups)


def _is_plain(spelling: Spelling, type_: Type) -> bool:
    """True for scalars and lists of them: types that msgspec puts into unions."""
    match type_:
        case Scalar():
            return own_type(type_) not in OWN_DECODERS
        case ModelRef():
            model = spelling.api.by_key[type_.key]
            return isinstance(model, Enumeration) and not spelling.is_inline(model)
        case ListOf():
            item = spelling.api.resolve(item_of(type_))
            return isinstance(item, Record) or _is_plain(spelling, item_of(type_))
        case _:
            return False


def _names_itself(spelling: Spelling, model: Alias) -> bool:
    """True when a named type leads back to itself through names alone, with no class or union in between."""
    seen: set[str] = set()
    stack = list(refs_in(model.of))
    while stack:
        key = stack.pop()
        if key == model.key:
            return True
        inner = spelling.api.by_key[key]
        if key not in seen and isinstance(inner, Alias):
            seen.add(key)
            stack.extend(refs_in(inner.of))
    return False


def _inner_first(spelling: Spelling, models: Sequence[Model]) -> list[Model]:
    """Named types in an order in which each stands after those its run-time value names."""
    by_name = {str(spelling.names[model.key]): model for model in models}
    order = {name: at for at, name in enumerate(by_name)}
    needs = {
        name: sorted(
            words_in([] if "lambda" in (code := _runtime(spelling.reading, model)) else [code])
            & order.keys(),
            key=order.__getitem__,
        )
        for name, model in by_name.items()
    }
    done: dict[str, None] = {}
    for root in by_name:
        stack: list[tuple[str, bool]] = [(root, False)]
        open_: set[str] = set()
        while stack:
            name, ready = stack.pop()
            if ready:
                done[name] = None
            elif name not in done and name not in open_:
                open_.add(name)
                stack.append((name, True))
                stack.extend((inner, False) for inner in reversed(needs[name]))
    return [by_name[name] for name in done]
