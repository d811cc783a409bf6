"""What oasdiff's files of severities and of ignored changes mean here.

Both files are described in its BREAKING-CHANGES.md. A check of it is told by the words of its id, and a line of an ignore file
by the words of its message, which are the same words; what they name stands in quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..finding import Finding, Verdict

LEVELS = {
    "err": "error",
    "error": "error",
    "warn": "warning",
    "warning": "warning",
    "info": "info",
    "none": "off",
}
"""Its levels → ours."""

_RULES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("parameter removed before", ("parameter-removed",)),
    ("property removed before", ("field-removed",)),
    ("api removed before", ("operation-removed", "operation-moved")),
    ("sunset", ("operation-lifecycle-changed",)),
    ("stability", ("operation-lifecycle-changed",)),
    ("operation id", ("operation-id-changed",)),
    ("tag", ("operation-tags-changed",)),
    ("schema removed", ("model-removed",)),
    ("endpoint added", ("operation-added",)),
    ("endpoint deprecated", ("operation-deprecated",)),
    ("endpoint reactivated", ("operation-undeprecated",)),
    ("parameter deprecated", ("parameter-deprecation-changed",)),
    ("parameter reactivated", ("parameter-deprecation-changed",)),
    ("property deprecated", ("field-deprecation-changed",)),
    ("property reactivated", ("field-deprecation-changed",)),
    ("security component added", ("security-scheme-added",)),
    ("security component removed", ("security-scheme-removed",)),
    ("security component", ("security-scheme-changed",)),
    ("security added", ("security-alternative-added",)),
    ("security removed", ("security-alternative-removed",)),
    ("security", ("security-alternative-removed", "security-alternative-added")),
    ("enum value added", ("enum-value-added",)),
    ("enum value removed", ("enum-value-removed",)),
    ("became enum", ("type-narrowed", "type-changed")),
    ("restricted enum", ("type-narrowed", "type-changed")),
    ("media type added", ("media-type-added",)),
    ("media type removed", ("media-type-removed",)),
    ("discriminator mapping", ("union-tags-changed",)),
    ("discriminator", ("union-discriminator-changed",)),
    ("oneof added", ("union-variant-added",)),
    ("anyof added", ("union-variant-added",)),
    ("oneof removed", ("union-variant-removed",)),
    ("anyof removed", ("union-variant-removed",)),
    ("allof added", ("type-narrowed", "field-added")),
    ("allof removed", ("type-widened", "field-removed")),
    ("not nullable", ("null-refused",)),
    ("nullable", ("null-allowed",)),
    ("not read only", ("field-became-writable",)),
    ("not write only", ("field-became-readable",)),
    ("became read only", ("field-became-read-only",)),
    ("became write only", ("field-became-write-only",)),
    ("default parameter", ("parameter-default-changed",)),
    ("default changed", ("field-default-changed",)),
    ("default value", ("field-default-changed",)),
    ("pattern added", ("limits-tightened",)),
    ("pattern removed", ("limits-loosened",)),
    ("pattern generalized", ("limits-loosened", "limits-changed")),
    ("pattern general", ("limits-loosened", "limits-changed")),
    ("pattern", ("limits-changed",)),
    ("max decreased", ("limits-tightened", "object-size-changed")),
    ("max set", ("limits-tightened", "object-size-changed")),
    ("max", ("limits-loosened", "object-size-changed")),
    ("min increased", ("limits-tightened", "object-size-changed")),
    ("min set", ("limits-tightened", "object-size-changed")),
    ("min", ("limits-loosened", "object-size-changed")),
    ("generalized", ("type-widened",)),
    ("widened", ("type-widened",)),
    ("specialized", ("type-narrowed",)),
    ("narrowed", ("type-narrowed",)),
    ("type changed", ("type-changed", "type-narrowed", "type-widened", "format-changed")),
    ("body became required", ("request-body-became-required",)),
    ("body became optional", ("request-body-became-optional",)),
    ("parameter became required", ("parameter-became-required",)),
    ("parameter became optional", ("parameter-became-optional",)),
    ("response header became optional", ("header-became-optional",)),
    ("response header became required", ("header-became-required",)),
    ("became required", ("field-became-required",)),
    ("became optional", ("field-became-optional",)),
    ("property removed", ("field-removed",)),
    ("property added", ("field-added",)),
    ("property new", ("field-added",)),
    ("parameter removed", ("parameter-removed",)),
    ("parameter added", ("parameter-added",)),
    ("parameter new", ("parameter-added",)),
    ("body added", ("request-body-added",)),
    ("body removed", ("request-body-removed",)),
    ("header removed", ("header-removed",)),
    ("header added", ("header-added",)),
    ("status removed", ("response-removed",)),
    ("status added", ("response-added",)),
    ("api removed", ("operation-removed", "operation-moved")),
)
"""The words that tell a check, all of them needed, and the rules it stands for; the first row that fits is taken."""

_SAME = {
    "deleted": "removed",
    "mediatype": "media type",
    "one-of": "oneof",
    "any-of": "anyof",
    "all-of": "allof",
}
_METHODS = "get|put|post|delete|options|head|patch|trace|query"
_PLACE = re.compile(rf"\b({_METHODS})\s+(/\S*)", re.IGNORECASE)
_QUOTED = re.compile(r"'([^']*)'|`([^`]*)`")


@dataclass(frozen=True, slots=True)
class Level:
    """One line of a file of severities: the check of oasdiff, our rules that it stands for, and our severity."""

    check: str
    rules: tuple[str, ...]
    severity: str


def rules_of(text: str) -> tuple[str, ...]:
    """The rules that an id or a message of oasdiff stands for; none where none of ours does."""
    plain = _QUOTED.sub(" ", text)
    for written, meant in _SAME.items():
        plain = re.sub(rf"\b{written}\b", meant, plain, flags=re.IGNORECASE)
    words = {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", plain)}
    return next((rules for needed, rules in _RULES if words.issuperset(needed.split())), ())


def levels(text: str) -> Iterator[tuple[int, Level | None]]:
    """The lines of a file of severities, by number; None for one that cannot be read."""
    for number, line in _lines(text):
        match line.split():
            case [check, level] if level.lower() in LEVELS:
                yield number, Level(check, rules_of(check), LEVELS[level.lower()])
            case _:
                yield number, None


def ignored(
    text: str, verdicts: Iterable[Verdict]
) -> Iterator[tuple[int, str, tuple[tuple[Verdict, Finding], ...]]]:
    """The lines of an ignore file that name an operation or the components, with the findings that each is about.

    A finding is meant when it reaches the operation, is of a rule that the message stands for, and says all that the message
    has in quotes.
    """
    known = list(verdicts)
    for number, line in _lines(text):
        place = _PLACE.search(line)
        if place is None and "components" not in line.lower():
            continue  # such a file may hold any other text
        operation = f"{place[1].upper()} {place[2]}" if place is not None else ""
        rules = rules_of(line.replace(place[0], " ") if place is not None else line)
        named = [one or other for one, other in _QUOTED.findall(line)]
        yield (
            number,
            line,
            tuple(
                (verdict, finding)
                for verdict in known
                for finding in verdict.findings
                if finding.rule in rules and _reaches(finding, operation) and _says(finding, named)
            ),
        )


def _reaches(finding: Finding, operation: str) -> bool:
    return not operation or operation in finding.operations or finding.subject.startswith(operation)


def _says(finding: Finding, named: Iterable[str]) -> bool:
    said = f"{finding.subject} {finding.message} {finding.detail}"
    # a path of oasdiff: `data/items/name`
    parts = [part for name in named for part in re.split(r"[/,]", name) if part and part != "items"]
    return all(re.search(rf"(?<!\w){re.escape(part)}(?!\w)", said) for part in parts)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line.strip()
