"""Methods of the generated client and their arguments."""

from __future__ import annotations

from collections.abc import Iterator

from ...surface import SurfaceMethod
from ..annotations import gained, lost, present, spell
from ..pairs import ArgumentPair, MethodPair
from ..rule import Effect, narrower, noted, rule, wider
from ..snippet import calling


@rule(on=MethodPair, scope="code")
def method_added(pair: MethodPair) -> Iterator[Effect]:
    """There is another method to call."""
    if pair.before is None:
        yield noted(f"{pair.subject} was added")


@rule(on=MethodPair, scope="code")
def method_removed(pair: MethodPair) -> Iterator[Effect]:
    """Code that calls the method does not type-check."""
    if pair.before and pair.after is None:
        proof = calling(pair.surfaces[0], pair.before, f"{_owner(pair.before)} has no {pair.before.name}")
        yield narrower(f"{pair.subject} was removed", proof)


@rule(on=MethodPair, scope="code")
def method_renamed(pair: MethodPair) -> Iterator[Effect]:
    """The operation has another method: code that calls the old name does not type-check."""
    if pair.before and pair.after and pair.before.called != pair.after.called:
        proof = calling(pair.surfaces[0], pair.before, f"{_owner(pair.before)} has no {pair.before.name}")
        yield narrower(f"{pair.subject} is {pair.after.label}() now", proof)


@rule(on=MethodPair, scope="code")
def method_return_widened(pair: MethodPair) -> Iterator[Effect]:
    """A call may give back what code that uses the result does not handle."""
    if (
        pair.before
        and pair.after
        and (more := gained(pair.surfaces, pair.before.returns, pair.after.returns))
    ):
        proof = calling(
            pair.surfaces[0],
            pair.before,
            f"{spell(more)} is not {spell(pair.before.returns)}",
            returns=pair.before.returns,
        )
        yield wider(
            f"{pair.subject} returned {spell(pair.before.returns)}, returns {spell(pair.after.returns)}",
            proof,
        )


@rule(on=MethodPair, scope="code")
def method_return_narrowed(pair: MethodPair) -> Iterator[Effect]:
    """A call gives back less than code that uses the result handles."""
    if not (pair.before and pair.after) or gained(pair.surfaces, pair.before.returns, pair.after.returns):
        return
    if lost(pair.surfaces, pair.before.returns, pair.after.returns):
        yield noted(
            f"{pair.subject} returned {spell(pair.before.returns)}, returns {spell(pair.after.returns)}"
        )


@rule(on=MethodPair, scope="code")
def method_arguments_reordered(pair: MethodPair) -> Iterator[Effect]:
    """Arguments given by position arrive as others."""
    if not (pair.before and pair.after):
        return
    old, new = (
        [item.name for item in side.parameters if not item.keyword] for side in (pair.before, pair.after)
    )
    kept_old, kept_new = [name for name in old if name in new], [name for name in new if name in old]
    if kept_old != kept_new:
        proof = calling(pair.surfaces[0], pair.before, "the arguments have another order", positional=True)
        yield narrower(f"the arguments of {pair.subject} were {', '.join(old)}, are {', '.join(new)}", proof)


@rule(on=ArgumentPair, scope="code")
def argument_added(pair: ArgumentPair) -> Iterator[Effect]:
    """Code that calls the method without the argument does not type-check when it is required."""
    if pair.before is None and pair.after:
        told = f"argument {pair.after.name!r} was added"
        if pair.after.required:
            proof = calling(pair.surfaces[0], pair.methods[0], f"argument {pair.after.name!r} is missing")
            yield narrower(f"{told}, and is required", proof)
        else:
            yield noted(told)


@rule(on=ArgumentPair, scope="code")
def argument_removed(pair: ArgumentPair) -> Iterator[Effect]:
    """Code that gives the argument does not type-check."""
    if pair.before and pair.after is None:
        proof = calling(
            pair.surfaces[0], pair.methods[0], f"there is no argument {pair.before.name!r}", also=pair.before
        )
        yield narrower(f"argument {pair.before.name!r} was removed", proof)


@rule(on=ArgumentPair, scope="code")
def argument_became_required(pair: ArgumentPair) -> Iterator[Effect]:
    """Code that leaves the argument out does not type-check."""
    if pair.before and pair.after and pair.after.required and not pair.before.required:
        proof = calling(pair.surfaces[0], pair.methods[0], f"argument {pair.after.name!r} is missing")
        yield narrower(f"argument {pair.after.name!r} became required", proof)


@rule(on=ArgumentPair, scope="code")
def argument_became_optional(pair: ArgumentPair) -> Iterator[Effect]:
    """The argument may be left out."""
    if pair.before and pair.after and pair.before.required and not pair.after.required:
        yield noted(f"argument {pair.after.name!r} became optional")


@rule(on=ArgumentPair, scope="code")
def argument_became_keyword(pair: ArgumentPair) -> Iterator[Effect]:
    """Code that gives the argument by position does not type-check."""
    if pair.before and pair.after and pair.after.keyword and not pair.before.keyword:
        if pair.before.required and not pair.after.required:
            detail = "it became optional, and optional arguments are given by name"
        else:
            detail = f"argument {pair.after.name!r} is keyword-only"
        proof = calling(pair.surfaces[0], pair.methods[0], detail, positional=True)
        yield narrower(f"argument {pair.after.name!r} can only be given by name now", proof)


@rule(on=ArgumentPair, scope="code")
def argument_became_positional(pair: ArgumentPair) -> Iterator[Effect]:
    """The argument may be given by position too."""
    if pair.before and pair.after and pair.before.keyword and not pair.after.keyword:
        yield noted(f"argument {pair.after.name!r} can be given by position now")


@rule(on=ArgumentPair, scope="code")
def argument_type_narrowed(pair: ArgumentPair) -> Iterator[Effect]:
    """Code that gives the argument what it took before does not type-check."""
    if pair.before and pair.after and (less := lost(pair.surfaces, *_takes(pair))):
        proof = calling(
            pair.surfaces[0],
            pair.methods[0],
            f"{spell(less)} is not {spell(pair.after.takes)}",
            also=pair.before,
        )
        yield narrower(
            f"argument {pair.before.name!r} took {spell(pair.before.takes)}, takes {spell(pair.after.takes)}",
            proof,
        )


@rule(on=ArgumentPair, scope="code")
def argument_type_widened(pair: ArgumentPair) -> Iterator[Effect]:
    """The argument takes more than before."""
    if (
        pair.before
        and pair.after
        and not lost(pair.surfaces, *_takes(pair))
        and gained(pair.surfaces, *_takes(pair))
    ):
        yield noted(
            f"argument {pair.before.name!r} took {spell(pair.before.takes)}, takes {spell(pair.after.takes)}"
        )


def _takes(pair: ArgumentPair) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What both sides take; leaving `None` to the rules about being required where that changed."""
    before, after = (side.takes if side else () for side in (pair.before, pair.after))
    if pair.before and pair.after and pair.before.required != pair.after.required:
        return present(before), present(after)
    return before, after


def _owner(method: SurfaceMethod) -> str:
    """What has a method, for a reader: a class or a module."""
    return method.owner.replace("client", "Client")
