"""Operation pages of azureapichanges.com → a document, looser than a specification, and the changes they tell.

A page shows names, types and nesting, of the state after the change. What it does not show (what is required, values,
formats, bounds, descriptions, where a parameter stands, media types) is not guessed but left open, and told; what the
page's own change log says of it is used.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ...delta import ChangeTree, change_trees
from ...errors import LoadError, Problem
from ...finding import Change
from ...outline import HEADERS, SCHEMA
from ...source import Location, Position, Source, escape_pointer
from ..parse import MAX_BYTES, SUFFIXES as SPECIFICATIONS
from .entries import read_change_log
from .operations import OperationEditor, place_of
from .shape import Items, Leaf, Members, Shape, ShapeError, read_shape

"""What the name of a page that is found in a folder ends in."""
_TITLE = re.compile(
    r"^[#\s]*(?P<service>\S.*?)\s*\((?P<stage>stable|preview)\s*:\s*(?P<version>[^()\s]+)\)", re.M
)
_HEAD = re.compile(r"^[#\s]*(?P<id>\S[^\n]*?)\s*\((?P<label>new|updated|removed)\)[ \t¶]*$", re.M)
_DESCRIPTION = re.compile(r"\bDescription\b[\s|:]*(?P<text>.*?)[\s|]*\bReference\b[\s|:]*Link", re.S)
_CHANGES = re.compile(r"⚶\s*Changes\s*")
_REQUEST = re.compile(r"⚼\s*Request\s*(?P<method>[A-Z]+)\s*:\s*(?P<path>\S+)")
_RESPONSE = re.compile(r"⚐\s*Response\s*\(\s*(?P<status>\w+)\s*\)")
_TYPES = ("string", "integer", "number", "boolean", "object")
_HEADER_NAMES = re.compile(
    r"^(?:x-.*|azure-.*|operation-(?:location|id)|location|retry-after|etag|last-modified|content-.*|date|link|"
    r"www-authenticate|ratelimit.*|repeatability-.*)$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page as a document (`source.content`), the changes of its logs, and what it left open."""

    source: Source
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]


@dataclass(eq=False)
class PageSource(Source):
    """The text of a page whose content is the document made of it. `places` are offsets, by pointer."""

    places: dict[str, int] = field(default_factory=dict[str, int], repr=False)

    def position(self, pointer: str) -> Position:
        """Line and column of what a place of the document was made of; of the nearest place above otherwise."""
        while pointer and pointer not in self.places:
            pointer = pointer.rpartition("/")[0]
        return self.at_offset(self.places.get(pointer, 0))

    def at_offset(self, offset: int) -> Position:
        """Line and column of an offset."""
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]


