"""A report as JUnit XML: a test for each finding, which fails when it breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ...errors import Problem, printable
from ...finding import Finding, Report, Severity, Verdict
from .places import place_of
from .words import message, proof, reached, shown, title, waived

# outside of what XML 1.0 may hold (section 2.2), not even as a reference
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(report: Report, *, show: Severity = "info") -> str:
    """JUnit XML: a suite for each comparison, and one for the problems. Ends with a newline.

    An error is a failure, what is waived a skipped test, anything less a test that passes and says what was seen. A comparison
    without findings is one test that passes, so that a suite is never empty.
    """
    root = Element("testsuites", name="apivolve")
    for verdict in report.verdicts:
        suite = _suite(root, title(verdict))
        for finding in shown(verdict.findings, show):
            _case(suite, finding, verdict)
        if not len(suite):
            SubElement(suite, "testcase", classname="apivolve", name="nothing breaks")
    if report.problems:
        suite = _suite(root, "apivolve")
        for problem in report.problems:
            _problem(suite, problem)
    for suite in (*root, root):
        for tag, name in (
            ("testcase", "tests"),
            ("failure", "failures"),
            ("error", "errors"),
            ("skipped", "skipped"),
        ):
            if suite is not root or tag != "skipped":
                suite.set(name, str(sum(1 for _ in suite.iter(tag))))
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _suite(root: Element, name: str) -> Element:
    return SubElement(root, "testsuite", name=_legal(name))


def _case(suite: Element, finding: Finding, verdict: Verdict) -> None:
    said = message(finding)
    case = SubElement(
        suite, "testcase", classname=_legal(f"{finding.scope}.{finding.rule}"), name=_legal(said)
    )
    body = "\n".join(_told(finding, verdict))
    if finding.waiver is not None:
        SubElement(case, "skipped", message=_legal(waived(finding.waiver)))
    elif finding.severity == "error":
        SubElement(case, "failure", message=_legal(said), type=finding.rule).text = _legal(body)
    else:
        SubElement(case, "system-out").text = _legal(f"{finding.severity}: {body}")


def _told(finding: Finding, verdict: Verdict) -> Iterator[str]:
    if at := place_of(finding, verdict):
        yield str(at)
    if finding.before is not None:
        yield f"before: {finding.before}"
    if finding.operations:
        yield reached(finding)
    if finding.witness is not None:
        yield f"{proof(finding.witness)}\n{finding.witness.text}"
    yield f"fingerprint {finding.fingerprint}"


def _problem(suite: Element, problem: Problem) -> None:
    case = SubElement(suite, "testcase", classname="apivolve", name=_legal(problem.headline()))
    if problem.level == "error":
        failure = SubElement(case, "failure", message=_legal(problem.message), type=_legal(problem.rule))
        failure.text = _legal(problem.render())
    else:
        SubElement(case, "system-out").text = _legal(problem.render())


def _legal(text: str) -> str:
    """Text that XML may hold; what it may not is spelled out."""
    return _ILLEGAL.sub("\ufffd", printable(text))
