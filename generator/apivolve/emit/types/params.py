"""Models → the dictionaries that may be given instead of them in a request: `params.X` beside `models.X`.

A dictionary has the members of the JSON object by their wire names. Only what requests send has one, so `params` is a
second, smaller namespace: it is shared between versions as models are, and loads when somebody names it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ...model import Alias, Anything, Model, ModelRef, OneOf, Record
from ..names.identifiers import ATTRIBUTES_TAKEN, SafeName
from ..versions.sharing import Home, Namespaces, namespace, wrapped_names
from ..views import AliasView, ImportView, MemberView, ParamsPartView, ParamsView, ParamView
from .giving import Giving
from .spelling import Spelling, joined, modules_in, names_in

_SHADOWS = ATTRIBUTES_TAKEN | {"abc", "t", "models", "msgspec"}
"""Members that would hide a name that annotations are made of, were they written as attributes."""
_RUNTIME_NAMES = ("FileInput", "UnknownInt", "UnknownStr")


def params_view(
    spelling: Spelling, homes: Mapping[str, Home], module: SafeName, older: Namespaces
) -> ParamsView:
    """The dictionaries of a version; see `models_view`."""
    parts: dict[SafeName, list[Model]] = {}
    for model in spelling.api.models:
        if model.key in homes and homes[model.key].module == module:
            parts.setdefault(homes[model.key].part, []).append(model)
    giving = Giving(spelling.prefixed("models."), here="", abc="abc.")
    return ParamsView(
        parts=tuple(_part(giving, homes, Home(module, part), own) for part, own in sorted(parts.items())),
        imports=namespace(
            {spelling.names[key]: home for key, home in homes.items()}, module, "_params", older
        ),
    )


def _part(giving: Giving, homes: Mapping[str, Home], home: Home, own: Sequence[Model]) -> ParamsPartView:
    spelling = giving.spelling
    known = {str(spelling.names[key]): one for key, one in homes.items()}
    classes: list[ParamView] = []
    aliases: list[AliasView] = []
    for model in own:
        name = spelling.names[model.key]
        members = _members(giving, model) if isinstance(model, Record) else ()
        if isinstance(model, Record) and (members or model.extra != Anything()):
            plain = all(
                re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", one.wire_name)
                and one.wire_name not in _SHADOWS
                and one.wire_name not in known
                for one in members
            )
            if plain:
                members = tuple(replace(one, name=SafeName(one.wire_name)) for one in members)
            classes.append(ParamView(name, members))
        else:
            aliases.append(AliasView(name, _meaning(giving, model), "Any", ""))
    sources = [one.annotation for cls in classes for one in cls.members]
    sources += [alias.annotation for alias in aliases]
    imports: dict[Home, list[str]] = {}
    for used in names_in(sources, known):
        if known[used] != home:
            imports.setdefault(known[used], []).append(used)
    text = " ".join(sources)
    return ParamsPartView(
        part=home.part,
        names_code=wrapped_names(sorted(f'"{spelling.names[model.key]}"' for model in own)),
        classes=tuple(classes),
        aliases=tuple(aliases),
        imports=tuple(
            ImportView(
                f".{one.part}" if one.module == home.module else f"...{one.module}._params.{one.part}",
                tuple(sorted(names)),
            )
            for one, names in sorted(imports.items(), key=lambda pair: (pair[0].module, pair[0].part))
        ),
        modules=modules_in(sources),
        typing_names=names_in([*sources, "Any" if aliases else ""], ("Any", "Literal")),
        runtime_names=names_in(sources, _RUNTIME_NAMES),
        uses_abc="abc." in text,
        uses_models="models." in text,
    )


def _members(giving: Giving, record: Record) -> tuple[MemberView, ...]:
    return tuple(
        MemberView(item.wire_name, giving.text(item.type), item.required)
        for item in record.fields
        if not item.read_only
    )


def _meaning(giving: Giving, model: Model) -> str:
    match model:
        case OneOf():
            types = [variant.type for variant in model.variants]
            types += [model.open] if model.open is not None else []
            parts = [part for type_ in types for part in giving.alternatives(type_, alone=True)]
            return joined(dict.fromkeys(parts))
        case Alias() if giving.api.resolve(ModelRef(model.key)) != Anything():
            return giving.text(model.of, alone=True)
        case Record():
            return "abc.Mapping[str, Any]"
        case _:
            return "Any"
