"""A fault, and the file that it is put into."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
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

    `schemes` are those that some operation of the version asks for and that can be sent, `decoded` the named types that some
    answer or some class holds. With `is_told`, clients of the version must be told an address. `jobs` are the
    `LongRunning(…)` of calls that begin one, by the name of the function that makes the call; `nowhere` are parameters that no
    call sends, `unsent` the function and argument of each.
    """

    def __init__(
        self,
        path: Path,
        text: str,
        tree: ast.Module,
        schemes: frozenset[str],
        decoded: frozenset[str],
        *,
        is_told: bool,
    ) -> None:
        self.path, self.data, self.schemes, self.decoded = path, text.encode(), schemes, decoded
        self.is_told = is_told
        self.jobs = dict(_jobs(tree))
        # a variable of the path that the path does not have is not sent
        nowhere = list(_nowhere(tree))
        self.nowhere = [node for _, node in nowhere]
        self.unsent = {(name, ast.unparse(node.args[1])) for name, node in nowhere}
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


def _jobs(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and len(node.args) > 1:
            call, job = node.args[:2]
            is_call = isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
            is_job = isinstance(job, ast.Call) and ast.unparse(job.func) == "LongRunning"
            if is_call and is_job:
                yield call.func.id, job


def _nowhere(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
        paths = [
            one.value for one in ast.walk(function) if isinstance(one, ast.keyword) and one.arg == "path"
        ]
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Path":
                known = f"{{{constant(node.args[0])}}}"
                if not any(known in str(constant(path)) for path in paths):
                    yield function.name, node


def constant(node: ast.expr) -> str | None:
    """The text that a node is; None for any other."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
