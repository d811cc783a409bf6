"""Views → files: `target.toml` says which, Jinja prints them, `layout` lays them out.

The environment gives templates nothing but views and the filters of `literals`; what a view does not have is an error.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ...errors import Problem, UsageError
from ...layout import LAYOUT, RULES, laid_out, layout
from ...processes import helpers
from ..literals import comment, docstring, json_text, literal, markdown, toml
from ..views import PackageView, TestsView
from .lock import digest

_LAYOUT = f"black {version('black')} {LAYOUT} {RULES}"

Before: TypeAlias = Callable[[str, str], str | None]
"""The text of a file as the last run wrote it, if its text before it was laid out had this hash, and nobody edited it."""


class Rendered(NamedTuple):
    """A file: the hash of its text before it was laid out (empty for a copy), and the text as it is written."""

    digest: str
    text: str


_FILES_PER_POOL = 12
"""Fewer files than this are done sooner here than a pool has started."""
_MOST_HELPERS = 3
"""More processes than this have nothing to do while this one prints, and each takes 40 MB."""


@dataclass(frozen=True)
class Output:
    """One kind of file: the template, what it is printed for, and where it goes."""

    template: str
    each: str
    path: str


@dataclass(frozen=True)
class Target:
    """A template set. Files of `overlay`, where there is one, stand for those of `root` by the same path."""

    root: Path
    outputs: tuple[Output, ...]
    copies: tuple[tuple[str, str], ...]
    overlay: Path | None = None

    @classmethod
    def read(cls, root: Path, overlay: Path | None = None) -> Target:
        """Read `target.toml` in a folder. Raises UsageError when the overlay has a file that stands for none."""
        data = tomllib.loads((root / "target.toml").read_text(encoding="utf-8"))
        if overlay is not None:
            for file in sorted(path for path in overlay.rglob("*") if path.is_file()):
                name = file.relative_to(overlay).as_posix()
                if name == "target.toml" or not (root / name).is_file():
                    known = ", ".join(sorted(path.name for path in root.glob("[a-z]*.jinja")))
                    raise UsageError(
                        Problem(
                            "no-such-template",
                            f"{file.as_posix()} stands for no template",
                            help=f"those that can be replaced are {known}, runtime/…",
                        )
                    )
        outputs = tuple(Output(one["template"], one["each"], one["path"]) for one in data["output"])
        return cls(root, outputs, tuple((one["from"], one["path"]) for one in data["copy"]), overlay)


class _Environment(ImmutableSandboxedEnvironment):
    """The sandbox; it need not look twice at the fields of views, which are data and most of what templates ask for."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if not attribute.startswith("_") and attribute in getattr(obj, "__dataclass_fields__", ()):
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)


@cache
def _environment(root: Path, overlay: Path | None) -> _Environment:
    # autoescape is for HTML; Python source is escaped by the filters below, at each hole
    environment = _Environment(
        loader=FileSystemLoader([*([overlay] if overlay is not None else []), root]),
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
        "code": _code,
        "toml": toml,
    }
    return environment


def _code(text: str) -> str:
    """Source inside of text, laid out."""
    return layout(text).strip("\n")


def render(
    package: PackageView,
    tests: Callable[[], Sequence[TestsView]],
    target: Target,
    before: Before,
    report: Callable[[str], None],
    jobs: int,
) -> dict[str, Rendered]:
    """All files of a package by their path below the output folder, laid out by `jobs` processes.

    `tests` gives those of each version; it is asked when all else is printed, as they may still be in the making.
    A file whose text was the same `before` it was laid out the last time is taken from there.
    """
    files: dict[str, Rendered] = {}
    with _Layouts(jobs - 1) as layouts:
        for path, text in _printed(package, tests, target):
            report(path)
            hash_ = digest(f"{_LAYOUT}\n{text}")
            if not path.endswith(".py"):
                files[path] = Rendered(hash_, text.strip("\n") + "\n")
            elif (kept := before(path, hash_)) is not None:
                files[path] = Rendered(hash_, kept)
            else:
                files[path] = Rendered(hash_, "")
                layouts.add(path, text)
        for path, text in layouts.all():
            report(path)
            files[path] = files[path]._replace(text=text)
    for source, path in target.copies:
        where = path.format(package=package.package)
        files |= {copied: Rendered("", text) for copied, text in _copied(target.root / source, where)}
        if target.overlay is not None:
            own = _copied(target.overlay / source, where)
            files |= {copied: Rendered("", text) for copied, text in own}
    return dict(sorted(files.items()))


