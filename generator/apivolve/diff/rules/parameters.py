"""Parameters: path, query, header, cookie."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...finding import Severity
from ...jsonvalue import is_array, is_object
from ...model import Api, Nullable, Parameter
from ...sample import NoSample, sample
from ..calls import part_of, written
from ..pairs import ParameterPair
from ..proof import Proof
from ..rule import Effect, noted, rule
from ..spelling import spell_change


@rule(on=ParameterPair)
def parameter_added(pair: ParameterPair) -> Iterator[Effect]:
    """A caller who does not know the parameter is refused when it is required."""
    if pair.before is None and pair.after:
        told = f"{_told(pair.after)} was added"
        if pair.after.required:
            yield Effect(f"{told}, and is required", "error", "info", lost=_without(pair, pair.after))
        else:
            yield noted(told)


@rule(on=ParameterPair)
def parameter_removed(pair: ParameterPair) -> Iterator[Effect]:
    """A caller who still sends the parameter may be refused, or is not heard.

    A warning, because most services ignore what they do not know. Where the service sends it (webhooks, callbacks),
    an error when it was always there.
    """
    if pair.before and pair.after is None:
        gained = pair.call.request("after", "request", part_of(pair.before)) if pair.before.required else None
        response: Severity = "error" if pair.before.required else "warning"
        yield Effect(f"{_told(pair.before)} was removed", "warning", response, gained=gained)


@rule(on=ParameterPair)
def parameter_became_required(pair: ParameterPair) -> Iterator[Effect]:
    """A caller that leaves the parameter out is now refused."""
    if pair.before and pair.after and pair.after.required and not pair.before.required:
        yield Effect(f"{_told(pair.after)} became required", "error", "info", lost=_without(pair, pair.after))


@rule(on=ParameterPair)
def parameter_became_optional(pair: ParameterPair) -> Iterator[Effect]:
    """A caller may leave the parameter out now; where the service sends it, it may be missing."""
    if pair.before and pair.after and pair.before.required and not pair.after.required:
        gained = pair.call.request("after", "request", part_of(pair.before))
        yield Effect(f"{_told(pair.after)} became optional", "info", "error", gained=gained)


@rule(on=ParameterPair)
def parameter_encoding_changed(pair: ParameterPair) -> Iterator[Effect]:
    """The value is written otherwise: style, explode, reserved characters or media type.

    An error where a value of the type is written differently; info where it comes out the same, as `explode` does for
    plain values, and `allowReserved` for all that decode.
    """
    if not (pair.before and pair.after):
        return
    old, new = (
        {
            "style": parameter.style,
            "explode": str(parameter.explode).lower(),
            "allowReserved": str(parameter.allow_reserved).lower(),
            "allowEmptyValue": str(parameter.allow_empty).lower(),
            "media type": parameter.media_type or "none",
        }
        for parameter in (pair.before, pair.after)
    )
    if old == new:
        return
    told = f"{_told(pair.after)} is encoded otherwise: {spell_change(old, new)}"
    value = _example(pair.frame.before, pair.before)
    if value is None or written(pair.before, value) == written(pair.after, value):
        yield noted(told)
        return
    lost = pair.call.request("before", "request", part_of(pair.before), values={part_of(pair.before): value})
    gained = pair.call.request("after", "request", part_of(pair.after), values={part_of(pair.after): value})
    yield Effect(told, "error", "error", lost=lost, gained=gained)


def _example(api: Api, parameter: Parameter) -> Any:
    """A value in which the encodings differ: two items, or a member; None where none is known."""
    plain = api.resolve(parameter.type)
    while isinstance(plain, Nullable):
        plain = api.resolve(plain.of)
    try:
        value = sample(api, plain, full=True)
    except NoSample:
        return None
    if is_array(value):
        return (value or ["string"]) * 2
    flat = is_object(value) and not any(is_object(part) or is_array(part) for part in value.values())
    return {"key": "string"} if is_object(value) and (value == {} or not flat) else value


@rule(on=ParameterPair)
def parameter_default_changed(pair: ParameterPair) -> Iterator[Effect]:
    """A caller that leaves the parameter out gets other behaviour, without an error."""
    if pair.before and pair.after and pair.before.default != pair.after.default:
        old, new = ({"default": p.default} if p.default else {} for p in (pair.before, pair.after))
        yield noted(f"{_told(pair.after)}: {spell_change(old, new)}", severity="warning")


@rule(on=ParameterPair)
def parameter_deprecation_changed(pair: ParameterPair) -> Iterator[Effect]:
    """The parameter is deprecated, or no longer."""
    if pair.before and pair.after and pair.before.deprecated != pair.after.deprecated:
        yield noted(
            f"{_told(pair.after)} is {'deprecated now' if pair.after.deprecated else 'no longer deprecated'}"
        )


def _told(parameter: Parameter) -> str:
    return f"{parameter.place} parameter {parameter.wire_name!r}"


def _without(pair: ParameterPair, parameter: Parameter) -> Proof | None:
    """A request of the version before, without the parameter."""
    return pair.call.request("before", "request", part_of(parameter))
