"""The pairs of two Python surfaces: methods with their arguments, classes with their attributes, aliases."""

from __future__ import annotations

from collections.abc import Iterator

from ...finding import Direction
from ...reach import Reach
from ...surface import Annotation, Surface, SurfaceClass, SurfaceMethod
from ..annotations import names
from ..pairs import AliasPair, ArgumentPair, AttributePair, ClassPair, MethodPair
from ..relation import Frame
from .match import by, rematch, whichever
from .models import AnyPair
from .paths import path_words


def code_pairs(frame: Frame, before: Surface, after: Surface) -> Iterator[AnyPair]:
    """Every pair of the code. Classes with equal fingerprints are not entered.

    A class or alias that only went because all that named it went is told by what named it; so is one that came.
    """
    surfaces = (before, after)
    methods = rematch(_route, by(lambda method: method.called, before.methods, after.methods))
    classes = by(lambda item: item.name, before.classes, after.classes)
    aliases = by(lambda item: item.name, before.aliases, after.aliases)
    for old, new in methods:
        name = f"{whichever(old, new).label}()"
        yield MethodPair(name, old, new, None, frame, surfaces)
        if old is not None and new is not None:
            yield from _arguments(frame, surfaces, old, new)
    told = _told(before, after) | _told(after, before)
    for old_class, new_class in classes:
        name = whichever(old_class, new_class).name
        if name in told:
            continue
        yield ClassPair(name, old_class, new_class, None, frame, surfaces)
        if old_class is not None and new_class is not None and old_class.fingerprint != new_class.fingerprint:
            yield from _attributes(frame, surfaces, old_class, new_class)
    for old_alias, new_alias in aliases:
        one = whichever(old_alias, new_alias)
        if one.name not in told:
            known = _reach(one.direction, one.operations)
            yield AliasPair(one.name, old_alias, new_alias, known, frame, surfaces)


def _told(surface: Surface, other: Surface) -> set[str]:
    """The names that one surface has alone and that are named only by what it has alone."""
    kept = {
        *(item.name for item in other.classes),
        *(item.name for item in other.aliases),
        *(_route(method) for method in other.methods),
    }
    attributes = {(item.name, attribute.name) for item in other.classes for attribute in item.attributes}
    mentions: list[tuple[bool, Annotation]] = []
    for method in surface.methods:
        survives = _route(method) in kept
        mentions += [(survives, method.returns), *((survives, item.takes) for item in method.parameters)]
    for item in surface.classes:
        mentions += [
            ((item.name, attribute.name) in attributes, (*attribute.reads, *attribute.takes))
            for attribute in item.attributes
        ]
    mentions += [(alias.name in kept, alias.means) for alias in surface.aliases]
    named: dict[str, bool] = {}
    for survives, annotation in mentions:
        for name in (name for part in annotation for name in names(part)):
            named[name] = named.get(name, False) or survives
    return {name for name, survives in named.items() if not survives and name not in kept}


def _route(method: SurfaceMethod) -> str:
    """The operation of a method, with the names in its path erased."""
    return path_words(method.operation)


def _arguments(
    frame: Frame, surfaces: tuple[Surface, Surface], before: SurfaceMethod, after: SurfaceMethod
) -> Iterator[AnyPair]:
    reach = Reach((after.operation,), ())
    for old, new in by(lambda item: item.name, before.parameters, after.parameters):
        subject = f"{before.label}({whichever(old, new).name})"
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
