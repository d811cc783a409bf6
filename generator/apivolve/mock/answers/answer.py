"""An answer, before it is written to a connection."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers with names in lower case, and the body in the pieces that it is sent in.

    `streamed` has no length told ahead: each piece is a chunk. `note` says in the log why it is so.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    pieces: tuple[bytes, ...] = ()
    streamed: bool = False
    note: str = ""

    @property
    def body(self) -> bytes:
        """The whole body."""
        return b"".join(self.pieces)

    def header(self, name: str) -> str | None:
        """The value of a header, None where there is none."""
        return next((value for key, value in self.headers if key == name), None)
