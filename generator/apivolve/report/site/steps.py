"""A step of a history: what a page of the site says of two api-versions, as plain data that can be kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ...finding import Finding, Verdict
from ...model import Api
from ...surface import Surface
from ..findings.json import summary_of
from ..findings.places import place_of
from ..findings.words import advised, counts, message, proof, waived
from ..migration import changed_calls

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in words."""

    fingerprint: str
    rule: str
    severity: str
    scope: str
    direction: str
    message: str
    place: str
    operations: tuple[str, ...]
    proof: str
    witness: str
    waived: str


@dataclass(frozen=True, slots=True)
class Step:
    """What changed from one api-version to the next. `date` is that of the version's name, empty where it has none."""

    service: str
    before: str
    after: str
    date: str
    stage: str
    counts: str
    advice: str
    errors: int
    warnings: int
    added: tuple[str, ...]
    updated: tuple[str, ...]
    removed: tuple[str, ...]
    operations: tuple[str, ...]
    findings: tuple[Told, ...]
    calls: tuple[tuple[str, str], ...]

    def data(self) -> dict[str, Any]:
        """The step as JSON data."""
        return asdict(self)


def step_of(verdict: Verdict, before: Api, after: Api, surfaces: tuple[Surface, Surface]) -> Step:
    """The step that a comparison is. The operations are those of the version after."""
    old, new = ([operation.label for operation in api.operations] for api in (before, after))
    added = _without(new, old)
    reached = {same_operation(label) for finding in verdict.findings for label in finding.operations}
    summary = summary_of(verdict.findings)
    match = _DATE.search(after.version)
    return Step(
        service=after.service,
        before=before.version,
        after=after.version,
        date=match[0] if match else "",
        stage=after.stage,
        counts=counts(verdict.findings),
        advice=advised(verdict.advice) if verdict.advice and verdict.findings else "",
        errors=summary["error"],
        warnings=summary["warning"],
        added=added,
        updated=tuple(label for label in new if label not in added and same_operation(label) in reached),
        removed=_without(old, new),
        operations=tuple(new),
        findings=tuple(_told(finding, verdict) for finding in verdict.findings),
        calls=changed_calls(verdict, *surfaces),
    )


def step_from(data: Any) -> Step:
    """The step that `Step.data` gave. Raises TypeError, KeyError or ValueError for anything else."""
    made: dict[str, Any] = dict(data)
    for name in ("added", "updated", "removed", "operations"):
        made[name] = tuple(data[name])
    made["findings"] = tuple(_told_from(one) for one in data["findings"])
    made["calls"] = tuple((str(old), str(new)) for old, new in data["calls"])
    return Step(**made)


def _told_from(data: Any) -> Told:
    made: dict[str, Any] = dict(data)
    made["operations"] = tuple(data["operations"])
    return Told(**made)


def same_operation(label: str) -> str:
    """What operations have in common that are one: the method and the path, whatever its parameters are called."""
    return re.sub(r"\{[^{}]*\}", "{}", label)


def _without(labels: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    known = {same_operation(label) for label in others}
    return tuple(label for label in labels if same_operation(label) not in known)


def _told(finding: Finding, verdict: Verdict) -> Told:
    return Told(
        fingerprint=finding.fingerprint,
        rule=finding.rule,
        severity=finding.severity,
        scope=finding.scope,
        direction=finding.direction or "",
        message=message(finding),
        place=str(place_of(finding, verdict) or ""),
        operations=finding.operations,
        proof=proof(finding.witness) if finding.witness else "",
        witness=finding.witness.text if finding.witness else "",
        waived=waived(finding.waiver) if finding.waiver else "",
    )
