"""Enumerations and their values."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ...finding import Side
from ..pairs import EnumPair, EnumValuePair
from ..proof import Payload
from ..rule import Effect, narrower, noted, rule, wider


@rule(on=EnumValuePair)
def enum_value_added(pair: EnumValuePair) -> Iterator[Effect]:
    """A value may come that callers do not know.

    A warning when the enumeration was announced to be extended: then callers were told. The version itself, where it is
    the one value of a parameter, is nothing new.
    """
    if pair.before is None and pair.after and not _is_version(pair):
        yield wider(
            f"{pair.subject} may be {pair.after.value} now",
            _enum_payload(pair, "after", pair.after.value),
            response="warning" if pair.enum_before.open else "error",
            detail=pair.after.value,
        )


@rule(on=EnumValuePair)
def enum_value_removed(pair: EnumValuePair) -> Iterator[Effect]:
    """A caller that sends the value is refused.

    The version itself, where it is the one value of a parameter, is sent by callers of that version.
    """
    if pair.before and pair.after is None and _is_version(pair):
        yield noted(f"{pair.subject} is {pair.frame.after.version}", detail=pair.before.value)
    elif pair.before and pair.after is None:
        yield narrower(
            f"{pair.subject} may no longer be {pair.before.value}",
            _enum_payload(pair, "before", pair.before.value),
            detail=pair.before.value,
        )


def _is_version(pair: EnumValuePair) -> bool:
    """True for a list of the version's own name, in both versions."""
    return all(
        [json.loads(item.value) for item in values.values] == [api.version]
        for values, api in (
            (pair.enum_before, pair.frame.before),
            (pair.enum_after, pair.frame.after),
        )
    )


def _enum_payload(pair: EnumValuePair, accepted: Side, value: str) -> Payload:
    return Payload(json.loads(value), accepted, pair.enum_before.at, pair.enum_after.at)


@rule(on=EnumPair)
def enum_opened(pair: EnumPair) -> Iterator[Effect]:
    """The enumeration is announced to be extended: callers may receive values that are not in the list."""
    if pair.before and pair.after and pair.after.open and not pair.before.open:
        yield wider(f"{pair.subject} may be extended from now on", response="warning")


@rule(on=EnumPair)
def enum_closed(pair: EnumPair) -> Iterator[Effect]:
    """The enumeration is no longer announced to be extended: callers who send other values may be refused."""
    if pair.before and pair.after and pair.before.open and not pair.after.open:
        yield narrower(f"{pair.subject} is a closed list from now on", request="warning")
