"""Answers that are not the end: events of a stream, pages of a list, jobs that go on.

What is asked next says where it is: in a link, a cursor, the number of a page. Of jobs alone is kept how often they were
asked about, for the status address of a job stays the same.
"""

from __future__ import annotations

import itertools
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ...continuing import END, EVENTS, Listed, Stream, item_of
from ...jsonvalue import is_array, is_object
from ...model import Anything, Content, ListOf, Operation, Record, Scalar, Type
from ...overrides import Pages
from ..requests.request import Request, plain
from .answer import Answer
from .values import TEXT, Values, json_octets

PAGE = "mock-page"
"""The query parameter of our own links to further pages."""
LAST = 3
INNER = "/_mock"
"""Where our own addresses begin."""
_MOST_JOBS = 10_000


# --- streams ---------------------------------------------------------------------------------------------


def stream_pieces(values: Values, stream: Stream) -> tuple[bytes, ...]:
    """The items of a stream, framed, each a piece; and what ends it. Raises NoSample."""
    frame = _event if stream.media_type.partition(";")[0] == EVENTS else _line(stream.media_type)
    # where the body asks for a stream of events it is one of chat completions or like one, and ends as they do
    end = stream.last_event or (END if stream.member and frame is _event else None)
    return tuple(map(frame, (*_items(values, stream), *((end,) if end is not None else ()))))


def _items(values: Values, stream: Stream) -> Iterator[Any]:
    """The texts of three items, or whole events as objects."""
    api, content = values.api, stream.content
    type_: Type = stream.piece or Anything()
    events = stream.media_type.partition(";")[0] == EVENTS
    if content is not None:
        type_ = content.item_type or content.type
        resolved = api.resolve(type_)
        if content.item_type is None and isinstance(resolved, ListOf):
            type_ = item_of(resolved)
        elif events and isinstance(resolved, Record) and content.item_type is not None:
            yield from (
                values.sampled(type_) for _ in range(3)
            )  # the schema is of the event, not of its data
            return
    resolved = api.present(type_)
    if resolved == Anything() or isinstance(resolved, Scalar):
        # an event that nothing is said of is any text, unless it is a piece of what can be a JSON answer
        as_text = events and not stream.whole
        yield from (TEXT, "more text", "the end") if as_text else ('{"some":"text"}', "[]", "1")
        return
    for full in (True, False, True):
        yield json_octets(values.sampled(type_, full=full)).decode()


def _event(item: Any) -> bytes:
    """A server-sent event (HTML standard, 9.2.6)."""
    fields = item if is_object(item) else {"data": item}
    lines: list[str] = []
    for name in ("event", "id", "retry", "data"):
        value = fields.get(name)
        text = value if isinstance(value, str) else json.dumps(value)
        if name in fields and value is not None:
            lines += [f"{name}: {line}" for line in text.splitlines() or [""]]
    return ("\n".join(lines) + "\n\n").encode("utf-8", "backslashreplace")


def _line(media_type: str) -> Callable[[Any], bytes]:
    mark = "\x1e" if media_type.partition(";")[0].endswith("json-seq") else ""

    def frame(item: Any) -> bytes:
        text = item if isinstance(item, str) else json.dumps(item)
        return f"{mark}{text}\n".encode("utf-8", "backslashreplace")

    return frame


# --- pages -----------------------------------------------------------------------------------------------


def page(
    values: Values, content: Content, listed: Listed, request: Request, body: Any
) -> tuple[Any, tuple[tuple[str, str], ...]]:
    """A body as the page that a request asks for, and the headers that come with it. Raises NoSample."""
    told = listed.pages
    items_path = told.items if told is not None else ()
    items = dig(body, items_path)
    items = items if is_array(items) and items else [values.sampled(listed.item)]
    if told is None:
        number = _number(request, PAGE, 1)
        return items, ((("link", f'<{_next(request, number + 1)}>; rel="next"'),) if number < LAST else ())
    if listed.turning is not None or not (told.next_link or told.cursor or told.page or told.offset):
        # one page: what comes after it is another operation's, or nobody's
        whole = put(body, items_path, items)
        return (_linked(values, content, whole, told.next_link, None) if told.next_link else whole), ()
    if told.page is not None or told.offset is not None:
        return _counted(told, request, body, items), ()
    number = (
        _number(request, PAGE, 1) if told.next_link is not None else _cursor(request, told.parameter or "")
    )
    body = put(body, items_path, items)
    more = number < LAST
    if told.next_link is not None:
        return _linked(
            values, content, body, told.next_link, _next(request, number + 1) if more else None
        ), ()
    body = _linked(values, content, body, told.cursor or (), f"page-{number + 1}" if more else None)
    return (put(body, told.more, more) if told.more is not None else body), ()


