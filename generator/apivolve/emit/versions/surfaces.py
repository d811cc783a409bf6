"""The public surface of each version: as data for the gate, and as sorted text for reviewers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...model import Api, Record
from ...overrides import Overrides
from ...reach import reach
from ...surface import (
    Annotation,
    Surface,
    SurfaceAlias,
    SurfaceAttribute,
    SurfaceClass,
    SurfaceKey,
    SurfaceMethod,
    SurfaceParameter,
)
from ..names.identifiers import package_name
from ..names.table import Names
from ..types.classes import is_optional, reads
from ..types.spelling import Spelling, joined
from .sharing import Written

_MOST_MISSING = 3
"""More versions than these are not listed one by one."""


def surfaces(versions: Sequence[Api], overrides: Overrides | None = None) -> tuple[Surface, ...]:
    """The public surfaces that the generator would give the versions of a service, oldest first.

    What is in several versions has one name in all of them, so a surface depends on the versions before it.
    """
    table = Names(overrides=overrides or Overrides())
    return tuple(surface_of(Written.of(api, table)) for api in versions)


def surface(api: Api) -> Surface:
    """The public surface that the generator would give a version that stands alone."""
    return surfaces((api,))[0]


def surface_of(one: Written) -> Surface:
    """The public surface of a version. `Surface.package` is its import path."""
    api, spelling = one.api, one.spelling
    reached = reach(api)
    sent = one.calls.giving.sent(api.operations)
    classes: list[SurfaceClass] = []
    aliases: list[SurfaceAlias] = []
    for model in api.models:
        hit = reached[model.key]
        name, identity = spelling.names[model.key], one.identities[model.key]
        if isinstance(model, Record):
            attributes = tuple(_attribute(spelling, model, index) for index in range(len(model.fields)))
            keys = _keys(spelling, model) if model.key in sent else None
            classes.append(
                SurfaceClass(name, attributes, hit.direction, hit.operations, identity, model.at, keys)
            )
        elif not spelling.is_inline(model):
            aliases.append(
                SurfaceAlias(name, spelling.meaning(model), hit.direction, hit.operations, identity, model.at)
            )
    package = f"{package_name(api.service)}.{one.module}"
    methods = (*one.calls.surface(), *one.webhooks.surface())
    return Surface(package, methods, tuple(classes), tuple(aliases))


def _attribute(spelling: Spelling, record: Record, index: int) -> SurfaceAttribute:
    field = record.fields[index]
    shown: Annotation = reads(spelling, field)
    name = spelling.fields(record)[field.wire_name]
    return SurfaceAttribute(name, shown, shown, not is_optional(spelling, field), field.at)


def _keys(spelling: Spelling, record: Record) -> tuple[SurfaceKey, ...]:
    names = spelling.fields(record)
    return tuple(
        SurfaceKey(one.wire_name, names[one.wire_name], spelling.alternatives(one.type), one.required, one.at)
        for one in record.fields
        if not one.read_only
    )


def surface_text(surface: Surface) -> str:
    """A surface as sorted lines, one for each name that a caller can use: what a reviewer reads when it changed."""
    return "\n".join(sorted(_lines(surface))) + "\n"


def api_text(versions: Sequence[tuple[str, Surface]]) -> str:
    """All calls of a service by resource, each as the newest version has it, with the versions that have it; Markdown.

    What reads webhooks comes last.

    `versions` are the surfaces with the api-version of each, oldest first.
    """
    newest: dict[str, SurfaceMethod] = {}
    present: dict[str, list[str]] = {}
    for version, known in versions:
        for method in known.methods:
            newest[method.called] = method
            present.setdefault(method.called, []).append(version)
    every = [version for version, _ in versions]
    lines = ["# Calls"]
    group: str | None = None
    for name, method in sorted(newest.items(), key=lambda pair: (pair[0].rpartition(".")[0], pair[0])):
        own = name.rpartition(".")[0]
        if own != group:
            lines += ["", f"## {own}", ""]
            group = own
        lines.append(f"* `{name}({', '.join(_parameters(method))}) -> {_returns(method)}`  ")
        lines.append(f"  `{method.operation}`{_span(every, present[name])}")
    return "\n".join(lines) + "\n"


def _span(every: Sequence[str], present: Sequence[str]) -> str:
    """The versions that have a call, where not all do: since, until, and those in between that have it not."""
    first, last = every.index(present[0]), every.index(present[-1])
    missing = [version for version in every[first:last] if version not in present]
    if len(missing) > _MOST_MISSING:
        runs: list[list[str]] = []
        for version in present:
            follows = bool(runs) and every.index(version) == every.index(runs[-1][-1]) + 1
            runs[-1].append(version) if follows else runs.append([version])
        shown = (one[0] if len(one) == 1 else f"{one[0]} to {one[-1]}" for one in runs)
        return f", only in {', '.join(shown)}"
    parts = [f"since {present[0]}"] if first else []
    parts += [f"until {present[-1]}"] if last < len(every) - 1 else []
    parts += [f"not in {', '.join(missing)}"] if missing else []
    return "".join(f", {part}" for part in parts)


def _lines(surface: Surface) -> Iterator[str]:
    for method in surface.methods:
        yield f"{method.called}({', '.join(_parameters(method))}) -> {_returns(method)}"
    for one in surface.classes:
        yield f"models.{one.name}"
        for item in one.attributes:
            yield f"models.{one.name}.{item.name}: {joined(item.reads)}{'' if item.required else ' = ...'}"
    for alias in surface.aliases:
        yield f"models.{alias.name} = {joined(alias.means)}"


def _returns(method: SurfaceMethod) -> str:
    return joined((*method.returns, *method.streams))


def _parameters(method: SurfaceMethod) -> Iterator[str]:
    starred = False
    for item in method.parameters:
        if item.keyword and not starred:
            starred = True
            yield "*"
        yield f"{item.name}: {joined(item.takes)}{'' if item.required else _default(item)}"


def _default(item: SurfaceParameter) -> str:
    # what is no None by default is a switch of the method itself
    return " = None" if "None" in item.takes or item.takes == ("Any",) else " = ..."
