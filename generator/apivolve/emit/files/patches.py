"""`_patch.py` beside a generated module: the user's own code, which the package takes up and no run touches.

What it adds or has instead of ours is listed in its `__all__`, which is read and not run.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Mapping
from pathlib import Path
from typing import Any

from ...errors import Problem, UsageError
from ..names.identifiers import KEYWORDS, SafeName
from .places import PATCH
from .tree import read_text

_OURS = frozenset(["API_VERSION", "client", "models", "resources"])
"""What the code beside a version cannot have instead of ours."""


def read_patches(folder: Path | None, modules: Iterable[str]) -> Mapping[str, tuple[SafeName, ...]]:
    """The names that the user's code has, by the module it stands beside; the package itself is called "".

    `folder` is that of the import package. Raises UsageError for code that cannot be taken up.
    """
    found: dict[str, tuple[SafeName, ...]] = {}
    for module in ("", *modules):
        path = folder / module / PATCH if folder is not None else None
        text = read_text(path) if path is not None else None
        if path is not None and text is not None:
            names = exported(path.as_posix(), text)
            found[module] = tuple(SafeName(name) for name in names)
            refuse_taken(path, names, _OURS if module else ())
    return found


def refuse_taken(path: Path, names: Iterable[str], taken: Container[str]) -> None:
    """Raise UsageError where the user's code in a file has a name that is ours."""
    for name in names:
        if name in taken:
            raise _refused(
                f"{path.as_posix()}: {name} is the package's own",
                "Client and AsyncClient can be replaced in the folder of a version; anything else needs another name",
            )


def exported(shown: str, text: str) -> tuple[str, ...]:
    """What is listed in the `__all__` of some source. Raises UsageError where there is none."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError) as error:
        line = f":{error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        raise _refused(f"{shown}{line}: this is no Python: {error}", None) from error
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(one, ast.Name) and one.id == "__all__" for one in targets):
            names = _literal(getattr(node, "value", None))
            if names is None:
                break
            return tuple(sorted(set(names)))
    raise _refused(
        f"{shown}: it does not say what the package has from it",
        'write a list of names: __all__ = ["Client"]',
    )


def _literal(node: ast.expr | None) -> list[str] | None:
    """A list of names that is written out; None for anything else."""
    if not isinstance(node, ast.List | ast.Tuple):
        return None
    values: list[Any] = [one.value if isinstance(one, ast.Constant) else None for one in node.elts]
    good = all(isinstance(one, str) and one.isidentifier() and one not in KEYWORDS for one in values)
    return values if good else None


def _refused(message: str, help_: str | None) -> UsageError:
    return UsageError(Problem("patch-not-usable", message, help=help_))
