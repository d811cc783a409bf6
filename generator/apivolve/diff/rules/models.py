"""Objects as wholes, and what is said about models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ...accept import accepts
from ...finding import Severity, Side
from ...model import Anything, Api, Enumeration, Model, Nothing, Record, Xml
from ...reach import Reach
from ..pairs import ModelPair, RecordPair, object_payload
from ..proof import Payload
from ..relation import Escape, Outcome, Relation, escape, varied
from ..rule import Effect, narrower, noted, rule, wider
from ..spelling import spell_change, spell_type


@rule(on=ModelPair)
def model_added(pair: ModelPair) -> Iterator[Effect]:
    """A model came that no operation uses."""
    if pair.before is None:
        yield noted(f"{pair.subject} was added; no operation uses it")


@rule(on=ModelPair)
def model_removed(pair: ModelPair) -> Iterator[Effect]:
    """A model went that no operation used."""
    if pair.after is None:
        yield noted(f"{pair.subject} was removed; no operation used it")


@rule(on=ModelPair)
def model_changed(pair: ModelPair) -> Iterator[Effect]:
    """A model changed that no operation uses."""
    if (
        pair.before
        and pair.after
        and pair.reach == Reach()
        and not pair.frame.equal(pair.before.key, pair.after.key)
    ):
        yield noted(f"{pair.subject} changed; no operation uses it")


@rule(on=ModelPair)
def model_deprecation_changed(pair: ModelPair) -> Iterator[Effect]:
    """The model is deprecated, or no longer."""
    if pair.before and pair.after and pair.before.deprecated != pair.after.deprecated:
        yield noted(
            f"{pair.subject} is {'deprecated now' if pair.after.deprecated else 'no longer deprecated'}"
        )


@rule(on=ModelPair)
def model_documentation_changed(pair: ModelPair) -> Iterator[Effect]:
    """A model is described otherwise, itself or in one of its members."""
    if pair.before and pair.after:
        old, new = _texts(pair.before), _texts(pair.after)
        names = [name for name, text in new.items() if name in old and old[name] != text]
        if names:
            told = ", ".join(name or "itself" for name in names[:4])
            more = f" and {len(names) - 4} more" if len(names) > 4 else ""
            yield noted(f"{pair.subject} is described otherwise: {told}{more}")


@rule(on=ModelPair)
def conditions_changed(pair: ModelPair) -> Iterator[Effect]:
    """A rule beside the declared members changed: `not`, `if`, `dependentRequired`, `patternProperties` or their like.

    An error where a value is known that such a rule alone refuses on one side; else a warning, as it is not decided.
    """
    if pair.before is None or pair.after is None:
        return
    old, new = _conditions(pair.before), _conditions(pair.after)
    words = [word for word in {**old, **new} if old.get(word) != new.get(word)]
    if not words:
        return
    told = ", ".join(f"`{word}`" for word in words)
    frame = pair.frame
    lost = _refused(frame.before, pair.before, frame.after, pair.after)
    gained = _refused(frame.after, pair.after, frame.before, pair.before)
    maybe: tuple[Severity, Severity] = (
        "warning" if any(word in new for word in words) else "info",
        "warning" if any(word in old for word in words) else "info",
    )
    places = pair.before.at, pair.after.at
    undecided = "" if lost or gained else " (not decided: no value is known that shows it)"
    yield Effect(
        f"{pair.subject}: {told} changed{undecided}",
        "error" if lost else maybe[0],
        "error" if gained else maybe[1],
        lost=Payload(lost[0], "before", *places) if lost else None,
        gained=Payload(gained[0], "after", *places) if gained else None,
        detail=told,
    )


def _refused(mine: Api, model: Model, theirs: Api, other: Model) -> list[Any]:
    """A value of one model that the other refuses by its conditions alone; nothing where none is known."""
    match other:
        case Record():
            bare: Model = replace(other, conditions=(), patterns=(), names=None)
        case Enumeration():
            return []
        case _:
            bare = replace(other, conditions=())
    for value in varied(mine, model, other):
        if accepts(mine, model, value) and accepts(theirs, bare, value) and not accepts(theirs, other, value):
            return [value]
    return []


def _conditions(model: Model) -> dict[str, object]:
    """The rules that there are, by keyword."""
    if isinstance(model, Enumeration):
        return {}
    rules: dict[str, list[object]] = {}
    for one in model.conditions:
        rules.setdefault(one.keyword, []).append(one.schema)
    if isinstance(model, Record):
        if model.patterns:
            rules["patternProperties"] = [(pattern, repr(type_)) for pattern, type_ in model.patterns]
        if model.names is not None:
            rules["propertyNames"] = [repr(model.names)]
    return dict(rules)


@rule(on=ModelPair)
def xml_changed(pair: ModelPair) -> Iterator[Effect]:
    """A value is written otherwise in XML: another name, namespace or prefix, an attribute, a list in an element of its own.

    A warning where an operation uses the model, as it breaks those who speak XML.
    """
    if pair.before and pair.after:
        old, new = _xml(pair.before), _xml(pair.after)
        names = [name for name, xml in new.items() if name in old and old[name] != xml]
        if names:
            told = ", ".join(name or "itself" for name in names)
            yield noted(
                f"{pair.subject} is written otherwise in XML: {told}", severity="warning", detail=told
            )


def _xml(model: Model) -> dict[str, Xml | None]:
    """How an object and its members are written in XML."""
    if not isinstance(model, Record):
        return {}
    return {"": model.xml, **{item.wire_name: item.xml for item in model.fields}}


def _texts(model: Model) -> dict[str, str]:
    texts = {"": model.doc}
    match model:
        case Record():
            texts.update((item.wire_name, item.doc) for item in model.fields)
        case Enumeration():
            texts.update((value.value, value.doc) for value in model.values)
        case _:
            pass
    return texts


@rule(on=RecordPair)
def extra_members_refused(pair: RecordPair) -> Iterator[Effect]:
    """Undeclared members are no longer accepted, or only some.

    A warning where the object declares members, because callers are not expected to send what is not declared; an
    error where it was a map, whose members nobody declares, or where the members were given a type.
    """
    if pair.before and pair.after and pair.before.extra != pair.after.extra:
        lost = pair.frame.lost(pair.before.extra, pair.after.extra)
        closing = isinstance(pair.after.extra, Nothing) and not isinstance(pair.before.extra, Nothing)
        if (closing or isinstance(pair.before.extra, Anything)) and lost is not None:
            told = "no" if closing else f"only {spell_type(pair.frame.after, pair.after.extra)} as"
            invited = not isinstance(pair.before.extra, Anything) or not pair.before.fields
            value = lost.value if isinstance(lost, Escape) else "string"
            yield narrower(
                f"{pair.subject} takes {told} undeclared members now",
                _with_extra(pair, "before", value),
                request="error" if invited else "warning",
            )


@rule(on=RecordPair)
def extra_members_allowed(pair: RecordPair) -> Iterator[Effect]:
    """Undeclared members may come now, or others than before.

    A warning where only a strict reader would notice; an error where the members were given a type, which they may
    no longer have.
    """
    if pair.before and pair.after and pair.before.extra != pair.after.extra:
        gained = pair.frame.gained(pair.before.extra, pair.after.extra)
        opening = isinstance(pair.before.extra, Nothing) and not isinstance(pair.after.extra, Nothing)
        if (opening or isinstance(pair.after.extra, Anything)) and gained is not None:
            value = gained.value if isinstance(gained, Escape) else "string"
            yield wider(
                f"{pair.subject} may have {'' if opening else 'any '}undeclared members now",
                _with_extra(pair, "after", value),
                response="warning" if opening else "error",
            )


def _with_extra(pair: RecordPair, accepted: Side, value: object) -> Payload | None:
    if pair.before is None or pair.after is None:
        return None
    return object_payload(pair.frame, (pair.before, pair.after), accepted, "key", {"key": value})


@rule(on=RecordPair)
def object_size_changed(pair: RecordPair) -> Iterator[Effect]:
    """An object may have more or fewer members than before (minProperties, maxProperties)."""
    if not (pair.before and pair.after):
        return
    old, new = (
        {
            name: str(value)
            for name, value in (
                ("minProperties", side.min_properties),
                ("maxProperties", side.max_properties),
            )
            if value is not None
        }
        for side in (pair.before, pair.after)
    )
    if old != new:
        api = pair.frame.before
        resized = replace(
            pair.before, min_properties=pair.after.min_properties, max_properties=pair.after.max_properties
        )
        relation = Relation(escape(api, pair.before, api, resized), escape(api, resized, api, pair.before))
        yield Effect(
            f"{pair.subject}: {spell_change(old, new)}",
            relation.request,
            relation.response,
            lost=_sized(pair, "before", relation.lost),
            gained=_sized(pair, "after", relation.gained),
        )


def _sized(pair: RecordPair, accepted: Side, found: Outcome) -> Payload | None:
    if not (pair.before and pair.after and isinstance(found, Escape)):
        return None
    return Payload(found.value, accepted, pair.before.at, pair.after.at)
