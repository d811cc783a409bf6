"""A value of a document together with its place, and the list of what is wrong with it.

Readers ask a `Node` for members of the type they need. A member of another type is reported where it stands and read as
absent, so that one run tells all faults of a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..errors import Level, Problem
from ..jsonvalue import is_array, is_object
from ..source import Location

_NAMES: dict[type[Any], str] = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
}


@dataclass
class Problems:
    """What a reader found wrong, each thing once."""

    found: dict[tuple[str, str, str, str], Problem] = field(default_factory=dict)

    def add(
        self, rule: str, message: str, at: Location, help: str | None = None, level: Level = "error"
    ) -> None:
        """Record a problem."""
        key = (rule, message, at.file, at.pointer)
        self.found.setdefault(key, Problem(rule, message, at, help, level))

    def warn(self, rule: str, message: str, at: Location, help: str | None = None) -> None:
        """Record a problem that does not stop the work."""
        self.add(rule, message, at, help, "warning")

    def of(self, level: Level) -> tuple[Problem, ...]:
        """The problems of a level, in the order they were found."""
        return tuple(problem for problem in self.found.values() if problem.level == level)


@dataclass(slots=True, eq=False)
class Node:
    """A JSON value and where it stands."""

    value: Any
    at: Location
    problems: Problems

    def __contains__(self, name: str) -> bool:
        value = self.value
        return is_object(value) and name in value

    def __bool__(self) -> bool:
        return True

    @property
    def is_object(self) -> bool:
        """True when the value is an object."""
        return isinstance(self.value, dict)

    @property
    def is_array(self) -> bool:
        """True when the value is an array."""
        return is_array(self.value)

    def child(self, token: str | int) -> Node:
        """The member or item, which must exist."""
        return Node(self.value[token], self.at.below(token), self.problems)

    def get(self, name: str) -> Node | None:
        """The member, or None."""
        return self.child(name) if name in self else None

    def expect(self, kind: type[Any]) -> bool:
        """True when the value is of a Python type; otherwise reports it."""
        value: object = self.value
        if isinstance(value, kind) and not (kind in (int, float) and isinstance(value, bool)):
            return True
        found = "null" if value is None else _NAMES.get(type(value), type(value).__name__)
        self.problems.add("wrong-type", f"expected {_NAMES[kind]}, found {found}", self.at)
        return False

    def members(self) -> Iterator[tuple[str, Node]]:
        """The members of an object, in order."""
        if self.expect(dict):
            at, problems = self.at, self.problems
            for name, value in self.value.items():
                yield name, Node(value, at.below(name), problems)

    def items(self) -> Iterator[Node]:
        """The items of an array, in order."""
        if self.expect(list):
            for index in range(len(self.value)):
                yield self.child(index)

    def object(self, name: str) -> Node | None:
        """The member, if it is an object."""
        member = self.get(name)
        return member if member is not None and member.expect(dict) else None

    def list(self, name: str) -> list[Node]:
        """The items of a member; none when it is absent."""
        member = self.get(name)
        return list(member.items()) if member is not None else []

    def text(self, name: str, default: str = "") -> str:
        """A string member."""
        found = self.value.get(name) if is_object(self.value) else None
        if isinstance(found, str):
            return found
        if found is not None:
            self.child(name).expect(str)
        return default

    def doc(self, name: str) -> str:
        """A member that is text for people, without blanks around it. Anything else is a warning: nothing depends on it."""
        found = self.value.get(name) if is_object(self.value) else None
        if isinstance(found, str):
            return found.strip()
        if found is not None:
            self.problems.warn("no-text", f"`{name}` is no text and is left out", self.at.child(name))
        return ""

    def text_or_none(self, name: str) -> str | None:
        """A string member, or None when it is absent."""
        return self.text(name) if name in self else None

    def flag(self, name: str) -> bool | None:
        """A boolean member, or None when it is absent."""
        found = self.value.get(name) if is_object(self.value) else None
        if isinstance(found, bool):
            return found
        if found is not None:
            self.child(name).expect(bool)
        return None

    def number(self, name: str) -> float | int | None:
        """A number member, or None when it is absent."""
        member = self.get(name)
        if member is None:
            return None
        if isinstance(member.value, float):
            return member.value
        return member.value if member.expect(int) else None

    def count(self, name: str) -> int | None:
        """A non-negative whole number member, or None when it is absent."""
        value = self.number(name)
        if value is None:
            return None
        if (
            isinstance(value, float) and not value.is_integer()
        ) or value < 0:  # NaN and infinities are no integers
            self.problems.add(
                "wrong-type", f"{name} must be a whole number, not negative", self.at.child(name)
            )
            return None
        return int(value)
