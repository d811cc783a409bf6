"""One version and the changes to its neighbour → the neighbour, as an OpenAPI document.

Every entry is held against what is there before anything is written, and the outlines of the two documents are compared
when it is: what was asked for and did not come out is told, and so is what a log never says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ...delta import change_trees, delta, plain, said, undone
from ...errors import LoadError, Problem
from ...finding import Change
from ...jsonvalue import is_array, is_object, to_json
from ...model import Api
from ...outline import SCHEMA, Part, outline, whole
from ..dialect import METHODS
from .operations import OperationEditor, place_of

_MOST_ROUNDS = 10


def derive(
    document: dict[str, Any],
    api: Api,
    changes: Iterable[Change],
    load: Callable[[dict[str, Any]], Api],
    *,
    backward: bool = False,
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """The document with the changes made, or with `backward` taken back, and what could not be rebuilt.

    `api` is what the document says; `load` reads a document of the same kind. What is given is not changed.
    Raises LoadError with all entries that do not fit the document.
    """
    wanted = [undone(change) for change in changes] if backward else list(changes)
    parts = outline(api)
    problems = [problem for change in wanted for problem in _misfits(change, parts, api)]
    if errors := [problem for problem in problems if problem.level == "error"]:
        raise LoadError(errors)
    skipped = {problem.at for problem in problems if problem.rule == "not-rebuilt"}
    wanted = [change for change in wanted if not any(change.at is at for at in skipped)]
    trees = change_trees(wanted)
    places = {one.id: _place(document, one.method.lower(), one.path) for one in reversed(api.operations)}
    by_place = {place: trees[id_] for id_, place in places.items() if id_ in trees and place is not None}
    made, split = OperationEditor(document, frozenset()).rewrite(by_place)
    beside: frozenset[str] = frozenset()
    for _ in range(_MOST_ROUNDS):
        if split <= beside:
            break
        # a description beside the reference may spare a copy
        beside |= split
        made, split = OperationEditor(document, beside).rewrite(by_place)
    problems += _guesses(wanted, api)
    problems += _differences(wanted, api, load(made))
    return made, tuple(problems)


def _place(document: dict[str, Any], method: str, path: str) -> tuple[str, str, str] | None:
    """Where an operation is written: group, path and method."""
    for group in ("paths", "x-ms-paths"):
        items = document.get(group)
        if is_object(items) and is_object(items.get(path)) and method in items[path] and method in METHODS:
            return group, path, method
    return None


def _name(change: Change) -> str:
    return f"{change.operation}: {'.'.join(change.subject) or 'the operation'}"


def _misfits(change: Change, parts: dict[str, Part], api: Api) -> Iterator[Problem]:
    """What keeps a change from being made: there is no such place, or it is not as the log says."""
    operation = parts.get(change.operation)
    if operation is None:
        yield Problem(
            "log-unknown-operation",
            f"there is no operation {change.operation!r}",
            change.at,
            _similar(change, api),
        )
        return
    part = operation.find(change.subject)
    name = _name(change)
    if change.attribute == "added":
        if part is not None:
            yield Problem("log-does-not-fit", f"{name} is there already", change.at, f"it is at {part.at}")
        elif (above := _above(operation, change.subject)) is None or above.opaque:
            yield _not_rebuilt(change, "the place it belongs to is not known", above)
        return
    if part is None:
        above = _above(operation, change.subject)
        if above is not None and above.opaque:
            yield _not_rebuilt(change, "it is below a union, or a model inside itself", above)
            return
        yield Problem(
            "log-does-not-fit",
            f"there is no {'.'.join(change.subject)} in {change.operation}",
            change.at,
            f"the operation is at {operation.at}",
        )
        return
    if change.attribute == "removed":
        if _loose(json.loads(change.before or "{}")) != _loose(whole(part)):
            yield Problem(
                "log-differs",
                f"{name} is taken out, and is not quite what the log says",
                change.at,
                f"it is at {part.at}",
                "warning",
            )
        return
    there = to_json(said(part, change.attribute))
    if plain(change.attribute, there) == plain(change.attribute, change.before):
        return
    if change.attribute == "Type" and (part.opaque or not part.said.get("Type")):
        yield _not_rebuilt(
            change, "the type of a union, or of a model inside itself, is one place's view", part
        )
        return
    message = f"{change.attribute} of {name} is {there}, and the log says {change.before}"
    if change.attribute == "Description":
        yield Problem("log-differs", message, change.at, f"it is at {part.at}", "warning")
    else:
        yield Problem("log-does-not-fit", message, change.at, f"it is at {part.at}")


def _not_rebuilt(change: Change, why: str, part: Part | None) -> Problem:
    return Problem(
        "not-rebuilt",
        f"{change.attribute} of {_name(change)} is left out: {why}",
        change.at,
        f"see {part.at}" if part is not None else None,
        "warning",
    )


def _above(operation: Part, subject: tuple[str, ...]) -> Part | None:
    """The nearest part above a subject: its parent, or a union on the way, below which nothing is known."""
    part: Part | None = operation
    for token in subject[:-1]:
        if part is None or part.opaque:
            return part
        part = part.parts.get(token) or (part if token.startswith("$") else None)
    return part


def _loose(value: Any) -> Any:
    """A whole part without what two crawls write differently."""
    if is_array(value):
        return [_loose(item) for item in value]
    if is_object(value):
        return {name: _loose(inner) for name, inner in value.items() if inner not in ("", [])}
    return " ".join(value.split()) if isinstance(value, str) else value


def _similar(change: Change, api: Api) -> str | None:
    import difflib

    near = difflib.get_close_matches(change.operation, [one.id for one in api.operations], 3)
    return f"there are {', '.join(near)}" if near else None


def _guesses(changes: Iterable[Change], api: Api) -> Iterator[Problem]:
    """What a log does not say of the parts that it brings."""
    paths = {one.id: one.path for one in api.operations}
    for change in changes:
        if change.attribute == "added":
            value = json.loads(change.after or "{}")
            if change.subject[0] == "parameters" and len(change.subject) == 2 and SCHEMA not in value:
                place = place_of(change.subject[1], paths[change.operation])
                yield Problem(
                    "place-not-in-log",
                    f"{_name(change)} is written as a {place} parameter: a log does not say where it stands",
                    change.at,
                    level="warning",
                )
            yield Problem(
                "loosely-rebuilt",
                f"{_name(change)} has only what the log says of it: no bounds, defaults, null, map values, media types "
                "or model names, and it stands last",
                change.at,
                level="warning",
            )
        elif change.attribute == "Type" and {change.before, change.after} & {'"object"', '"array"', '""'}:
            yield Problem(
                "loosely-rebuilt",
                f"{_name(change)} has its new type and nothing below it: where a type changes, a log is silent about the rest",
                change.at,
                level="warning",
            )


def _differences(changes: list[Change], before: Api, after: Api) -> Iterator[Problem]:
    """Where the outcome is not what was asked for."""
    found = delta(before, after)
    there = {_key(change): change for change in found.changes}
    asked = {_key(change): change for change in changes}
    for key, change in asked.items():
        if key not in there and plain(change.attribute, change.before) != plain(
            change.attribute, change.after
        ):
            yield Problem(
                "not-rebuilt",
                f"{change.attribute} of {_name(change)} could not be changed to what the log says",
                change.at,
                level="warning",
            )
    for key, change in there.items():
        if key not in asked:
            yield Problem(
                "changed-too",
                f"{change.attribute} of {_name(change)} changed with it, which no entry says",
                level="warning",
            )


def _key(change: Change) -> tuple[Any, ...]:
    if change.attribute == "removed":
        return change.operation, change.subject, "removed"
    if change.attribute == "added":
        return change.operation, change.subject, "added", to_json(_loose(json.loads(change.after or "{}")))
    return change.operation, change.subject, change.attribute, to_json(plain(change.attribute, change.after))
