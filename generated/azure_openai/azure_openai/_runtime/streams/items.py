"""From the bytes of a stream to its typed items, without input and output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from ..codec import decode_json
from ..errors import ConnectionFailed, DecodeError, StreamError
from ..exchange import Answer
from ..responses import any_success, content_for, essence, message_in, message_of, quoted
from ..shapes import Choice, Optional, Record, Tagged, shape_of
from ..steps import MAX_RESPONSE_BYTES
from .events import EventReader, ServerSentEvent
from .lines import LineReader, RecordReader, TooLongError

if TYPE_CHECKING:
    from ..http import httpx

T = TypeVar("T")

_EVENTS = "text/event-stream"
_SEQUENCES = frozenset({"application/json-seq", "application/geo+json-seq"})
_LINES = frozenset(
    {
        "application/jsonl",
        "application/x-jsonl",
        "application/jsonlines",
        "application/x-jsonlines",
        "application/json-lines",
        "application/ndjson",
        "application/x-ndjson",
        "application/x-json-stream",
        "application/stream+json",
        "text/jsonl",
    }
)
# How streams of events end where the description does not tell.
_USUAL_END = "[DONE]"


def is_stream(response: httpx.Response) -> bool:
    """Whether a response is a stream by its content type; one that is not is read whole, to be told about."""
    given = essence(response.headers.get("content-type", ""))
    return given == _EVENTS or given in _LINES or given in _SEQUENCES


class ItemReader(Generic[T]):
    """Decodes the items of one stream.

    Raises `DecodeError` when the response is no stream of a known kind, and for an item that is not what was
    promised; `StreamError` for an error that the server reports in place of an item.
    """

    def __init__(self, answer: Answer[T]) -> None:
        self._answer = answer
        self._count = 0
        self.done = False
        given = essence(answer.response.headers.get("content-type", ""))
        contents = content_for(answer.call.returns, answer.response.status_code)
        if contents is None:
            if answer.strict and answer.call.returns:
                raise answer.undecodable("this status is not described")
            contents = any_success(answer.call.returns)
        by_type = {essence(name): kind for name, kind in contents.items()}
        self._reader: EventReader | LineReader | RecordReader
        if given == _EVENTS:
            self._reader = EventReader(MAX_RESPONSE_BYTES)
        elif given in _LINES:
            self._reader = LineReader(MAX_RESPONSE_BYTES, lf_only=True)
        elif given in _SEQUENCES:
            self._reader = RecordReader(MAX_RESPONSE_BYTES)
        else:
            expected = " or ".join(by_type) or _EVENTS
            said = message_of(answer.response)
            text = f"unexpected content type {given!r}, expected {expected}"
            raise answer.undecodable(f"{text}: {said}" if said else text)
        # One kind of stream may come where another is described: its items are the same.
        self._type = by_type.get(given, next(iter(by_type.values()), Any))

    @property
    def last_event_id(self) -> str:
        """The last id that the stream named, "" when none."""
        return self._reader.last_id if isinstance(self._reader, EventReader) else ""

    def feed(self, piece: bytes) -> Iterator[T]:
        """Give the items that a piece completes; nothing after the end that the protocol marks."""
        try:
            for record in self._reader.feed(piece):
                if isinstance(record, ServerSentEvent):
                    if self._is_end(record.data):
                        self.done = True
                        return
                    if record.data or self._type in (ServerSentEvent, str):
                        yield self._item(record.data.encode(), record)
                elif record.strip():
                    yield self._item(record, None)
        except TooLongError as exc:
            raise self._answer.undecodable(str(exc)) from None

    def finish(self) -> Iterator[T]:
        """Give what the end of the body completes; raises `ConnectionFailed` when it came too early."""
        rest = self._reader.rest()
        if isinstance(self._reader, EventReader):
            if isinstance(rest, str) and self._is_end(rest):
                self.done = True
            elif rest is not None:
                raise self._cut("inside an event")
        elif isinstance(rest, bytes) and rest.strip():
            yield self._last_record(rest)
        if self._answer.call.last_event is not None and not self.done:
            raise self._cut(f"before {self._answer.call.last_event!r}")
        self.done = True

    def _last_record(self, record: bytes) -> T:
        try:
            return self._item(record, None)
        except DecodeError as exc:
            if exc.path:
                raise
            raise self._cut("inside an item") from None

    def _is_end(self, data: str) -> bool:
        return data.strip() == (self._answer.call.last_event or _USUAL_END)

    def _item(self, data: bytes, event: ServerSentEvent | None) -> T:
        self._count += 1
        if self._type is ServerSentEvent and event is not None:
            return cast("T", event)
        name = event.event if event is not None else ""
        if name == "error" or b'"error"' in data:
            self._refuse_error(data, name)
        if self._type is str and event is not None:
            return cast("T", event.data)
        try:
            return cast("T", decode_json(data, self._type, strict=self._answer.strict, whole=True))
        except DecodeError as exc:
            raise self._answer.undecodable(f"item {self._count}: {exc}", exc.path) from None

    def _refuse_error(self, data: bytes, name: str) -> None:
        try:
            body: Any = decode_json(data, Any)
        except DecodeError:
            body = data.decode("utf-8", errors="replace")
        members = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
        if _is_declared(self._type, members) or not (name == "error" or members.get("error")):
            return
        said = quoted(message_in(body), self._answer.secrets) or "no message"
        text = f"{self._answer.head()}: error in the stream: {said}"
        raise StreamError(text, body=body, **self._answer.told())

    def _cut(self, where: str) -> ConnectionFailed:
        text = f"{self._answer.head()}: the stream ended {where}, after {self._count} items"
        return ConnectionFailed(text, **self._answer.told())


def _is_declared(annotation: Any, members: dict[str, Any]) -> bool:
    """Whether an object that looks like an error is one of the items that the description promises."""
    shape = shape_of(annotation)
    match shape:
        case Record(fields=fields, required=required):
            return "error" in fields or (bool(required) and required <= members.keys())
        case Tagged(tag, by_value):
            value = members.get(tag)
            return isinstance(value, str) and value in by_value
        case Choice(variants):
            return any(_is_declared(variant, members) for variant in variants)
        case Optional(variant):
            return _is_declared(variant, members)
        case _:
            return False
