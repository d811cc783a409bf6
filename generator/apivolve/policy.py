"""What a project wants of the gate, from its configuration to `gate`: data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from .finding import SCOPES, Scope, Severity
from .source import Location

Threshold: TypeAlias = Literal["error", "warning", "info", "none"]
Weight: TypeAlias = Literal["error", "warning", "info", "off"]


@dataclass(frozen=True, slots=True)
class Policy:
    """How a project weighs what is found.

    `rules` are severities by rule; "off" leaves its findings out. `preview`, `new_version` and `sunset` are the most that a
    finding may weigh: about a preview version; where the version was raised as far as advised; about the removal of what was
    deprecated and whose sunset is past. A sunset must be announced `notice_days` ahead.
    """

    fail_on: Threshold = "error"
    scopes: tuple[Scope, ...] = SCOPES
    rules: Mapping[str, Weight] = field(default_factory=dict[str, Weight])
    preview: Severity = "error"
    new_version: Severity = "error"
    sunset: Severity = "error"
    notice_days: int = 0
    base: str | None = None
    at: Location | None = field(default=None, compare=False)
