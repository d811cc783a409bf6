"""The policy of a project over the findings of a comparison."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from ..errors import Problem
from ..finding import SCOPES, SEVERITIES, Finding, Severity, Verdict
from ..jsonvalue import is_object
from ..model import Api
from ..policy import Policy
from .bump import advise, moved_enough


def weigh(verdict: Verdict, before: Api, after: Api, policy: Policy, today: date) -> Verdict:
    """The findings that a project wants to hear of, each as severe as it says, worst first; with the advised versions.

    The advice is that of the findings as they were found: it does not hang on what a project puts up with.
    """
    advice = advise(verdict, before, after)
    most: list[Severity] = []
    if before.stage == "preview":
        most.append(policy.preview)
    if moved_enough(before.version, after.version):
        most.append(policy.new_version)
    found = [one for finding in verdict.findings for one in _weighed(finding, policy, most, today)]
    found.sort(key=lambda one: (SEVERITIES.index(one.severity), SCOPES.index(one.scope)))
    return replace(verdict, findings=tuple(found), advice=advice)


def notice_problems(pairs: Collection[tuple[Api, Api]], policy: Policy, today: date) -> tuple[Problem, ...]:
    """Sunsets (`x-sunset`) that are announced with less notice than the policy asks for, or that are no dates."""
    return tuple(problem for before, after in pairs for problem in _notices(before, after, policy, today))


def unknown_rules(policy: Policy, known: Collection[str]) -> tuple[Problem, ...]:
    """The rules that a policy names and that are not there: most likely misspelled."""
    problems: list[Problem] = []
    for name in policy.rules:
        if name not in known:
            near = difflib.get_close_matches(name, sorted(known), 1, 0.5)
            hint = f"did you mean {near[0]}?" if near else "`apivolve rules` lists them"
            problems.append(Problem("unknown-rule", f"there is no rule {name!r}", policy.at, hint))
    return tuple(problems)


def _weighed(finding: Finding, policy: Policy, most: list[Severity], today: date) -> Iterator[Finding]:
    weight = policy.rules.get(finding.rule, finding.severity)
    if finding.scope not in policy.scopes or weight == "off":
        return
    limits = [*most, *([policy.sunset] if _set(finding, today) else [])]
    yield replace(finding, severity=SEVERITIES[max(SEVERITIES.index(one) for one in (weight, *limits))])


def _set(finding: Finding, today: date) -> bool:
    """True for the removal of what was deprecated, and whose sunset is not after today."""
    if finding.after is not None or finding.before is None:
        return False
    try:
        raw = finding.before.raw
    except KeyError:
        return False
    until = _sunset(raw)
    return is_object(raw) and raw.get("deprecated") is True and until is not None and until <= today


def _sunset(raw: Any) -> date | None:
    told = raw.get("x-sunset") if is_object(raw) else None
    try:
        return date.fromisoformat(told[:10]) if isinstance(told, str) else None
    except ValueError:
        return None


def _notices(before: Api, after: Api, policy: Policy, today: date) -> Iterator[Problem]:
    old = {one.label: _sunset(_raw(one.at)) for one in before.operations}
    for operation in after.operations:
        raw = _raw(operation.at)
        until = _sunset(raw)
        place = operation.at
        if is_object(raw) and "x-sunset" in raw and until is None:
            yield Problem(
                "sunset-no-date", f"the sunset of {operation.label} is no date", place, "write it 2030-01-31"
            )
        earliest = today + timedelta(days=policy.notice_days)
        if until is not None and until != old.get(operation.label) and until < earliest:
            yield Problem(
                "sunset-too-soon",
                f"the sunset of {operation.label} is {until}, and the policy gives callers {policy.notice_days} days",
                place,
                f"make it {earliest} or later",
            )


def _raw(at: Any) -> Any:
    try:
        return at.raw
    except KeyError:
        return None
