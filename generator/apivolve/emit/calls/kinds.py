"""How a call goes on after its request: a stream of items, pages of a list, or a job that ends later.

Told by the specification where it has words for it (`text/event-stream` and its kin, `itemSchema`, `x-ms-pageable`,
`x-ms-long-running-operation`), recognised where it has none: a `Link` header beside a list (RFC 8288), a cursor that is
sent back, and the member `stream` of a request body.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...errors import Problem, UsageError
from ...model import Api, Content, Field, ListOf, Model, Nullable, Operation, Record, Response, Scalar, Type
from ...overrides import Pages
from ...reach import reachable
from ...surface import Annotation
from ..literals import literal
from ..types.spelling import Spelling, is_json, item_of
from .exchange import is_sequence

EVENTS = "text/event-stream"
_STREAMED = re.compile(r"server-sent|\bSSE\b|\bstreamed\b", re.IGNORECASE)
_END = "[DONE]"
_CURSOR_SENT = re.compile(r"(next_?|page_?|continuation_?)?(cursor|token)", re.IGNORECASE)
_CURSOR_GIVEN = re.compile(r"next_?(page_?)?(cursor|token)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Streamed:
    """A response that is a sequence of items. `member` is that of the body that asks for it, empty where nothing does."""

    status: str
    media_type: str
    item: Annotation
    type: Type | None
    last_event: str | None
    switched: bool
    member: str


@dataclass(frozen=True, slots=True)
class Paged:
    """A list that comes in pages: the type of its items, and the runtime's words for where they and the next page are.

    `items` and `link` are paths of wire names; `link` is empty where a header has it, or pages are counted.
    """

    item: Type
    items: tuple[str, ...]
    link: tuple[str, ...]
    source: str

    @property
    def is_counted(self) -> bool:
        """True where the caller counts: the first page without items is the last."""
        return self.source.startswith(("PageNumber", "Offset"))


def streamed(spelling: Spelling, operation: Operation) -> Streamed | None:
    """The stream that an operation gives, always or when it is asked for; None where it gives none."""
    if operation.method == "HEAD":
        return None
    api = spelling.api
    good = [response for response in operation.responses if response.status[0] == "2"]
    for response in good:
        for content in response.contents:
            if is_sequence(content):
                whole = any(not is_sequence(other) for one in good for other in one.contents)
                member = _switch(api, operation) if whole else None
                item, type_ = _item(spelling, content)
                return Streamed(
                    response.status,
                    content.media_type,
                    item,
                    type_,
                    _last_event(operation, response, member),
                    whole,
                    member.wire_name if member is not None else "",
                )
    member = _switch(api, operation)
    if member is None or not good or not good[0].contents or not is_json(good[0].contents[0].media_type):
        return None
    content = good[0].contents[0]
    partial = _has_delta(api, content.type)
    if not partial and not _STREAMED.search(member.doc):
        return None
    # what comes in pieces is described only where the response has a place for a piece
    item = spelling.alternatives(content.type) if partial else ("Any",)
    last = _END if _END in member.doc else None
    return Streamed(
        good[0].status, EVENTS, item, content.type if partial else None, last, True, member.wire_name
    )


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
    resolved = _resolved(api, type_)
    return resolved.kind if isinstance(resolved, Scalar) else None


def _has_delta(api: Api, type_: Type) -> bool:
    models = (api.by_key[key] for key in reachable(api, (type_,)))
    return any(
        field.wire_name == "delta" for model in models if isinstance(model, Record) for field in model.fields
    )


def _item(spelling: Spelling, content: Content) -> tuple[Annotation, Type | None]:
    """What an item of a stream is in Python, and its type where it is data of the specification."""
    type_ = content.item_type or content.type
    resolved = spelling.api.resolve(type_)
    events = content.media_type.partition(";")[0] == EVENTS
    if content.item_type is None and isinstance(resolved, ListOf):
        type_ = item_of(resolved)
        resolved = spelling.api.resolve(type_)
    if events and isinstance(resolved, Record) and content.item_type is not None:
        # the schema is of the event, not of its data (OpenAPI 3.2, Sequential Media Types)
        return ("ServerSentEvent",), None
    alternatives = spelling.alternatives(type_)
    if events and alternatives in (("str",), ("Any",)):
        return ("ServerSentEvent",), None
    if isinstance(resolved, Scalar) and content.item_type is None:
        return ("Any",), None  # the text of the whole, not of an item
    return alternatives, type_


def _last_event(operation: Operation, response: Response, member: Field | None) -> str | None:
    texts = (operation.doc, operation.summary, response.doc, member.doc if member is not None else "")
    return _END if any(_END in text for text in texts) else None


def paged(spelling: Spelling, operation: Operation) -> Paged | None:
    """The pages that an operation gives; None where it gives a whole. Raises UsageError for an override that cannot be."""
    api, wanted = spelling.api, spelling.table.overrides.pages
    found = _paged(api, operation) if operation.id not in wanted else None
    told = wanted.get(operation.id)
    return _as_told(api, operation, told) if told is not None else found


def _as_told(api: Api, operation: Operation, told: Pages) -> Paged:
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
    body = _resolved(api, item) if item is not None else None
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
    parts = [f"items={literal(told.items)}"]
    more = [f"more={literal(told.more)}"] if told.more is not None else []
    size = [f"size={literal(told.size)}"] if told.size is not None else []
    link: tuple[str, ...] = ()
    if told.next_link is not None:
        link, parts = told.next_link, [*parts, f"link={literal(told.next_link)}"]
        kind = "NextLink"
    elif told.cursor is not None:
        link = told.cursor
        parts += [f"cursor={literal(link)}", f"parameter={literal(told.parameter)}", *more]
        kind = "Cursor"
    elif told.page is not None:
        pages = [f"pages={literal(told.total)}"] if told.total is not None else []
        parts += [f"parameter={literal(told.page)}", *size, *pages, *more]
        kind = "PageNumber"
    else:
        total = [f"total={literal(told.total)}"] if told.total is not None else []
        parts += [f"parameter={literal(told.offset)}", *size, *total, *more]
        kind = "Offset"
    return Paged(item_of(body), told.items, link, f"{kind}({', '.join(parts)})")


def _resolved(api: Api, type_: Type) -> Type | Model:
    resolved = api.resolve(type_)
    while isinstance(resolved, Nullable):
        resolved = api.resolve(resolved.of)
    return resolved


def _member(api: Api, type_: Type | None, name: str) -> Type | None:
    body = _resolved(api, type_) if type_ is not None else None
    fields = body.fields if isinstance(body, Record) else ()
    return next((field.type for field in fields if field.wire_name == name), None)


def _paged(api: Api, operation: Operation) -> Paged | None:
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
        if item is None or link is None or operation.paging.operation is not None:
            return None
        if not isinstance(body, Record) or link not in {field.wire_name for field in body.fields}:
            return None
        return Paged(item, (items,), (link,), f"NextLink(items={literal((items,))}, link={literal((link,))})")
    if operation.method != "GET":
        return None
    if isinstance(body, ListOf):
        headers = {
            header.wire_name.lower()
            for response in operation.responses
            if response.status[0] == "2"
            for header in response.headers
        }
        return Paged(item_of(body), (), (), "LinkHeader()") if "link" in headers else None
    return _by_cursor(api, operation, body)


def _by_cursor(api: Api, operation: Operation, body: object) -> Paged | None:
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
    source = f"Cursor({literal((lists[0],))}, {literal((given[0],))}, {literal(sent[0])})"
    return Paged(item, (lists[0],), (given[0],), source) if item is not None else None


def _list_item(api: Api, body: object, name: str) -> Type | None:
    for field in body.fields if isinstance(body, Record) else ():
        if field.wire_name == name:
            resolved = _resolved(api, field.type)
            return item_of(resolved) if isinstance(resolved, ListOf) else None
    return None
