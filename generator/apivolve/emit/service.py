"""`Service` → the files of its package."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection
from copy import deepcopy
from functools import partial
from pathlib import Path

from ..errors import Problem, UsageError
from ..model import Service
from ..overrides import Overrides
from ..surface import Surface
from .cases.apart import tests_apart
from .files.lock import Lock, config_hash, digest, read_lock, sources_of
from .files.patches import exported, read_patches, refuse_taken
from .files.places import LOCK, PATCH, templates_root
from .files.render import Rendered, Target, render
from .files.tree import read_text
from .names.identifiers import package_name
from .names.table import Names
from .package import package_view
from .versions.sharing import write_versions
from .versions.surfaces import api_text, surface_of, surface_text

MIGRATION = "MIGRATION.md"
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def emit(
    service: Service,
    *,
    tool: str,
    folder: Path | None = None,
    only: Collection[str] = (),
    migration: Callable[[tuple[Surface, ...]], str] | None = None,
    report: Callable[[str], None] = lambda _: None,
    jobs: int = 1,
    overrides: Overrides | None = None,
    templates: Path | None = None,
    warn: Callable[[Problem], None] = lambda _: None,
) -> dict[str, str]:
    """The files of a service's package, by path below its folder, the lock included.

    `tool` is the generator's version, for the lock. `folder` is where the package is: what its lock calls by a name keeps
    it, and what would be written just as it is there is not made again. `only` are the api-versions whose specifications
    may have changed since. `migration` writes the migration guide, given the surfaces of the versions. `report` is told
    each path as it is made. `jobs` processes lay out the code; more than one needs a main module that can be imported
    (`multiprocessing`, start method spawn). `overrides` are what the project wants otherwise, `templates` is a folder whose
    files stand for those of the template set by the same path. `warn` is told of examples that their own schemas refuse.
    What a `_patch.py` in `folder` has is taken up. Raises UsageError when two versions would share a module, another version
    than those of `only` changed, or a `_patch.py` cannot be taken up, and OutputError when the lock cannot be read.
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

    wishes = overrides or Overrides()
    _refuse_unknown(service, wishes)
    names = Names(before=old.names, overrides=wishes)
    target = Target.read(templates_root() / "python", templates)
    package = package_name(service.name)
    own = folder / package if folder is not None else None
    with tests_apart(service, deepcopy(names), wishes.tests, warn, jobs) as make_tests:
        written = write_versions(service, names)
        patches = read_patches(own, (one.module for one in written))
        view = package_view(service, written, patches, has_tests=wishes.tests != "none")
        made = render(view, partial(make_tests, written), target, before, report, jobs)
        del view  # of a large service it is a sixth of the memory, and surfaces take as much
    if own is not None and "" in patches:
        init = f"{package}/__init__.py"
        refuse_taken(own / PATCH, patches[""], exported(init, made[init].text))
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
    lock = Lock(tool, config_hash(wishes, templates), sources, names, hashes)
    return {**{path: one.text for path, one in sorted(made.items())}, LOCK: lock.text()}


def _refuse_unknown(service: Service, overrides: Overrides) -> None:
    """What names nothing is a mistake of the project's, most likely a misspelling."""
    operations = {one.id for api in service.versions for one in api.operations}
    models = {one.key for api in service.versions for one in api.models}
    for what, wanted, known in (
        ("operation", overrides.methods, operations),
        ("operation", overrides.pages, operations),
        ("schema", overrides.models, models),
    ):
        for name in wanted:
            if name not in known:
                near = difflib.get_close_matches(name, sorted(known), 1, 0.5)
                raise UsageError(
                    Problem(
                        "names-nothing",
                        f"the configuration names the {what} {name!r}, which no api-version of {service.name} has",
                        help=f"did you mean {near[0]}?" if near else None,
                    )
                )


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
