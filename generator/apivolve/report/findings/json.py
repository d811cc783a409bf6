"""A report as JSON and YAML; `schema.py` describes it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from ...errors import Problem
from ...finding import SCOPES, SEVERITIES, Finding, Report, Verdict, Waiver, Witness
from ...source import Location
from ..document import render_document


def render_json(report: Report) -> str:
    """The report as JSON. Ends with a newline. The same report gives the same bytes."""
    return json_text(data_of(report))


def render_yaml(report: Report) -> str:
    """The same as `render_json`, as YAML."""
    return _printable(render_document(data_of(report), yaml=True))


def json_text(data: Any) -> str:
    """Data as JSON. What is not printable is escaped: it could drive a terminal, or have no bytes in UTF-8."""
    return _printable(render_document(data))


def _printable(text: str) -> str:
    """Escapes of JSON, which are those of YAML in quotes."""
    return "".join(char if char.isprintable() or char == "\n" else _escaped(char) for char in text)


def _escaped(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else json.dumps(char)[1:-1]


def data_of(report: Report) -> dict[str, Any]:
    """The report as JSON data."""
    return {
        "comparisons": [_comparison(verdict) for verdict in report.verdicts],
        "problems": [problem_data(problem) for problem in report.problems],
        "summary": summary_of(finding for verdict in report.verdicts for finding in verdict.findings),
    }


def _comparison(verdict: Verdict) -> dict[str, Any]:
    return {
        "service": verdict.service,
        "before": verdict.before,
        "after": verdict.after,
        "advice": asdict(verdict.advice) if verdict.advice else None,
        "findings": [finding_data(finding) for finding in verdict.findings],
        "summary": summary_of(verdict.findings),
    }


def problem_data(problem: Problem) -> dict[str, Any]:
    """One problem as JSON data."""
    return {
        "rule": problem.rule,
        "level": problem.level,
        "message": problem.message,
        "at": _place(problem.at),
        "help": problem.help,
    }


def summary_of(findings: Iterable[Finding]) -> dict[str, Any]:
    """How many findings of which severity, in all and by scope, how many are waived, and whether one of the others breaks."""
    everything = tuple(findings)
    found: Counter[tuple[str, str]] = Counter(
        (finding.scope, finding.severity) for finding in everything if finding.waiver is None
    )
    by_scope: dict[str, dict[str, int]] = {
        scope: {severity: found[scope, severity] for severity in SEVERITIES} for scope in SCOPES
    }
    total: dict[str, int] = {
        severity: sum(counts[severity] for counts in by_scope.values()) for severity in SEVERITIES
    }
    summary: dict[str, Any] = dict(total)
    summary.update(by_scope)
    waived = sum(finding.waiver is not None for finding in everything)
    return {**summary, "waived": waived, "breaking": total["error"] > 0}


def finding_data(finding: Finding) -> dict[str, Any]:
    """One finding as JSON data."""
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "scope": finding.scope,
        "direction": finding.direction,
        "subject": finding.subject,
        "message": finding.message,
        "before": _place(finding.before),
        "after": _place(finding.after),
        "operations": list(finding.operations),
        "fingerprint": finding.fingerprint,
        "witness": _witness(finding.witness),
        "waiver": _waiver(finding.waiver),
    }


def _place(at: Location | None) -> dict[str, Any] | None:
    if at is None:
        return None
    line, column = at.position
    return {"file": at.file, "line": line, "column": column, "pointer": at.pointer}


def _witness(witness: Witness | None) -> dict[str, Any] | None:
    if witness is None:
        return None
    return {
        "kind": witness.kind,
        "text": witness.text,
        "accepted": witness.accepted,
        "refused": witness.refused,
        "verified": witness.verified,
        "reason": witness.reason,
    }


def _waiver(waiver: Waiver | None) -> dict[str, Any] | None:
    if waiver is None:
        return None
    return {"reason": waiver.reason, "owner": waiver.owner, "until": waiver.until.isoformat()}
