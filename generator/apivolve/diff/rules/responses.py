"""Responses, their headers and links."""

from __future__ import annotations

from collections.abc import Iterator

from ...finding import Severity, Side
from ..pairs import HeaderPair, ResponsePair
from ..proof import Proof
from ..rule import Effect, noted, rule


@rule(on=ResponsePair)
def response_added(pair: ResponsePair) -> Iterator[Effect]:
    """The service may answer with another status.

    A new success is a warning: RFC 9110 section 15 has callers treat an unknown status as the `x00` of its class,
    but its body is one they were not told about. A new error is info: it is an error to every caller already. So is
    what a range or `default` covered before; whether its body is the same is compared.
    """
    known = {one.status for one in pair.call.before.responses}
    if pair.after and pair.after.status not in known:
        told = f"response {pair.after.status} was added"
        if pair.before is not None:
            yield noted(f"{told}; before, {pair.before.status} stood for it")
        elif pair.after.is_error:
            yield noted(told)
        else:
            yield Effect(told, "info", "warning", gained=_answer(pair, "after"))


@rule(on=ResponsePair)
def response_removed(pair: ResponsePair) -> Iterator[Effect]:
    """The service no longer answers with a status, or no longer takes it as an answer.

    An error when no success of before is left: callers wait for one of those. Otherwise info. Where the caller
    answers (webhooks, callbacks), an error for a success that nothing else covers.
    """
    statuses = {one.status for one in pair.call.after.responses}
    if pair.before is None or pair.before.status in statuses:
        return
    told = f"response {pair.before.status} was removed"
    if pair.after is not None or pair.before.is_error:
        yield noted(told)
        return
    kept = [one.status for one in pair.call.before.responses if one.status in statuses]
    lonely = pair.before.status[0] == "2" and not any(status[0] == "2" for status in kept)
    gained = None
    if lonely:
        others = [one for one in pair.call.after.responses if one.status not in kept]
        others.sort(key=lambda one: one.is_error)
        gained = pair.call.response("after", "status", "status", others[0]) if others else None
    yield Effect(told, "error", "error" if lonely else "info", lost=_answer(pair, "before"), gained=gained)


def _answer(pair: ResponsePair, accepted: Side) -> Proof | None:
    one = pair.before if accepted == "before" else pair.after
    return pair.call.response(accepted, "status", "status", one) if one is not None else None


@rule(on=ResponsePair)
def response_links_changed(pair: ResponsePair) -> Iterator[Effect]:
    """What a response tells of further calls changed (Link Object): documentation that tools may follow."""
    if pair.before and pair.after:
        old, new = ({link.name: link for link in side.links} for side in (pair.before, pair.after))
        changed = [name for name in dict.fromkeys((*old, *new)) if old.get(name) != new.get(name)]
        if changed:
            yield noted(f"response {pair.after.status}: its links changed: {', '.join(changed)}")


@rule(on=HeaderPair)
def header_added(pair: HeaderPair) -> Iterator[Effect]:
    """A response carries another header; where the caller answers, one that is required must be sent."""
    if pair.before is None and pair.after:
        told = f"response header {pair.after.wire_name} was added"
        if pair.after.required:
            lost = _without_header(pair, "before", pair.after.wire_name)
            yield Effect(f"{told}, and is always there", "error", "info", lost=lost)
        else:
            yield noted(told)


@rule(on=HeaderPair)
def header_removed(pair: HeaderPair) -> Iterator[Effect]:
    """A response no longer carries a header: an error when it always did, a warning when it might."""
    if pair.before and pair.after is None:
        name = pair.before.wire_name
        gained = _without_header(pair, "after", name) if pair.before.required else None
        severity: Severity = "error" if pair.before.required else "warning"
        yield Effect(f"response header {name} was removed", "info", severity, gained=gained)


@rule(on=HeaderPair)
def header_became_optional(pair: HeaderPair) -> Iterator[Effect]:
    """A response may lack a header that callers could count on."""
    if pair.before and pair.after and pair.before.required and not pair.after.required:
        name = pair.after.wire_name
        gained = _without_header(pair, "after", name)
        yield Effect(f"response header {name} became optional", "info", "error", gained=gained)


@rule(on=HeaderPair)
def header_became_required(pair: HeaderPair) -> Iterator[Effect]:
    """A response always carries the header now; where the caller answers, it must be sent."""
    if pair.before and pair.after and pair.after.required and not pair.before.required:
        name = pair.after.wire_name
        lost = _without_header(pair, "before", name)
        yield Effect(f"response header {name} is always there now", "error", "info", lost=lost)


@rule(on=HeaderPair)
def header_encoding_changed(pair: HeaderPair) -> Iterator[Effect]:
    """The value of a header is written otherwise: `explode`, or a media type instead of a style."""
    if pair.before and pair.after:
        old, new = (
            (f"explode {str(side.explode).lower()}", side.media_type or "no media type")
            for side in (pair.before, pair.after)
        )
        if old != new:
            told = f"response header {pair.after.wire_name} was {', '.join(old)}, is {', '.join(new)}"
            yield noted(told, severity="warning" if old[1] != new[1] else "info")


@rule(on=HeaderPair)
def header_deprecation_changed(pair: HeaderPair) -> Iterator[Effect]:
    """A response header is deprecated, or no longer."""
    if pair.before and pair.after and pair.before.deprecated != pair.after.deprecated:
        told = "deprecated now" if pair.after.deprecated else "no longer deprecated"
        yield noted(f"response header {pair.after.wire_name} is {told}")


def _without_header(pair: HeaderPair, accepted: Side, name: str) -> Proof | None:
    response = pair.response.before if accepted == "before" else pair.response.after
    if response is None:
        return None
    return pair.call.response(accepted, "headers", f"header {name.lower()}", response)
