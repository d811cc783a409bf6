"""What the gate says: declared changes, findings with their witnesses, and the verdict over them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from .errors import Problem
from .source import Location, Source

Severity: TypeAlias = Literal["error", "warning", "info"]
Scope: TypeAlias = Literal["wire", "code"]
Direction: TypeAlias = Literal["request", "response", "both"]
Side: TypeAlias = Literal["before", "after"]

Bump: TypeAlias = Literal["major", "minor", "patch", "none"]

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
class Waiver:
    """A break that somebody answers for: the finding it is about, why it is let through, who says so, until when.

    `until` is its last day. `service` narrows it to one service; empty: any.
    """

    fingerprint: str
    rule: str
    subject: str
    reason: str
    until: date
    owner: str = ""
    service: str = ""
    at: Location | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference between two versions, and whom it hits.

    `subject` names the thing in words stable against unrelated edits (never a line number); `detail` is what
    tells two findings of one rule on one subject apart, such as the enum value. `operations` are the
    operations (`METHOD path`) that the change reaches. A `waiver` lets it through: it is shown, and does not count.
    `place` is where reports of single places show it, once that was looked for.
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
    waiver: Waiver | None = None
    place: Location | None = field(default=None, compare=False)
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        key = "\0".join((self.rule, self.scope, self.direction or "", self.subject, self.detail))
        object.__setattr__(
            self, "fingerprint", hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()[:12]
        )


@dataclass(frozen=True, slots=True)
class Advice:
    """How far versions should move: `api` is the version that the API should have, or what it should be raised by; `sdk` what the
    code of one api-version asks for, and `wheel` what the package with all of them does."""

    api: str
    sdk: Bump
    wheel: Bump


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings of one comparison, in report order, and the names of the two sides.

    `service` is the name of the service; `documents` are those of the version after, where a reader looks for what was removed.
    `advice` says how far versions should move.
    """

    before: str
    after: str
    findings: tuple[Finding, ...]
    service: str = ""
    documents: tuple[Source, ...] = field(default=(), compare=False, repr=False)
    advice: Advice | None = None

    @property
    def counted(self) -> tuple[Finding, ...]:
        """The findings that are not waived."""
        return tuple(finding for finding in self.findings if finding.waiver is None)

    @property
    def breaking(self) -> bool:
        """True when a caller who follows the contract breaks, and nobody answers for it."""
        return self.at_least("error")

    def at_least(self, threshold: Severity) -> bool:
        """True when a finding that is not waived is as severe as the threshold, or more."""
        worst = SEVERITIES[: SEVERITIES.index(threshold) + 1]
        return any(finding.severity in worst for finding in self.counted)


@dataclass(frozen=True, slots=True)
class RuleText:
    """What a rule says of itself. `explanation` starts with its one-line summary."""

    id: str
    scope: Scope
    explanation: str

    @property
    def summary(self) -> str:
        """The explanation's first line."""
        return self.explanation.partition("\n")[0]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything there is to report: comparisons, oldest first; faults beside them; the rules that may be named."""

    verdicts: tuple[Verdict, ...]
    problems: tuple[Problem, ...] = ()
    rules: tuple[RuleText, ...] = ()
