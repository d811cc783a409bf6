"""A package that was made, and the folder it goes to: write it, or say how the two differ."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ...emit import LOCK, TreeDiff, compare_tree, read_text, write_tree
from ...errors import OutputError, Problem, printable
from ...fleet import Failed
from .make import Made
from .result import Result, Word

_SHOWN_FILES = 3
_SHOWN_LINES = 40


@dataclass(frozen=True, slots=True)
class Options:
    """What is done with what was made."""

    target: Path
    diff: bool
    locked: bool
    check: bool
    force: bool


def finish(service: str, made: Made | Failed, owners: dict[str, str], options: Options) -> Result:
    """Write what was made, or say how it differs. `owners` are the services of the packages that were made so far."""
    if isinstance(made, Failed):
        return Result(service, None, "failed", problems=made.problems)
    folder = options.target / made.package
    shown = folder.as_posix()
    try:
        owner = owners.setdefault(made.package, service)
        if owner != service:
            raise OutputError(
                Problem(
                    "same-package",
                    f"{service} and {owner} would both be {shown}",
                    help="the configuration can call one of them otherwise",
                )
            )
        changes = compare_tree(folder, made.files)
        difference = _difference(folder, made.files, changes) if options.diff else ""
        stale = (
            not changes.clean
            if options.check
            else options.locked and LOCK in (*changes.missing, *changes.stale)
        )
        lines: tuple[str, ...] = ()
        if stale:
            result: Word = "stale"
            lines = tuple(stale_lines(folder, made.files, changes))
        elif options.check:
            result, lines = "unchanged", (f"{shown} is up to date",)
        elif options.diff:
            result = "unchanged" if changes.clean else "different"
        else:
            changes = write_tree(folder, made.files, force=options.force)
            result = "unchanged" if changes.clean else "written"
            lines = (f"{shown}: {_wrote(made, changes)}",)
        return Result(service, shown, result, lines, difference, warnings=made.warnings)
    except OutputError as error:
        return Result(service, shown, "failed", problems=error.problems, warnings=made.warnings)


def _wrote(made: Made, changes: TreeDiff) -> str:
    versions = f"{made.versions} api-version{'s' if made.versions > 1 else ''}"
    wrote = len(changes.missing) + len(changes.stale)
    what = f"{wrote} of {len(made.files)} files written" if wrote else "up to date"
    removed = f", {len(changes.extra)} removed" if changes.extra else ""
    return f"{versions}, {what}{removed}"


def _difference(folder: Path, files: Mapping[str, str], changes: TreeDiff) -> str:
    """What would change, as a unified diff of all files. The lock is left out: it says the same in hashes."""
    paths = sorted({*changes.missing, *changes.stale, *changes.extra} - {LOCK})
    return "".join(f"{printable(line)}\n" for path in paths for line in _diff(path, folder, files))


def stale_lines(folder: Path, files: Mapping[str, str], diff: TreeDiff) -> Iterator[str]:
    """A list of what is not up to date, with the difference of the first files."""
    for word, paths in (
        ("missing", diff.missing),
        ("stale", diff.stale),
        ("extra", diff.extra),
        ("edited", diff.edited),
    ):
        for path in paths:
            yield f"{word}: {(folder / path).as_posix()}"
    # what is deepest is the code of one version: it says more than the files of the whole package
    deepest = sorted((path for path in diff.stale if path != LOCK), key=lambda path: (-path.count("/"), path))
    for path in deepest[:_SHOWN_FILES] or diff.stale[:1]:
        shown = list(_diff(path, folder, files))
        yield from map(printable, shown[:_SHOWN_LINES])
        if len(shown) > _SHOWN_LINES:
            yield f"… {len(shown) - _SHOWN_LINES} more lines"


def _diff(path: str, folder: Path, files: Mapping[str, str]) -> Iterator[str]:
    found = read_text(folder / path)
    made = files.get(path)
    yield from difflib.unified_diff(
        (found or "").splitlines(),
        (made or "").splitlines(),
        f"{path} (on disk)" if found is not None else "/dev/null",
        f"{path} (generated)" if made is not None else "/dev/null",
        lineterm="",
    )
