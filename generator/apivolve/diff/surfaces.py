"""The pairs of two Python surfaces: methods with their arguments, classes with their attributes, aliases."""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Direction
from ..reach import Reach
from ..surface import Surface, SurfaceAlias, SurfaceClass, SurfaceMethod
from .match import by, path_words, rematch, whichever
from .pairs import AliasPair, ArgumentPair, AttributePair, ClassPair, MethodPair
from .relate import Frame
from .walk import AnyPair


def surface_pairs(frame: Frame, before: Surface, after: Surface) -> Iterator[AnyPair]:
    """Every pair of the code. Classes with equal fingerprints are not entered.

    A class or alias that served only operations which came or went is told by their methods.
    """
    surfaces = (before, after)
    methods = rematch(_route, by(lambda method: method.name, before.methods, after.methods))
    gone = {old.operation for old, new in methods if old is not None and new is None}
    come = {new.operation for old, new in methods if new is not None and old is None}
    for old, new in methods:
        name = f"{whichever(old, new).name}()"
        yield MethodPair(name, old, new, None, frame, surfaces)
        if old is not None and new is not None:
            yield from _arguments(frame, surfaces, old, new)
    for old_class, new_class in by(lambda item: item.name, before.classes, after.classes):
        if _told(old_class, new_class, gone, come):
            continue
        yield ClassPair(whichever(old_class, new_class).name, old_class, new_class, None, frame, surfaces)
        if old_class is not None and new_class is not None and old_class.fingerprint != new_class.fingerprint:
            yield from _attributes(frame, surfaces, old_class, new_class)
    for old_alias, new_alias in by(lambda item: item.name, before.aliases, after.aliases):
        if _told(old_alias, new_alias, gone, come):
            continue
        one = whichever(old_alias, new_alias)
        known = _reach(one.direction, one.operations)
        yield AliasPair(one.name, old_alias, new_alias, known, frame, surfaces)


def _route(method: SurfaceMethod) -> str:
    """The operation of a method, with the names in its path erased."""
    return path_words(method.operation)


def _told(
    before: SurfaceClass | SurfaceAlias | None,
    after: SurfaceClass | SurfaceAlias | None,
    gone: set[str],
    come: set[str],
) -> bool:
    if before is not None and after is None:
        return bool(before.operations) and gone.issuperset(before.operations)
    if after is not None and before is None:
        return bool(after.operations) and come.issuperset(after.operations)
    return False


def _arguments(
    frame: Frame, surfaces: tuple[Surface, Surface], before: SurfaceMethod, after: SurfaceMethod
) -> Iterator[AnyPair]:
    reach = Reach((after.operation,), ())
    for old, new in by(lambda item: item.name, before.parameters, after.parameters):
        subject = f"{before.name}({whichever(old, new).name})"
        yield ArgumentPair(subject, old, new, reach, frame, surfaces, (before, after))


def _attributes(
    frame: Frame, surfaces: tuple[Surface, Surface], before: SurfaceClass, after: SurfaceClass
) -> Iterator[AnyPair]:
    reach = _reach(before.direction, before.operations)
    for old, new in by(lambda item: item.name, before.attributes, after.attributes):
        subject = f"{before.name}.{whichever(old, new).name}"
        yield AttributePair(subject, old, new, reach, frame, surfaces, (before, after))


def _reach(direction: Direction | None, operations: tuple[str, ...]) -> Reach:
    """Who constructs and who receives a class; one that no operation reaches is in nobody's way."""
    return Reach(
        operations if direction in ("request", "both") else (),
        operations if direction in ("response", "both") else (),
    )
