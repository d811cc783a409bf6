"""From a proof to a witness: both versions are asked whether they allow it, as they are written.

Called verified is only what one side allows and the other refuses, for the part that it is about. A request or value
that both sides take and read differently is a break too: the witness says how each reads it.
"""

from __future__ import annotations

import json
from typing import Any

from ...finding import Side, Witness
from ...jsonvalue import is_array, is_object, to_json
from ...model import Api
from ...raw import Described, Description, Judge, description_of, schema_at
from ...raw.parameters import declared
from ...source import Location
from .kinds import ABSENT, Address, Credential, Payload, Proof, Request, Response, Shown
from .requests import (
    Refusal,
    address_refusals,
    find,
    part_of,
    read,
    request_refusals,
    response_refusals,
)

_READABLE = 160
_ITEMS = 8
_UNREAD = "the schema as written could not be read"
_SAME = "as written, both sides allow it"


def attest(proof: Proof, before: Api, after: Api, direction: str | None = None) -> Witness:
    """A proof as a witness, verified where both sides could be asked and answered as the proof says.

    `direction` is "request" or "response" where the values are sent or received.
    """
    accepted = proof.accepted
    refused: Side = "after" if accepted == "before" else "before"
    sides: dict[Side, Description] = {"before": description_of(before), "after": description_of(after)}
    match proof:
        case Shown():
            return Witness(proof.kind, proof.text, accepted, refused, reason=proof.reason)
        case Payload():
            kind, text = "payload", json.dumps(abridged(proof.value), indent=2, ensure_ascii=False)
        case Address():
            kind, text = "url", proof.url
        case Request():
            kind, text = proof.kind, spell_request(proof)
        case Response():
            kind, text = proof.kind, spell_response(proof)
    try:
        taken, reason = _answers(sides, proof, accepted, refused, direction)
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        taken, reason = None, None  # a document that is not well formed somewhere proves nothing
    if taken is None or reason is None:
        return Witness(kind, text, accepted, refused, reason=_UNREAD)
    if taken:
        told = f"{reason or _SAME}; but {accepted}, it is refused as written too: {taken}"
        return Witness(kind, text, accepted, refused, reason=told)
    return Witness(kind, text, accepted, refused, verified=reason != "", reason=reason or _SAME)


def _answers(
    sides: dict[Side, Description],
    proof: Payload | Address | Request | Response,
    accepted: Side,
    refused: Side,
    direction: str | None,
) -> tuple[str | None, str | None]:
    """What the accepting side says against a proof, and what the refusing one; empty for nothing, None for no answer."""
    if isinstance(proof, Payload):
        places = {"before": proof.before, "after": proof.after}
        return (
            _judge(sides[accepted], places[accepted], proof, direction),
            _judge(sides[refused], places[refused], proof, direction),
        )
    if isinstance(proof, Address):
        answers = {side: address_refusals(sides[side], proof.url) for side in sides}
        return _first(answers[accepted]), _first(answers[refused])
    found: dict[Side, list[Described]] = {side: _find(sides, proof, side) for side in sides}
    if isinstance(proof, Response):
        against = {side: response_refusals(sides[side], proof, found[side]) for side in sides}
    else:
        against = {side: request_refusals(sides[side], proof, found[side]) for side in sides}
    taken, reason = _first(against[accepted]), _about(against[refused], proof.about)
    if isinstance(proof, Request) and not taken and not reason:
        reason = _misread(sides, proof, found, accepted, refused)
    return taken, reason


def _judge(description: Description, at: Location, proof: Payload, direction: str | None) -> str | None:
    place = schema_at(at)
    if place is None:
        return None
    return Judge(description, formats=proof.by_format).refusal(
        place, proof.value, direction, about=proof.about
    )


def _find(sides: dict[Side, Description], proof: Request | Response, side: Side) -> list[Described]:
    other: Side = "after" if side == "before" else "before"
    return find(sides[side], proof.target, side, sides[other].bases)


