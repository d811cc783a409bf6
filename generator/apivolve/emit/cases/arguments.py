"""What is given of parameters: values that the specification shows or takes, each unlike those beside it."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ...accept import accepts
from ...jsonvalue import is_array, is_object, to_json
from ...model import (
    Anything,
    Api,
    Enumeration,
    ListOf,
    Model,
    Operation,
    Parameter,
    Scalar,
    Type,
)
from ...raw import conforms
from ...sample import NoSample, sample
from ..calls.exchange import fixed_version, is_api_version
from ..types.spelling import own_type
from .expected import SECRET
from .payloads import Payloads
from .texts import as_written

IGNORED = ("accept", "content-type", "authorization")
"""Headers that are no parameters, whatever a description says (OpenAPI 3.x, Parameter Object)."""
LENGTH = "content-length"
VERSION = "{api-version}"
"""Stands in the data for the version under test: a method is tested in every version that has it."""

_NO_FIELD = re.compile(r"[\x00-\x1f\x7f]|^ | $")
"""What no value of a header has (RFC 9110 section 5.5)."""


class Arguments:
    """The arguments of one version's calls."""

    def __init__(self, api: Api, payloads: Payloads) -> None:
        self._api, self._payloads = api, payloads

    def of(
        self, operation: Operation, order: list[int], body: Mapping[str, Any], *, all_: bool
    ) -> dict[int, Any]:
        """What is sent of parameters, by position, in an order of their identities: all that can be, or what must be."""
        found: dict[int, Any] = {}
        shown: set[str] = set()
        turns = {known: turn for turn, known in enumerate(order)}
        for index, known in sorted(
            enumerate(operation.parameters), key=lambda one: turns.get(id(one[1]), len(order))
        ):
            header = known.wire_name.lower() if known.place == "header" else ""
            if is_api_version(self._api, known):
                fixed = fixed_version(self._api, known)
                found[index] = VERSION if fixed is None else fixed
            elif header in IGNORED or not (all_ or known.required):
                continue
            elif self._is_secret(known) and accepts(self._api, known.type, SECRET):
                found[index] = SECRET
            elif header == LENGTH:
                if "json" not in body and "form" not in body:
                    found[index] = len(body.get("text", ""))
                elif known.required:
                    raise NoSample("how long the body is, is known when it is written")
            else:
                try:
                    value = self._argument(operation, known, shown)
                except NoSample as error:
                    if known.required:
                        raise
                    self._payloads.refused[known.at.pointer] = str(error)
                    continue
                reason = self._payloads.refusal(known.at, value, "request")
                if reason and not known.required:
                    self._payloads.refused[known.at.pointer] = reason
                else:
                    found[index] = value
        return found

    def _is_secret(self, parameter: Parameter) -> bool:
        """True for what is described as a credential too: given as both, it is the same."""
        folded = str.lower if parameter.place == "header" else str
        return any(
            scheme.place == parameter.place and folded(scheme.wire_name or "") == folded(parameter.wire_name)
            for scheme in self._api.schemes
            if scheme.kind == "apiKey"
        )

    def _argument(self, operation: Operation, parameter: Parameter, shown: set[str]) -> Any:
        """A value for a parameter."""
        value = self._value(operation, parameter, shown)
        return value if parameter.media_type is not None else longer(self._api, parameter.type, value)

    def _value(self, operation: Operation, parameter: Parameter, shown: set[str]) -> Any:
        """A value for a parameter: what the specification shows, where no other parameter shows the same.

        Texts carry the parameter's name otherwise, and numbers differ, so that two mixed up do not go unseen.
        """
        resolved = self._api.present(parameter.type)
        call = self._payloads.exchange(operation, "parameters", parameter.wire_name)
        told = [
            *(
                self._payloads.example(call, parameter.type, parameter.at, "request")
                if call is not None
                else ()
            ),
            *self._payloads.shown(parameter.examples, parameter.type, parameter.at, "request"),
        ]
        for value in told:
            is_new = to_json(value) not in shown
            if is_new and _can_be_sent(parameter, value) and accepts(self._api, parameter.type, value):
                shown.add(to_json(value))
                with contextlib.suppress(ValueError):  # a leap second, which Python has not
                    return as_written(self._api, parameter.type, value)
        for value in _own_values(operation, parameter, resolved):
            if accepts(self._api, resolved, value):
                return value
        if parameter.media_type is not None:
            return sample(self._api, resolved, full=True, direction="request")
        try:
            return self._sampled(parameter, resolved)
        except NoSample:
            # of a pattern beyond the sampler, the default is a value all the same
            if parameter.default is None:
                raise
            return json.loads(parameter.default)

    def _sampled(self, parameter: Parameter, resolved: Type | Model) -> Any:
        # no style but deepObject says how an object inside an object or a list is written (OpenAPI 3.x, Style Values)
        for value in (sample(self._api, resolved, full=full, direction="request") for full in (True, False)):
            if _is_flat(value) or (parameter.style == "deepObject" and not _has_empty(value)):
                return value
        named = {parameter.wire_name: parameter.wire_name}
        return (
            named if accepts(self._api, resolved, named) else sample(self._api, resolved, direction="request")
        )


