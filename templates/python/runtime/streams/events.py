"""Server-sent events, by the HTML standard ("Interpreting an event stream")."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from .lines import LineReader, TooLongError

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class ServerSentEvent(msgspec.Struct, frozen=True):
    """One event: its type ("message" when it has none), its data, and the last id the stream has named."""

    event: str
    data: str
    id: str = ""


class EventReader:
    """Makes events of bytes, wherever they are cut."""

    def __init__(self, most: int) -> None:
        self._lines = LineReader(most)
        self._most = most
        self._begin = b""
        self._started = False
        self._event = ""
        self._data: list[str] = []
        self._size = 0
        #: The last id named, and the milliseconds to wait before connecting again, None when not told.
        self.last_id = ""
        self.retry: int | None = None

    def feed(self, piece: bytes) -> Iterator[ServerSentEvent]:
        """Give the events that a piece completes; raises `TooLongError`."""
        for line in self._lines.feed(self._without_mark(piece)):
            if line:
                self._field(line)
            elif (event := self._dispatched()) is not None:
                yield event

    def rest(self) -> str | None:
        """Tell the data of the event that the end of the stream cut off; None when none was begun.

        The standard has such an event dropped; whoever reads the stream may want to know.
        """
        line = self._lines.rest()
        if line:
            self._field(line)
        if self._data:
            return "\n".join(self._data)
        return None if line.startswith(b":") or not line.strip() else ""

    def _without_mark(self, piece: bytes) -> bytes:
        if self._started:
            return piece
        self._begin += piece
        if len(self._begin) < len(_BYTE_ORDER_MARK) and _BYTE_ORDER_MARK.startswith(self._begin):
            return b""
        self._started = True
        return self._begin.removeprefix(_BYTE_ORDER_MARK)

    def _field(self, line: bytes) -> None:
        raw_name, _, raw = line.partition(b":")
        # Bytes that are no UTF-8 become U+FFFD, as the standard's decoding has it.
        value = raw.removeprefix(b" ").decode("utf-8", errors="replace")
        match raw_name:
            case b"data":
                # With the line feed that joins it, so that empty ones count too.
                self._size += len(raw) + 1
                if self._size > self._most:
                    raise TooLongError(f"an event is longer than {self._most} bytes")
                self._data.append(value)
            case b"event":
                self._event = value
            case b"id" if "\0" not in value:
                self.last_id = value
            case b"retry" if value.isascii() and value.isdecimal():
                self.retry = int(value[:18])
            case _:
                pass  # a comment has no name; other fields are ignored

    def _dispatched(self) -> ServerSentEvent | None:
        name, data = self._event, self._data
        self._event, self._data, self._size = "", [], 0
        if not data:
            return None
        return ServerSentEvent(name or "message", "\n".join(data), self.last_id)