def _linked(values: Values, content: Content, body: Any, path: tuple[str, ...], link: str | None) -> Any:
    """A body with what leads to the next page; without it, or where its schema wants one with an empty one."""
    linked = put(body, path, link)
    if link is not None or values.takes(content, linked):
        return linked
    empty = put(body, path, "")
    return empty if values.takes(content, empty) else linked


def _counted(told: Pages, request: Request, body: Any, items: list[Any]) -> Any:
    """A page of a list whose caller counts: three of them have items, and those behind them none."""
    if told.page is not None:
        first = 0 if _number(request, told.page, 1) == 0 else 1
        number = _number(request, told.page, 1) - first + 1
        total = LAST
    else:
        number = _number(request, told.offset or "", 0) // len(items) + 1
        total = LAST * len(items)
    body = put(body, told.items, items if number <= LAST else [])
    body = put(body, told.total, total) if told.total is not None else body
    return put(body, told.more, number < LAST) if told.more is not None else body


def _number(request: Request, name: str, otherwise: int) -> int:
    text = next((plain(value) for key, value in request.query if plain(key) == name), "")
    return int(text) if text.isdecimal() and len(text) < 10 else otherwise


def _cursor(request: Request, name: str) -> int:
    """The number of the page that a cursor of ours leads to; one of another is the end of the list."""
    text = next((plain(value) for key, value in request.query if plain(key) == name), "")
    if not text:
        return 1
    number = text.removeprefix("page-")
    return int(number) if number.isdecimal() and len(number) < 10 else LAST


def _next(request: Request, number: int) -> str:
    """The address of another page: that of the request, and the page's number."""
    path, _, query = request.target.partition("#")[0].partition("?")
    kept = [pair for pair in query.split("&") if pair and pair.partition("=")[0] != PAGE]
    path = path if path.startswith("/") else f"/{path.partition('://')[2].partition('/')[2]}"
    return f"{request.origin}{quote(path, safe=_SAFE)}?{quote('&'.join((*kept, f'{PAGE}={number}')), safe=_SAFE)}"


_SAFE = "%:/?#[]@!$&'()*+,;=~"


def dig(value: Any, path: tuple[str, ...]) -> Any:
    """What is at a path of members; None where nothing is."""
    for name in path:
        value = value.get(name) if is_object(value) else None
    return value


def put(body: Any, path: tuple[str, ...], value: Any) -> Any:
    """A body with another value at a path; without what is there where the value is None."""
    if not path:
        return value
    members: dict[str, Any] = dict(body) if is_object(body) else {}
    changed = put(members.get(path[0]), path[1:], value)
    if changed is None:
        members.pop(path[0], None)
        return members
    return {**members, path[0]: changed}


# --- jobs ------------------------------------------------------------------------------------------------


@dataclass
class _Job:
    """A job under way: its result as a body, where there is one, and how often it was asked about."""

    result: bytes | None
    done: dict[str, Any]
    asked: int = 0


class Jobs:
    """The jobs that were started, the latest of them. Numbers are given in order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[str, _Job] = OrderedDict()
        self._numbers = itertools.count(1)

    def start(self, operation: Operation, request: Request, value: Any) -> tuple[tuple[str, str], ...]:
        """The headers that say where a new job is found. `value` is what it makes, None where that is nothing."""
        via = operation.long_running.final_state_via if operation.long_running is not None else None
        in_status = operation.method == "POST" and via in ("azure-async-operation", "operation-location")
        done: dict[str, Any] = {"status": "Succeeded"}
        if in_status and is_object(value):
            done = {**value, **done}
        job = _Job(json_octets(value) if value is not None else None, done)
        with self._lock:
            number = str(next(self._numbers))
            self._known[number] = job
            if len(self._known) > _MOST_JOBS:
                self._known.popitem(last=False)
        base = f"{request.origin}{INNER}"
        return (
            ("operation-location", f"{base}/operations/{number}"),
            ("location", f"{base}/results/{number}"),
            ("retry-after", "0"),
        )

    def answer(self, kind: str, number: str) -> Answer | None:
        """The state or the result of a job; None where there is no such job."""
        with self._lock:
            job = self._known.get(number)
            if job is None:
                return None
            if kind == "operations":
                job.asked += 1
                ended = job.asked > 1
            else:
                ended = True
        as_json = ("content-type", "application/json")
        if kind == "results":
            return Answer(200, (as_json,), (job.result,)) if job.result is not None else Answer(204)
        if ended:
            return Answer(200, (as_json,), (json_octets(job.done),), note="Succeeded")
        return Answer(
            200, (as_json, ("retry-after", "0")), (json_octets({"status": "Running"}),), note="Running"
        )
