"""What was understood, as text: a table of versions and their counts, and whole lists or single things when asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import fields
from fnmatch import fnmatchcase
from typing import Literal, TypeAlias

from ...model import (
    Api,
    Content,
    Enumeration,
    Model,
    OneOf,
    Operation,
    Record,
    Service,
)
from .notation import counted, flat, is_schema, limits, model_name, notation, note, requirements, summary

Part: TypeAlias = Literal["operations", "models", "security", "servers", "warnings"]
PARTS: tuple[Part, ...] = ("servers", "security", "operations", "models", "warnings")

_TOLD = {
    "id", "method", "path", "at", "parameters", "body", "responses", "security", "tags", "deprecated", "summary", "doc", "named",
}  # fmt: skip
_TOLD_OF_MODELS = {
    "key", "path", "at", "fields", "extra", "variants", "values", "of", "tag", "exclusive", "base", "doc", "deprecated",
}  # fmt: skip


def inspection_text(
    services: Sequence[Service],
    *,
    show: Collection[Part] = (),
    names: Sequence[str] = (),
    versions: Sequence[str] = (),
) -> str:
    """The services: their versions with counts, and the warnings by rule. Ends with a newline.

    Schemas are those that the documents name; models are these and what is written in place.

    `show` adds whole lists, and `names` shows single operations and models (globs), each for the `versions` named, by default
    the newest of a service.
    """
    blocks: list[str] = []
    for service in services:
        if not names:
            blocks.append("\n".join(_overview(service)))
        for api in chosen(service, versions):
            blocks += ["\n".join(block) for block in _details(api, show, names)]
    return "\n\n".join(blocks) + "\n" if blocks else ""


def chosen(service: Service, versions: Sequence[str]) -> list[Api]:
    """The versions of a service that are looked at in detail."""
    return (
        [api for api in service.versions if api.version in versions] if versions else [service.versions[-1]]
    )


def known_names(api: Api) -> list[str]:
    """What single things of a version are called: operationIds, `GET /things`, paths, models."""
    return [
        *(name for operation in api.operations for name in (operation.id, operation.label, operation.path)),
        *(model_name(model) for model in api.models),
    ]


def matches(names: Iterable[str], patterns: Sequence[str]) -> bool:
    """True when one of the names is meant by one of the patterns. A name with braces is no pattern."""
    return any(name == pattern or fnmatchcase(name, pattern) for name in names for pattern in patterns)


# --- overview --------------------------------------------------------------------------------------------


def _overview(service: Service) -> Iterator[str]:
    title = flat(service.versions[-1].title)
    yield flat(service.name) + (f": {title}" if title and title != service.name else "")
    rows = [("version", "stage", "operations", "schemas", "models", "warnings")] + [
        (
            flat(api.version),
            api.stage,
            str(len(api.operations)),
            str(sum(is_schema(model) for model in api.models)),
            str(len(api.models)),
            str(len(api.problems) or ""),
        )
        for api in service.versions
    ]
    width = max(len(row[0]) for row in rows)
    for version, stage, *numbers in rows:
        yield f"  {version:{width}}  {stage:7}  {'  '.join(f'{number:>10}' for number in numbers)}".rstrip()
    if service.changes:
        yield f"  {counted(len(service.changes), 'declared change')}"
    for revision in service.revisions:
        yield f"  {flat(revision.after.version)} changed in place"
    problems = [problem for api in service.versions for problem in api.problems]
    rules = Counter(problem.rule for problem in problems)
    if rules:
        yield "warnings"
        for rule, count in rules.most_common():
            first = next(problem for problem in problems if problem.rule == rule)
            yield f"  {count:5}  {rule}, first at {flat(str(first.at))}: {flat(first.message)}"


# --- details ---------------------------------------------------------------------------------------------


def _details(api: Api, show: Collection[Part], names: Sequence[str]) -> Iterator[list[str]]:
    head = f"{flat(api.service)} {flat(api.version)}"
    if names:
        for operation in api.operations:
            if matches((operation.id, operation.label, operation.path), names):
                yield list(_operation(api, operation))
        for model in api.models:
            if matches((model_name(model),), names):
                yield list(_model(api, model))
        return
    for part in PARTS:
        if part in show:
            lines = list(_list(api, part))
            yield [
                f"{head}: {counted(len(lines), part.removesuffix('s') if part != 'security' else 'scheme')}",
                *lines,
            ]


def _list(api: Api, part: Part) -> Iterator[str]:
    if part == "servers":
        for server in api.servers:
            variables = [f"{one.name}={one.default or ''}" for one in server.variables]
            yield f"  {flat(' '.join([server.url, *variables]))}"
    elif part == "security":
        for scheme in api.schemes:
            where = (
                f" {scheme.wire_name} in {scheme.place}" if scheme.wire_name else f" {scheme.scheme or ''}"
            )
            yield f"  {flat(scheme.name)}: {flat(scheme.kind + where)}"
    elif part == "operations":
        rows = [(one.method, one.path, one.id if one.named else "") for one in api.operations]
        yield from _table(rows)
    elif part == "models":
        yield from _table([(model_name(model), summary(api, model)) for model in api.models])
    else:
        yield from (f"  {flat(problem.headline())}" for problem in api.problems)


def _operation(api: Api, operation: Operation) -> Iterator[str]:
    marks = [operation.id if operation.named else "", "(deprecated)" if operation.deprecated else ""]
    yield "  ".join(flat(part) for part in (operation.label, *marks) if part)
    if text := operation.summary or operation.doc:
        yield f"  {flat(text)[:160]}"
    yield f"  version    {flat(api.version)}, {flat(str(operation.at))}"
    if operation.tags:
        yield f"  tags       {flat(', '.join(operation.tags))}"
    yield f"  security   {flat(requirements(operation.security))}"
    if operation.parameters:
        yield "  parameters"
        yield from _table(
            [
                (
                    f"{'*' if parameter.required else ' '} {parameter.wire_name}",
                    parameter.place,
                    f"{notation(api, parameter.type)}{limits(parameter.type)}{_default(parameter.default)}",
                )
                for parameter in operation.parameters
            ],
            indent=4,
        )
    if operation.body is not None:
        yield f"  body{'' if operation.body.required else ', may be left out'}"
        yield from _table([_content(api, one) for one in operation.body.contents], indent=4)
    yield "  responses"
    rows: list[tuple[str, ...]] = []
    for response in operation.responses:
        contents = [_content(api, one) for one in response.contents] or [("", flat(response.doc)[:80])]
        rows += [(response.status if index == 0 else "", *one) for index, one in enumerate(contents)]
        rows += [
            ("", "header", f"{header.wire_name}: {notation(api, header.type)}") for header in response.headers
        ]
    yield from _table(rows, indent=4)
    yield from _untold(api, operation, _TOLD)


def _model(api: Api, model: Model) -> Iterator[str]:
    yield flat(f"{model_name(model)}: {summary(api, model)}") + ("  (deprecated)" if model.deprecated else "")
    if model.doc:
        yield f"  {flat(model.doc)[:160]}"
    yield f"  version  {flat(api.version)}, {flat(str(model.at))}"
    rows: list[tuple[str, ...]] = []
    if isinstance(model, Record):
        for field in model.fields:
            marks = [
                *(["read-only"] if field.read_only else []),
                *(["write-only"] if field.write_only else []),
                *(["deprecated"] if field.deprecated else []),
            ]
            text = f"{notation(api, field.type)}{limits(field.type)}{_default(field.default)}"
            rows.append((f"{'*' if field.required else ' '} {field.wire_name}", ", ".join([text, *marks])))
        rows.append(("  …", f"other members: {notation(api, model.extra)}"))
    elif isinstance(model, Enumeration):
        rows += [(value.value, flat(value.doc)[:100]) for value in model.values]
    elif isinstance(model, OneOf):
        rows += [(notation(api, variant.type), ", ".join(variant.tags)) for variant in model.variants]
    else:
        rows.append((notation(api, model.of), limits(model.of).strip()))
    yield from _table(rows)
    yield from _untold(api, model, _TOLD_OF_MODELS)


def _content(api: Api, content: Content) -> tuple[str, ...]:
    more = [note(api, getattr(content, one.name)) for one in fields(content) if _is_more(content, one.name)]
    return (content.media_type, "; ".join([notation(api, content.type) + limits(content.type), *more]))


def _is_more(content: Content, name: str) -> bool:
    """True for a member that the model has learned beside the type, and that is set."""
    default = next(one.default for one in fields(content) if one.name == name)
    return name not in ("media_type", "type", "at") and getattr(content, name) != default


def _untold(api: Api, node: Operation | Model, told: Collection[str]) -> Iterator[str]:
    """The members that have no layout of their own, by name."""
    for member in fields(node):
        content = getattr(node, member.name)
        if member.name not in told and content != member.default:
            yield f"  {member.name.replace('_', ' ')}  {flat(note(api, content))}"


def _default(default: str | None) -> str:
    return f" = {default}" if default is not None else ""


def _table(rows: Sequence[tuple[str, ...]], indent: int = 2) -> Iterator[str]:
    """Rows in columns; the last column is as wide as it is."""
    cells = [tuple(f"{cell[: len(cell) - len(cell.lstrip())]}{flat(cell)}" for cell in row) for row in rows]
    widths: dict[int, int] = {}
    for row in cells:
        for index, cell in enumerate(row[:-1]):
            widths[index] = min(max(widths.get(index, 0), len(cell)), 60)
    for row in cells:
        yield (
            " " * indent + "  ".join(cell.ljust(widths.get(index, 0)) for index, cell in enumerate(row))
        ).rstrip()
