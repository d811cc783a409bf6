"""Waivers over findings: what is let through, and which waivers do not hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date

from ..errors import Problem
from ..finding import Finding, Verdict, Waiver

_HOW = "apivolve waive writes one that holds"


def waive(
    verdicts: Sequence[Verdict],
    waivers: Sequence[Waiver],
    today: date,
    *,
    whole: bool = True,
    landed: Collection[str] = (),
) -> tuple[tuple[Verdict, ...], tuple[Problem, ...]]:
    """The comparisons with their waived findings marked, and the problems of the waivers.

    A waiver holds for the findings of its fingerprint, rule and subject, until its last day. One that is expired, or that says
    another rule or subject than its finding has, is an error; so is one that no finding needs, where the comparisons are the
    `whole` of what is gated. But `landed` are the fingerprints that the base has waivers for: what they let through is in
    the base too by now, and they are told as a warning until they expire.
    """
    judged = tuple(replace(one, findings=tuple(_waived(one, waivers, today))) for one in verdicts)
    return judged, tuple(_problems(verdicts, waivers, today, whole, landed))


def _waived(verdict: Verdict, waivers: Sequence[Waiver], today: date) -> Iterator[Finding]:
    for finding in verdict.findings:
        holding = (one for one in waivers if _fits(one, verdict, finding) and _same(one, finding))
        yield replace(finding, waiver=next((one for one in holding if today <= one.until), None))


def _fits(waiver: Waiver, verdict: Verdict, finding: Finding) -> bool:
    return waiver.fingerprint == finding.fingerprint and waiver.service in ("", verdict.service)


def _same(waiver: Waiver, finding: Finding) -> bool:
    return (waiver.rule, waiver.subject) == (finding.rule, finding.subject)


def _problems(
    verdicts: Sequence[Verdict], waivers: Sequence[Waiver], today: date, whole: bool, landed: Collection[str]
) -> Iterator[Problem]:
    for waiver in waivers:
        about = f"the waiver of {waiver.rule} for {waiver.subject}"
        met = [one for verdict in verdicts for one in verdict.findings if _fits(waiver, verdict, one)]
        other = next((one for one in met if not _same(waiver, one)), None)
        if today > waiver.until and (met or whole):
            yield Problem(
                "waiver-expired", f"{about} ended on {waiver.until}", waiver.at, "remove it, or decide anew"
            )
        elif other is not None:
            message = f"{about} has the fingerprint of {other.rule} for {other.subject}"
            yield Problem("waiver-mismatch", message, waiver.at, _HOW)
        elif not met and whole and waiver.fingerprint in landed:
            message = f"{about} has done its work: the change is in the base"
            yield Problem("waiver-landed", message, waiver.at, "remove it", "warning")
        elif not met and whole:
            yield Problem("waiver-unused", f"{about} is not needed", waiver.at, "remove it")
