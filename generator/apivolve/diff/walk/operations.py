"""The pairs of two versions that have no models: servers, security, operations, parameters, bodies, responses.

Whatever type they carry is handed to the walk over the models (models.py). In webhooks and callbacks the service asks and
the caller answers, so what is sent there is received and the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...finding import Direction
from ...model import (
    Api,
    Content,
    Nullable,
    Operation,
    Parameter,
    Requirement,
    Response,
    Scalar,
    Type,
)
from ...reach import Reach
from ...source import Location, split_pointer
from ..calls import Call, shown
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
    TagPair,
)
from ..relation import Frame
from .match import (
    by,
    match_contents,
    match_operations,
    match_parameters,
    match_responses,
    match_webhooks,
    whichever,
)
from .models import AnyPair, ModelWalk
from .paths import path_key, path_words


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
    for tag, new_tag in by(lambda item: item.name, before.tags, after.tags):
        yield TagPair(f"tag {whichever(tag, new_tag).name}", tag, new_tag, None, frame)
    for old, new in match_operations(before, after):
        label = whichever(old, new).label
        yield OperationPair(label, old, new, None, frame, label)
        if old is not None and new is not None:
            yield from _Parts(walk, Call(frame, old, new)).pairs()
    for old, new in match_webhooks(before.webhooks, after.webhooks):
        yield from _asked(walk, f"webhook {whichever(old, new).label}", old, new, ("webhooks",))
    yield from walk.pairs()


def _asked(
    walk: ModelWalk,
    subject: str,
    old: Operation | None,
    new: Operation | None,
    container: tuple[str, ...],
    owner: str = "",
) -> Iterator[AnyPair]:
    """What the service asks of the caller: its reach is the other way round."""
    label = owner or whichever(old, new).label
    yield OperationPair(subject, old, new, Reach((), (label,)), walk.frame, label)
    if old is not None and new is not None:
        call = Call(walk.frame, old, new, container, swapped=True)
        yield from _Parts(walk, call, subject, label).pairs()


class _Parts:
    """The parts of one operation that is in both versions."""

    def __init__(self, walk: ModelWalk, call: Call, name: str = "", label: str = "") -> None:
        self.frame = walk.frame
        self.walk = walk
        self.call = call
        self.before, self.after = call.before, call.after
        self.label = label or self.after.label
        self.name = name or self.after.label
        out, back = Reach((self.label,), ()), Reach((), (self.label,))
        self.sent, self.received = (back, out) if call.swapped else (out, back)

    def pairs(self) -> Iterator[AnyPair]:
        yield from self.requirements()
        yield from self.servers()
        yield from self.parameters()
        yield from self.body()
        yield from self.responses()
        yield from self.callbacks()

    def owner(self, at: Location, part: str) -> str:
        """What to call a part: of this operation, or of the shared component that it is written in."""
        tokens = split_pointer(at.pointer)
        if (
            not tokens
            or tokens[0] in ("paths", "x-ms-paths", "webhooks", "x-webhooks")
            or "callbacks" in tokens
        ):
            return f"{self.name} {part}"
        name = tokens[2] if tokens[0] == "components" and len(tokens) > 2 else tokens[min(1, len(tokens) - 1)]
        return f"{part} ({name})"

    def requirements(self) -> Iterator[AnyPair]:
        """Security alternatives that only one side accepts."""
        before = self.before.security or (Requirement(()),)
        after = self.after.security or (Requirement(()),)
        apis = self.frame.before, self.frame.after
        for old in before:
            if not any(_enough(old, apis[0], new, apis[1]) for new in after):
                yield RequirementPair("security", old, None, self.sent, self.frame, self.call)
        for new in after:
            if not any(_enough(new, apis[1], old, apis[0]) for old in before):
                yield RequirementPair("security", None, new, self.sent, self.frame, self.call)

    def servers(self) -> Iterator[AnyPair]:
        """The operation's own servers, which stand in for those of the document."""
        if not (self.before.servers or self.after.servers):
            return
        before = self.before.servers or self.frame.before.servers
        after = self.after.servers or self.frame.after.servers
        for old, new in by(lambda item: item.url, before, after):
            yield ServerPair(f"{self.name} server {whichever(old, new).url}", old, new, None, self.frame)

    def parameters(self) -> Iterator[AnyPair]:
        moved = path_key(self.before) != path_key(self.after)
        for old, new in match_parameters(self.before, self.after):
            one = whichever(old, new)
            if moved and one.place == "path" and (old is None or new is None):
                continue  # said by the path that moved
            subject = self.owner(one.at, f"{one.place} parameter {one.wire_name}")
            yield ParameterPair(subject, old, new, self.sent, self.frame, self.call)
            if old is not None and new is not None:
                types = (old.type, new.type)
                if old.media_type is None and new.media_type is None:
                    types = (_written(old), _written(new))
                yield from self.follow(subject, types, (old.at, new.at), self.sent)

    def body(self) -> Iterator[AnyPair]:
        old, new = self.before.body, self.after.body
        if old is None and new is None:
            return
        subject = self.owner(whichever(old, new).at, "request body")
        yield BodyPair(subject, old, new, self.sent, self.frame, self.call)
        if old is not None and new is not None:
            yield from self.contents(subject, old.contents, new.contents, self.sent)

    def responses(self) -> Iterator[AnyPair]:
        kept = {one.status for one in self.after.responses}
        for old, new in match_responses(self.before.responses, self.after.responses):
            one = whichever(new if old is not None and old.status in kept else old, new)
            pair = ResponsePair(
                f"{self.name} response {one.status}", old, new, self.received, self.frame, self.call
            )
            yield pair
            if old is not None and new is not None:
                yield from self.headers(pair, old, new)
                inside = old.contents[0].at if old.contents else old.at
                subject = self.owner(inside, f"response {one.status}")
                yield from self.contents(subject, old.contents, new.contents, self.received, pair)

    def contents(
        self,
        subject: str,
        before: tuple[Content, ...],
        after: tuple[Content, ...],
        reach: Reach,
        response: ResponsePair | None = None,
    ) -> Iterator[AnyPair]:
        seen: list[tuple[Type, Type]] = []
        for old, new in match_contents(before, after):
            yield ContentPair(subject, old, new, reach, self.frame, self.call, (before, after), response)
            if old is None or new is None or (old.type, new.type) in seen:
                continue  # one schema for several media types is compared once
            seen.append((old.type, new.type))
            yield from self.follow(subject, (old.type, new.type), (old.at, new.at), reach)
            if old.item_type is not None and new.item_type is not None:
                items = (old.item_type, new.item_type)
                yield from self.follow(f"{subject} item", items, (_item(old), _item(new)), reach)

    def headers(self, pair: ResponsePair, before: Response, after: Response) -> Iterator[AnyPair]:
        for old, new in by(lambda item: item.wire_name.lower(), before.headers, after.headers):
            one = whichever(old, new)
            subject = self.owner(one.at, f"response {after.status} header {one.wire_name}")
            yield HeaderPair(subject, old, new, self.received, self.frame, self.call, pair)
            if old is not None and new is not None:
                yield from self.follow(subject, (old.type, new.type), (old.at, new.at), self.received)

    def callbacks(self) -> Iterator[AnyPair]:
        """What the service asks back in the course of the operation."""
        found = by(
            lambda one: (one.name, path_words(one.url), one.operation.method),
            self.before.callbacks,
            self.after.callbacks,
        )
        for old, new in found:
            one = whichever(old, new)
            container = ("callbacks", self.before.method, self.before.path, one.name)
            yield from _asked(
                self.walk,
                f"{self.name} callback {one.name} {one.operation.method}",
                old.operation if old else None,
                new.operation if new else None,
                container,
                self.label,
            )

    def follow(
        self, subject: str, types: tuple[Type, Type], places: tuple[Location, Location], reach: Reach
    ) -> Iterator[AnyPair]:
        direction: Direction = "request" if reach.sent_by else "response"
        yield from self.walk.follow(subject, types, places, self.label, direction)


