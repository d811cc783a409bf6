"""Pairs of api-versions → the report of the gate: compared, weighed by the policy, and the waivers held against it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from ...config import parse_waivers, read_waivers
from ...diff import compare, unchanged
from ...emit import surfaces
from ...errors import Problem, UsageError
from ...finding import Report, Verdict
from ...gate import Pairing, notice_problems, waive, weigh
from ...load import file_at
from ...model import Api
from ...policy import Policy, Threshold
from ..console import progress
from ..inputs import overrides_of, waivers_file
from .pairs import MAIN, pairs_of
from .rules import rule_texts


def judge(
    pairing: Pairing, policy: Policy, today: date, report: Callable[[str], None], *, base: str | None = None
) -> Report:
    """What a project hears of some comparisons. With the `base` that everything is compared with, unused waivers are told."""
    return held(*weighed(pairing, policy, today, report), today, base=base)


def weighed(
    pairing: Pairing, policy: Policy, today: date, report: Callable[[str], None]
) -> tuple[tuple[Verdict, ...], tuple[Problem, ...]]:
    """Each pair compared and weighed by the policy; and what is wrong beside that."""
    verdicts: list[Verdict] = []
    for before, after in pairing.pairs:
        report(f"{before.version} → {after.version}")
        verdicts.append(weigh(verdict_of(before, after), before, after, policy, today))
    return tuple(verdicts), (*pairing.problems, *notice_problems(pairing.pairs, policy, today))


def held(
    verdicts: Sequence[Verdict], problems: Sequence[Problem], today: date, *, base: str | None = None
) -> Report:
    """The waivers of the project held against verdicts: what counts of them."""
    waivers = read_waivers(waivers_file())
    landed = _landed(base) if base is not None else set[str]()
    judged, unused = waive(verdicts, waivers, today, whole=base is not None, landed=landed)
    return Report(judged, (*problems, *unused), rule_texts())


def verdict_of(before: Api, after: Api) -> Verdict:
    """What a comparison says, on the wire and in the Python that would be generated."""
    known = None
    if not unchanged(before, after):
        old, new = surfaces((before, after), overrides_of(after.service))
        known = old, new
    return replace(compare(before, after, known), service=after.service, documents=after.sources)


def verdicts_between(
    between: tuple[str, str] | None, against: str | None, root: Path | None, *, network: bool
) -> list[Verdict]:
    """What the comparison of two says, or that of every service with what it was."""
    left, right = between or (None, None)
    with progress("comparing") as report:
        since = against if between is not None else against or MAIN
        pairing = pairs_of(left, right, since, root, network, report)
        return [verdict_of(before, after) for before, after in pairing.pairs]


def fails(report: Report, threshold: Threshold) -> bool:
    """True when something that counts is as severe as the threshold, or a problem is an error."""
    if threshold == "none":
        return False
    wrong = any(problem.level == "error" for problem in report.problems)
    return wrong or any(verdict.at_least(threshold) for verdict in report.verdicts)


def _landed(base: str) -> set[str]:
    """The fingerprints that the base has waivers for."""
    path = waivers_file()
    text = file_at(base, path.as_posix()) or ""
    try:
        return {waiver.fingerprint for waiver in parse_waivers(text, path.as_posix())}
    except UsageError:
        return set()  # what was wrong there is no fault of this change
