"""How findings are put in words: the same in every format."""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import printable
from ...finding import SCOPES, SEVERITIES, Advice, Finding, Report, Severity, Verdict, Waiver, Witness
from .json import summary_of

_OPERATIONS = 3


def flat(text: str) -> str:
    """Text from the input as one line that cannot drive a terminal."""
    return printable(" ".join(text.split()))


def message(finding: Finding) -> str:
    """The message with its subject, each thing named once: `Thing.size became optional`."""
    subject, said = finding.subject, finding.message
    leaf = repr(subject.rpartition(".")[2])
    if leaf in said:
        return flat(said.replace(leaf, subject, 1))
    if subject in said or subject in ("API", "security"):
        return flat(said)
    return flat(f"{subject}: {said}")


def reached(finding: Finding) -> str:
    """Which operations a finding reaches, and in which direction; empty where it reaches none."""
    if not finding.operations:
        return ""
    verb = {"request": "sent by", "response": "received from", "both": "sent by and received from"}
    shown = ", ".join(flat(label) for label in finding.operations[:_OPERATIONS])
    more = len(finding.operations) - _OPERATIONS
    said = verb[finding.direction] if finding.direction else "reaches"
    return f"{said} {shown}{f' and {more} more' if more > 0 else ''}"


def proof(witness: Witness) -> str:
    """Which side takes a witness, which does not, and why."""
    proven = "" if witness.verified else ", not verified"
    said = f": {flat(witness.reason)}" if witness.reason else ""
    return f"{witness.kind} accepted {witness.accepted}, refused {witness.refused}{proven}{said}"


def waived(waiver: Waiver) -> str:
    """Who lets a break through, and why."""
    owner = f" by {flat(waiver.owner)}" if waiver.owner else ""
    return f"waived{owner} until {waiver.until.isoformat()}: {flat(waiver.reason)}"


def advised(advice: Advice) -> str:
    """How far versions should move: `api 2.0.0, sdk major, wheel minor`."""
    return f"api {flat(advice.api)}, sdk {advice.sdk}, wheel {advice.wheel}"


def names(verdict: Verdict) -> str:
    """What is compared: `2024-02-01 → 2024-06-01`."""
    return f"{flat(verdict.before)} → {flat(verdict.after)}"


def title(verdict: Verdict) -> str:
    """What is compared, with the service."""
    return f"{flat(verdict.service)}: {names(verdict)}" if verdict.service else names(verdict)


def counts(findings: Sequence[Finding]) -> str:
    """`2 errors, 1 warning, 3 info; breaks wire and code`; `no changes` for none."""
    if not findings:
        return "no changes"
    summary = summary_of(findings)
    parts = [count(summary[severity], severity) for severity in SEVERITIES if summary[severity]]
    parts += [f"{summary['waived']} waived"] if summary["waived"] else []
    breaking = [scope for scope in SCOPES if summary[scope]["error"]]
    return ", ".join(parts) + (f"; breaks {' and '.join(breaking)}" if breaking else "")


def count(number: int, severity: Severity) -> str:
    """A number of findings: `1 error`, `2 errors`, `2 info`."""
    plural = "" if number == 1 or severity == "info" else "s"
    return f"{number} {severity}{plural}"


def shown(findings: Sequence[Finding], least: Severity) -> list[Finding]:
    """The findings that are as severe as `least`, or more."""
    return [one for one in findings if SEVERITIES.index(one.severity) <= SEVERITIES.index(least)]


def all_findings(report: Report) -> tuple[Finding, ...]:
    """The findings of all comparisons."""
    return tuple(finding for verdict in report.verdicts for finding in verdict.findings)
