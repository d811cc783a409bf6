"""A report as text: what a reviewer reads in a terminal or a CI log."""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import excerpt_at, printable
from ...finding import Finding, Report, Severity, Verdict, Witness
from .words import advised, counts, flat, message, names, proof, reached, shown, title, waived

_WITNESS_LINES = 40
_COLORS: dict[str, str] = {"error": "1;31", "warning": "1;33", "info": "1;34", "faint": "2"}


def render_text(report: Report, *, color: bool = False, brief: bool = False, show: Severity = "info") -> str:
    """All comparisons, each with its findings worst first and a closing line; then the problems. Ends with a newline.

    Errors and warnings come with excerpt and witness, info and what is waived as one line each; `brief` makes that one line
    for all. `show` is the least severity that is shown; the closing line counts all. Text from the input cannot move the
    cursor or colour the terminal. `color` adds ANSI colours of our own.
    """
    paint = _Paint(color)
    blocks = ["\n\n".join(_comparison(verdict, paint, brief, show)) for verdict in report.verdicts]
    if len(blocks) > 1:  # a reader of many wants to know which one begins
        blocks = [f"{title(one)}\n\n{block}" for one, block in zip(report.verdicts, blocks, strict=True)]
    blocks += [problem.headline() if brief else problem.render() for problem in report.problems]
    return "\n\n".join(blocks) + "\n" if blocks else "nothing to compare\n"


class _Paint:
    """Colours, or none."""

    def __init__(self, on: bool) -> None:
        self.on = on

    def __call__(self, style: str, text: str) -> str:
        return f"\x1b[{_COLORS[style]}m{text}\x1b[0m" if self.on else text


def _comparison(verdict: Verdict, paint: _Paint, brief: bool, show: Severity) -> Iterator[str]:
    told = shown(verdict.findings, show)
    whole = [] if brief else [one for one in told if one.severity != "info" and one.waiver is None]
    for finding in whole:
        yield "\n".join(_lines(finding, paint))
    quiet = [_headline(finding, paint) for finding in told if finding not in whole]
    if quiet:
        yield "\n".join(quiet)
    worst = next((one.severity for one in verdict.counted), "info")
    advice = (
        f"\n  = advised: {advised(verdict.advice)}"
        if verdict.advice and verdict.findings and not brief
        else ""
    )
    yield paint(worst, f"{names(verdict)}: {counts(verdict.findings)}") + advice


def _headline(finding: Finding, paint: _Paint) -> str:
    at = finding.after or finding.before
    place = f"{flat(str(at))}: " if at else ""
    label = paint(finding.severity, f"{finding.severity}[{finding.rule}]")
    let = f" ({waived(finding.waiver)})" if finding.waiver else ""
    return f"{place}{label} ({finding.scope}): {message(finding)}{let}"


def _lines(finding: Finding, paint: _Paint) -> Iterator[str]:
    yield _headline(finding, paint)
    at = finding.after or finding.before
    excerpt = excerpt_at(at) if at is not None else ""
    if excerpt:
        yield excerpt
    if finding.before is not None and finding.after is not None:
        yield f"  = before: {flat(str(finding.before))}"
        old = excerpt_at(finding.before)
        # the same line twice tells nothing
        if old.partition("|")[2].partition("\n")[0] != excerpt.partition("|")[2].partition("\n")[0]:
            yield old
    if finding.operations:
        yield f"  = {reached(finding)}"
    if finding.witness is not None:
        yield from _witness(finding.witness, paint)
    if finding.severity == "error":
        yield paint("faint", f"  = fingerprint {finding.fingerprint}")


def _witness(witness: Witness, paint: _Paint) -> Iterator[str]:
    """What it is, which side takes it, which does not and why, and the thing itself."""
    yield f"  = {proof(witness)}"
    lines = printable(witness.text).split("\n")
    for line in lines[:_WITNESS_LINES]:
        yield paint("faint", f"      {line}") if line else ""
    if len(lines) > _WITNESS_LINES:
        yield paint("faint", f"      … {len(lines) - _WITNESS_LINES} more lines")
