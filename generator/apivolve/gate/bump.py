"""How far versions should move, by what changed: semantic versions, and those named by a date."""

from __future__ import annotations

import re

from ..finding import Advice, Bump, Finding, Scope, Verdict
from ..model import Api

_SEMANTIC = re.compile(r"(v?)(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?")
_DATE = re.compile(r"\d{4}-\d{2}(?:-\d{2})?(?:\D.*)?")
_SAID_OTHERWISE = "documentation-changed"


def advise(verdict: Verdict, before: Api, after: Api) -> Advice:
    """The advice for a comparison.

    A break asks for a major version, anything else that a caller could notice for a minor one, other words for a patch. The
    package holds all api-versions, so for the wheel a break counts only where a version changed in place.
    """
    wire, code = _bump(verdict.findings, "wire"), _bump(verdict.findings, "code")
    wheel = code if before.version == after.version else _least(code)
    return Advice(_next(before.version, after.version, wire), code, wheel)


def moved_enough(before: str, after: str) -> bool:
    """True when a version was raised so far that it may break: another date, or a higher major version (minor below 1)."""
    if before == after:
        return False
    old, new = _SEMANTIC.fullmatch(before), _SEMANTIC.fullmatch(after)
    if old is None or new is None:
        return _DATE.fullmatch(before) is not None and _DATE.fullmatch(after) is not None
    first, second = _numbers(old), _numbers(new)
    return second[:2] > first[:2] if first[0] == 0 else second[0] > first[0]


def _bump(findings: tuple[Finding, ...], scope: Scope) -> Bump:
    of_scope = [finding for finding in findings if finding.scope == scope]
    if any(finding.severity == "error" for finding in of_scope):
        return "major"
    if any(not finding.rule.endswith(_SAID_OTHERWISE) for finding in of_scope):
        return "minor"
    return "patch" if of_scope else "none"


def _least(code: Bump) -> Bump:
    """A version that stands beside the others adds to the package, whatever it breaks."""
    return "minor" if code == "major" else code


def _next(version: str, after: str, bump: Bump) -> str:
    """The version that should follow, in words where it is no semantic version, or where `after` is far enough already."""
    if bump == "none":
        return "as it is"
    match, now = _SEMANTIC.fullmatch(version), _SEMANTIC.fullmatch(after)
    if match is None:
        return "a new version" if bump == "major" and not moved_enough(version, after) else "as it is"
    numbers = list(_numbers(match))
    place = {"major": 0, "minor": 1, "patch": 2}[bump]
    if numbers[0] == 0 and place < 2 and match[3] is not None:
        place += 1  # below 1 a minor version may break (Semantic Versioning, item 4)
    given = 1 + sum(match[group] is not None for group in (3, 4))
    if place >= given:
        return "as it is"
    numbers = [*numbers[:place], numbers[place] + 1, *[0] * (2 - place)]
    if now is not None and _numbers(now) >= tuple(numbers):
        return "as it is"
    return match[1] + ".".join(map(str, numbers[:given]))


def _numbers(match: re.Match[str]) -> tuple[int, int, int]:
    return int(match[2]), int(match[3] or 0), int(match[4] or 0)