def _first(refusals: list[Refusal]) -> str:
    return refusals[0].reason if refusals else ""


def _about(refusals: list[Refusal], part: str) -> str:
    """The refusal for the part that a proof is about; others would prove something else."""
    return next((refusal.reason for refusal in refusals if refusal.part == part), "")


def _misread(
    sides: dict[Side, Description],
    proof: Request,
    found: dict[Side, list[Described]],
    accepted: Side,
    refused: Side,
) -> str:
    """How the two sides read the part differently; empty where they read the same."""
    if proof.about == "operation":
        mine, theirs = ({one.words for one in found[side]} for side in (accepted, refused))
        known = sides[accepted].paths_with(proof.target.on(accepted)[0])
        if mine & theirs or not theirs <= known:  # a path that is new may be this one, written otherwise
            return ""
        return f"{refused} it is a call of {', '.join(sorted(theirs))}"
    values: dict[Side, list[Any]] = {}
    for side in (accepted, refused):
        for one in found[side][:1]:
            for parameter in declared(sides[side], one):
                if part_of(sides[side], parameter) == proof.about:
                    values[side] = read(sides[side], proof, one, parameter) or []
    if len(values) < 2:
        return ""
    mine, theirs = ({to_json(value) for value in values[side]} for side in (accepted, refused))
    if mine & theirs or not mine:
        return ""
    return f"{accepted} it is read as {' or '.join(sorted(mine))}, {refused} as {' or '.join(sorted(theirs))}"


# --- spelling --------------------------------------------------------------------------------------------


def spell_request(request: Request) -> str:
    """A request as text: its line, its headers, its body."""
    method, path = request.target.on(request.accepted)
    query = "&".join(f"{name}={text}" for name, text in request.query)
    mark = "&" if "?" in path else "?"
    lines = [f"{method} {path}{mark if query else ''}{query}"]
    lines += [f"{name}: {text}" for name, text in request.headers]
    lines += [_spell_credential(one) for one in request.credentials]
    if request.kind == "credentials" and not request.credentials:
        lines.append("(no credentials)")
    return "\n".join([*lines, *_spell_body(request.content_type, request.body, request.about)])


def spell_response(response: Response) -> str:
    """A response as text: its status, its headers, its body."""
    lines = [f"HTTP/1.1 {response.status}", *(f"{name}: {text}" for name, text in response.headers)]
    return "\n".join([*lines, *_spell_body(response.content_type, response.body, response.about)])


def _spell_body(content_type: str | None, body: Any, about: str) -> list[str]:
    lines: list[str] = []
    if content_type is not None:
        lines.append(f"Content-Type: {content_type}")
    elif about == "body":
        lines.append("Content-Length: 0")
    if body is not ABSENT:
        lines += ["", json.dumps(abridged(body), indent=2, ensure_ascii=False)]
    return lines


def _spell_credential(one: Credential) -> str:
    scopes = f" ({', '.join(one.scopes)})" if one.scopes else ""
    match one.kind:
        case "apiKey" if one.place == "query":
            return f"?{one.wire_name}=…"
        case "apiKey" if one.place == "cookie":
            return f"Cookie: {one.wire_name}=…"
        case "apiKey":
            return f"{one.wire_name}: …"
        case "http":
            return f"Authorization: {one.scheme.capitalize()} …"
        case "mutualTLS":
            return "(a client certificate)"
        case _:
            return f"Authorization: Bearer … of {one.name}{scopes}"


def abridged(value: Any) -> Any:
    """A value to show: what is too long to read is cut, and says how long it was."""
    if isinstance(value, str) and len(value) > _READABLE:
        return f"{value[:20]}… ({len(value)} characters)"
    if is_array(value):
        cut = [abridged(item) for item in value[: _ITEMS if len(value) > _ITEMS else None]]
        return [*cut, f"… ({len(value)} items)"] if len(value) > _ITEMS else cut
    if is_object(value):
        return {name: abridged(member) for name, member in value.items()}
    return value
