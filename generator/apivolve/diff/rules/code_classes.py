"""Generated classes, their attributes, and type aliases.

Who only receives a class reads its attributes; who sends it gives them to its constructor. One rule serves both: what
the constructor no longer takes is lost, what an attribute may newly read as is gained.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...source import Location
from ...surface import Annotation, Surface, SurfaceAttribute, SurfaceClass, SurfaceKey
from ..annotations import gained, lost, present, spell
from ..pairs import AliasPair, AttributePair, ClassPair
from ..proof import Shown
from ..rule import Effect, narrower, noted, rule
from ..snippet import as_dictionary, constructing, giving, naming, passing, reading


@rule(on=ClassPair, scope="code")
def class_added(pair: ClassPair) -> Iterator[Effect]:
    """There is another class."""
    if pair.before is None and pair.subject not in {item.name for item in pair.surfaces[0].aliases}:
        yield noted(f"class {pair.subject} was added")


@rule(on=ClassPair, scope="code")
def class_removed(pair: ClassPair) -> Iterator[Effect]:
    """Code that names the class does not type-check; where the name lives on as an alias, it cannot be called."""
    if pair.before and pair.after is None:
        if pair.subject in {alias.name for alias in pair.surfaces[1].aliases}:
            proof = constructing(pair.surfaces[0], pair.before, None, f"{pair.subject} is an alias")
            yield narrower(f"class {pair.subject} became a type alias", proof)
        else:
            proof = naming(pair.surfaces[0], pair.subject, f"there is no {pair.subject}")
            yield narrower(f"class {pair.subject} was removed", proof)


@rule(on=ClassPair, scope="code")
def dictionary_changed(pair: ClassPair) -> Iterator[Effect]:
    """Code that gives a dictionary instead of the class does not type-check, where its constructor still takes the same.

    A dictionary has the names of the wire, must have constants too, and has nothing that only the service sets.
    """
    if not (pair.before and pair.after) or pair.before.keys is None or pair.after.keys is None:
        return
    before, after = ({key.name: key for key in one.keys or ()} for one in (pair.before, pair.after))
    old, new = ({item.name: item for item in one.attributes} for one in (pair.before, pair.after))
    for name, key in after.items():
        known = old.get(key.attribute)
        told = new[key.attribute].required and not (known and known.required)
        if key.required and not (name in before and before[name].required) and not told:
            proof = as_dictionary(pair.surfaces[0], pair.before, None, f"{name!r} is missing")
            yield narrower(
                f"a dictionary must have {name!r}",
                proof,
                detail=f"{name} required",
                places=_places(pair.before, pair.after, key),
            )
    for name, key in before.items():
        if name not in after:
            if key.attribute in new:
                proof = as_dictionary(pair.surfaces[0], pair.before, key, f"there is no {name!r}")
                yield narrower(
                    f"a dictionary has no {name!r} any more",
                    proof,
                    detail=f"{name} gone",
                    places=_places(pair.before, pair.after, key),
                )
            continue
        attribute = new.get(after[name].attribute)
        less = lost(pair.surfaces, key.takes, after[name].takes)
        if less and attribute and not _refuses(pair.surfaces, old[key.attribute], attribute):
            reason = f"{spell(less)} is not {spell(after[name].takes)}"
            proof = as_dictionary(pair.surfaces[0], pair.before, key, reason)
            yield narrower(
                f"{name!r} of a dictionary is no longer {spell(less)}",
                proof,
                detail=f"{name} type",
                places=_places(pair.before, pair.after, key),
            )


def _places(before: SurfaceClass, after: SurfaceClass, key: SurfaceKey) -> tuple[Location, Location]:
    """Where a key is written before and after; on a side that has none, its attribute or the class."""
    found: list[Location] = []
    for one in (before, after):
        keys = [each.at for each in one.keys or () if each.name == key.name]
        attributes = [each.at for each in one.attributes if each.name == key.attribute]
        found.append([*keys, *attributes, one.at][0])
    return found[0], found[1]


def _refuses(surfaces: tuple[Surface, Surface], before: SurfaceAttribute, after: SurfaceAttribute) -> bool:
    """True where the constructor refuses what it took: other rules say so."""
    if before.required == after.required:
        return bool(lost(surfaces, before.takes, after.takes))
    return after.required or bool(lost(surfaces, present(before.takes), present(after.takes)))


@rule(on=AttributePair, scope="code")
def attribute_added(pair: AttributePair) -> Iterator[Effect]:
    """Code that constructs the class without the attribute does not type-check when it is required."""
    if pair.before is None and pair.after:
        told = f"attribute {pair.after.name!r} was added"
        if pair.after.required:
            proof = constructing(pair.surfaces[0], pair.classes[0], None, f"{pair.after.name!r} is missing")
            yield narrower(f"{told}, and is required", proof)
        else:
            yield noted(told)


@rule(on=AttributePair, scope="code")
def attribute_removed(pair: AttributePair) -> Iterator[Effect]:
    """Code that reads the attribute, or gives it to the constructor, does not type-check."""
    if pair.before and pair.after is None:
        reason = f"{pair.classes[1].name} has no {pair.before.name!r}"
        yield Effect(
            f"attribute {pair.before.name!r} was removed",
            "error",
            "error",
            lost=constructing(pair.surfaces[0], pair.classes[0], pair.before, reason),
            gained=_read(pair, reason),
        )


@rule(on=AttributePair, scope="code")
def attribute_became_required(pair: AttributePair) -> Iterator[Effect]:
    """Code that constructs the class without the attribute does not type-check."""
    if pair.before and pair.after and pair.after.required and not pair.before.required:
        proof = constructing(pair.surfaces[0], pair.classes[0], None, f"{pair.after.name!r} is missing")
        yield narrower(f"attribute {pair.after.name!r} became required", proof)


@rule(on=AttributePair, scope="code")
def attribute_became_optional(pair: AttributePair) -> Iterator[Effect]:
    """Code that reads the attribute must reckon with its absence, or it does not type-check."""
    if pair.before and pair.after and pair.before.required and not pair.after.required:
        more = gained(pair.surfaces, pair.before.reads, pair.after.reads)
        absent = tuple(part for part in more if part not in present(more))
        yield Effect(
            f"attribute {pair.after.name!r} became optional",
            "info",
            "error" if absent else "info",
            gained=_read(pair, f"{spell(absent)} is not {spell(pair.before.reads)}") if absent else None,
        )


@rule(on=AttributePair, scope="code")
def attribute_type_changed(pair: AttributePair) -> Iterator[Effect]:
    """The attribute has other types.

    Fewer: code that constructs the class with the others does not type-check. More: code that reads the attribute as
    one of the old ones does not.
    """
    less, more = _moved(pair)
    if pair.before and pair.after and (less or more):
        before, after = pair.before, pair.after
        reason = f"{spell(less)} is not {spell(after.takes)}"
        yield Effect(
            f"attribute {before.name!r} was {spell(before.reads)}, is {spell(after.reads)}",
            "error" if less else "info",
            "error" if more else "info",
            lost=constructing(pair.surfaces[0], pair.classes[0], before, reason) if less else None,
            gained=_read(pair, f"{spell(more)} is not {spell(before.reads)}") if more else None,
        )


def _moved(pair: AttributePair) -> tuple[Annotation, Annotation]:
    """What the constructor no longer takes, and what reading newly gives; absence has rules of its own."""
    if not (pair.before and pair.after):
        return (), ()
    sides = (pair.before.takes, pair.after.takes, pair.before.reads, pair.after.reads)
    if pair.before.required != pair.after.required:
        sides = (present(sides[0]), present(sides[1]), present(sides[2]), present(sides[3]))
    return lost(pair.surfaces, sides[0], sides[1]), gained(pair.surfaces, sides[2], sides[3])


def _read(pair: AttributePair, reason: str) -> Shown | None:
    if pair.before is None:
        return None
    return reading(pair.surfaces[0], pair.classes[0].name, pair.before.name, pair.before.reads, reason)


@rule(on=AliasPair, scope="code")
def alias_added(pair: AliasPair) -> Iterator[Effect]:
    """There is another named type."""
    if pair.before is None and pair.subject not in {item.name for item in pair.surfaces[0].classes}:
        yield noted(f"type alias {pair.subject} was added")


@rule(on=AliasPair, scope="code")
def alias_removed(pair: AliasPair) -> Iterator[Effect]:
    """Code that names the type does not type-check; where the name lives on as a class, other values are none of it."""
    if pair.before and pair.after is None:
        told, reason = f"type alias {pair.subject} was removed", f"there is no {pair.subject}"
        proof = naming(pair.surfaces[0], pair.subject, reason)
        if pair.subject in {item.name for item in pair.surfaces[1].classes}:
            told, reason = f"type alias {pair.subject} became a class", f"{pair.subject} is a class"
            proof = giving(pair.surfaces[0], pair.subject, pair.before.means, reason)
        yield Effect(told, "error", "error", lost=proof, gained=proof)


@rule(on=AliasPair, scope="code")
def alias_changed(pair: AliasPair) -> Iterator[Effect]:
    """The named type means something else.

    Less: code that gives the rest does not type-check. More: code that handles each of the old meanings does not.
    """
    if not (pair.before and pair.after):
        return
    means = pair.before.means
    less = lost(pair.surfaces, means, pair.after.means)
    more = gained(pair.surfaces, means, pair.after.means)
    if less or more:
        surface, name = pair.surfaces[0], pair.subject
        told = ", ".join([*(f"no longer {part}" for part in less), *(f"{part} now" for part in more)])
        yield Effect(
            f"{name} means {told}",
            "error" if less else "info",
            "error" if more else "info",
            lost=giving(surface, name, means, f"{spell(less)} is not {name}") if less else None,
            gained=passing(surface, name, means, f"{spell(more)} is not in it") if more else None,
        )
