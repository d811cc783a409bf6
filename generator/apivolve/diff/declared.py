"""Declared changes against what is really there: a change log that is not true, or not complete, is a problem.

A log says what changed *within* an api-version. So what it says of the new state must hold in the version's
specification, and what it says of the old state in `before`, where the service's folder has it. Where both states are
there, whatever changed between them must be declared: a change that breaks is an error, any other a warning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..delta import delta, plain, said
from ..errors import Problem
from ..finding import Change, Finding, Side
from ..jsonvalue import is_array, to_json
from ..model import Api, Revision, Service
from ..outline import Part, outline
from ..source import Location
from .comparison import compare


def check_declared(service: Service) -> tuple[Problem, ...]:
    """What is wrong with a service's change logs: entries that do not hold, and changes that no entry declares."""
    problems: list[Problem] = []
    sides: dict[str, list[tuple[Side, dict[str, Part]]]] = {}
    wanted = {change.version for change in service.changes}
    for api in service.versions:
        if api.version in wanted:
            sides.setdefault(api.version, []).append(("after", outline(api)))
    for revision in service.revisions:
        if revision.after.version in wanted:
            sides.setdefault(revision.after.version, []).append(("before", outline(revision.before)))
    for change in service.changes:
        if not any(side == "after" for side, _ in sides.get(change.version, ())):
            problems.append(
                Problem("declared-unknown-version", f"there is no api-version {change.version!r}", change.at)
            )
            continue
        for side, parts in sides[change.version]:
            problems.extend(_check(change, parts, side))
    for revision in service.revisions:
        declared = [change for change in service.changes if change.version == revision.after.version]
        problems.extend(_undeclared(revision, declared))
    return tuple(problems)


def _check(change: Change, parts: dict[str, Part], side: Side) -> Iterator[Problem]:
    operation = parts.get(change.operation)
    if operation is None:
        yield Problem(
            "declared-unknown-operation",
            f"{change.version} has no operation {change.operation!r} ({side})",
            change.at,
        )
        return
    part = operation.find(change.subject)
    name = ".".join(change.subject) or "the operation"
    declared = change.before if side == "before" else change.after
    if change.attribute in ("added", "removed"):
        if (part is None) != (declared is None):
            state = "is there" if part is not None else "is not there"
            yield Problem(
                "declared-not-true",
                f"{change.operation}: {name} was {change.attribute}, but {side} the change it {state}",
                change.at,
            )
        return
    if part is None:
        yield Problem(
            "declared-unknown-subject", f"{change.operation} has no {name} {side} the change", change.at
        )
        return
    if change.attribute == "Type" and (part.opaque or not part.said.get("Type")):
        return  # a union or a model inside itself: logs and we flatten it differently
    found = to_json(said(part, change.attribute))
    if _values(change.attribute, found) != _values(change.attribute, declared):
        yield Problem(
            "declared-not-true",
            f"{change.operation}: {change.attribute} of {name} should be {declared} {side} the change, and is {found}",
            change.at,
            f"see {part.at}",
            # two crawls of one text differ in markup
            "warning" if change.attribute == "Description" else "error",
        )


def _values(attribute: str, text: str | None) -> Any:
    """An attribute's value without what is only said beside it: the order and the texts of an enumeration's values."""
    value = plain(attribute, text)
    return sorted(to_json(pair[0]) for pair in value) if attribute == "Enum" and is_array(value) else value


def _undeclared(revision: Revision, declared: Iterable[Change]) -> Iterator[Problem]:
    """What changed within a version and no entry of its logs says."""
    known = {(change.operation, change.subject, change.attribute) for change in declared}
    changed = [
        change
        for change in delta(revision.before, revision.after).changes
        if (change.operation, change.subject, change.attribute) not in known
    ]
    if not changed:
        return
    findings = [one for one in compare(revision.before, revision.after).findings if one.severity == "error"]
    before, after = outline(revision.before), outline(revision.after)
    for change in changed:
        places = [
            place
            for parts in (before, after)
            if (part := parts[change.operation].find(change.subject)) is not None
            for place in (part.at, part.defined)
        ]
        finding = next((one for one in findings if _is_about(one, change, places, revision.after)), None)
        name = f"{change.attribute} of {change.operation}: {'.'.join(change.subject) or 'the operation'}"
        if finding is not None:
            yield Problem(
                "undeclared-breaking-change",
                f"{name} changed within {change.version}, which breaks ({finding.rule}) and no change log declares",
                change.at,
                "apivolve changelog writes the entry",
            )
        else:
            yield Problem(
                "undeclared-change",
                f"{name} changed within {change.version}, and no change log declares it",
                change.at,
                "apivolve changelog writes the entry",
                "warning",
            )


def _is_about(finding: Finding, change: Change, places: Iterable[Location], api: Api) -> bool:
    """True when a finding is about the places of a change, in its operation."""
    labels = {one.label for one in api.operations if one.id == change.operation}
    if change.attribute == "Description" or (finding.operations and not labels & {*finding.operations}):
        return False
    return any(
        here.file == place.file and f"{here.pointer}/".startswith(f"{place.pointer}/")
        for here in (finding.before, finding.after)
        if here is not None
        for place in places
    )
