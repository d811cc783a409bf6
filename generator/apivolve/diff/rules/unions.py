"""Unions, their variants and discriminators."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...accept import Acceptor, accepts
from ...finding import Severity, Side
from ...jsonvalue import is_object, to_json
from ...model import Variant
from ...sample import NoSample, sample
from ...source import split_pointer
from ..pairs import UnionPair, VariantPair
from ..proof import Payload
from ..relation import Escape, Outcome, Relation, escape, varied
from ..rule import Effect, narrower, rule, wider
from ..spelling import spell_type


@rule(on=VariantPair)
def union_variant_added(pair: VariantPair) -> Iterator[Effect]:
    """A value may come that is none of the variants callers know.

    Nothing breaks where all its values were allowed before; a warning where no value is known that was not.
    """
    if pair.before is None and pair.after:
        told = spell_type(pair.frame.after, pair.after.type)
        severity, proof = _new_values(pair, "after", pair.after)
        yield wider(
            f"{pair.subject} may be {told} now",
            proof,
            response=severity,
            detail=", ".join(pair.after.tags) or told,
        )


@rule(on=VariantPair)
def union_variant_removed(pair: VariantPair) -> Iterator[Effect]:
    """A caller that sends this variant is refused.

    Nothing breaks where all its values are still allowed; a warning where no value is known that is not.
    """
    if pair.before and pair.after is None:
        told = spell_type(pair.frame.before, pair.before.type)
        severity, proof = _new_values(pair, "before", pair.before)
        yield narrower(
            f"{pair.subject} may no longer be {told}",
            proof,
            request=severity,
            detail=", ".join(pair.before.tags) or told,
        )


def _new_values(pair: VariantPair, accepted: Side, variant: Variant) -> tuple[Severity, Payload | None]:
    """A value of a variant that its own union takes and the other does not, and how bad that is."""
    mine, other = pair.union_before, pair.union_after
    my_api, other_api = pair.frame.before, pair.frame.after
    if accepted == "after":
        mine, other, my_api, other_api = other, mine, other_api, my_api
    found = (pair.frame.lost if accepted == "before" else pair.frame.gained)(
        *((variant.type, other) if accepted == "before" else (other, variant.type))
    )
    tagged = mine.tag is not None and bool(variant.tags)
    if found is None and not (tagged and mine.tag == other.tag):
        return "info", None
    values = [found.value] if isinstance(found, Escape) else []
    values += varied(my_api, my_api.resolve(variant.type))
    if mine.tag is not None and variant.tags:
        values = [{**value, mine.tag: variant.tags[0]} if is_object(value) else value for value in values]
    places = pair.union_before.at, pair.union_after.at
    ours, theirs = Acceptor(my_api), Acceptor(other_api)
    for value in values:
        if ours.accepts(mine, value) and not theirs.accepts(other, value):
            return "error", Payload(value, accepted, *places)
    if tagged and values:  # the family takes any tag, and its descriptions list them
        return "error", Payload(values[0], accepted, *places)
    return "warning", None


@rule(on=VariantPair)
def union_tags_changed(pair: VariantPair) -> Iterator[Effect]:
    """Another discriminator value chooses this variant."""
    if not (pair.before and pair.after) or pair.before.tags == pair.after.tags:
        return
    if pair.union_before.tag == pair.union_after.tag:
        old, new = (", ".join(side.tags) or "none" for side in (pair.before, pair.after))
        told = spell_type(pair.frame.after, pair.after.type)
        tag = pair.union_before.tag or ""
        gone = [name for name in pair.before.tags if name not in pair.after.tags]
        come = [name for name in pair.after.tags if name not in pair.before.tags]
        yield Effect(
            f"{pair.subject}: the {tag} of {told} was {old}, is {new}",
            "error" if gone else "info",
            "error" if come else "info",
            lost=_tagged(pair, "before", pair.before, gone),
            gained=_tagged(pair, "after", pair.after, come),
            detail=told,
        )


def _tagged(pair: VariantPair, accepted: Side, variant: Variant, tags: list[str]) -> Payload | None:
    api = pair.frame.before if accepted == "before" else pair.frame.after
    try:
        value = sample(api, variant.type)
    except NoSample:
        return None
    if not tags or not is_object(value):
        return None
    tagged = {**value, pair.union_before.tag or "": tags[0]}
    return Payload(tagged, accepted, pair.union_before.at, pair.union_after.at)


@rule(on=UnionPair)
def union_discriminator_changed(pair: UnionPair) -> Iterator[Effect]:
    """Another member tells the variants apart, or none does, or one does now.

    Where the variants can be told apart without it, nobody is refused, and it is info.
    """
    if pair.before and pair.after and pair.before.tag != pair.after.tag:
        api, frame = pair.frame.after, pair.frame
        old, new = (to_json(side.tag) if side.tag else "none" for side in (pair.before, pair.after))
        told = f"the discriminator of {pair.subject} was {old}, is {new}"
        if pair.before.tag and pair.after.tag:
            relation = frame.relate(pair.before, pair.after)
        else:
            plain = replace(
                pair.after,
                tag=None,
                variants=tuple(replace(variant, tags=()) for variant in pair.after.variants),
            )
            lost, gained = escape(api, plain, api, pair.after), escape(api, pair.after, api, plain)
            relation = Relation(lost, gained) if pair.after.tag else Relation(gained, lost)
        yield Effect(
            told,
            relation.request,
            relation.response,
            lost=_union_payload(pair, "before", relation.lost),
            gained=_union_payload(pair, "after", relation.gained),
        )


def _union_payload(pair: UnionPair, accepted: Side, found: Outcome) -> Payload | None:
    if not (pair.before and pair.after and isinstance(found, Escape)):
        return None
    return Payload(found.value, accepted, pair.before.at, pair.after.at)


@rule(on=UnionPair)
def union_overlap_changed(pair: UnionPair) -> Iterator[Effect]:
    """A value fits several variants where it must fit exactly one (oneOf), and did not; or the other way round.

    It is refused as if it fitted none, so those who send it break; and those who receive it, when it is newly allowed.
    """
    if pair.before and pair.after and pair.before.exclusive and pair.after.exclusive:
        lost = _ambiguous(pair, "before")
        gained = _ambiguous(pair, "after")
        if lost or gained:
            told = "values fit several variants now" if lost else "values fit one variant only now"
            yield Effect(
                f"{pair.subject}: {told}",
                "error" if lost else "info",
                "error" if gained else "info",
                lost,
                gained,
            )


@rule(on=UnionPair)
def union_matching_changed(pair: UnionPair) -> Iterator[Effect]:
    """A value must fit exactly one variant where it could fit several (oneOf, anyOf), or the other way round.

    An error where a value is known that fits several; else info.
    """
    if pair.before and pair.after and pair.before.exclusive != pair.after.exclusive:
        if pair.after.exclusive:
            proof = _ambiguous(pair, "before")
            told = f"{pair.subject} must fit exactly one variant now"
            yield narrower(told, proof, request="error" if proof else "info")
        else:
            proof = _ambiguous(pair, "after")
            told = f"{pair.subject} may fit several variants now"
            yield wider(told, proof, response="error" if proof else "info")


def _ambiguous(pair: UnionPair, accepted: Side) -> Payload | None:
    """A value that one side takes, and the other refuses only because it fits several variants."""
    if pair.before is None or pair.after is None:
        return None
    mine, other = pair.before, pair.after
    my_api, other_api = pair.frame.before, pair.frame.after
    if accepted == "after":
        mine, other, my_api, other_api = other, mine, other_api, my_api
    if other.tag is not None and all(variant.tags for variant in other.variants):
        return None  # the tag chooses one
    lenient = replace(other, exclusive=False)
    ours, theirs = Acceptor(my_api), Acceptor(other_api)
    for value in varied(my_api, mine):
        if not theirs.accepts(other, value) and theirs.accepts(lenient, value) and ours.accepts(mine, value):
            return Payload(value, accepted, pair.before.at, pair.after.at)
    return None


@rule(on=UnionPair)
def union_fallback_changed(pair: UnionPair) -> Iterator[Effect]:
    """A value whose tag no variant knows is read otherwise, or not at all."""
    if pair.before and pair.after and (pair.before.open is None) != (pair.after.open is None):
        accepted: Side = "before" if pair.after.open is None else "after"
        proof = _fallback(pair, accepted)
        severity: Severity = "error" if proof is not None else "info"  # its tag may allow no others
        if accepted == "before":
            yield narrower(f"{pair.subject} takes only the known tags now", proof, request=severity)
        else:
            yield wider(f"{pair.subject} may have an unknown tag now", proof, response=severity)


def _fallback(pair: UnionPair, accepted: Side) -> Payload | None:
    union, api = (pair.before, pair.frame.before) if accepted == "before" else (pair.after, pair.frame.after)
    if not (union and union.open and pair.before and pair.after):
        return None
    try:
        value = sample(api, union.open)
    except NoSample:
        return None
    # the base of a family is chosen by its own name
    name = split_pointer(union.at.pointer)[-1:] or ["unknown"]
    tagged = {**value, union.tag: name[0]} if is_object(value) and union.tag else value
    if not accepts(api, union, tagged):
        return None
    return Payload(tagged, accepted, pair.before.at, pair.after.at)
