"""Code witnesses: the smallest Python caller that type-checks against one surface and not against the other."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..surface import Surface, SurfaceAttribute, SurfaceClass, SurfaceKey, SurfaceMethod, SurfaceParameter
from .annotations import names, spell
from .proof import Shown

_MODULES = ("datetime", "decimal", "uuid")
_TYPING = ("Any", "Literal")
_BUILTIN = frozenset(("None", "bool", "bytes", "dict", "float", "int", "list", "object", "str", "tuple"))


def reading(surface: Surface, owner: str, attribute: str, annotation: Iterable[str], reason: str) -> Shown:
    """A caller that reads an attribute as what it is on one side."""
    shown = spell(annotation)
    body = f"def read(value: {owner}) -> {shown}:\n    return value.{attribute}"
    return _snippet(surface, (owner, shown), body, reason)


def passing(surface: Surface, name: str, annotation: Iterable[str], reason: str) -> Shown:
    """A caller that passes a value of a named type on as what it means on one side."""
    shown = spell(annotation)
    body = f"def read(value: {name}) -> {shown}:\n    return value"
    return _snippet(surface, (name, shown), body, reason)


def giving(surface: Surface, name: str, annotation: Iterable[str], reason: str) -> Shown:
    """A caller that gives what a named type means on one side."""
    shown = spell(annotation)
    body = f"def give(value: {shown}) -> {name}:\n    return value"
    return _snippet(surface, (name, shown), body, reason)


def naming(surface: Surface, name: str, reason: str) -> Shown:
    """A caller that names a class or alias."""
    return _snippet(surface, (name,), f"def use(value: {name}) -> None: ...", reason)


def constructing(surface: Surface, owner: SurfaceClass, also: SurfaceAttribute | None, reason: str) -> Shown:
    """A caller that constructs a class with all it requires, and one attribute more."""
    given = [item for item in owner.attributes if item.required and (also is None or item.name != also.name)]
    if also is not None:
        given.append(also)
    wanted = [f"{item.name}: {spell(item.takes)}" for item in given]
    passed = ", ".join(f"{item.name}={item.name}" for item in given)
    body = f"def make({', '.join(wanted)}) -> {owner.name}:\n    return {owner.name}({passed})"
    return _snippet(surface, (owner.name, *(spell(item.takes) for item in given)), body, reason)


def as_dictionary(surface: Surface, owner: SurfaceClass, also: SurfaceKey | None, reason: str) -> Shown:
    """A caller that gives a dictionary for a class, with all that it requires, and one key more."""
    given = [item for item in owner.keys or () if item.required and (also is None or item.name != also.name)]
    if also is not None:
        given.append(also)
    wanted = ", ".join(f"{item.attribute}: {spell(item.takes)}" for item in given)
    passed = ", ".join(f"{item.name!r}: {item.attribute}" for item in given)
    body = f"def make({wanted}) -> params.{owner.name}:\n    return {{{passed}}}"
    shown = _snippet(surface, [spell(item.takes) for item in given], body, reason)
    return _of_version(surface, "params", shown)


def calling(
    surface: Surface,
    method: SurfaceMethod,
    reason: str,
    also: SurfaceParameter | None = None,
    returns: Iterable[str] | None = None,
    positional: bool = False,
) -> Shown:
    """A caller of a method with all it requires, and one argument more; it may use what comes back."""
    given = [item for item in method.parameters if item.required or item is also]
    if positional:
        given = [item for item in method.parameters if not item.keyword]
    client = ["client: Client"] if method.owner == "client" else []
    wanted = ", ".join((*client, *(f"{item.name}: {spell(item.takes)}" for item in given)))
    passed = ", ".join(
        item.name if positional and not item.keyword else f"{item.name}={item.name}" for item in given
    )
    shown = spell(returns) if returns is not None else "None"
    body = f"def call({wanted}) -> {shown}:\n    {'return ' if returns is not None else ''}{method.called}({passed})"
    sources = (*(["Client"] if client else []), shown, *(spell(item.takes) for item in given))
    if client:
        return _snippet(surface, sources, body, reason)
    return _of_version(surface, method.owner, _snippet(surface, sources, body, reason))


def _of_version(surface: Surface, module: str, shown: Shown) -> Shown:
    """A snippet that needs a module of the version too."""
    gap = "" if "import" in shown.text else "\n\n"
    return Shown("code", f"from {surface.package} import {module}\n{gap}{shown.text}", shown.reason)


def _snippet(surface: Surface, sources: Iterable[str], body: str, reason: str) -> Shown:
    """A function with the imports that its annotations need."""
    found = dict.fromkeys(name for source in sources for name in names(source))
    known = {item.name for item in surface.classes} | {item.name for item in surface.aliases}
    models = sorted(name for name in found if name in known)
    modules = [module for module in _MODULES if any(name.startswith(f"{module}.") for name in found)]
    typing = [name for name in _TYPING if name in found and re.search(rf"\b{name}\b", body)]
    runtime = sorted(
        name
        for name in found
        if "." not in name and name not in known | _BUILTIN | {*_MODULES, *_TYPING, "Client"}
    )
    lines = [f"import {module}" for module in modules]
    if typing:
        lines.append(f"from typing import {', '.join(typing)}")
    if runtime:
        lines.append(f"from {surface.package.rpartition('.')[0]}._runtime import {', '.join(runtime)}")
    if "Client" in found and "Client" not in known:
        lines.append(f"from {surface.package} import Client")
    if models:
        lines.append(f"from {surface.package}.models import {', '.join(models)}")
    return Shown("code", "\n".join([*lines, "", "", body] if lines else [body]), reason)
