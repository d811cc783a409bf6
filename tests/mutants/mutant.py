"""A fault, and the file that it is put into."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Mutant:
    """One fault: what stands between two bytes of a file, and what is put there instead."""

    kind: str
    path: Path
    start: int
    end: int
    instead: str
    what: str

    def text(self, whole: str) -> str:
        """The file with the fault."""
        data = whole.encode()
        return (data[: self.start] + self.instead.encode() + data[self.end :]).decode()

    def __str__(self) -> str:
        return f"{self.kind}: {self.path} {self.what} -> {self.instead}"


class File:
    """A file of the package and where its nodes stand, in bytes.

    `schemes` are those that some operation asks for and that can be sent, `decoded` the named types that some answer or some
    class holds.
    """

    def __init__(self, path: Path, text: str, schemes: frozenset[str], decoded: frozenset[str]) -> None:
        self.path, self.data, self.schemes, self.decoded = path, text.encode(), schemes, decoded
        self.starts = [0]
        for line in self.data.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def span(self, node: ast.expr | ast.stmt | ast.keyword | ast.arg) -> tuple[int, int]:
        """Where a node begins and ends."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return (
            self.starts[node.lineno - 1] + node.col_offset,
            self.starts[node.end_lineno - 1] + node.end_col_offset,
        )

    def source(self, node: ast.expr | ast.stmt) -> str:
        """The text of a node."""
        start, end = self.span(node)
        return self.data[start:end].decode()

    def fault(self, kind: str, node: ast.expr | ast.stmt | ast.keyword, instead: str) -> Mutant:
        """Something else in the place of a node."""
        return self.between(kind, *self.span(node), instead)

    def between(self, kind: str, start: int, end: int, instead: str) -> Mutant:
        """Something else between two bytes."""
        line = self.data.count(b"\n", 0, start) + 1
        what = f"line {line}: {self.data[start:end].decode()[:100]}"
        return Mutant(kind, self.path, start, end, instead, what)

    def is_sent(self, alternative: ast.expr) -> bool:
        """True for a security alternative all of whose schemes can be sent."""
        return all(name in self.schemes for name in ast.literal_eval(alternative))

    def has(self, name: str) -> bool:
        """True when the file imports a name, so that putting it in does not fail for want of it."""
        return (
            re.search(rb"^(from .* import .*|    )\b%s\b" % name.encode(), self.data, re.MULTILINE)
            is not None
        )


def constant(node: ast.expr) -> str | None:
    """The text that a node is; None for any other."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
