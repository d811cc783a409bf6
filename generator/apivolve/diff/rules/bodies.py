"""Request bodies, and the media types of bodies."""

from __future__ import annotations

from collections.abc import Iterator

from ...finding import Severity, Side
from ...model import Content
from ..pairs import BodyPair, ContentPair
from ..proof import BODILESS, Proof, covers
from ..rule import Effect, noted, rule
from ..spelling import spell_change


@rule(on=BodyPair)
def request_body_added(pair: BodyPair) -> Iterator[Effect]:
    """A caller who sends no body is refused when it is required."""
    if pair.before is None and pair.after:
        if pair.after.required:
            told = "a request body was added, and is required"
            yield Effect(told, "error", "info", lost=_without_body(pair, "before"))
        else:
            yield noted("a request body was added")


@rule(on=BodyPair)
def request_body_removed(pair: BodyPair) -> Iterator[Effect]:
    """A caller who still sends a body may be refused, or is not heard.

    A warning, because most services ignore a body that they do not expect. Where the service sends it, an error: a
    webhook comes without what it always brought.
    """
    if pair.before and pair.after is None:
        response: Severity = "error" if pair.before.required else "warning"
        gained = _without_body(pair, "after") if pair.before.required else None
        yield Effect("the request body was removed", "warning", response, gained=gained)


@rule(on=BodyPair)
def request_body_became_required(pair: BodyPair) -> Iterator[Effect]:
    """A caller that sends no body is now refused."""
    if pair.before and pair.after and pair.after.required and not pair.before.required:
        yield Effect("the request body became required", "error", "info", lost=_without_body(pair, "before"))


@rule(on=BodyPair)
def request_body_became_optional(pair: BodyPair) -> Iterator[Effect]:
    """A caller may send no body now; where the service sends it, it may come without one."""
    if pair.before and pair.after and pair.before.required and not pair.after.required:
        yield Effect("the request body became optional", "info", "error", gained=_without_body(pair, "after"))


def _without_body(pair: BodyPair, accepted: Side) -> Proof | None:
    return pair.call.request(accepted, "request", "body")


@rule(on=ContentPair)
def media_type_added(pair: ContentPair) -> Iterator[Effect]:
    """A body may come in another media type.

    Where the service sends it a warning: callers who say what they accept do not get it.
    """
    if pair.before is None and pair.after and not _bodiless(pair):
        name = pair.after.media_type
        if pair.siblings[0]:
            yield Effect(f"media type {name} was added", "info", "warning", detail=name)
        else:
            yield Effect(f"a body was added, of media type {name}", "info", "info", detail=name)


@rule(on=ContentPair)
def media_type_removed(pair: ContentPair) -> Iterator[Effect]:
    """Callers who send only this media type are refused, and those who accept only this get none.

    Of an error response it is a warning, as a caller who gets it has failed already; and of a status that has no body
    (RFC 9110 section 15) it is nothing.
    """
    if not (pair.before and pair.after is None) or _bodiless(pair):
        return
    name = pair.before.media_type
    told = f"media type {name} was removed"
    response = pair.response
    if response is None:
        lost = pair.call.request("before", "headers", "content-type", content=pair.before)
        yield Effect(told, "error", "info", lost=lost, detail=name)
        return
    failed = bool(response.before and response.before.is_error)
    if not pair.siblings[1] and response.after:
        gone = pair.call.response("after", "response", "content-type", response.after)
        told = f"the body of media type {name} was removed"
        yield Effect(told, "error", "warning" if failed else "error", gained=gone, detail=name)
    else:
        proof = None
        if not failed:
            proof = pair.call.request("before", "headers", "accept", headers=(("Accept", name),))
        yield Effect(told, "error", "warning" if failed else "error", gained=proof, detail=name)


@rule(on=ContentPair)
def media_type_changed(pair: ContentPair) -> Iterator[Effect]:
    """A range of media types became narrower or wider: senders of the rest are refused, receivers may get others."""
    if not (pair.before and pair.after) or pair.before.media_type == pair.after.media_type:
        return
    old, new = pair.before.media_type, pair.after.media_type
    less = not any(covers(one.media_type, old) for one in pair.siblings[1])
    more = not any(covers(one.media_type, new) for one in pair.siblings[0])
    told = f"the media type was {old}, is {new}"
    if not (less or more):
        yield noted(told, detail=old)
        return
    sent = pair.response is None
    lost = pair.call.request("before", "headers", "content-type", content=_outside(pair)) if sent else None
    yield Effect(told, "error" if less and sent else "info", "warning" if more else "info", lost, detail=old)


def _outside(pair: ContentPair) -> Content | None:
    """The body of before under a media type that its range took and no longer takes."""
    if pair.before is None:
        return None
    for kind in ("application/json", "text/plain", "image/png", "application/example"):
        taken = covers(pair.before.media_type, kind)
        if taken and not any(covers(one.media_type, kind) for one in pair.siblings[1]):
            return Content(kind, pair.before.type, pair.before.at)
    return pair.before


def _bodiless(pair: ContentPair) -> bool:
    """True for a response that has no body, whatever is written (RFC 9110 sections 9.3.2 and 15)."""
    if pair.response is None:
        return False
    statuses = [one.status for one in (pair.response.before, pair.response.after) if one]
    return pair.call.after.method == "HEAD" or any(status in BODILESS for status in statuses)


@rule(on=ContentPair)
def encoding_changed(pair: ContentPair) -> Iterator[Effect]:
    """A member of a form is written otherwise (Encoding Object).

    A warning: whether the service still reads the old way is nowhere said.
    """
    if not (pair.before and pair.after):
        return
    old, new = ({one.wire_name: one for one in side.encoding} for side in (pair.before, pair.after))
    for name in dict.fromkeys((*old, *new)):
        before, after = (
            {
                "contentType": one.content_type or "",
                "style": one.style or "",
                "explode": "" if one.explode is None else str(one.explode).lower(),
                "allowReserved": str(one.allow_reserved).lower(),
                "headers": ", ".join(sorted(header.wire_name.lower() for header in one.headers)),
            }
            if one is not None
            else {}
            for one in (old.get(name), new.get(name))
        )
        before, after = (
            {key: text for key, text in side.items() if text not in ("", "false")} for side in (before, after)
        )
        if before != after:
            told = spell_change(before, after)
            yield noted(f"{name!r} is encoded otherwise: {told}", severity="warning", detail=name)