@dataclass(eq=False, kw_only=True)
class _LogSource(Source):
    """The JSON inside a page: its places are those of the page."""

    page: PageSource = field(repr=False)
    start: int

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the page."""
        return self.page.lines

    def position(self, pointer: str) -> Position:
        """Line and column in the page."""
        inner = super().position(pointer)
        first = self.page.at_offset(self.start)
        return Position(
            first.line + inner.line - 1, inner.column + (first.column - 1 if inner.line == 1 else 0)
        )


def is_page(text: str) -> bool:
    """True for the text of an operation page."""
    return bool(_REQUEST.search(text))


def read_page(path: Path, shown: str | None = None) -> Page | None:
    """The page in a file; None for a file that is none, or that cannot be read. Raises LoadError for a page with faults."""
    try:
        if not path.is_file() or path.suffix in SPECIFICATIONS or path.stat().st_size > MAX_BYTES:
            return None
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        return None
    if not is_page(text):
        return None
    return _Reader(PageSource(shown if shown is not None else path.as_posix(), text, "text"), path).read()


class _Reader:
    """Reads one page."""

    def __init__(self, source: PageSource, path: Path) -> None:
        self.source = source
        self.path = path
        self.problems: list[Problem] = []
        self.places = source.places

    def read(self) -> Page:
        text = self.source.text
        title = _TITLE.search(text)
        version = title["version"] if title else "1"
        if title and title["stage"] == "preview" and "preview" not in version:
            version += "-preview"
        document: dict[str, Any] = {
            "swagger": "2.0",
            "info": {"title": title["service"] if title else self.path.stem, "version": version},
            "paths": {},
        }
        if title is None:
            self.warn("page-without-title", "the page has no title: service and version are not known", 0)
        self.places[""] = 0
        changes: list[Change] = []
        trees: dict[tuple[str, str, str], ChangeTree] = {}
        for part in self.parts():
            id_, label, start, end = part
            log, log_changes = self.log(start, end, version)
            id_ = id_ or log or ""
            changes += log_changes
            if label == "removed":
                self.warn("removed-operation", f"{id_} was removed: its old shape is left out", start)
                continue
            place = self.operation(document, id_, start, end)
            if place is not None and log_changes:
                trees[place] = _known(change_trees(log_changes).get(id_, ChangeTree()))
        if any(problem.level == "error" for problem in self.problems):
            raise LoadError([problem for problem in self.problems if problem.level == "error"])
        self.warn(
            "page-is-loose",
            "a page does not show what is required, nor values, formats, bounds, null, media types or security: "
            "what its change log does not say of them is left open. `string` may also stand for a schema without a "
            "type, or for one inside itself",
            0,
        )
        self.source.content, _ = OperationEditor(document, frozenset()).rewrite(trees)
        return Page(self.source, tuple(changes), tuple(self.problems))

    def parts(self) -> Iterator[tuple[str, str, int, int]]:
        """The operations: name, label, and where their text starts and ends."""
        text = self.source.text
        heads = list(_HEAD.finditer(text))
        if not heads:
            # a page whose head was lost has one operation, named by its log
            yield "", "updated", 0, len(text)
            return
        for head, following in zip(heads, [*heads[1:], None], strict=True):
            yield head["id"], head["label"], head.start(), following.start() if following else len(text)

    def log(self, start: int, end: int, version: str) -> tuple[str, tuple[Change, ...]]:
        """The id and the changes of the log between two offsets."""
        text = self.source.text
        found = _CHANGES.search(text, start, end)
        if found is None:
            return "", ()
        try:
            content, stop = json.JSONDecoder(strict=False).raw_decode(text, found.end())
        except ValueError as error:
            message = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
            offset = error.pos if isinstance(error, json.JSONDecodeError) else found.end()
            self.fault("invalid-json", f"the change log is not JSON: {message}", offset)
            return "", ()
        source = _LogSource(
            self.source.path, text[found.end() : stop], "json", content, page=self.source, start=found.end()
        )
        try:
            changes = read_change_log(Location(source), version)
        except LoadError as error:
            self.problems += error.problems
            return "", ()
        return next((change.operation for change in changes), str(content.get("#id", ""))), changes

    # --- operations -------------------------------------------------------------------------------------

    def operation(
        self, document: dict[str, Any], id_: str, start: int, end: int
    ) -> tuple[str, str, str] | None:
        """Write an operation into the document. The answer is where it stands; None when it could not be read."""
        text = self.source.text
        request = _REQUEST.search(text, start, end)
        if request is None:
            self.fault("page-without-request", f"{id_ or 'an operation'} has no request", start)
            return None
        path, method = request["path"], request["method"].lower()
        group = "x-ms-paths" if "?" in path else "paths"
        pointer = f"/{group}/{escape_pointer(path)}/{method}"
        self.places[pointer] = request.start("method")
        responses = list(_RESPONSE.finditer(text, request.end(), end))
        stops = [*(match.start() for match in responses), end]
        made: dict[str, Any] = {"operationId": id_} if id_ else {}
        if (found := _DESCRIPTION.search(text, start, request.start())) and found["text"]:
            made["description"] = " ".join(found["text"].split())
        shape = self.shape(request.end(), stops[0])
        if parameters := self.parameters(shape, path, pointer):
            made["parameters"] = parameters
        made["responses"] = {}
        for match, stop in zip(responses, stops[1:], strict=True):
            status = match["status"]
            inner = f"{pointer}/responses/{status}"
            self.places[inner] = match.start()
            made["responses"][status] = self.response(self.shape(match.end(), stop), inner)
        document.setdefault(group, {}).setdefault(path, {})[method] = made
        return group, path, method

    def shape(self, start: int, end: int) -> Shape:
        try:
            return read_shape(self.source.text, start, end)
        except ShapeError as error:
            self.fault("page-not-understood", f"not a shape: {error}", error.at)
            return Members(start)

    def parameters(self, shape: Shape, path: str, pointer: str) -> list[Any]:
        """The members of a request: path parameters by the template, the container as the body, the rest by its name."""
        members = shape.members if isinstance(shape, Members) else {}
        places = shape.places if isinstance(shape, Members) else {}
        body = next(
            (name for name, one in members.items() if _may_be_body(one) and f"{{{name}}}" not in path), None
        )
        made: list[Any] = []
        guessed: list[str] = []
        for name, one in members.items():
            here = f"{pointer}/parameters/{len(made)}"
            self.places[here] = places[name]
            if name == body:
                made.append(
                    {
                        "name": name,
                        "in": "body",
                        "required": True,
                        "schema": self.schema(one, f"{here}/schema"),
                    }
                )
                continue
            place = place_of(name, path)
            schema = self.schema(one, here)
            made.append({"name": name, "in": place, "required": place == "path", **schema})
            if place != "path":
                guessed.append(f"{name} ({place})")
        missing = [name for name in dict.fromkeys(re.findall(r"\{([^{}]+)\}", path)) if name not in members]
        made += [{"name": name, "in": "path", "required": True, "type": "string"} for name in missing]
        if guessed:
            what = ", ".join(guessed)
            self.warn(
                "place-not-on-page",
                f"where these stand is read from their names: {what}",
                self.places[pointer],
            )
        return made

    def response(self, shape: Shape, pointer: str) -> dict[str, Any]:
        """A response: `$headers` and `$schema` where it has both, else a body, or headers that look like one."""
        made: dict[str, Any] = {"description": ""}
        members = shape.members if isinstance(shape, Members) else None
        headers: Shape | None = None
        schema: Shape | None = shape
        if members is not None and not members:
            schema = None
        elif members is not None and set(members) <= {HEADERS, SCHEMA}:
            headers, schema = members.get(HEADERS), members.get(SCHEMA)
        elif members is not None and all(
            isinstance(one, Leaf) and _HEADER_NAMES.match(name) for name, one in members.items()
        ):
            headers, schema = shape, None
            self.warn(
                "headers-on-page",
                f"read as headers, by their names: {', '.join(members)}",
                self.places[pointer],
            )
        if schema is not None:
            made["schema"] = self.schema(schema, f"{pointer}/schema")
        if isinstance(headers, Members):
            made["headers"] = {
                name: self.schema(one, f"{pointer}/headers/{escape_pointer(name)}")
                for name, one in headers.members.items()
            }
        return made

    def schema(self, shape: Shape | None, pointer: str) -> dict[str, Any]:
        """What a shape allows."""
        if shape is None:
            return {}
        self.places.setdefault(pointer, shape.at)
        if isinstance(shape, Items):
            return {"type": "array", "items": self.schema(shape.of, f"{pointer}/items")}
        if isinstance(shape, Members):
            properties: dict[str, Any] = {}
            for name, inner in shape.members.items():
                here = f"{pointer}/properties/{escape_pointer(name)}"
                self.places[here] = shape.places[name]
                properties[name] = self.schema(inner, here)
            return {"type": "object", "properties": properties} if properties else {"type": "object"}
        if shape.type == "array":
            return {"type": "array", "items": {}}
        if shape.type == "enum":
            return {"type": "string"}
        if shape.type not in _TYPES:
            self.warn(
                "unknown-type", f"{shape.type!r} is no type a page shows, and is read as any value", shape.at
            )
            return {}
        return {"type": shape.type}

    # --- problems ---------------------------------------------------------------------------------------

    def warn(self, rule: str, message: str, offset: int) -> None:
        at = Location(self.source, exact=self.source.at_offset(offset))
        self.problems.append(Problem(rule, message, at, level="warning"))

    def fault(self, rule: str, message: str, offset: int) -> None:
        at = Location(self.source, exact=self.source.at_offset(offset))
        self.problems.append(Problem(rule, message, at, "the grammar of pages is in docs/change-log.md"))


def _may_be_body(shape: Shape) -> bool:
    return not isinstance(shape, Leaf) or shape.type == "object"


def _known(tree: ChangeTree) -> ChangeTree:
    """The changes of a log without those that say nothing of the state after them."""
    kept = {
        token: _known(inner)
        for token, inner in tree.below.items()
        if inner.mark is None or inner.mark.attribute == "added"
    }
    return ChangeTree(tree.attributes, kept, tree.mark)
