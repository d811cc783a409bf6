"""A specification and some changes of it → another version of it, whatever the changes are written as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import Problem, UsageError
from ...jsonvalue import is_object
from ...model import Api
from ...source import Location, Source
from ..document import Documents, root_of
from ..node import Problems
from ..parse import fail, read_source
from ..timeline import load_source
from .bundle import bundle
from .derive import derive
from .files import load_change_log
from .overlay import apply_overlay, is_overlay
from .page import read_page


@dataclass(frozen=True, slots=True)
class Derived:
    """What came of it: an OpenAPI document, as data, and what could not be rebuilt."""

    content: dict[str, Any]
    problems: tuple[Problem, ...]


def apply_changes(
    spec: Path, changes: Sequence[Path], *, backward: bool = False, root: Path | None = None
) -> Derived:
    """Apply change logs, operation pages and overlays to a specification, or to a page, one after the other.

    `backward` takes the changes back, last file first; an overlay cannot be. `root` is the folder that references may not
    leave. Raises LoadError with all that does not fit, and UsageError for a file that is none of these.
    """
    page = read_page(spec)
    documents = Documents(spec.parent, root or root_of(spec.parent))
    source = (
        page.source if page is not None else documents.open(spec) if spec.is_file() else read_source(spec)
    )
    load_source(source, spec, root=root)  # refuses what is no specification
    content = bundle(source, documents)
    problems: list[Problem] = [*page.problems] if page is not None else []

    def load(document: dict[str, Any]) -> Api:
        return load_source(Source(source.path, source.data, source.syntax, document), spec, root=root)

    for path in reversed(changes) if backward else changes:
        log = None if read_page(path) is not None else read_source(path)
        if log is None or not is_overlay(log.content):
            api = load(content)
            entries = load_change_log(path, api.version)
            content, told = derive(content, api, entries, load, backward=backward)
            problems += told
            continue
        if backward:
            raise UsageError(
                Problem(
                    "overlay-backward", f"{log.path} is an overlay, which cannot be taken back", Location(log)
                )
            )
        found = Problems()
        made = apply_overlay(content, log, found)
        problems += found.of("warning")
        if not is_object(made):
            fail("not-openapi", f"{log.path} leaves no OpenAPI document", Location(log))
        content = made
    load(content)
    return Derived(content, tuple(problems))
