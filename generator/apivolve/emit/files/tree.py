"""{path: text} and a folder: write it whole, or say how the two differ.

The folder's `apivolve.lock` lists the files that are ours, with their hashes. Files that are not listed are never touched;
a listed file that was edited since is not overwritten unless told to.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from ...cache import lock_file
from ...errors import OutputError, Problem
from .lock import digest, read_lock
from .places import LOCK

_PATIENCE = 10.0
"""Seconds that a run waits for another one on the same folder."""
_IGNORED = ("__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache")


@dataclass(frozen=True, slots=True)
class TreeDiff:
    """How a folder differs from what would be written. All are paths below the folder, sorted."""

    missing: tuple[str, ...]
    stale: tuple[str, ...]
    extra: tuple[str, ...]
    edited: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """True when the folder is just what would be written."""
        return not (self.missing or self.stale or self.extra)


def compare_tree(folder: Path, files: Mapping[str, str]) -> TreeDiff:
    """How a folder differs from some files. Raises OutputError when it cannot be read."""
    owned = _owned(folder)
    missing: list[str] = []
    stale: list[str] = []
    edited: list[str] = []
    for path, text in sorted(files.items()):
        found = read_text(folder / path)
        if found is None:
            missing.append(path)
        elif found != text:
            stale.append(path)
            if path != LOCK and digest(found) != owned.get(path):
                edited.append(path)
    extra = sorted(path for path in owned if path not in files and (folder / path).is_file())
    edited += [path for path in extra if digest(read_text(folder / path) or "") != owned[path]]
    return TreeDiff(tuple(missing), tuple(stale), tuple(extra), tuple(sorted(edited)))


def write_tree(folder: Path, files: Mapping[str, str], *, force: bool = False) -> TreeDiff:
    """Make a folder hold just these files, beside those that are not ours. Returns what differed before.

    The new tree is built beside the old one and moved in with one rename. Raises OutputError when an edited file would be
    overwritten, when another run writes the same folder for longer than ten seconds, or when the folder cannot be written; the
    old tree is whole then.
    """
    made: list[Path] = []
    try:
        folder = folder.resolve()
        made = [path for path in folder.parents if not path.exists()]
        if folder.exists() and not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "there is a file where the folder is due")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock_file(folder), timeout=_PATIENCE):
            return _write(folder, files, force=force)
    except OutputError:
        _take_back(made)
        raise
    except Timeout as error:
        _take_back(made)
        raise OutputError(
            Problem(
                "output-busy",
                f"another run of apivolve is writing {folder.as_posix()}",
                help="wait until it has ended, and run again",
            )
        ) from error
    # links in a circle are a RuntimeError before Python 3.13, a file system without locks is a NotImplementedError
    except (OSError, RuntimeError, NotImplementedError) as error:
        _take_back(made)
        told = error.strerror if isinstance(error, OSError) else None
        raise OutputError(Problem("cannot-write", f"{folder.as_posix()}: {told or error}")) from error


def _take_back(made: list[Path]) -> None:
    """Remove folders that were made on the way to one that could not be written, innermost first."""
    for path in made:
        with contextlib.suppress(OSError):
            path.rmdir()


def _write(folder: Path, files: Mapping[str, str], *, force: bool) -> TreeDiff:
    _recover(folder)
    diff = compare_tree(folder, files)
    if diff.edited and not force:
        shown = ", ".join(diff.edited[:5])
        raise OutputError(
            f"{folder.name} has files that were edited by hand: {shown}; use --force to overwrite them"
        )
    if diff.clean:
        return diff
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.new-", dir=folder.parent))
    except OSError as error:
        raise OutputError(
            Problem("cannot-write", f"{folder.parent} cannot be written: {error.strerror or error}")
        ) from error
    try:
        changed = {*diff.missing, *diff.stale}
        for path, text in files.items():
            target = fresh / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if path in changed:
                target.write_bytes(text.encode())
            else:  # with its time, so that what was compiled from it stays good
                shutil.copy2(folder / path, target)
        _carry_over(folder, fresh, set(files) | set(diff.extra))
        fresh.chmod(folder.stat().st_mode if folder.is_dir() else 0o755)
        _swap(folder, fresh)
    except OSError as error:
        raise OutputError(
            Problem("cannot-write", f"{folder} cannot be written: {error.strerror or error}")
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return diff


def _swap(folder: Path, fresh: Path) -> None:
    old = _backup(folder)
    if folder.exists():
        folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _recover(folder: Path) -> None:
    """Put the old tree back where a run was killed between the two renames, and clear away what it left."""
    old = _backup(folder)
    if old.is_dir():
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(folder)
    for left in folder.parent.glob(f".{folder.name}.new-*") if folder.parent.is_dir() else ():
        shutil.rmtree(left, ignore_errors=True)


def _backup(folder: Path) -> Path:
    return folder.parent / f".{folder.name}.old"


def _carry_over(folder: Path, fresh: Path, ours: set[str]) -> None:
    """Copy the files that are not ours into the new tree."""
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _IGNORED]
        for name in names:
            source = Path(parent) / name
            path = source.relative_to(folder).as_posix()
            if path not in ours:
                target = fresh / path
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target, follow_symlinks=False)


def _owned(folder: Path) -> dict[str, str]:
    return {path: written for path, (_, written) in read_lock(folder).files.items()}


def read_text(path: Path) -> str | None:
    """The text of a file, None when there is none. Raises OutputError when it cannot be read."""
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise OutputError(
            Problem("cannot-read", f"{path} cannot be read: {error.strerror or error}")
        ) from error
