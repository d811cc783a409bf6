"""A file with changes → `Change`s, whether it is a change log or an operation page."""

from __future__ import annotations

from pathlib import Path

from ...finding import Change
from ...source import Location
from ..parse import fail, read_source
from .entries import is_change_log, read_change_log
from .page import read_page


def load_change_log(path: Path, version: str, shown: str | None = None) -> tuple[Change, ...]:
    """The changes that a file declares for an api-version. Raises LoadError for all that is not in the grammar."""
    page = read_page(path, shown)
    if page is not None:
        return tuple(page.changes)
    source = read_source(path, shown)
    if not is_change_log(source.content):
        fail(
            "no-change-log",
            f"{source.path} is no change log: it has no `#id`",
            Location(source),
            "docs/change-log.md has the grammar of change logs, and of operation pages",
        )
    return read_change_log(Location(source), version)
