"""A report as workflow commands of GitHub Actions: an annotation at each place."""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import Problem, printable
from ...finding import SEVERITIES, Report, Severity
from ...source import Location
from .places import end_column, place_of
from .words import counts, message, proof, reached, shown, title


def render_github(report: Report, *, show: Severity = "info") -> str:
    """A line for each finding that is not waived, worst first, then a line for each comparison. Ends with a newline.

    GitHub shows the first ten errors and the first ten warnings of a step; info would only take room from what matters, and is
    left to the summary.
    """
    least: Severity = "warning" if show == "info" else show
    found: list[tuple[int, str]] = []
    for verdict in report.verdicts:
        for finding in shown(verdict.counted, least):
            said = [message(finding), reached(finding)]
            said += [proof(finding.witness)] if finding.witness else []
            said += [f"fingerprint {finding.fingerprint}"] if finding.severity == "error" else []
            head = f"{finding.rule} ({finding.scope})"
            place = place_of(finding, verdict)
            text = "\n".join(filter(None, said))
            found.append((SEVERITIES.index(finding.severity), _command(finding.severity, head, place, text)))
    found += [(SEVERITIES.index(one.level), _of_problem(one)) for one in report.problems]
    annotations = [line for _, line in sorted(found, key=lambda line: line[0])]
    closing = [f"{title(verdict)}: {counts(verdict.findings)}" for verdict in report.verdicts]
    # a line of ours that starts with `::` would be a command
    lines = [*annotations, *(line.lstrip(":") for line in closing)] or ["nothing to compare"]
    return "".join(f"{line}\n" for line in lines)


def _of_problem(problem: Problem) -> str:
    text = problem.message + (f"\n{problem.help}" if problem.help else "")
    return _command(problem.level, problem.rule, problem.at, text)


def _command(level: str, title: str, at: Location | None, text: str) -> str:
    """`::error file=…,line=…::…`. What ends a value or a line is escaped, so no text can begin a command of its own."""
    place = dict(_place(at)) if at is not None else {}
    properties = ",".join(f"{name}={_property(value)}" for name, value in {**place, "title": title}.items())
    return f"::{level} {properties}::{_data(text)}"


def _place(at: Location) -> Iterator[tuple[str, str]]:
    line, column = at.position
    yield "file", at.file
    yield "line", str(line)
    yield "col", str(column)
    yield "endColumn", str(end_column(at))


def _data(text: str) -> str:
    return printable(text).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
