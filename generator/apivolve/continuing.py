"""How a call goes on after its answer: a stream of items, pages of a list.

Told by the specification where it has words for it (`text/event-stream` and its kin, `itemSchema`, `x-ms-pageable`),
recognised where it has none: a `Link` header beside a list (RFC 8288), a cursor that is sent back, and the member `stream`
of a request body. The generated clients follow it, and the mock server makes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import Problem, UsageError
from .media import is_json
from .model import (
    Anything,
    Api,
    Content,
    Field,
    ListOf,
    Nothing,
    Operation,
    Paging,
    Parameter,
    Record,
    Response,
    Scalar,
    Type,
)
from .overrides import Overrides, Pages
from .reach import reachable

EVENTS = "text/event-stream"
END = "[DONE]"
"""What ends a stream of events where the specification speaks of it."""
_SEQUENCES = re.compile(
    r"(text/event-stream|[a-z]+/(x-)?(jsonl|ndjson|jsonlines|json-lines|json-stream|([a-z.+-]+\+)?json-seq))$"
)
_STREAMED = re.compile(r"server-sent|\bSSE\b|\bstreamed\b", re.IGNORECASE)
_CURSOR_SENT = re.compile(r"(next_?|page_?|continuation_?)?(cursor|token)", re.IGNORECASE)
_CURSOR_GIVEN = re.compile(r"next_?(page_?)?(cursor|token)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stream:
    """A response that is a sequence of items.

    `content` is its description, None where a member of the request asks for what no response describes; then `piece`
    is what each item is, where that is known. `member` is that member of the body, empty where nothing asks. `whole` is
    true where the same call can be answered at once.
    """

    status: str
    media_type: str
    content: Content | None
    piece: Type | None
    last_event: str | None
    whole: bool
    member: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that comes in pages of items. `pages` is where things are; None where a `Link` header has the next page.

    `turning` is how a further page is asked for, where what leads to it is no address.
    """

    item: Type
    pages: Pages | None
    turning: Turning | None = None


@dataclass(frozen=True, slots=True)
class Turning:
    """The operation that gets a further page (`x-ms-pageable`: operationName), and its parameter that says which.

    `kept` are the names of the parameters that it shares with the call that got the first page.
    """

    operation: Operation
    parameter: Parameter
    kept: tuple[str, ...]


def item_of(type_: ListOf) -> Type:
    """The one type of all items of an array; anything, where the first items have types of their own."""
    return one_of(types_of_items(type_)) if type_.prefix else type_.of


def types_of_items(type_: ListOf) -> tuple[Type, ...]:
    """The types that the items of an array may have: of the first ones, and of the rest where there may be any."""
    most = type_.max_items
    ends = most is not None and most <= len(type_.prefix)
    return (*type_.prefix[:most], *(() if ends and type_.prefix else (type_.of,)))


def one_of(types: tuple[Type, ...]) -> Type:
    """The type that all of some types are; anything, where they differ."""
    told = {part for part in types if not isinstance(part, Nothing)}
    return told.pop() if len(told) == 1 else Anything()


# --- streams ---------------------------------------------------------------------------------------------


def is_sequence(content: Content) -> bool:
    """True for a body that is read item by item."""
    return content.item_type is not None or _SEQUENCES.match(content.media_type.partition(";")[0]) is not None


def stream_of(api: Api, operation: Operation) -> Stream | None:
    """The stream that an operation gives, always or when it is asked for; None where it gives none."""
    if operation.method == "HEAD":
        return None
    good = [response for response in operation.responses if response.status[0] == "2"]
    for response in good:
        for content in response.contents:
            if is_sequence(content):
                whole = any(not is_sequence(other) for one in good for other in one.contents)
                member = _switch(api, operation) if whole else None
                return Stream(
                    response.status,
                    content.media_type,
                    content,
                    None,
                    _last_event(operation, response, member),
                    whole,
                    member.wire_name if member is not None else "",
                )
    member = _switch(api, operation)
    if member is None or not good or not good[0].contents or not is_json(good[0].contents[0].media_type):
        return None
    type_ = good[0].contents[0].type
    partial = _has_delta(api, type_)
    if not partial and not _STREAMED.search(member.doc):
        return None
    # what comes in pieces is described only where the response has a place for a piece
    last = END if END in member.doc else None
    return Stream(good[0].status, EVENTS, None, type_ if partial else None, last, True, member.wire_name)


def _switch(api: Api, operation: Operation) -> Field | None:
    """The member of the request body that asks for a stream."""
    for content in operation.body.contents if operation.body is not None else ():
        record = api.resolve(content.type)
        if is_json(content.media_type) and isinstance(record, Record):
            for field in record.fields:
                if field.wire_name == "stream" and _plain(api, field.type) == "boolean":
                    return field
    return None


def _plain(api: Api, type_: Type) -> str | None:
    resolved = api.present(type_)
    return resolved.kind if isinstance(resolved, Scalar) else None


