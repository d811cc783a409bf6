"""A report as SARIF 2.1.0, as code scanning reads it."""

from __future__ import annotations

import re
from typing import Any

from ...errors import Problem, printable
from ...finding import Finding, Report, RuleText, Severity, Verdict
from ...source import Location
from ...version import VERSION
from .json import finding_data, json_text
from .places import end_column, place_of, uri
from .words import message, proof, reached, shown, title, waived

_LEVELS: dict[str, str] = {"error": "error", "warning": "warning", "info": "note"}


def render_sarif(report: Report, *, show: Severity = "info") -> str:
    """One run: a rule for each that was broken, a result for each finding and each problem. Ends with a newline.

    What was removed is shown at its nearest parent in the version after; the place before is a related location. Waived
    findings are suppressed results. Columns count code points.
    """
    explained = {rule.id: rule for rule in report.rules}
    told = [(verdict, finding) for verdict in report.verdicts for finding in shown(verdict.findings, show)]
    used = dict.fromkeys([finding.rule for _, finding in told] + [one.rule for one in report.problems])
    index = {rule: number for number, rule in enumerate(used)}
    results = [_result(verdict, finding, index[finding.rule]) for verdict, finding in told]
    results += [_fault(problem, index[problem.rule]) for problem in report.problems]
    driver = {
        "name": "apivolve",
        "semanticVersion": VERSION,
        "rules": [_rule(rule, explained.get(rule)) for rule in used],
    }
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json_text(log)


def _rule(id_: str, rule: RuleText | None) -> dict[str, Any]:
    if rule is None:
        return {"id": id_, "shortDescription": {"text": id_.replace("-", " ")}}
    return {
        "id": id_,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.explanation},
        "help": {"text": f"{rule.explanation}\n\napivolve explain {id_}"},
        "properties": {"tags": [rule.scope]},
    }


def _result(verdict: Verdict, finding: Finding, index: int) -> dict[str, Any]:
    said = [f"{message(finding)}.", reached(finding)]
    said += [proof(finding.witness)] if finding.witness else []
    at = place_of(finding, verdict)
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": _plain("\n".join(filter(None, said)))},
        "locations": [_location(at, finding.subject)] if at is not None else [],
        "partialFingerprints": {"apivolve/v1": finding.fingerprint},
    }
    if finding.before is not None and finding.before is not at:
        result["relatedLocations"] = [
            {
                "id": 1,
                **_location(finding.before),
                "message": {"text": _plain(f"before: {printable(verdict.before)}")},
            }
        ]
    if finding.waiver is not None:
        result["suppressions"] = [{"kind": "external", "justification": waived(finding.waiver)}]
    known = finding_data(finding)
    members = ("scope", "direction", "subject", "operations", "witness")
    result["properties"] = {"comparison": title(verdict), **{name: known[name] for name in members}}
    return result


def _fault(problem: Problem, index: int) -> dict[str, Any]:
    return {
        "ruleId": problem.rule,
        "ruleIndex": index,
        "level": problem.level,
        "message": {"text": _plain(printable("\n".join(filter(None, (problem.message, problem.help)))))},
        "locations": [_location(problem.at)] if problem.at is not None else [],
    }


def _plain(text: str) -> str:
    """Text in which nothing is a link (SARIF 2.1.0 section 3.11.6)."""
    return re.sub(r"([\\\[\]])", r"\\\1", text)


def _location(at: Location, subject: str = "") -> dict[str, Any]:
    line, column = at.position
    place: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": uri(at.file)},
            "region": {"startLine": line, "startColumn": column, "endColumn": end_column(at)},
        }
    }
    if subject:
        place["logicalLocations"] = [{"fullyQualifiedName": subject}]
    return place
