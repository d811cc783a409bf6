"""Undoing the Content-Encoding of a response in pieces of bounded size.

The HTTP library inflates each piece it reads as a whole: what arrives as 64 kB may become gigabytes, all the
more when several encodings are applied in a row. Here no step makes more than it is asked for.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

#: What is asked of servers: what `Inflater` undoes.
ACCEPTED = "gzip, deflate"

_PIECE = 1 << 18
# RFC 9110 §8.4: encodings may be applied in a row. Nobody means more than two.
_MOST_LAYERS = 2
# What stands in Content-Encoding for none: "identity", and charsets and the like, which servers put there by mistake.
_NO_ENCODINGS = frozenset({"", "identity", "none", "binary", "utf-8", "utf8"})


class EncodingError(Exception):
    """A body that is not in the encoding its headers tell."""


class Inflater:
    """Undoes gzip (RFC 1952) and deflate (RFC 1950, and RFC 1951 as some servers send it)."""

    def __init__(self, encodings: list[str]) -> None:
        self._layers = [_Layer(name) for name in reversed(encodings)]

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Give what some bytes stand for, in pieces; raises `EncodingError`."""
        yield from self._pass(data, 0)

    def finish(self) -> None:
        """Check that nothing is missing; raises `EncodingError`."""
        if any(layer.is_cut for layer in self._layers):
            raise EncodingError("the encoded body is cut off")

    def _pass(self, data: bytes, depth: int) -> Iterator[bytes]:
        if depth == len(self._layers):
            if data:
                yield data
            return
        for piece in self._layers[depth].feed(data):
            yield from self._pass(piece, depth + 1)


class _Layer:
    def __init__(self, name: str) -> None:
        self._gzip = name != "deflate"
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 16 if self._gzip else zlib.MAX_WBITS)
        self._seen = False

    @property
    def is_cut(self) -> bool:
        return self._seen and not self._zlib.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        full = False
        # A full piece may have left more behind, even when all of the data is taken in.
        while data or full:
            if self._zlib.eof:
                # RFC 1952 §2.2: members may follow one another; zeros may fill up the end.
                if not self._gzip or not data.strip(b"\0"):
                    return
                self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 16)
            piece = self._inflate(data)
            yield piece
            full = len(piece) == _PIECE
            data = self._zlib.unconsumed_tail or self._zlib.unused_data

    def _inflate(self, data: bytes) -> bytes:
        try:
            piece = self._zlib.decompress(data, _PIECE)
        except zlib.error as exc:
            if self._seen or self._gzip:
                raise EncodingError(f"the body is not what its encoding tells: {exc}") from None
            # "deflate" without the zlib wrapper.
            self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                piece = self._zlib.decompress(data, _PIECE)
            except zlib.error as exc_raw:
                raise EncodingError(f"the body is not what its encoding tells: {exc_raw}") from None
        self._seen = True
        return piece


def inflater_for(content_encoding: str, asked: str = ACCEPTED) -> Inflater | None:
    """Give what undoes an encoding; None for one that the caller ``asked`` for, left to the HTTP library.

    Raises `EncodingError` for another one, which would bring a bomb past this module, and for more layers than
    anyone means.
    """
    names = [name.strip().lower() for name in content_encoding.split(",")]
    encodings = [name for name in names if name not in _NO_ENCODINGS]
    if len(encodings) > _MOST_LAYERS:
        raise EncodingError(f"the body is encoded {len(encodings)} times over")
    others = [name for name in encodings if name not in ("gzip", "x-gzip", "deflate")]
    if others and not set(others) <= {
        name.partition(";")[0].strip() for name in asked.lower().split(",")
    }:
        raise EncodingError(f"the body is encoded as {others[0]!r}, which was not asked for")
    return None if others else Inflater(encodings)
