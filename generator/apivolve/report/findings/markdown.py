"""A report as Markdown, to be a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from ...finding import SCOPES, SEVERITIES, Finding, Report, Severity, Verdict
from .json import summary_of
from .places import place_of
from .templates import markdown_environment
from .words import advised, all_findings, counts, message, proof, reached, shown, title, waived

LIMIT = 60_000
"""Characters of a comment. GitHub takes 65,536; an action may want to add a line."""
_WITNESS = 1_500
_LANGUAGES = {"payload": "json", "headers": "json", "code": "python", "request": "http"}


@dataclass(frozen=True, slots=True)
class _Section:
    """Findings of one severity of one comparison, as Markdown, and how many had no room."""

    severity: str
    findings: tuple[Markup, ...]
    left_out: int


def render_markdown(report: Report, *, show: Severity = "info", limit: int = LIMIT) -> str:
    """Markdown: what it comes to, a table, and every finding to unfold, worst first. Ends with a newline.

    It is never longer than `limit`: the proofs go first, then findings are only counted.
    """
    for proofs, room in ((True, limit), (False, limit), (False, limit // 2), (False, limit // 4), (False, 0)):
        text = _page(report, show, proofs, room)
        if len(text) <= limit:
            return text
    return text[: limit - 2] + "…\n"


def _page(report: Report, show: Severity, proofs: bool, room: int) -> str:
    template = markdown_environment().get_template("report.md.jinja")
    findings = all_findings(report)
    summary = summary_of(findings)
    sections: list[tuple[str, str, str, list[_Section]]] = []
    for verdict in report.verdicts:
        made = [
            _section(
                verdict, severity, [one for one in verdict.counted if one.severity == severity], proofs, room
            )
            for severity in SEVERITIES
            if SEVERITIES.index(severity) <= SEVERITIES.index(show)
        ]
        made.append(
            _section(
                verdict, "waived", [one for one in shown(verdict.findings, show) if one.waiver], False, room
            )
        )
        room -= sum(len(piece) for section in made for piece in section.findings)
        filled = [section for section in made if section.findings or section.left_out]
        advice = advised(verdict.advice) if verdict.advice and verdict.findings else ""
        sections.append((title(verdict), counts(verdict.findings), advice, filled))
    text = template.render(
        verdict=_verdict(report),
        summary=summary,
        scopes=SCOPES,
        severities=SEVERITIES,
        sections=sections,
        problems=report.problems,
        any=bool(findings),
    )
    return text.rstrip("\n") + "\n"


def _verdict(report: Report) -> str:
    """The one line that somebody reads who reads one line."""
    findings = all_findings(report)
    errors = summary_of(findings)["error"]
    faults = sum(problem.level == "error" for problem in report.problems)
    breaks = f"{errors} breaking change{'' if errors == 1 else 's'}"
    wrong = f"{faults} problem{'' if faults == 1 else 's'}"
    if errors or faults:
        return " and ".join(([breaks] if errors else []) + ([wrong] if faults else []))
    return "Nothing breaks" if findings else "No changes"


def _section(
    verdict: Verdict, severity: str, findings: Iterable[Finding], proofs: bool, room: int
) -> _Section:
    template = markdown_environment().get_template("finding.md.jinja")
    pieces: list[Markup] = []
    left_out = 0
    for finding in findings:
        witness = finding.witness if proofs else None
        piece = Markup(  # noqa: S704 (the template has escaped it)
            template.render(
                finding=finding,
                message=message(finding),
                place=str(place_of(finding, verdict) or ""),
                before=str(finding.before) if finding.before else "",
                reached=reached(finding),
                proof=proof(witness) if witness else "",
                witness=_cut(witness.text) if witness else "",
                language=_LANGUAGES.get(witness.kind, "") if witness else "",
                waived=waived(finding.waiver) if finding.waiver else "",
                whole=severity in ("error", "warning"),
            )
        )
        room -= len(piece)
        if room < 0:
            left_out += 1
        else:
            pieces.append(piece)
    return _Section(severity, tuple(pieces), left_out)


def _cut(text: str) -> str:
    return text if len(text) <= _WITNESS else f"{text[:_WITNESS]}\n…"
