"""A report as GitLab code quality: the subset of Code Climate's issues that GitLab reads."""

from __future__ import annotations

import hashlib
from typing import Any

from ...errors import Problem, printable
from ...finding import Finding, Report, Severity, Verdict
from ...source import Location
from .json import json_text
from .places import place_of
from .words import message, shown, title

_SEVERITIES = {"error": "critical", "warning": "minor", "info": "info"}


def render_gitlab(report: Report, *, show: Severity = "info") -> str:
    """A JSON array with an object for each finding that is not waived, and for each problem. Ends with a newline.

    GitLab tells what is new in a merge request by `fingerprint`, and shows one of those that are equal; so the comparison is
    counted in.
    """
    issues = [
        _issue(verdict, finding) for verdict in report.verdicts for finding in shown(verdict.counted, show)
    ]
    issues += [_fault(problem) for problem in report.problems]
    return json_text(issues)


def _issue(verdict: Verdict, finding: Finding) -> dict[str, Any]:
    return {
        "description": f"{message(finding)} ({finding.scope})",
        "check_name": finding.rule,
        "fingerprint": _digest(title(verdict), finding.fingerprint),
        "severity": _SEVERITIES[finding.severity],
        "location": _location(place_of(finding, verdict)),
    }


def _fault(problem: Problem) -> dict[str, Any]:
    return {
        "description": printable(problem.message),
        "check_name": problem.rule,
        "fingerprint": _digest(problem.rule, problem.message),
        "severity": _SEVERITIES[problem.level],
        "location": _location(problem.at),
    }


def _location(at: Location | None) -> dict[str, Any]:
    """GitLab wants a place of everything; what has none is about the whole project."""
    if at is None:
        return {"path": ".", "lines": {"begin": 1}}
    return {"path": at.file, "lines": {"begin": at.position.line}}


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:32]
