"""What became of a service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from ...errors import Problem

Word: TypeAlias = Literal["written", "unchanged", "different", "stale", "failed"]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a service, and what is told of it: `lines` to people, `difference` to stdout."""

    service: str
    folder: str | None
    result: Word
    lines: tuple[str, ...] = ()
    difference: str = ""
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def data(self) -> dict[str, Any]:
        """The same as JSON data, without what is for people alone."""
        from ...report import problem_data  # most runs are not asked for it

        return {
            "service": self.service,
            "folder": self.folder,
            "result": self.result,
            "problems": [problem_data(one) for one in (*self.problems, *self.warnings)],
        }
