"""Names that are loaded when they are first used: which api-version has which, and where it is defined.

A name's steps say since which version it stands for what: ``"v1:chat v3:shared v5:-"`` is defined in
``v1/…/chat.py``, from ``v3`` on in ``v3/…/shared.py``, and absent from ``v5`` on. ``v6=v1:chat`` goes back to the
definition of ``v1``.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import NamedTuple


class Home(NamedTuple):
    """Where something is defined: the module of an api-version, and the part of it."""

    version: str
    part: str


def home_in(steps: str, version: str, versions: Iterable[str]) -> Home | None:
    """Give where a name is defined that has these steps, as a version sees it; None when it has no such name.

    ``versions`` are the modules of all versions, oldest first.
    """
    current: Home | None = None
    by_start: dict[str, Home | None] = {}
    for step in steps.split():
        start, _, part = step.partition(":")
        start, _, home = start.partition("=")
        by_start[start] = Home(home or start, part) if part != "-" else None
    for module in versions:
        current = by_start.get(module, current)
        if module == version:
            break
    return current


def namespace(
    module: str,
    folder: str,
    index: Mapping[str, str],
    versions: Iterable[str],
    renamed: Mapping[str, str],
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Make the ``__getattr__`` and ``__dir__`` of a version's module whose names are defined in several places.

    ``index`` holds the steps of every name, ``folder`` is where each version has its definitions. ``renamed`` are old
    names and what stands for them now; using one warns.
    """
    package, _, version = module.rpartition(".")[0].rpartition(".")
    modules = tuple(versions)

    def names() -> list[str]:
        return [name for name, steps in index.items() if home_in(steps, version, modules)]

    def getattribute(name: str) -> object:
        if name == "__all__":
            return names()
        if name in renamed:
            warnings.warn(
                f"{module}.{name} was renamed to {renamed[name]}", DeprecationWarning, stacklevel=2
            )
            return getattribute(renamed[name])
        home = home_in(index.get(name, ""), version, modules)
        if home is None:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"{package}.{home.version}.{folder}.{home.part}"), name)
        setattr(sys.modules[module], name, value)  # the next time it is found without us
        return value

    return getattribute, names