def _has_delta(api: Api, type_: Type) -> bool:
    models = (api.by_key[key] for key in reachable(api, (type_,)))
    return any(
        field.wire_name == "delta" for model in models if isinstance(model, Record) for field in model.fields
    )


def _last_event(operation: Operation, response: Response, member: Field | None) -> str | None:
    texts = (operation.doc, operation.summary, response.doc, member.doc if member is not None else "")
    return END if any(END in text for text in texts) else None


# --- pages -----------------------------------------------------------------------------------------------


def list_of(api: Api, operation: Operation, overrides: Overrides) -> Listed | None:
    """The pages that an operation gives; None where it gives a whole. Raises UsageError for an override that cannot be."""
    if operation.id not in overrides.pages:
        return _listed(api, operation)
    told = overrides.pages[operation.id]
    return _as_told(api, operation, told) if told is not None else None


def _as_told(api: Api, operation: Operation, told: Pages) -> Listed:
    """The pages as the project tells them."""
    item: Type | None = next(
        (
            content.type
            for response in operation.responses
            if response.status[0] == "2"
            for content in response.contents[:1]
            if is_json(content.media_type)
        ),
        None,
    )
    for name in told.items:
        item = _member(api, item, name)
    body = api.present(item) if item is not None else None
    if not isinstance(body, ListOf):
        raise UsageError(
            Problem(
                "no-list",
                f"the configuration says that the items of {operation.id} are at {'.'.join(told.items) or 'the body itself'!r}: "
                "there is no list there",
            )
        )
    sent = {one.wire_name for one in operation.parameters if one.place == "query"}
    for parameter in (told.parameter, told.page, told.offset, told.size):
        if parameter is not None and parameter not in sent:
            raise UsageError(
                Problem(
                    "no-parameter",
                    f"the configuration names the query parameter {parameter!r}, which {operation.id} has not",
                )
            )
    return Listed(item_of(body), told)


def _member(api: Api, type_: Type | None, name: str) -> Type | None:
    body = api.present(type_) if type_ is not None else None
    fields = body.fields if isinstance(body, Record) else ()
    return next((field.type for field in fields if field.wire_name == name), None)


def _listed(api: Api, operation: Operation) -> Listed | None:
    contents = [
        content
        for response in operation.responses
        if response.status[0] == "2"
        for content in response.contents[:1]
    ]
    if len(contents) != 1 or not is_json(contents[0].media_type):
        return None
    body = api.resolve(contents[0].type)
    if operation.paging is not None:
        items, link = operation.paging.items, operation.paging.next_link
        item = _list_item(api, body, items)
        if item is None:
            return None
        if link is None:
            return Listed(item, Pages((items,)))  # all items are in the one page that there is
        if not isinstance(body, Record) or link not in {field.wire_name for field in body.fields}:
            return None
        return Listed(item, Pages((items,), next_link=(link,)), _turning(api, operation, operation.paging))
    if operation.method != "GET":
        return None
    if isinstance(body, ListOf):
        headers = {
            header.wire_name.lower()
            for response in operation.responses
            if response.status[0] == "2"
            for header in response.headers
        }
        return Listed(item_of(body), None) if "link" in headers else None
    return _by_cursor(api, operation, body)


def _turning(api: Api, operation: Operation, paging: Paging) -> Turning | None:
    """How a further page is asked for; None where the link is its address.

    So it is too where the operation's whole path is the link, and where nobody knows where the link would go.
    """
    following = next((one for one in api.operations if one.id == paging.operation), None)
    if following is None or re.fullmatch(r"/?\{[^{}]+\}", following.path):
        return None
    known = {(one.place, one.wire_name) for one in operation.parameters}
    own = [one for one in following.parameters if (one.place, one.wire_name) not in known and one.required]
    if len(own) != 1 or own[0].place not in ("path", "query"):
        return None
    shared = (one.wire_name for one in following.parameters if one is not own[0])
    return Turning(following, own[0], tuple(shared))


def _by_cursor(api: Api, operation: Operation, body: object) -> Listed | None:
    if not isinstance(body, Record):
        return None
    lists = [field.wire_name for field in body.fields if _list_item(api, body, field.wire_name) is not None]
    given = [
        field.wire_name
        for field in body.fields
        if _CURSOR_GIVEN.fullmatch(field.wire_name) and _plain(api, field.type) == "string"
    ]
    sent = [
        one.wire_name
        for one in operation.parameters
        if one.place == "query" and _CURSOR_SENT.fullmatch(one.wire_name) and not one.required
    ]
    if not len(lists) == len(given) == len(sent) == 1:
        return None
    item = _list_item(api, body, lists[0])
    return (
        Listed(item, Pages((lists[0],), cursor=(given[0],), parameter=sent[0])) if item is not None else None
    )


def _list_item(api: Api, body: object, name: str) -> Type | None:
    for field in body.fields if isinstance(body, Record) else ():
        if field.wire_name == name:
            resolved = api.present(field.type)
            return item_of(resolved) if isinstance(resolved, ListOf) else None
    return None
