"""Two versions → findings → verdict: every pair goes through every rule that is on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..finding import SCOPES, SEVERITIES, Direction, Finding, Scope, Severity, Verdict
from ..model import Api
from ..surface import Surface
from .pairs import Pair
from .proof import attest
from .relation import Frame
from .rule import Effect, Rule
from .rules import RULES
from .walk import code_pairs, wire_pairs

_BOTH: Direction = "both"


def compare(before: Api, after: Api, surfaces: tuple[Surface, Surface] | None = None) -> Verdict:
    """Everything that changed between two versions, worst first.

    With the Python surfaces that `emit` would make of the two, the `code` scope is judged too. Nothing is raised for
    any pair of complete snapshots; what cannot be decided is a finding that says so.
    """
    same_code = surfaces is None or surfaces[0] == surfaces[1]
    if same_code and unchanged(before, after):
        return Verdict(*_names(before, after), ())
    frame = Frame(before, after)
    found = list(_judge(wire_pairs(frame), "wire"))
    if surfaces is not None:
        found += _judge(code_pairs(frame, *surfaces), "code")
    findings = [_finding(frame, group) for group in _grouped(found)]
    findings.sort(key=lambda finding: (SEVERITIES.index(finding.severity), SCOPES.index(finding.scope)))
    return Verdict(*_names(before, after), tuple(findings))


def unchanged(before: Api, after: Api) -> bool:
    """True when two versions were read from the same text and are the same: nothing need be compared, nor its code made."""
    return bool(before.sources) and _texts(before) == _texts(after) and before == after


@dataclass(frozen=True, slots=True)
class _Judged:
    """An effect with all that its pair decided: how bad, for whom, and where."""

    rule: Rule[Any]
    pair: Pair[Any]
    effect: Effect
    severity: Severity
    direction: Direction | None
    operations: tuple[str, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """Equal for what is one edit, met at several places."""
        return self.rule.id, self.rule.scope, self.direction or "", self.pair.subject, self.effect.detail


def _judge(pairs: Iterable[Pair[Any]], scope: Scope) -> Iterator[_Judged]:
    rules: dict[type, list[Rule[Any]]] = {}
    for rule in RULES:
        if rule.scope == scope:
            rules.setdefault(rule.on, []).append(rule)
    for pair in pairs:
        for rule in rules.get(type(pair), ()):
            for effect in rule.check(pair):
                yield _judged(rule, pair, effect)


def _judged(rule: Rule[Any], pair: Pair[Any], effect: Effect) -> _Judged:
    """The worse direction decides, of those in which the pair is reached at all."""
    reach = pair.reach
    if reach is None:
        severity = _worst((effect.request, effect.response))
        return _Judged(rule, pair, effect, severity, None, pair.operations)
    hit: dict[Direction, Severity] = {}
    if reach.sent_by:
        hit["request"] = effect.request
    if reach.received_by:
        hit["response"] = effect.response
    if not hit:
        return _Judged(rule, pair, effect, "info", None, ())
    severity = _worst(hit.values())
    worst: list[Direction] = [direction for direction, found in hit.items() if found == severity]
    direction: Direction = worst[0] if len(worst) == 1 else _BOTH
    hit_operations = {"request": reach.sent_by, "response": reach.received_by, "both": reach.operations}
    return _Judged(rule, pair, effect, severity, direction, hit_operations[direction])


def _worst(severities: Iterable[Severity]) -> Severity:
    return SEVERITIES[min(SEVERITIES.index(severity) for severity in severities)]


def _grouped(found: Iterable[_Judged]) -> Iterator[list[_Judged]]:
    groups: dict[tuple[str, ...], list[_Judged]] = {}
    for judged in found:
        groups.setdefault(judged.key, []).append(judged)
    yield from groups.values()


def _finding(frame: Frame, group: list[_Judged]) -> Finding:
    first = min(group, key=lambda judged: SEVERITIES.index(judged.severity))
    effect = first.effect
    proofs = {"request": effect.lost, "response": effect.gained}
    proof = proofs.get(first.direction or "", effect.lost or effect.gained)
    witness = None
    if proof is not None and first.severity != "info":
        direction = "response" if proof is effect.gained else "request"
        witness = attest(proof, frame.before, frame.after, direction if first.pair.reach else None)
    before, after = effect.places or first.pair.places
    return Finding(
        rule=first.rule.id,
        severity=first.severity,
        scope=first.rule.scope,
        direction=first.direction,
        subject=first.pair.subject,
        message=effect.message,
        before=before,
        after=after,
        operations=tuple(dict.fromkeys(label for judged in group for label in judged.operations)),
        detail=effect.detail,
        witness=witness,
    )


def _texts(api: Api) -> list[str]:
    """What a version was read from: more than its model says, the dates of sunsets for one."""
    return [source.text for source in api.sources]


def _names(before: Api, after: Api) -> tuple[str, str]:
    """The versions; where a version changed in place, the files."""
    if before.version != after.version or not (before.sources and after.sources):
        return before.version, after.version
    return before.sources[0].path, after.sources[0].path
