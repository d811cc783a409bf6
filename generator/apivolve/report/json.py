"""Verdicts as JSON; `schema.py` describes it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from ..finding import SCOPES, SEVERITIES, Finding, Verdict, Witness
from ..source import Location


def render_json(verdicts: Sequence[Verdict]) -> str:
    """One comparison as an object; several (or none) as `{"comparisons": […], "summary": …}`. Ends with a newline.

    The same verdicts give the same bytes.
    """
    reports = [report_of(verdict) for verdict in verdicts]
    if len(reports) == 1:
        return _text(reports[0])
    everything = [finding for verdict in verdicts for finding in verdict.findings]
    return _text({"comparisons": reports, "summary": summary_of(everything)})


def report_of(verdict: Verdict) -> dict[str, Any]:
    """One comparison as JSON data."""
    return {
        "before": verdict.before,
        "after": verdict.after,
        "findings": [_finding(finding) for finding in verdict.findings],
        "summary": summary_of(verdict.findings),
    }


def summary_of(findings: Iterable[Finding]) -> dict[str, Any]:
    """How many findings of which severity, in all and by scope, and whether one of them breaks."""
    found: Counter[tuple[str, str]] = Counter((finding.scope, finding.severity) for finding in findings)
    by_scope: dict[str, dict[str, int]] = {
        scope: {severity: found[scope, severity] for severity in SEVERITIES} for scope in SCOPES
    }
    total: dict[str, int] = {
        severity: sum(counts[severity] for counts in by_scope.values()) for severity in SEVERITIES
    }
    summary: dict[str, Any] = dict(total)
    summary.update(by_scope)
    return {**summary, "breaking": total["error"] > 0}


def _finding(finding: Finding) -> dict[str, Any]:
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


def _text(report: dict[str, Any]) -> str:
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"
