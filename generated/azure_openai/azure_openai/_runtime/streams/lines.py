"""Cutting bytes into lines and records; nothing is decoded here, so no character is ever cut apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

_ANY_END = re.compile(rb"\r\n|\r|\n")
_LF = re.compile(rb"\n")


class TooLongError(Exception):
    """A line or record that does not end."""


class LineReader:
    """Gives lines that end with CR, LF or CRLF, and with nothing else (HTML "Parsing an event stream").

    With ``lf_only`` a CR ends no line: in JSON Lines it is white space. ``most`` bytes are allowed in one.
    """

    def __init__(self, most: int, *, lf_only: bool = False) -> None:
        self._most = most
        self._end = _LF if lf_only else _ANY_END
        self._begun = bytearray()
        self._after_cr = False

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Give the lines that a piece completes, without their ends."""
        if not piece:
            return
        if self._after_cr:
            # A line is given at its CR at once; the LF of a CRLF may come with the next piece.
            piece = piece.removeprefix(b"\n")
        start = 0
        for match in self._end.finditer(piece):
            self._begun += piece[start : match.start()]
            yield self._taken()
            start = match.end()
        self._after_cr = self._end is _ANY_END and piece.endswith(b"\r")
        self._keep(piece[start:])

    def rest(self) -> bytes:
        """Give what came after the last line."""
        return self._taken()

    def _keep(self, part: bytes) -> None:
        self._begun += part
        if len(self._begun) > self._most:
            raise TooLongError(f"a line is longer than {self._most} bytes")

    def _taken(self) -> bytes:
        line = bytes(self._begun)
        self._begun.clear()
        return line


class RecordReader:
    """Gives the texts of a JSON text sequence (RFC 7464): each between a record separator and a line feed."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._buffer = bytearray()
        self._scanned = 0

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Give the records that a piece completes: those after which another one begins."""
        self._buffer += piece
        while (end := self._buffer.find(b"\x1e", self._scanned)) >= 0:
            record = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            self._scanned = 0
            if record.strip():
                yield record
        self._scanned = len(self._buffer)
        if self._scanned > self._most:
            raise TooLongError(f"a record is longer than {self._most} bytes")
        # RFC 7464 §2.2: a text ends with a line feed, but may hold others.
        if self._buffer.endswith(b"\n") and _is_json(self._buffer):
            record = bytes(self._buffer)
            self._buffer.clear()
            self._scanned = 0
            yield record

    def rest(self) -> bytes:
        """Give what came after the last whole record."""
        return bytes(self._buffer)


def _is_json(data: bytearray) -> bool:
    try:
        msgspec.json.decode(data, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True
