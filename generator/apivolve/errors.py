"""What can go wrong, and how it is told.

    ApivolveError           every error the command line turns into a message and exit code 2
    ├── LoadError           a spec, change log or folder of versions cannot be read
    ├── OutputError         the output folder cannot be written, or is not ours to write
    └── UsageError          the arguments or the configuration make no sense

Everything told to a person is a `Problem`: a rule, a message, a place, and what to do instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from .source import Location

Level: TypeAlias = Literal["error", "warning"]

_TAB = "    "
_WIDTH = 160


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to tell: `file:line:col: level[rule]: message`, an excerpt with a caret, and a hint."""

    rule: str
    message: str
    at: Location | None = None
    help: str | None = None
    level: Level = "error"

    def headline(self) -> str:
        """The first line, which stands alone where there is room for one line only."""
        place = f"{self.at}: " if self.at else ""
        # one line, whatever is in it: some CI systems take a line that begins so or so for a command
        return printable(f"{place}{self.level}[{self.rule}]: {self.message}".replace("\n", " "))

    def render(self) -> str:
        """The whole text: headline, excerpt with caret, hint."""
        parts = [self.headline()]
        if self.at is not None and (excerpt := excerpt_at(self.at)):
            parts.append(excerpt)
        if self.help:
            parts.append(printable(f"  = help: {self.help}".replace("\n", " ")))
        return "\n".join(parts)


def excerpt_at(at: Location) -> str:
    """The line of a place with a caret under its column; empty when the file has no such line."""
    line, column = at.position
    if line > len(at.source.lines):
        return ""
    text = at.source.lines[line - 1]
    start = max(0, column - _WIDTH // 2) if len(text) > _WIDTH else 0
    shown = printable(text[start : start + _WIDTH].replace("\t", _TAB))
    before = printable(text[start : column - 1].replace("\t", _TAB))
    margin = len(str(line))
    return f"{line:>{margin + 2}} | {shown}\n{'':>{margin + 2}} | {'':>{len(before)}}^"


# Azure Pipelines obeys `##vso[…]`, and GitHub Actions `##[…]`, wherever in a line they stand.
_COMMAND = re.compile(r"##(?=\[|vso\[)", re.IGNORECASE)
_LINE_COMMAND = re.compile(r"^([^\S\n]*)::", re.MULTILINE)


def printable(text: str) -> str:
    """Text that cannot move the cursor, colour the terminal, turn its reading direction, or give an order to a CI system."""
    text = _LINE_COMMAND.sub(r"\1: :", _COMMAND.sub("# #", text))
    return "".join(c if c.isprintable() or c == "\n" else f"\\u{ord(c):04x}" for c in text)


class ApivolveError(Exception):
    """A failure that is told, not traced: one or more problems."""

    def __init__(self, problems: Iterable[Problem] | Problem | str) -> None:
        if isinstance(problems, str):
            problems = Problem(rule="error", message=problems)
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(*self.problems)

    def __str__(self) -> str:
        # put together when somebody asks: a place is looked up in its text, and some errors are only counted
        return "\n".join(problem.headline() for problem in self.problems)

    def __reduce__(self) -> tuple[type[ApivolveError], tuple[tuple[Problem, ...]]]:
        # an error of a worker process travels with its problems
        return type(self), (self.problems,)


class LoadError(ApivolveError):
    """A spec, change log or folder of versions cannot be read."""


class OutputError(ApivolveError):
    """The output folder cannot be written, or is not ours to write."""


class UsageError(ApivolveError):
    """The arguments or the configuration make no sense."""
