"""Members of objects."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Anything, Nothing
from ..pairs import FieldPair
from ..relation import Escape
from ..rule import Effect, narrower, noted, rule, wider
from ..spelling import spell_change, spell_type


@rule(on=FieldPair)
def field_added(pair: FieldPair) -> Iterator[Effect]:
    """A member came.

    Callers who send the object without it are refused when it is required. Callers who receive it notice only when
    the object was closed or typed its undeclared members otherwise: a warning, as readers are asked to be tolerant.
    """
    if pair.before is not None or pair.after is None:
        return
    told = f"{pair.name!r} ({spell_type(pair.frame.after, pair.after.type)}) was added"
    extra = pair.record_before.extra
    strict = not isinstance(extra, Anything) and (
        isinstance(extra, Nothing) or isinstance(pair.frame.gained(extra, pair.after.type), Escape)
    )
    yield Effect(
        f"{told}, and is required" if pair.after.required else told,
        "error" if pair.after.required else "info",
        "warning" if strict else "info",
        lost=pair.without("before") if pair.after.required else None,
        gained=pair.sampled("after") if strict else None,
    )


@rule(on=FieldPair)
def field_removed(pair: FieldPair) -> Iterator[Effect]:
    """A member went.

    Callers who read it break when it was always there, and may when it was optional. Callers who send it are refused
    when the object is closed; else they may be refused, or are not heard.
    """
    if pair.before is None or pair.after is not None:
        return
    extra = pair.record_after.extra
    refused = not isinstance(extra, Anything) and (
        isinstance(extra, Nothing) or isinstance(pair.frame.lost(pair.before.type, extra), Escape)
    )
    yield Effect(
        f"{pair.name!r} was removed",
        "error" if refused else "warning",
        "error" if pair.before.required else "warning",
        lost=pair.sampled("before") if refused else None,
        gained=pair.without("after") if pair.before.required else None,
    )


@rule(on=FieldPair)
def field_became_required(pair: FieldPair) -> Iterator[Effect]:
    """A caller that leaves the member out is now refused."""
    if pair.before and pair.after and pair.after.required and not pair.before.required:
        yield narrower(f"{pair.name!r} became required", pair.without("before"))


@rule(on=FieldPair)
def field_became_optional(pair: FieldPair) -> Iterator[Effect]:
    """A caller that counts on the member gets objects without it."""
    if pair.before and pair.after and pair.before.required and not pair.after.required:
        yield wider(f"{pair.name!r} became optional", pair.without("after"))


@rule(on=FieldPair)
def field_became_read_only(pair: FieldPair) -> Iterator[Effect]:
    """A caller that sends the member is refused or not heard: a warning, as services may ignore it."""
    if pair.before and pair.after and pair.after.read_only and not pair.before.read_only:
        yield narrower(f"{pair.name!r} became read-only", request="warning")


@rule(on=FieldPair)
def field_became_writable(pair: FieldPair) -> Iterator[Effect]:
    """A caller may send the member now; one who must, because it is required, is told by an error."""
    if pair.before and pair.after and pair.before.read_only and not pair.after.read_only:
        if pair.after.required:
            yield narrower(f"{pair.name!r} is no longer read-only, and is required", pair.without("before"))
        else:
            yield noted(f"{pair.name!r} is no longer read-only")


@rule(on=FieldPair)
def field_became_write_only(pair: FieldPair) -> Iterator[Effect]:
    """A caller that reads the member does not get it any more."""
    if pair.before and pair.after and pair.after.write_only and not pair.before.write_only:
        yield wider(
            f"{pair.name!r} became write-only", response="error" if pair.before.required else "warning"
        )


@rule(on=FieldPair)
def field_became_readable(pair: FieldPair) -> Iterator[Effect]:
    """A caller gets the member in responses now."""
    if pair.before and pair.after and pair.before.write_only and not pair.after.write_only:
        yield noted(f"{pair.name!r} is no longer write-only")


@rule(on=FieldPair)
def field_default_changed(pair: FieldPair) -> Iterator[Effect]:
    """A caller that leaves the member out gets other behaviour, without an error."""
    if pair.before and pair.after and pair.before.default != pair.after.default:
        old, new = ({"default": f.default} if f.default else {} for f in (pair.before, pair.after))
        yield narrower(f"{pair.name!r}: {spell_change(old, new)}", request="warning")


@rule(on=FieldPair)
def field_deprecation_changed(pair: FieldPair) -> Iterator[Effect]:
    """The member is deprecated, or no longer."""
    if pair.before and pair.after and pair.before.deprecated != pair.after.deprecated:
        yield noted(
            f"{pair.name!r} is {'deprecated now' if pair.after.deprecated else 'no longer deprecated'}"
        )
