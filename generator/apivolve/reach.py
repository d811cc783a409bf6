"""Which operations reach a model, and in which direction.

Direction is data: it is worked out once per version, so that one rule serves requests and responses, and a change
of a shared model is one finding that lists the operations it reaches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .finding import Direction
from .model import (
    Alias,
    Anything,
    Api,
    Content,
    Enumeration,
    ListOf,
    MapOf,
    Model,
    ModelRef,
    Nothing,
    Nullable,
    OneOf,
    Operation,
    Record,
    Scalar,
    Type,
)


@dataclass(frozen=True, slots=True)
class Reach:
    """The operations (`METHOD path`, in the spec's order) that send and that receive a model."""

    sent_by: tuple[str, ...] = ()
    received_by: tuple[str, ...] = ()

    @property
    def direction(self) -> Direction | None:
        """Request, response, both, or None for a model that no operation reaches."""
        if self.sent_by and self.received_by:
            return "both"
        if self.sent_by:
            return "request"
        return "response" if self.received_by else None

    @property
    def operations(self) -> tuple[str, ...]:
        """All operations, each once."""
        return tuple(dict.fromkeys(self.sent_by + self.received_by))


def reach(api: Api) -> dict[str, Reach]:
    """The reach of every model of a version, by model key."""
    sent: dict[str, list[str]] = {}
    received: dict[str, list[str]] = {}
    links = _Links(api)
    for operation in api.operations:
        _note(links, operation, operation.label, sent, received)
        for callback in operation.callbacks:
            _note(links, callback.operation, operation.label, received, sent)
    for webhook in api.webhooks:
        _note(links, webhook, webhook.label, received, sent)
    return {
        model.key: Reach(tuple(sent.get(model.key, ())), tuple(received.get(model.key, ())))
        for model in api.models
    }


def _links(model: Model) -> tuple[str, ...]:
    """The keys of the models that a model names, each once."""
    return tuple(dict.fromkeys(key for type_ in types_of(model) for key in refs_in(type_)))


def _note(
    links: _Links,
    operation: Operation,
    label: str,
    sent: dict[str, list[str]],
    received: dict[str, list[str]],
) -> None:
    """Who sends and who receives the models of an operation; the lists are swapped where the service asks."""
    for types, found in ((request_types(operation), sent), (response_types(operation), received)):
        for key in _led_to(links, types):
            labels = found.setdefault(key, [])
            if label not in labels[-1:]:
                labels.append(label)


def reachable(api: Api, types: Iterable[Type]) -> Iterator[str]:
    """The keys of all models that some types lead to, each once, nearest first."""
    yield from _led_to(_Links(api), types)


class _Links(dict[str, tuple[str, ...]]):
    """The links of each model, found out when they are asked for."""

    def __init__(self, api: Api) -> None:
        self.api = api
        super().__init__()

    def __missing__(self, key: str) -> tuple[str, ...]:
        self[key] = found = _links(self.api.by_key[key])
        return found


def _led_to(links: _Links, types: Iterable[Type]) -> Iterator[str]:
    seen: set[str] = set()
    queue = [key for type_ in types for key in refs_in(type_)]
    for key in queue:  # grows while it is walked
        if key not in seen:
            seen.add(key)
            yield key
            queue.extend(links[key])


def types_of(model: Model) -> Iterator[Type]:
    """The types a model is made of, one level deep."""
    match model:
        case Record():
            for item in model.fields:
                yield item.type
            yield model.extra
            for _, type_ in model.patterns:
                yield type_
            if model.names is not None:
                yield model.names
        case OneOf():
            for variant in model.variants:
                yield variant.type
            if model.open is not None:
                yield model.open
        case Alias():
            yield model.of
        case Enumeration():
            return
    for condition in model.conditions:
        yield from condition.types


def refs_in(type_: Type) -> Iterator[str]:
    """The keys of the models that a type names."""
    match type_:
        case ModelRef():
            yield type_.key
        case Nullable():
            yield from refs_in(type_.of)
        case ListOf():
            for inner in (*type_.prefix, type_.of):
                yield from refs_in(inner)
        case MapOf():
            for inner in (*(part for _, part in type_.patterns), type_.of):
                yield from refs_in(inner)
            if type_.names is not None:
                yield from refs_in(type_.names)
        case Scalar() | Anything() | Nothing():
            return


def scalars_in(type_: Type) -> Iterator[Scalar]:
    """The scalars that a type is made of, without those of the models that it names."""
    match type_:
        case Scalar():
            yield type_
        case Nullable():
            yield from scalars_in(type_.of)
        case ListOf():
            for inner in (*type_.prefix, type_.of):
                yield from scalars_in(inner)
        case MapOf():
            for inner in (*(part for _, part in type_.patterns), type_.of):
                yield from scalars_in(inner)
        case ModelRef() | Anything() | Nothing():
            return


def request_types(operation: Operation) -> Iterator[Type]:
    """The types that a caller of an operation sends."""
    for parameter in operation.parameters:
        yield parameter.type
    if operation.body is not None:
        for content in operation.body.contents:
            yield from _content_types(content)


def response_types(operation: Operation) -> Iterator[Type]:
    """The types that a caller of an operation receives."""
    for response in operation.responses:
        for header in response.headers:
            yield header.type
        for content in response.contents:
            yield from _content_types(content)


def _content_types(content: Content) -> Iterator[Type]:
    yield content.type
    if content.item_type is not None:
        yield content.item_type
    for part in content.encoding:
        for header in part.headers:
            yield header.type
