"""A report as one page of HTML that works from a file: no network, no other file."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ...finding import SCOPES, SEVERITIES, Finding, Report, RuleText, Severity, Verdict
from ...source import Location
from .json import summary_of
from .places import place_of
from .templates import html_environment, templates_root
from .words import advised, all_findings, counts, message, names, proof, reached, shown, title, waived

_WIDTH = 160
_ABOVE, _BELOW = 1, 5


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class _Half:
    """One side of a finding: where it is, what stands there, and what this side says of the witness."""

    side: str
    place: str
    lines: tuple[_Line, ...]
    says: str


@dataclass(frozen=True, slots=True)
class _Row:
    """A finding as the template shows it. `operations` are numbers in the list of all operations."""

    anchor: str
    finding: Finding
    message: str
    place: str
    reached: str
    operations: str
    halves: tuple[_Half, ...]
    proof: str
    waived: str
    why: str


@dataclass(frozen=True, slots=True)
class _Comparison:
    title: str
    counts: str
    advice: str
    rows: tuple[_Row, ...]


def render_html(report: Report, *, show: Severity = "info") -> str:
    """The page. Everything is in it without its script, which adds the filter. Ends with a newline.

    Its content policy lets nothing load and no script run but its own, whatever a specification says.
    """
    operations = list(dict.fromkeys(label for one in all_findings(report) for label in one.operations))
    numbers = {label: str(number) for number, label in enumerate(sorted(operations))}
    rules = {rule.id: rule for rule in report.rules}
    comparisons = [
        _Comparison(
            title(verdict),
            counts(verdict.findings),
            advised(verdict.advice) if verdict.advice and verdict.findings else "",
            tuple(
                _row(verdict, finding, f"{index}-" if index else "", numbers, rules)
                for finding in shown(verdict.findings, show)
            ),
        )
        for index, verdict in enumerate(report.verdicts)
    ]
    style, script = _asset("report.css"), _asset("report.js")
    return (
        html_environment()
        .get_template("report.html.jinja")
        .render(
            heading=_heading(report.verdicts),
            summary=summary_of(all_findings(report)),
            severities=SEVERITIES,
            scopes=SCOPES,
            operations=sorted(operations),
            comparisons=comparisons,
            problems=report.problems,
            style=style,
            script=script,
            style_hash=_hash(style),
            script_hash=_hash(script),
        )
    )


def _heading(verdicts: Sequence[Verdict]) -> str:
    if not verdicts:
        return "Nothing to compare"
    services = {verdict.service for verdict in verdicts}
    if len(services) > 1:
        return f"{len(services)} services"
    first, last = verdicts[0], verdicts[-1]
    name = f"{first.service}: " if first.service else ""
    return f"{name}{names(first) if first is last else f'{first.before} … {last.after}'}"


def _asset(name: str) -> Markup:
    return Markup((templates_root() / name).read_text(encoding="utf-8"))  # noqa: S704 (our own file)


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _row(
    verdict: Verdict, finding: Finding, prefix: str, numbers: dict[str, str], rules: dict[str, RuleText]
) -> _Row:
    rule = rules.get(finding.rule)
    return _Row(
        anchor=f"f-{prefix}{finding.fingerprint}",
        finding=finding,
        message=message(finding),
        place=str(place_of(finding, verdict) or ""),
        reached=reached(finding),
        operations=" ".join(numbers[label] for label in finding.operations),
        halves=tuple(_halves(finding)) if finding.severity != "info" else (),
        proof=proof(finding.witness) if finding.witness else "",
        waived=waived(finding.waiver) if finding.waiver else "",
        why=rule.summary if rule is not None else "",
    )


def _halves(finding: Finding) -> Iterator[_Half]:
    witness = finding.witness
    sides: tuple[tuple[str, Location | None], ...] = (("before", finding.before), ("after", finding.after))
    for side, at in sides:
        says = "" if witness is None else "accepts it" if witness.accepted == side else "refuses it"
        yield _Half(side, str(at or ""), tuple(_around(at)) if at is not None else (), says)


def _around(at: Location) -> Iterator[_Line]:
    """The lines around a place. Of a very long line, the part around the column."""
    line, column = at.position
    lines = at.source.lines
    for number in range(max(1, line - _ABOVE), min(len(lines), line + _BELOW) + 1):
        text = lines[number - 1]
        start = max(0, column - _WIDTH // 2) if len(text) > 2 * _WIDTH else 0
        yield _Line(number, text[start : start + 2 * _WIDTH], number == line)
