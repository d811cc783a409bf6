"""`Service` → {path: text}, and that onto a disk.

In: complete snapshots. Out: one package that speaks all of them, its tests, and the surface of each version for the gate.
Nothing here reads a specification, and nothing here knows what changed.
"""

from __future__ import annotations

from collections.abc import Callable

from ..model import Service
from .package import package_name, package_view, surface
from .render import Target, render, templates_root
from .tree import LOCK, TreeDiff, compare_tree, with_lock, write_tree

__all__ = ["LOCK", "TreeDiff", "compare_tree", "emit", "package_name", "surface", "write_tree"]


def emit(
    service: Service, *, tool: str, report: Callable[[str], None] = lambda _: None, jobs: int = 1
) -> dict[str, str]:
    """The files of a service's package, by path below its folder, the lock included.

    `tool` is the generator's version, for the lock; `report` is told each path as it is made. `jobs` processes lay out the
    code; more than one needs a main module that can be imported (`multiprocessing`, start method spawn). Raises UsageError when two versions would share a module.
    """
    target = Target.read(templates_root() / "python")
    return with_lock(render(package_view(service), target, report, jobs), tool)
