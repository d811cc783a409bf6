"""Operations: there or not, where, and what is said about them."""

from __future__ import annotations

from collections.abc import Iterator

from ...jsonvalue import is_object
from ...model import Operation
from ..calls import Call
from ..pairs import OperationPair, TagPair
from ..proof import Request
from ..rule import Effect, noted, rule
from ..spelling import spell_change
from ..walk.paths import is_same_place, path_key, stray_values


@rule(on=OperationPair)
def operation_added(pair: OperationPair) -> Iterator[Effect]:
    """There is another operation to call."""
    if pair.before is None and pair.after:
        yield noted(f"{pair.subject} was added")


@rule(on=OperationPair)
def operation_removed(pair: OperationPair) -> Iterator[Effect]:
    """A caller of the operation gets an error for an answer.

    A webhook or callback that is gone is a warning: nobody is refused, but nobody is told either.
    """
    if pair.before and pair.after is None:
        announced = " (it was deprecated)" if pair.before.deprecated else ""
        yield Effect(
            f"{pair.subject} was removed{announced}", "error", "warning", lost=_call(pair, pair.before)
        )


@rule(on=OperationPair)
def operation_moved(pair: OperationPair) -> Iterator[Effect]:
    """The operation of this id is under another method or path: a caller of the old one gets an error.

    A path that moved into the address of the server, or out of it, is the same path; so is one that lists as paths
    what a variable listed as its values. The name of a webhook is nowhere on the wire.
    """
    if not (pair.before and pair.after) or path_key(pair.before) == path_key(pair.after):
        return
    if pair.reach is None and is_same_place(pair.frame, pair.before, pair.after):
        yield noted(f"{pair.before.label} is described as {pair.after.label} now")
        return
    yield Effect(
        f"{pair.before.id} was {pair.before.label}, is {pair.after.label}",
        "error",
        "info",
        lost=_call(pair, pair.before),
    )


def _call(pair: OperationPair, operation: Operation) -> Request | None:
    """A call of an operation as it was."""
    if pair.reach is not None:
        return None
    return Call(pair.frame, operation, operation).request(
        "before", "request", "operation", values=stray_values(pair.frame, operation)
    )


@rule(on=OperationPair)
def operation_deprecated(pair: OperationPair) -> Iterator[Effect]:
    """Callers should look for another operation."""
    if pair.before and pair.after and pair.after.deprecated and not pair.before.deprecated:
        yield noted(f"{pair.subject} is deprecated now")


@rule(on=OperationPair)
def operation_undeprecated(pair: OperationPair) -> Iterator[Effect]:
    """The operation is no longer deprecated."""
    if pair.before and pair.after and pair.before.deprecated and not pair.after.deprecated:
        yield noted(f"{pair.subject} is no longer deprecated")


@rule(on=OperationPair)
def operation_lifecycle_changed(pair: OperationPair) -> Iterator[Effect]:
    """The day when the operation ends, or how stable it is, was announced otherwise (`x-sunset`, `x-stability-level`).

    A warning where the end is new or earlier, or the operation became less stable; info otherwise.
    """
    if pair.before and pair.after:
        old, new = _announced(pair.before), _announced(pair.after)
        if old != new:
            sunset = new.get("x-sunset", "")
            ends = sunset and sunset < old.get("x-sunset", "9999")
            stable = [_STABILITY.get(side.get("x-stability-level", "stable"), 0) for side in (old, new)]
            told = f"{pair.subject}: {spell_change(old, new)}"
            yield noted(told, severity="warning" if ends or stable[1] < stable[0] else "info")


_STABILITY = {"draft": 0, "alpha": 1, "beta": 2, "stable": 3}


def _announced(operation: Operation) -> dict[str, str]:
    try:
        raw = operation.at.raw
    except KeyError:
        return {}
    words = ("x-sunset", "x-stability-level")
    return {word: str(raw[word]) for word in words if is_object(raw) and word in raw}


@rule(on=OperationPair)
def operation_id_changed(pair: OperationPair) -> Iterator[Effect]:
    """The operation has another id: nothing on the wire, but generated code is named by it."""
    if (
        pair.before
        and pair.after
        and pair.before.id != pair.after.id
        and pair.before.named | pair.after.named
    ):
        yield noted(f"the id of {pair.subject} was {pair.before.id!r}, is {pair.after.id!r}")


@rule(on=OperationPair)
def operation_tags_changed(pair: OperationPair) -> Iterator[Effect]:
    """The operation is filed under other tags."""
    if pair.before and pair.after and pair.before.tags != pair.after.tags:
        told = [", ".join(operation.tags) or "none" for operation in (pair.before, pair.after)]
        yield noted(f"the tags of {pair.subject} were {told[0]}, are {told[1]}")


@rule(on=OperationPair)
def operation_behaviour_changed(pair: OperationPair) -> Iterator[Effect]:
    """Results come in pages, or the work goes on after the response, where it was otherwise (`x-ms-pageable` and its like)."""
    if pair.before and pair.after:
        for name, old, new in (
            ("paging", pair.before.paging, pair.after.paging),
            ("long-running work", pair.before.long_running, pair.after.long_running),
        ):
            if old != new:
                told = "is new" if old is None else "is gone" if new is None else "changed"
                yield noted(f"{pair.subject}: what is said of {name} {told}", severity="warning", detail=name)


@rule(on=TagPair)
def tag_documentation_changed(pair: TagPair) -> Iterator[Effect]:
    """A tag, a group of operations in the documentation, was declared, is declared no longer, or is described otherwise."""
    if pair.before is None or pair.after is None:
        yield noted(f"{pair.subject} is {'no longer ' if pair.after is None else ''}declared")
    elif pair.before.doc != pair.after.doc:
        yield noted(f"{pair.subject} is described otherwise")


@rule(on=OperationPair)
def operation_documentation_changed(pair: OperationPair) -> Iterator[Effect]:
    """The operation is described otherwise, itself or in one of its parts."""
    if not (pair.before and pair.after):
        return
    old, new = (
        {
            "summary": operation.summary,
            "description": operation.doc,
            "request body": operation.body.doc if operation.body else "",
            **{f"response {response.status}": response.doc for response in operation.responses},
            **{
                f"response {response.status} header {header.wire_name.lower()}": header.doc
                for response in operation.responses
                for header in response.headers
            },
            **{f"{part.place} parameter {part.wire_name}": part.doc for part in operation.parameters},
        }
        for operation in (pair.before, pair.after)
    )
    changed = [name for name, text in new.items() if name in old and old[name] != text]
    if changed:
        yield noted(f"{pair.subject} is described otherwise: {', '.join(changed)}")
