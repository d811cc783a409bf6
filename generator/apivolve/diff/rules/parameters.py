"""Parameters: path, query, header, cookie."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Parameter
from ..pairs import ParameterPair
from ..rule import Effect, changed, narrower, noted, rule
from ..spelling import spell_change
from ..witness import Shown


@rule(on=ParameterPair)
def parameter_added(pair: ParameterPair) -> Iterator[Effect]:
    """A caller who does not know the parameter is refused when it is required."""
    if pair.before is None and pair.after:
        told = f"{_told(pair.after)} was added"
        if pair.after.required:
            yield narrower(f"{told}, and is required", _request(pair, f"{_told(pair.after)} is missing"))
        else:
            yield noted(told)


@rule(on=ParameterPair)
def parameter_removed(pair: ParameterPair) -> Iterator[Effect]:
    """A caller who still sends the parameter may be refused, or is not heard.

    A warning, because most services ignore what they do not know.
    """
    if pair.before and pair.after is None:
        yield narrower(f"{_told(pair.before)} was removed", request="warning")


@rule(on=ParameterPair)
def parameter_became_required(pair: ParameterPair) -> Iterator[Effect]:
    """A caller that leaves the parameter out is now refused."""
    if pair.before and pair.after and pair.after.required and not pair.before.required:
        told = _told(pair.after)
        yield narrower(f"{told} became required", _request(pair, f"{told} is missing"))


@rule(on=ParameterPair)
def parameter_became_optional(pair: ParameterPair) -> Iterator[Effect]:
    """A caller may leave the parameter out now."""
    if pair.before and pair.after and pair.before.required and not pair.after.required:
        yield noted(f"{_told(pair.after)} became optional")


@rule(on=ParameterPair)
def parameter_encoding_changed(pair: ParameterPair) -> Iterator[Effect]:
    """The value is written otherwise: style, explode, reserved characters or media type.

    Arrays and objects, and values with reserved characters, would be misread.
    """
    if not (pair.before and pair.after):
        return
    old, new = (
        {
            "style": parameter.style,
            "explode": str(parameter.explode).lower(),
            "allowReserved": str(parameter.allow_reserved).lower(),
            "media type": parameter.media_type or "none",
        }
        for parameter in (pair.before, pair.after)
    )
    if old != new:
        yield changed(f"{_told(pair.after)} is encoded otherwise: {spell_change(old, new)}")


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


def _request(pair: ParameterPair, reason: str) -> Shown:
    """A request of the version before, without the parameter."""
    return Shown("request", pair.operation.label, reason)
