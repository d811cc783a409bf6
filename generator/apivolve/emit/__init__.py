"""`Service` → {path: text}, and that onto a disk.

In: complete snapshots, and the lock and files of the last run. Out: one package that speaks all of them, its tests, the
surface of each version for reviewers and for the gate, and the lock for the next run. Nothing here reads a specification,
and nothing here knows what changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from pathlib import Path

from ..errors import UsageError
from ..model import Service
from ..surface import Surface
from .files.lock import LOCK, Lock, digest, read_lock, sources_of
from .files.render import Rendered, Target, render, templates_root
from .files.tree import TreeDiff, compare_tree, read_text, write_tree
from .names.identifiers import package_name
from .names.table import Names
from .package import package_view, write_versions
from .versions.surfaces import api_text, surface, surface_of, surface_text, surfaces

__all__ = [
    "LOCK",
    "TreeDiff",
    "compare_tree",
    "emit",
    "package_name",
    "read_text",
    "surface",
    "surfaces",
    "write_tree",
]

MIGRATION = "MIGRATION.md"
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def emit(
    service: Service,
    *,
    tool: str,
    folder: Path | None = None,
    only: Collection[str] = (),
    migration: Callable[[tuple[Surface, ...]], str] | None = None,
    report: Callable[[str], None] = lambda _: None,
    jobs: int = 1,
) -> dict[str, str]:
    """The files of a service's package, by path below its folder, the lock included.

    `tool` is the generator's version, for the lock. `folder` is where the package is: what its lock calls by a name keeps
    it, and what would be written just as it is there is not made again. `only` are the api-versions whose specifications
    may have changed since. `migration` writes the migration guide, given the surfaces of the versions. `report` is told
    each path as it is made. `jobs` processes lay out the code; more than one needs a main module that can be imported
    (`multiprocessing`, start method spawn). Raises UsageError when two versions would share a module or another version
    than those of `only` changed, and OutputError when the lock cannot be read.
    """
    old = read_lock(folder) if folder is not None else Lock()
    sources = sources_of(service)
    if only:
        _refuse_other_changes(service, old, sources, only)

    def before(path: str, hash_: str) -> str | None:
        known = old.files.get(path)
        text = (
            read_text(folder / path)
            if folder is not None and known is not None and known[0] == hash_
            else None
        )
        return text if text is not None and known is not None and digest(text) == known[1] else None

    names = Names(before=old.names)
    written = write_versions(service, names)
    target = Target.read(templates_root() / "python")
    made = render(package_view(service, written), target, before, report, jobs)
    known = tuple(surface_of(one) for one in written)
    for one, public in zip(written, known, strict=True):
        name = one.api.version if _FILE.fullmatch(one.api.version) else one.module
        made[f"surface/{name}.txt"] = Rendered("", surface_text(public))
    made["api.md"] = Rendered(
        "", api_text([(one.api.version, at) for one, at in zip(written, known, strict=True)])
    )
    if migration is not None:
        report(MIGRATION)
        made[MIGRATION] = Rendered("", migration(known))
    hashes = {path: (one.digest, digest(one.text)) for path, one in made.items()}
    lock = Lock(tool, sources, names, hashes)
    return {**{path: one.text for path, one in sorted(made.items())}, LOCK: lock.text()}


def _refuse_other_changes(
    service: Service, old: Lock, sources: dict[str, dict[str, str]], only: Collection[str]
) -> None:
    """A shared class may stand in the file of any version, so what else changed cannot be left as it is."""
    versions = [api.version for api in service.versions]
    unknown = [version for version in only if version not in versions]
    if unknown:
        raise UsageError(f"{service.name} has no api-version {unknown[0]!r}: it has {', '.join(versions)}")
    changed = [
        version
        for version in dict.fromkeys([*versions, *old.sources])
        if version not in only and old.sources.get(version) != sources.get(version)
    ]
    if changed:
        raise UsageError(
            f"the specification of {service.name} {changed[0]} was changed, added or removed too: "
            "generate all versions, or add it to --only"
        )
