"""The pairs of two versions that have no models: servers, security, operations, parameters, bodies, responses.

Whatever type they carry is handed to the walk over the models (walk.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from ...finding import Direction
from ...model import Api, Content, Operation, Requirement, Response
from ...reach import Reach
from ...source import Location, split_pointer
from ..pairs import (
    ApiPair,
    BodyPair,
    ContentPair,
    HeaderPair,
    OperationPair,
    ParameterPair,
    RequirementPair,
    ResponsePair,
    SchemePair,
    ServerPair,
)
from ..relation import Frame
from .match import by, match_operations, match_parameters, path_key, whichever
from .models import AnyPair, ModelWalk


def wire_pairs(frame: Frame) -> Iterator[AnyPair]:
    """Every pair of the wire: the API, its operations in the order of the version after, then its models."""
    before, after = frame.before, frame.after
    walk = ModelWalk(frame)
    yield ApiPair("API", before, after, None, frame)
    for server, new_server in by(lambda item: item.url, before.servers, after.servers):
        subject = f"server {whichever(server, new_server).url}"
        yield ServerPair(subject, server, new_server, None, frame)
    for scheme, new_scheme in by(lambda item: item.name, before.schemes, after.schemes):
        subject = f"security scheme {whichever(scheme, new_scheme).name}"
        yield SchemePair(subject, scheme, new_scheme, None, frame)
    for old, new in match_operations(before.operations, after.operations):
        yield OperationPair(whichever(old, new).label, old, new, None, frame)
        if old is not None and new is not None:
            yield from _Parts(frame, walk, old, new).pairs()
    yield from walk.pairs()


class _Parts:
    """The parts of one operation that is in both versions."""

    def __init__(self, frame: Frame, walk: ModelWalk, before: Operation, after: Operation) -> None:
        self.frame = frame
        self.walk = walk
        self.before = before
        self.after = after
        self.sent = Reach((after.label,), ())
        self.received = Reach((), (after.label,))

    def pairs(self) -> Iterator[AnyPair]:
        yield from self.requirements()
        yield from self.parameters()
        yield from self.body()
        yield from self.responses()

    def owner(self, at: Location, part: str) -> str:
        """What to call a part: of this operation, or of the shared component that it is written in."""
        tokens = split_pointer(at.pointer)
        if not tokens or tokens[0] in ("paths", "x-ms-paths", "webhooks"):
            return f"{self.after.label} {part}"
        name = tokens[2] if tokens[0] == "components" and len(tokens) > 2 else tokens[min(1, len(tokens) - 1)]
        return f"{part} ({name})"

    def requirements(self) -> Iterator[AnyPair]:
        """Security alternatives that only one side accepts."""
        before = self.before.security or (Requirement(()),)
        after = self.after.security or (Requirement(()),)
        apis = self.frame.before, self.frame.after
        for old in before:
            if not any(_enough(old, apis[0], new, apis[1]) for new in after):
                yield RequirementPair("security", old, None, self.sent, self.frame, self.before, self.after)
        for new in after:
            if not any(_enough(new, apis[1], old, apis[0]) for old in before):
                yield RequirementPair("security", None, new, self.sent, self.frame, self.before, self.after)

    def parameters(self) -> Iterator[AnyPair]:
        moved = path_key(self.before) != path_key(self.after)
        for old, new in match_parameters(self.before, self.after):
            one = whichever(old, new)
            if moved and one.place == "path" and (old is None or new is None):
                continue  # said by the path that moved
            subject = self.owner(one.at, f"{one.place} parameter {one.wire_name}")
            yield ParameterPair(subject, old, new, self.sent, self.frame, self.after)
            if old is not None and new is not None:
                places, types = (old.at, new.at), (old.type, new.type)
                yield from self.walk.follow(subject, types, places, self.after.label, "request")

    def body(self) -> Iterator[AnyPair]:
        old, new = self.before.body, self.after.body
        if old is None and new is None:
            return
        subject = self.owner(whichever(old, new).at, "request body")
        yield BodyPair(subject, old, new, self.sent, self.frame, self.after)
        if old is not None and new is not None:
            yield from self.contents(subject, old.contents, new.contents, self.sent)

    def responses(self) -> Iterator[AnyPair]:
        known = tuple(response.status for response in self.before.responses)
        kept = tuple(response.status for response in self.after.responses if response.status in known)
        for old, new in by(lambda item: item.status, self.before.responses, self.after.responses):
            one = whichever(old, new)
            yield ResponsePair(
                f"{self.after.label} response {one.status}", old, new, self.received, self.frame, known, kept
            )
            if old is not None and new is not None:
                yield from self.headers(old, new)
                inside = old.contents[0].at if old.contents else old.at
                subject = self.owner(inside, f"response {one.status}")
                yield from self.contents(subject, old.contents, new.contents, self.received)

    def contents(
        self, subject: str, before: tuple[Content, ...], after: tuple[Content, ...], reach: Reach
    ) -> Iterator[AnyPair]:
        for old, new in by(lambda item: item.media_type, before, after):
            yield ContentPair(subject, old, new, reach, self.frame, self.after)
            if old is not None and new is not None:
                direction: Direction = "request" if reach.sent_by else "response"
                places, types = (old.at, new.at), (old.type, new.type)
                yield from self.walk.follow(subject, types, places, self.after.label, direction)

    def headers(self, before: Response, after: Response) -> Iterator[AnyPair]:
        for old, new in by(lambda item: item.wire_name.lower(), before.headers, after.headers):
            one = whichever(old, new)
            subject = self.owner(one.at, f"response {after.status} header {one.wire_name}")
            yield HeaderPair(subject, old, new, self.received, self.frame)
            if old is not None and new is not None:
                places, types = (old.at, new.at), (old.type, new.type)
                yield from self.walk.follow(subject, types, places, self.after.label, "response")


def _enough(held: Requirement, mine: Api, wanted: Requirement, other: Api) -> bool:
    """True when credentials for one alternative are enough for another: its schemes and scopes are among them."""
    scopes = {_identity(mine, name, other): set(granted) for name, granted in held.schemes}
    return all(
        (identity := _identity(other, name, mine)) in scopes and set(needed) <= scopes[identity]
        for name, needed in wanted.schemes
    )


def _identity(api: Api, name: str, other: Api) -> tuple[str | None, ...]:
    """What a scheme is on the wire. One of the same name on the other side is the same; its change is told once."""
    if any(scheme.name == name for scheme in other.schemes):
        return (name,)
    for scheme in api.schemes:
        if scheme.name == name:
            return scheme.kind, scheme.place, scheme.wire_name, scheme.scheme
    return (name,)
