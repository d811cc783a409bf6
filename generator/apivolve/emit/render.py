"""Views → files: `target.toml` says which, Jinja prints them, black lays them out.

The environment gives templates nothing but views and the filters of `literals`; what a view does not have is an error.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from black import format_str
from black.mode import Mode, TargetVersion
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ..errors import ApivolveError
from .literals import comment, docstring, json_text, literal, markdown
from .views import PackageView, VersionView

MODE = Mode(target_versions={TargetVersion.PY311}, line_length=100)
"""How generated code is laid out. black is pinned exactly, because the bytes depend on it."""


def templates_root() -> Path:
    """The folder of the template sets: inside the installed package, or at the top of a checkout."""
    inside = Path(__file__).parents[1] / "templates"
    return inside if inside.is_dir() else Path(__file__).parents[3] / "templates"


@dataclass(frozen=True)
class Output:
    """One kind of file: the template, what it is printed for, and where it goes."""

    template: str
    each: str
    path: str


@dataclass(frozen=True)
class Target:
    """A template set."""

    root: Path
    outputs: tuple[Output, ...]
    copies: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, root: Path) -> Target:
        """Read `target.toml` in a folder."""
        data = tomllib.loads((root / "target.toml").read_text(encoding="utf-8"))
        outputs = tuple(Output(one["template"], one["each"], one["path"]) for one in data["output"])
        return cls(root, outputs, tuple((one["from"], one["path"]) for one in data["copy"]))


@cache
def _environment(root: Path) -> ImmutableSandboxedEnvironment:
    # autoescape is for HTML; Python source is escaped by the filters below, at each hole
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(root),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters |= {
        "literal": literal,
        "docstring": docstring,
        "comment": comment,
        "json": json_text,
        "markdown": markdown,
    }
    return environment


def render(
    package: PackageView, target: Target, report: Callable[[str], None] | None = None
) -> dict[str, str]:
    """All files of a package by their path below the output folder. `report` is told each path before it is made."""
    files: dict[str, str] = {}
    environment = _environment(target.root)
    for output in target.outputs:
        template = environment.get_template(output.template)
        for version in package.versions if output.each == "version" else (None,):
            path = output.path.format(package=package.package, module=version.module if version else "")
            if report is not None:
                report(path)
            files[path] = _laid_out(path, template.render(_context(package, version)))
    for source, path in target.copies:
        files |= dict(_copied(target.root / source, path.format(package=package.package)))
    return dict(sorted(files.items()))


def _context(package: PackageView, version: VersionView | None) -> dict[str, Any]:
    return {"package": package} if version is None else {"package": package, "version": version}


def _laid_out(path: str, text: str) -> str:
    if not path.endswith(".py"):
        return text.strip("\n") + "\n"
    try:
        return format_str(text, mode=MODE)
    except Exception as error:
        # never the user's fault: a template printed what is no Python
        raise ApivolveError(
            f"{path} would not be valid Python ({error}); this is a fault of apivolve, please report it"
        ) from error


def _copied(source: Path, path: str) -> Iterator[tuple[str, str]]:
    if source.is_file():
        yield path, source.read_text(encoding="utf-8")
        return
    for file in sorted(source.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            yield f"{path}/{file.relative_to(source).as_posix()}", file.read_text(encoding="utf-8")
