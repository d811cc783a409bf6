"""Operations: there or not, where, and what is said about them."""

from __future__ import annotations

from collections.abc import Iterator

from ..pairs import OperationPair
from ..rule import Effect, narrower, noted, rule
from ..walk.match import path_key
from ..witness import Shown


@rule(on=OperationPair)
def operation_added(pair: OperationPair) -> Iterator[Effect]:
    """There is another operation to call."""
    if pair.before is None and pair.after:
        yield noted(f"{pair.after.label} was added")


@rule(on=OperationPair)
def operation_removed(pair: OperationPair) -> Iterator[Effect]:
    """A caller of the operation gets an error for an answer."""
    if pair.before and pair.after is None:
        yield narrower(
            f"{pair.before.label} was removed",
            Shown("request", pair.before.label, "there is no such operation"),
        )


@rule(on=OperationPair)
def operation_moved(pair: OperationPair) -> Iterator[Effect]:
    """The operation of this id is under another method or path: a caller of the old one gets an error."""
    if pair.before and pair.after and path_key(pair.before) != path_key(pair.after):
        yield narrower(
            f"{pair.before.id} was {pair.before.label}, is {pair.after.label}",
            Shown("request", pair.before.label, "there is no such operation"),
        )


@rule(on=OperationPair)
def operation_deprecated(pair: OperationPair) -> Iterator[Effect]:
    """Callers should look for another operation."""
    if pair.before and pair.after and pair.after.deprecated and not pair.before.deprecated:
        yield noted(f"{pair.after.label} is deprecated now")


@rule(on=OperationPair)
def operation_undeprecated(pair: OperationPair) -> Iterator[Effect]:
    """The operation is no longer deprecated."""
    if pair.before and pair.after and pair.before.deprecated and not pair.after.deprecated:
        yield noted(f"{pair.after.label} is no longer deprecated")


@rule(on=OperationPair)
def operation_id_changed(pair: OperationPair) -> Iterator[Effect]:
    """The operation has another id: nothing on the wire, but generated code is named by it."""
    if (
        pair.before
        and pair.after
        and pair.before.id != pair.after.id
        and pair.before.named | pair.after.named
    ):
        yield noted(f"the id of {pair.after.label} was {pair.before.id!r}, is {pair.after.id!r}")


@rule(on=OperationPair)
def operation_tags_changed(pair: OperationPair) -> Iterator[Effect]:
    """The operation is filed under other tags."""
    if pair.before and pair.after and pair.before.tags != pair.after.tags:
        told = [", ".join(operation.tags) or "none" for operation in (pair.before, pair.after)]
        yield noted(f"the tags of {pair.after.label} were {told[0]}, are {told[1]}")


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
        yield noted(f"{pair.after.label} is described otherwise: {', '.join(changed)}")
