"""Folders → the api-versions in them: which files make a version, what it is called, and its stage.

A version is a file (`2024-06-01.json`, `spec_2024-06-01.yaml`), a folder (`2024-06-01/*.json`, where several root documents
make one version), or a folder below `stable` or `preview`, as Azure lays out its specifications. These may stand side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING

from ..parse import MAX_BYTES, PAGES, SUFFIXES, fail
from .names import version_in, version_key, versions_in

if TYPE_CHECKING:
    from ...model import Stage

CHANGES = "changes"
_STAGES: tuple[Stage, ...] = ("stable", "preview")
_EXAMPLES = ("examples", "example")
_SKIPPED = (CHANGES, *_EXAMPLES, "node_modules")
_ROOT_MARK = re.compile(
    rb"""(?m:^["']?(?:openapi|swagger)["']?\s*:)|[{,]\s*["'](?:openapi|swagger)["']\s*:|\xe2\x9a\xbc\s*Request"""
)
_NO_PATHS = re.compile(rb"""(?m:^["']?|["'])paths["']?\s*:\s*\{\s*\}""")
_DEEPEST = 12
"""Levels of folders that are looked into; a folder that links to its parent has no end."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where files are read from: the disk, or a git tree that was laid out in a folder, and how its paths are shown."""

    tree: Path | None = None
    label: str = ""

    def show(self, path: Path) -> str:
        """A path as the user knows it."""
        if self.tree is None:
            return path.as_posix()
        inner = path.relative_to(self.tree).as_posix()
        return f"{self.label}{'' if inner == '.' else inner}"


DISK = Place()


@dataclass(frozen=True, slots=True)
class Found:
    """An api-version on disk: its name (None: the document's own), its root documents in reading order.

    `stage` is set where the layout says it; else the name of the version does.
    """

    version: str | None
    root: Path
    files: tuple[Path, ...]
    stage: Stage | None = None


def found_file(file: Path) -> Found:
    """The version that a single file is."""
    return Found(None, file.parent, (file,), _stage_above(file.parent))


def services_in(folder: Path, place: Place = DISK) -> list[tuple[str, Path]]:
    """The services at a folder, by name: the folder itself, or the nearest folders below it that are services.

    Raises LoadError when there is none.
    """
    folders = [folder] if _is_service(folder) else _services_below(folder, _DEEPEST)
    if not folders:
        examples = [inner for name in _EXAMPLES if (inner := _child(folder, name)) is not None]
        folders = [inner for inner in examples if _is_service(inner)]
    if not folders:
        fail(
            "no-spec",
            f"there is no OpenAPI document in {place.show(folder)}",
            help="a version is a .json, .yaml or .yml file, or a folder of them",
        )
    if len(folders) > 1:
        whole = [inner for inner in folders if not all(_only_types(item) for item in _versions(inner))]
        folders = whole or folders
    called = [[*_azure_name(inner), inner.resolve().name] for inner in folders]
    taken = [name for names in called for name in set(names)]
    return [
        (
            next((name for name in names if taken.count(name) == 1), inner.relative_to(folder).as_posix()),
            inner,
        )
        for names, inner in zip(called, folders, strict=True)
    ]


def versions_of(folder: Path, place: Place = DISK) -> list[Found]:
    """The api-versions of a service, oldest first. Raises LoadError when there is none."""
    found = _versions(folder)
    if not found:
        fail(
            "no-spec",
            f"there is no OpenAPI document in {place.show(folder)}",
            help="a version is a .json, .yaml or .yml file, or a folder of them",
        )
    return sorted(found, key=lambda item: version_key(item.version or ""))


def _versions(folder: Path) -> list[Found]:
    files = _root_files(folder)
    folders = [child for child in _folders(folder) if child.name not in _STAGES]
    versioned = [child for child in folders if version_in(child.name)]
    names = versions_in([file.stem for file in files]) if len(files) > 1 or versioned else None
    if files and names is None:
        own = [name for name in (folder.resolve().name, files[0].stem) if version_in(name) == name]
        whole = own[0] if own and (len(files) == 1 or own[0] == folder.resolve().name) else None
        return [Found(whole, folder, tuple(files), _stage_above(folder))]
    found = [Found(name, folder, (file,)) for name, file in zip(names or (), files, strict=True)]
    for child in folders:
        found += _version_folder(child)
    by_name = {item.version: item for item in found}
    for stage in reversed(_STAGES):  # a version in both was published as a preview first
        if (inner := _child(folder, stage)) is not None:
            by_name |= {
                item.version: Found(item.version, item.root, item.files, stage) for item in _versions(inner)
            }
    return list(by_name.values())


def _azure_name(folder: Path) -> list[str]:
    """`redis` of `specification/redis/resource-manager/Microsoft.Cache`."""
    parts = folder.resolve().parts
    return [parts[parts.index(name) - 1] for name in ("resource-manager", "data-plane") if name in parts[1:]]


def _version_folder(folder: Path) -> Iterator[Found]:
    """The version that a folder is named after, with the documents nearest to its top."""
    staged = [item for inner in _staged(folder, _DEEPEST) for item in _versions(inner)]
    same = [item for item in staged if item.version == folder.name]
    inside = _with_operations(same or staged)
    if len(inside) == 1:
        yield Found(folder.name, folder, inside[0].files, inside[0].stage)
    elif files := _nearest_root_files(folder):
        yield Found(folder.name, folder, tuple(files), _stage_above(folder))


def _with_operations(found: list[Found]) -> list[Found]:
    """The versions without those that are types for others to share, unless all are."""
    return [item for item in found if not _only_types(item)] or found


def _only_types(found: Found) -> bool:
    """True for documents without operations, which are there for others to refer to."""
    texts = [file.read_bytes() for file in found.files]
    return all(_NO_PATHS.search(text) and b"x-ms-paths" not in text for text in texts)


def _is_service(folder: Path) -> bool:
    if _root_files(folder) or (folder / CHANGES).is_dir():
        return True
    if any((inner := _child(folder, stage)) and _versions(inner) for stage in _STAGES):
        return True
    inside = [child.name for child in _folders(folder) if _nearest_root_files(child)]
    named = [name for name in inside if version_in(name)]
    # one service of many may be called harbor-v2.0; a folder v2.0 is a version whatever stands beside it
    return any(version_in(name) == name for name in named) or (bool(named) and 2 * len(named) >= len(inside))


def _services_below(folder: Path, levels: int) -> list[Path]:
    found: list[Path] = []
    for child in _folders(folder) if levels else ():
        found += [child] if _is_service(child) else _services_below(child, levels - 1)
    return found


def _staged(folder: Path, levels: int) -> Iterator[Path]:
    """The nearest folders that hold a folder `stable` or `preview`."""
    if any(_child(folder, stage) for stage in _STAGES):
        yield folder
    elif levels:
        for child in _folders(folder):
            yield from _staged(child, levels - 1)


def _stage_above(folder: Path) -> Stage | None:
    """The stage that a folder has by its place: `…/preview/2024-06-01`."""
    above = folder.resolve().parent.name
    return next((stage for stage in _STAGES if above == stage), None)


def _child(folder: Path, name: str) -> Path | None:
    child = folder / name
    return child if child.is_dir() else None


def _folders(folder: Path) -> list[Path]:
    """The folders that may hold versions, in the order of their names."""
    return [
        child
        for child in _inside(folder)
        if child.is_dir()
        and child.name not in _SKIPPED
        and not child.name.startswith(".")
        and not _is_loop(child)
    ]


def _is_loop(folder: Path) -> bool:
    """True for a link to a folder that the link is in."""
    return folder.is_symlink() and folder.parent.resolve().is_relative_to(folder.resolve())


def _inside(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        fail("folder-not-readable", f"{folder.as_posix()}: {error.strerror or error}")


def _nearest_root_files(folder: Path) -> list[Path]:
    """The root documents of the highest level that has some. Examples are looked at last."""
    level = [folder]
    for _ in range(_DEEPEST):
        if files := _one_syntax([file for child in level for file in _root_files(child)]):
            return files
        below = [inner for child in level for inner in _folders(child)]
        level = below or [
            inner for child in level for name in _EXAMPLES if (inner := _child(child, name)) is not None
        ]
    return []


def _root_files(folder: Path) -> list[Path]:
    """The root documents directly in a folder."""
    found = [
        file for file in _inside(folder) if file.suffix in (*SUFFIXES, *PAGES) and _looks_like_root(file)
    ]
    return _one_syntax(found)


def _one_syntax(files: list[Path]) -> list[Path]:
    """The files without those that are another one in another syntax: JSON is kept, `json/x.json` of `yaml/x.yaml` too."""
    kept: list[Path] = []
    for file in sorted(files, key=lambda file: (*SUFFIXES, *PAGES).index(file.suffix)):
        if not any(file.stem == other.stem and file.suffix != other.suffix for other in kept):
            kept.append(file)
    return sorted(kept)


def _looks_like_root(file: Path) -> bool:
    """A cheap look for `openapi:` or `swagger:` (in some documents at the very end); the reader itself decides."""
    try:
        facts = file.stat()
        return (
            S_ISREG(facts.st_mode)
            and facts.st_size <= MAX_BYTES
            and _marked(file, facts.st_mtime_ns, facts.st_size)
        )
    except OSError:
        return False


@lru_cache(maxsize=100_000)
def _marked(file: Path, _changed: int, _size: int) -> bool:
    # a folder is looked at from each folder above it; a file of a large tree is read once
    return bool(_ROOT_MARK.search(file.read_bytes()))
