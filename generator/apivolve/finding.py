"""What the gate says: declared changes, findings with their witnesses, and the verdict over them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from .source import Location

Severity: TypeAlias = Literal["error", "warning", "info"]
Scope: TypeAlias = Literal["wire", "code"]
Direction: TypeAlias = Literal["request", "response", "both"]
Side: TypeAlias = Literal["before", "after"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
SCOPES: tuple[Scope, ...] = ("wire", "code")


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a change log: what somebody declared to have changed in an api-version.

    `subject` is the path inside the operation, as tokens of its outline: `("responses", "200", "usage")`,
    `("parameters", "body", "$schema", "messages", "[]", "role")`; `"[]"` stands for the items of an array.
    `attribute` is the attribute that changed (`Required`, `Type`, `Enum`, `Format`, `Description`), or
    `added`/`removed` for a whole member. `before` and `after` are canonical JSON texts, None where absent.
    """

    version: str
    operation: str
    subject: tuple[str, ...]
    attribute: str
    before: str | None
    after: str | None
    at: Location


@dataclass(frozen=True, slots=True)
class Witness:
    """The proof of a break: something accepted on one side and refused on the other.

    `kind` says what `text` is: a JSON `payload`, a `request` line, a set of `headers`, a Python `code` snippet, …
    `accepted`/`refused` name the sides. `verified` is true when an independent validator or type checker
    confirmed both; `reason` is what the refusing side said.
    """

    kind: str
    text: str
    accepted: Side
    refused: Side
    verified: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference between two versions, and whom it hits.

    `subject` names the thing in words stable against unrelated edits (never a line number); `detail` is what
    tells two findings of one rule on one subject apart, such as the enum value. `operations` are the
    operations (`METHOD path`) that the change reaches.
    """

    rule: str
    severity: Severity
    scope: Scope
    direction: Direction | None
    subject: str
    message: str
    before: Location | None
    after: Location | None
    operations: tuple[str, ...] = ()
    detail: str = ""
    witness: Witness | None = None
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        key = "\0".join((self.rule, self.scope, self.direction or "", self.subject, self.detail))
        object.__setattr__(self, "fingerprint", hashlib.sha256(key.encode()).hexdigest()[:12])


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings of one comparison, in report order, and the names of the two sides."""

    before: str
    after: str
    findings: tuple[Finding, ...]

    @property
    def breaking(self) -> bool:
        """True when a caller who follows the contract breaks."""
        return any(finding.severity == "error" for finding in self.findings)

    def at_least(self, threshold: Severity) -> bool:
        """True when a finding is as severe as the threshold, or more."""
        worst = SEVERITIES[: SEVERITIES.index(threshold) + 1]
        return any(finding.severity in worst for finding in self.findings)
