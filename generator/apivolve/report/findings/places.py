"""Where a finding is shown: in the version after, since that is the file a reviewer has before them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import quote

from ...finding import Finding, Verdict
from ...jsonvalue import is_object
from ...source import Location, Source, escape_pointer, split_pointer

_MEMBER = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s:,{}\[\]#][^:,{}\[\]#]*')


def placed(verdict: Verdict) -> Verdict:
    """A verdict that needs its documents no more: every finding has its place."""
    findings = tuple(replace(one, place=place_of(one, verdict)) for one in verdict.findings)
    return replace(verdict, findings=findings, documents=())


def place_of(finding: Finding, verdict: Verdict) -> Location | None:
    """The place after; of what was removed, its nearest parent that is still there; else the place before."""
    if finding.place is not None:
        return finding.place
    if finding.after is not None or not verdict.documents:
        return finding.after or finding.before
    if finding.before is None:
        return Location(verdict.documents[0])
    return _parent(finding.before, _same(finding.before.source, verdict.documents))


def end_column(at: Location) -> int:
    """The column after the member name, or the value, that stands at a place."""
    line, column = at.position
    lines = at.source.lines
    text = lines[line - 1] if line <= len(lines) else ""
    match = _MEMBER.match(text, column - 1)
    return match.end() + 1 if match else column + 1


def uri(path: str) -> str:
    """A display path as a relative URI reference. A colon is escaped: `main:openapi.yaml` has no scheme."""
    return quote(path, safe="/", errors="replace")


def _same(source: Source, documents: tuple[Source, ...]) -> Source:
    """The document after that a document before has become: by path, by the most of the path's end, else the first."""
    wanted = PurePosixPath(source.path.rpartition(":")[2]).parts[::-1]

    def alike(document: Source) -> int:
        found = PurePosixPath(document.path.rpartition(":")[2]).parts[::-1]
        return next(
            (number for number, (one, other) in enumerate(zip(wanted, found, strict=False)) if one != other),
            len(wanted),
        )

    return max(documents, key=alike)


def _parent(before: Location, document: Source) -> Location:
    """The nearest parent of a place in another document. An item of an array has no name there: its array is meant."""
    pointer = ""
    value, old = document.content, before.source.content
    for token in split_pointer(before.pointer):
        if not (is_object(value) and is_object(old) and token in value and token in old):
            break
        pointer += f"/{escape_pointer(token)}"
        value, old = value[token], old[token]
    return Location(document, pointer)