def _written(parameter: Parameter) -> Type:
    """A type as the text of a parameter can say it: there is no null, and a path has no empty segment."""
    type_ = parameter.type
    while isinstance(type_, Nullable):
        type_ = type_.of
    if parameter.place == "path" and isinstance(type_, Scalar) and type_.kind == "string":
        least = max(type_.limits.min_length or 0, 1)
        return replace(type_, limits=replace(type_.limits, min_length=least))
    return type_


def _item(content: Content) -> Location:
    return content.at.child("itemSchema")


def _enough(held: Requirement, mine: Api, wanted: Requirement, other: Api) -> bool:
    """True when credentials for one alternative are enough for another: its schemes and scopes are among them."""
    return all(
        any(
            set(needed) <= set(granted) and (mine_name == name or _same(mine, mine_name, other, name))
            for mine_name, granted in held.schemes
        )
        for name, needed in wanted.schemes
    )


def _same(mine: Api, name: str, other: Api, other_name: str) -> bool:
    """True when two schemes are shown alike. One of the same name is the same; its change is told once."""
    one = next((scheme for scheme in mine.schemes if scheme.name == name), None)
    two = next((scheme for scheme in other.schemes if scheme.name == other_name), None)
    return one is not None and two is not None and shown(one) == shown(two)