def longer(api: Api, type_: Type, value: Any) -> Any:
    """A value, of lists one with two items where there may be: of one alone, all styles are alike."""
    if not is_array(value) or len(value) != 1:
        return value
    tried = ([value[0], other] for other in _others_than(api, type_, value[0]))
    return next((one for one in tried if accepts(api, type_, one)), value)


def _own_values(operation: Operation, parameter: Parameter, type_: Type | Model) -> Iterator[Any]:
    """Values that are those of this parameter alone."""
    if type_ == Anything() or (isinstance(type_, Scalar) and type_.kind == "string" and not type_.format):
        # a path of dots would be another path
        yield (parameter.wire_name.strip(".") or "text") + (":!" if parameter.allow_reserved else "")
    elif isinstance(type_, Scalar) and type_.kind in ("integer", "number") and not type_.format:
        yield operation.parameters.index(parameter) + 2
    if isinstance(type_, Scalar) and type_.kind == "string" and type_.limits.pattern and not own_type(type_):
        number = str(operation.parameters.index(parameter) + 2)
        if conforms(type_.format or "", number):
            yield number
    if isinstance(type_, Enumeration) and parameter.place == "path":
        told = (json.loads(value.value) for value in type_.values)
        yield from (value for value in told if _can_be_sent(parameter, value))


def _others_than(api: Api, type_: Type, item: Any) -> Iterator[Any]:
    """Values that may be beside an item of a list: another one, else the same again."""
    whole = api.present(type_)
    known = api.resolve(whole.of) if isinstance(whole, ListOf) else None
    if isinstance(known, Enumeration):
        yield from (told for value in known.values if (told := json.loads(value.value)) != item)
    elif isinstance(item, str) and not (isinstance(known, Scalar) and known.format):
        yield f"{item}2"
    elif isinstance(item, int | float) and not isinstance(item, bool):
        yield item + 1
    yield item


def _can_be_sent(parameter: Parameter, value: Any) -> bool:
    """True for a value that its place has a form for."""
    if parameter.media_type is not None:
        return True
    if is_object(value) or is_array(value):
        is_deep = parameter.style == "deepObject" and not _has_empty(value)
        return parameter.place != "path" and (_is_flat(value) or is_deep)
    if parameter.place == "header" and isinstance(value, str) and _NO_FIELD.search(value):
        return False
    return value not in (None, "") and isinstance(value, str | int | float) and parameter.has_room_for(value)


def _has_empty(value: Any) -> bool:
    """True for what has, at any depth, an object or a list of which nothing is written."""
    if not is_object(value) and not is_array(value):
        return False
    inner = value.values() if is_object(value) else value
    return not value or any(map(_has_empty, inner))


def _is_flat(value: Any) -> bool:
    inner = value.values() if is_object(value) else value if is_array(value) else ()
    return value not in ({}, []) and not any(is_object(item) or is_array(item) for item in inner)
