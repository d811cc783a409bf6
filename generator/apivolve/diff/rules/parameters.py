"""Parameters: path, query, header, cookie."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...jsonvalue import is_array, is_object, to_json
from ...model import Api, Nullable, Parameter
from ...sample import NoSample, sample
from ..pairs import ParameterPair
from ..rule import Effect, narrower, noted, rule
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
            "media type": parameter.media_type or "none",
        }
        for parameter in (pair.before, pair.after)
    )
    if old == new:
        return
    told = f"{_told(pair.after)} is encoded otherwise: {spell_change(old, new)}"
    value = _example(pair.frame.before, pair.before)
    written, expected = encode(pair.before, value), encode(pair.after, value)
    if written == expected:
        yield noted(told)
    else:
        mark = "?" if pair.before.place == "query" else "\n"
        text = f"{pair.operation.label}{mark}{written}"
        yield narrower(told, Shown("request", text, f"it is written {expected} now"))


def _example(api: Api, parameter: Parameter) -> Any:
    """A value in which the encodings differ: two items, or a member."""
    plain = api.resolve(parameter.type)
    while isinstance(plain, Nullable):
        plain = api.resolve(plain.of)
    try:
        value = sample(api, plain, full=True)
    except NoSample:
        return "string"
    if is_array(value):
        return (value or ["string"]) * 2
    return value if value != {} else {"key": "string"}


def encode(parameter: Parameter, value: Any) -> str:
    """A parameter as it is sent, but for percent-encoding (OpenAPI 3.x, Style Values)."""
    name = parameter.wire_name
    if parameter.media_type is not None:
        return f"{name}={to_json(value)}"
    form = parameter.style in ("form", "deepObject", "spaceDelimited", "pipeDelimited", "tabDelimited")
    head = f"{name}=" if form or parameter.place in ("header", "cookie") else ""
    comma = {"spaceDelimited": "%20", "pipeDelimited": "|", "tabDelimited": "%09", "label": "."}.get(
        parameter.style, ","
    )
    if is_array(value):
        items = [_plain(item) for item in value]
        if form and parameter.explode:
            return "&".join(f"{name}={item}" for item in items)
        return head + comma.join(items)
    if is_object(value):
        if parameter.style == "deepObject":
            return "&".join(f"{name}[{key}]={_plain(member)}" for key, member in value.items())
        if parameter.explode:
            return ("&" if form else comma).join(f"{key}={_plain(member)}" for key, member in value.items())
        return head + comma.join(f"{key}{comma}{_plain(member)}" for key, member in value.items())
    prefix = {"label": ".", "matrix": f";{name}="}.get(parameter.style, "")
    return f"{head}{prefix}{_plain(value)}"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else to_json(value)


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
