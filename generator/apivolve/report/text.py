"""Verdicts as text: what a reviewer reads in a terminal or a CI log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..errors import excerpt_at, printable
from ..finding import SCOPES, SEVERITIES, Finding, Severity, Verdict, Witness
from .json import summary_of

_OPERATIONS = 3
_WITNESS_LINES = 40
_COLORS: dict[str, str] = {"error": "1;31", "warning": "1;33", "info": "1;34", "faint": "2"}


def render_text(
    verdicts: Sequence[Verdict], *, color: bool = False, brief: bool = False, show: Severity = "info"
) -> str:
    """All comparisons, each with its findings worst first and a closing line. Ends with a newline.

    Errors and warnings come with excerpt and witness, info as one line each; `brief` makes that one line for all. `show`
    is the least severity that is shown; the closing line counts all. Text from the input cannot move the cursor or colour
    the terminal. `color` adds ANSI colours of our own.
    """
    paint = _Paint(color)
    blocks = ["\n\n".join(_comparison(verdict, paint, brief, show)) for verdict in verdicts]
    if len(verdicts) > 1:  # a reader of many wants to know which one begins
        blocks = [f"{_names(verdict)}\n\n{block}" for verdict, block in zip(verdicts, blocks, strict=True)]
    return "\n\n".join(blocks) + "\n" if blocks else "nothing to compare\n"


class _Paint:
    """Colours, or none."""

    def __init__(self, on: bool) -> None:
        self.on = on

    def __call__(self, style: str, text: str) -> str:
        return f"\x1b[{_COLORS[style]}m{text}\x1b[0m" if self.on else text


def _comparison(verdict: Verdict, paint: _Paint, brief: bool, show: Severity) -> Iterator[str]:
    shown = [one for one in verdict.findings if SEVERITIES.index(one.severity) <= SEVERITIES.index(show)]
    whole = [] if brief else [finding for finding in shown if finding.severity != "info"]
    for finding in whole:
        yield "\n".join(_lines(finding, paint))
    quiet = [_headline(finding, paint) for finding in shown if finding not in whole]
    if quiet:
        yield "\n".join(quiet)
    yield _closing(verdict, paint)


def _headline(finding: Finding, paint: _Paint) -> str:
    at = finding.after or finding.before
    place = f"{printable(str(at))}: " if at else ""
    label = paint(finding.severity, f"{finding.severity}[{finding.rule}]")
    return f"{place}{label} ({finding.scope}): {_flat(_message(finding))}"


def _message(finding: Finding) -> str:
    """The message with its subject, each thing named once: `Thing.size became optional`."""
    subject, message = finding.subject, finding.message
    leaf = repr(subject.rpartition(".")[2])
    if leaf in message:
        return message.replace(leaf, subject, 1)
    if subject in message or subject in ("API", "security"):
        return message
    return f"{subject}: {message}"


def _lines(finding: Finding, paint: _Paint) -> Iterator[str]:
    yield _headline(finding, paint)
    at = finding.after or finding.before
    if at is not None and (excerpt := excerpt_at(at)):
        yield excerpt
    if finding.before is not None and finding.after is not None:
        yield f"  = before: {printable(str(finding.before))}"
    if finding.operations:
        yield f"  = {_reached(finding)}"
    if finding.witness is not None:
        yield from _witness(finding.witness, paint)


def _reached(finding: Finding) -> str:
    verb = {"request": "sent by", "response": "received from", "both": "sent by and received from"}
    shown = ", ".join(_flat(label) for label in finding.operations[:_OPERATIONS])
    more = len(finding.operations) - _OPERATIONS
    said = verb[finding.direction] if finding.direction else "reaches"
    return f"{said} {shown}{f' and {more} more' if more > 0 else ''}"


def _witness(witness: Witness, paint: _Paint) -> Iterator[str]:
    """What it is, which side takes it, which does not and why, and the thing itself."""
    proven = "" if witness.verified else ", not verified"
    yield f"  = {witness.kind} accepted {witness.accepted}, refused {witness.refused}{proven}: {_flat(witness.reason)}"
    lines = printable(witness.text).split("\n")
    for line in lines[:_WITNESS_LINES]:
        yield paint("faint", f"      {line}") if line else ""
    if len(lines) > _WITNESS_LINES:
        yield paint("faint", f"      … {len(lines) - _WITNESS_LINES} more lines")


def _names(verdict: Verdict) -> str:
    return f"{_flat(verdict.before)} → {_flat(verdict.after)}"


def _closing(verdict: Verdict, paint: _Paint) -> str:
    names = _names(verdict)
    if not verdict.findings:
        return f"{names}: no changes"
    summary = summary_of(verdict.findings)
    counts = [
        paint(severity, _count(summary[severity], severity)) for severity in SEVERITIES if summary[severity]
    ]
    breaking = [scope for scope in SCOPES if summary[scope]["error"]]
    told = f"; breaks {' and '.join(breaking)}" if breaking else ""
    return f"{names}: {', '.join(counts)}{told}"


def _count(number: int, severity: Severity) -> str:
    plural = "" if number == 1 or severity == "info" else "s"
    return f"{number} {severity}{plural}"


def _flat(text: str) -> str:
    """Text from the input as one safe line."""
    return printable(" ".join(text.split()))
