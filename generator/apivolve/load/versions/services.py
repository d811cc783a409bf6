"""Where the services and the versions of a path are, none of them read yet."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from glob import glob
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ..parse import SUFFIXES, fail
from .folders import DISK, Place, services_in
from .git import GitPath, git_path, laid_out, tags
from .names import version_key, versions_in

if TYPE_CHECKING:
    from ...model import Stage


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of an explicit table of versions: the version's name, where it is (a file, a folder, a path in git), its stage.

    None: the name that the place gives, the stage that the name gives.
    """

    version: str | None
    where: str
    stage: Stage | None = None


@dataclass(frozen=True, slots=True)
class FoundService:
    """A service that was found and not read: its name by the folders, None for a file; where it is, on disk or in git; its size.

    `size` are the bytes of the documents in its folder, those that are referred to from elsewhere left out.
    """

    name: str | None
    where: str
    size: int = field(default=0, compare=False, repr=False)


def find_services(path: Path | str) -> tuple[FoundService, ...]:
    """The services at a path: a file, a folder of versions, or a folder with such folders. Raises LoadError."""
    with opened(path) as (real, place):
        found = [(None, real)] if not real.is_dir() else services_in(real, place)
        return tuple(FoundService(name, place.show(inner), _bytes(inner)) for name, inner in found)


def tagged(pattern: str, path: str, folder: Path) -> tuple[Entry, ...]:
    """The versions of a path in git, one for each tag that matches a glob: `v*`. Raises LoadError when there is none.

    `path` is that in the repository that `folder` is in, or `REPO@path`. A version is called what its tag has of a version.
    """
    repository, _, inner = path.rpartition("@")
    place = (folder / repository).as_posix()
    found = tags(pattern, Path(place))
    entries = [
        Entry(version, f"{tag}:{inner}" if place == "." else f"{place}@{tag}:{inner}")
        for version, tag in zip(versions_in(found) or found, found, strict=True)
    ]
    return tuple(sorted(entries, key=lambda entry: version_key(entry.version or "")))


def matching(pattern: str) -> list[Entry]:
    """The files of a pattern, by the versions that their names or those of their folders have; oldest first."""
    found = sorted(glob(pattern, recursive=True))  # noqa: PTH207 (the pattern may start anywhere)
    return _by_name(pattern, [Path(path) for path in found if Path(path).is_file()])


def matching_at(at: GitPath) -> list[Entry]:
    """The same in git."""
    fixed = PurePosixPath(at.path)
    while any(char in fixed.as_posix() for char in "*?["):
        fixed = fixed.parent
    shown = f"./{fixed}" if at.path.startswith("./") else f"{fixed}"
    with laid_out(replace(at, path=shown)) as (real, _):
        rest = PurePosixPath(at.path).relative_to(fixed).as_posix()
        files = [path.relative_to(real).as_posix() for path in sorted(real.glob(rest)) if path.is_file()]
    entries = _by_name(f"{at.label}{at.path}", [Path(shown, file) for file in files])
    prefix = "./" if at.path.startswith("./") else ""
    return [replace(entry, where=f"{at.label}{prefix}{entry.where}") for entry in entries]


def _by_name(pattern: str, files: Sequence[Path]) -> list[Entry]:
    """Files as versions, by what tells them apart."""
    if not files:
        fail("no-spec", f"no file matches {pattern}")
    if len(files) == 1:
        return [Entry(None, files[0].as_posix())]
    for names in ([file.stem for file in files], *zip(*(_upwards(file) for file in files), strict=False)):
        if (versions := versions_in(names)) is not None:
            rows = sorted(zip(versions, files, strict=True), key=lambda row: version_key(row[0]))
            return [Entry(version, file.as_posix()) for version, file in rows]
    shown = ", ".join(file.as_posix() for file in files[:3])
    return fail("no-version", f"{pattern} matches files whose names tell no version: {shown}")


def _upwards(file: Path) -> list[str]:
    return [folder.name for folder in file.parents]


def _bytes(path: Path) -> int:
    """The size of the documents at a path."""
    files = [path] if path.is_file() else (one for one in path.rglob("*") if one.suffix in SUFFIXES)
    return sum(file.stat().st_size for file in files if file.is_file())


@contextmanager
def opened(path: Path | str) -> Generator[tuple[Path, Place]]:
    """A path as files on disk, and how they are shown."""
    at = git_path(str(path))
    if at is None:
        yield Path(path), DISK
    else:
        with laid_out(at) as (real, place):
            yield real, place
