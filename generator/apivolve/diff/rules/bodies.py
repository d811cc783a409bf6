"""Request bodies, responses, their media types and headers."""

from __future__ import annotations

from collections.abc import Iterator

from ..pairs import BodyPair, ContentPair, HeaderPair, ResponsePair
from ..rule import Effect, narrower, noted, rule, wider
from ..witness import Shown


@rule(on=BodyPair)
def request_body_added(pair: BodyPair) -> Iterator[Effect]:
    """A caller who sends no body is refused when it is required."""
    if pair.before is None and pair.after:
        if pair.after.required:
            yield narrower("a request body was added, and is required", _without_body(pair))
        else:
            yield noted("a request body was added")


@rule(on=BodyPair)
def request_body_removed(pair: BodyPair) -> Iterator[Effect]:
    """A caller who still sends a body may be refused, or is not heard.

    A warning, because most services ignore a body that they do not expect.
    """
    if pair.before and pair.after is None:
        yield narrower("the request body was removed", request="warning")


@rule(on=BodyPair)
def request_body_became_required(pair: BodyPair) -> Iterator[Effect]:
    """A caller that sends no body is now refused."""
    if pair.before and pair.after and pair.after.required and not pair.before.required:
        yield narrower("the request body became required", _without_body(pair))


@rule(on=BodyPair)
def request_body_became_optional(pair: BodyPair) -> Iterator[Effect]:
    """A caller may send no body now."""
    if pair.before and pair.after and pair.before.required and not pair.after.required:
        yield noted("the request body became optional")


def _without_body(pair: BodyPair) -> Shown:
    return Shown("request", f"{pair.operation.label}\nContent-Length: 0", "the request body is missing")


@rule(on=ContentPair)
def media_type_added(pair: ContentPair) -> Iterator[Effect]:
    """A body may come in another media type.

    For a response a warning: callers who say what they accept do not get it.
    """
    if pair.before is None and pair.after:
        yield wider(
            f"media type {pair.after.media_type} was added", response="warning", detail=pair.after.media_type
        )


@rule(on=ContentPair)
def media_type_removed(pair: ContentPair) -> Iterator[Effect]:
    """Callers who send or accept only this media type are refused."""
    if pair.before and pair.after is None:
        name = pair.before.media_type
        sent = pair.reach is not None and bool(pair.reach.sent_by)
        header = "Content-Type" if sent else "Accept"
        proof = Shown("headers", f"{pair.operation.label}\n{header}: {name}", f"{name} is not offered")
        yield Effect(
            f"media type {name} was removed", "error", "error", lost=proof, gained=proof, detail=name
        )


@rule(on=ResponsePair)
def response_added(pair: ResponsePair) -> Iterator[Effect]:
    """The service may answer with another status.

    A new success is a warning: RFC 9110 section 15 has callers treat an unknown status as the `x00` of its class,
    but its body is one they were not told about. A new error is info: it is an error to every caller already.
    """
    if pair.before is None and pair.after:
        told = f"response {pair.after.status} was added"
        covered = "default" in pair.known or f"{pair.after.status[0]}XX" in pair.known
        if pair.after.is_error or covered:
            yield noted(told)
        else:
            yield wider(told, response="warning")


@rule(on=ResponsePair)
def response_removed(pair: ResponsePair) -> Iterator[Effect]:
    """The service no longer answers with a status.

    An error when no success of before is left: callers wait for one of those. Otherwise info.
    """
    if pair.before and pair.after is None:
        told = f"response {pair.before.status} was removed"
        if pair.before.is_error or any(status[0] == "2" for status in pair.kept):
            yield noted(told)
        else:
            reason = f"{pair.before.status} is none of the responses"
            yield wider(told, Shown("status", "another status than before", reason, accepted="after"))


@rule(on=HeaderPair)
def header_added(pair: HeaderPair) -> Iterator[Effect]:
    """A response carries another header."""
    if pair.before is None and pair.after:
        yield noted(f"response header {pair.after.wire_name} was added")


@rule(on=HeaderPair)
def header_removed(pair: HeaderPair) -> Iterator[Effect]:
    """A response no longer carries a header: an error when it always did, a warning when it might."""
    if pair.before and pair.after is None:
        told = f"response header {pair.before.wire_name} was removed"
        if pair.before.required:
            yield wider(told, _without_header(pair, pair.before.wire_name))
        else:
            yield wider(told, response="warning")


@rule(on=HeaderPair)
def header_became_optional(pair: HeaderPair) -> Iterator[Effect]:
    """A response may lack a header that callers could count on."""
    if pair.before and pair.after and pair.before.required and not pair.after.required:
        name = pair.after.wire_name
        yield wider(f"response header {name} became optional", _without_header(pair, name))


def _without_header(pair: HeaderPair, name: str) -> Shown:
    status = pair.subject.rpartition("response ")[2].partition(" ")[0]
    return Shown("headers", f"HTTP/1.1 {status}", f"{name} is missing", accepted="after")


@rule(on=HeaderPair)
def header_became_required(pair: HeaderPair) -> Iterator[Effect]:
    """A response always carries the header now."""
    if pair.before and pair.after and pair.after.required and not pair.before.required:
        yield noted(f"response header {pair.after.wire_name} is always there now")