def _printed(
    package: PackageView, tests: Callable[[], Sequence[TestsView]], target: Target
) -> Iterator[tuple[str, str]]:
    """Each file that a template prints: its path, and the text before it is laid out. The tests are let go at the end."""
    environment = _environment(target.root, target.overlay)
    tests = cache(tests)  # several templates print of them
    for output in target.outputs:
        template = _template(environment, output.template)
        for seen in _each(package, tests, output.each):
            path = output.path.format(
                package=package.package,
                module=seen["version"].module if "version" in seen else "",
                part=seen["part"].part if "part" in seen else "",
            )
            try:
                yield path, template.render({"package": package, **seen})
            except TemplateError as error:
                raise UsageError(
                    Problem("template-fails", f"the template {output.template} cannot be printed: {error}")
                ) from error


def _template(environment: _Environment, name: str) -> Template:
    try:
        return environment.get_template(name)
    except TemplateSyntaxError as error:
        where = f"{error.filename or name}:{error.lineno}"
        raise UsageError(
            Problem("not-jinja", f"{where}: this is no template of Jinja: {error.message}")
        ) from error


class _Layouts:
    """Python files that are laid out: by some helping processes while this one prints, and by this one too when it has."""

    def __init__(self, helpers: int) -> None:
        self._helpers = min(helpers, _MOST_HELPERS)
        self._texts: dict[str, str] = {}
        self._begun: dict[str, Future[str]] = {}
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> _Layouts:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def add(self, path: str, text: str) -> None:
        """Take a file."""
        self._texts[path] = text
        new = {path: text}
        if self._pool is None:
            if not self._helpers or len(self._texts) < _FILES_PER_POOL:
                return
            self._pool, new = helpers(self._helpers), self._texts.copy()
        for waiting, text_ in new.items():
            future = self._pool.submit(laid_out, waiting, text_)
            self._begun[waiting] = future
            # all texts of a large package twice over are a tenth of the memory
            future.add_done_callback(partial(self._forget, waiting))

    def _forget(self, path: str, _: Future[str]) -> None:
        self._texts.pop(path, None)

    def all(self) -> Iterator[tuple[str, str]]:
        """The files as they are written, those first that nobody has begun."""
        for path, text in reversed(self._texts.copy().items()):
            if path not in self._begun or self._begun[path].cancel():
                yield path, laid_out(path, text)
        while self._begun:
            path, future = self._begun.popitem()
            if not future.cancelled():
                yield path, future.result()


def _each(
    package: PackageView, tests: Callable[[], Sequence[TestsView]], each: str
) -> Iterator[dict[str, Any]]:
    """What a template is printed for, and sees besides the package."""
    if each == "tests":
        if package.has_tests:
            for version_, own in zip(package.versions, tests(), strict=True):
                if not own.is_empty:
                    yield {"version": version_, "tests": own}
        return
    if each in ("package", "suite"):
        if each == "package" or package.has_tests:
            yield {}
        return
    for one in package.versions:
        if (
            each == "version"
            or (each == "dictionaries" and one.params.imports)
            or (each == "webhooks" and one.webhooks.names)
        ):
            yield {"version": one}
        parts: dict[str, tuple[Any, ...]] = {
            "models": one.models.parts,
            "params": one.params.parts,
            "resources": one.client.parts,
        }
        yield from ({"version": one, "part": part} for part in parts.get(each, ()))


def _copied(source: Path, path: str) -> Iterator[tuple[str, str]]:
    if source.is_file():
        yield path, source.read_text(encoding="utf-8")
        return
    for file in sorted(source.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            yield f"{path}/{file.relative_to(source).as_posix()}", file.read_text(encoding="utf-8")
