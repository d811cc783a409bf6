"""`apivolve generate`: specifications in, packages out."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import get_args

import click

from ..diff import compare
from ..emit import LOCK, TreeDiff, compare_tree, config_hash, emit, package_name, read_text, write_tree
from ..errors import Problem, printable
from ..model import Service
from ..overrides import Overrides, TestScope
from ..report import render_migration
from ..surface import Surface
from ..version import VERSION
from .console import progress, say, tell_by_rule, warn
from .inputs import (
    JOBS,
    inputs_at,
    output_folder,
    output_option,
    overrides_of,
    read_inputs,
    root_option,
    templates_folder,
    templates_option,
)
from .memory import Run, is_known, remember

_SHOWN_FILES = 3
_SHOWN_LINES = 40


@click.command()
@click.argument("specs", nargs=-1, metavar="[SPEC]...", type=click.Path(path_type=Path))
@output_option
@click.option(
    "--only",
    multiple=True,
    metavar="VERSION",
    help="Generate for a change of this api-version, and refuse when another one changed too. May be repeated.",
)
@click.option("--diff", is_flag=True, help="Write nothing; print what would change.")
@click.option("--locked", is_flag=True, help="Write nothing and exit with 1 when apivolve.lock would change.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 when the output is not up to date.")
@click.option("--force", is_flag=True, help="Overwrite generated files that were edited by hand.")
@templates_option
@click.option(
    "--tests",
    type=click.Choice(get_args(TestScope)),
    help="The tests that a package comes with: none, each call once, or all.  [default: that of the configuration, or full]",
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@root_option
@click.option("-v", "--verbose", is_flag=True, help="Show every warning.")
@click.pass_context
def generate(
    context: click.Context,
    specs: tuple[Path, ...],
    output: Path | None,
    templates: Path | None,
    tests: TestScope | None,
    root: Path | None,
    *,
    only: tuple[str, ...],
    diff: bool,
    locked: bool,
    check: bool,
    force: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Generate one package per service, with all its api-versions.

    SPEC is a specification, or a folder of api-versions. Without SPEC, every service of the
    configuration, else in specs/, is generated.
    """
    target, overlay = output_folder(output), templates_folder(templates)
    inputs = inputs_at(specs)
    run = Run("generate", inputs, target, None, (overlay, root, tests, config_hash(Overrides(), overlay)))
    plain = not (only or diff or locked or check or force)
    if plain and is_known(run):
        if not quiet:
            say(f"{target.as_posix()}: nothing changed since the last run")
        return
    examples: list[Problem] = []
    with progress("generating") as report:
        services = read_inputs(inputs, report, root)
        trees = {
            (folder := target / package_name(service.name)): emit(
                service,
                tool=VERSION,
                folder=folder,
                only=only,
                migration=migration(service),
                report=report,
                jobs=JOBS,
                overrides=_overrides(service.name, tests),
                templates=overlay,
                warn=examples.append,
            )
            for service in services
        }
    if not quiet:
        warn(services, verbose=verbose)
        tell_by_rule(examples, verbose=verbose)
    fresh = True
    for (folder, files), service in zip(trees.items(), services, strict=True):
        changes = compare_tree(folder, files)
        if diff:
            click.echo("".join(f"{line}\n" for line in _difference(folder, files, changes)), nl=False)
        stale = not changes.clean if check else locked and LOCK in (*changes.missing, *changes.stale)
        fresh = fresh and not stale
        if check or stale:
            say_stale(folder, files, changes)
            if not stale and not quiet:
                say(f"{folder.as_posix()} is up to date")
        elif not diff:
            write_tree(folder, files, force=force)
            if not quiet:
                say(f"{folder.as_posix()}: {_wrote(service, files, changes)}")
    if not fresh:
        context.exit(1)
    if plain:
        remember(run, services)


def _overrides(service: str, tests: TestScope | None) -> Overrides:
    """What is wanted otherwise of a service, the tests as told here where they are."""
    configured = overrides_of(service)
    return configured if tests is None else replace(configured, tests=tests)


def migration(service: Service) -> Callable[[tuple[Surface, ...]], str] | None:
    """What writes the migration guide of a service, from the findings of each step; None for a single version."""
    if len(service.versions) == 1:
        return None

    def written(surfaces: tuple[Surface, ...]) -> str:
        sides = zip(pairwise(service.versions), pairwise(surfaces), strict=True)
        steps = [(compare(old, new, known), *known) for (old, new), known in sides]
        return render_migration(service.versions[-1].title or service.name, steps)

    return written


def _wrote(service: Service, files: Mapping[str, str], changes: TreeDiff) -> str:
    versions = f"{len(service.versions)} api-version{'s' if len(service.versions) > 1 else ''}"
    wrote = len(changes.missing) + len(changes.stale)
    what = f"{wrote} of {len(files)} files written" if wrote else "up to date"
    removed = f", {len(changes.extra)} removed" if changes.extra else ""
    return f"{versions}, {what}{removed}"


def _difference(folder: Path, files: Mapping[str, str], changes: TreeDiff) -> Iterator[str]:
    """What would change, as a unified diff of all files. The lock is left out: it says the same in hashes."""
    for path in sorted({*changes.missing, *changes.stale, *changes.extra} - {LOCK}):
        yield from map(printable, _diff(path, folder, files))


def say_stale(folder: Path, files: Mapping[str, str], diff: TreeDiff) -> None:
    """List what is not up to date, with the difference of the first files."""
    for word, paths in (
        ("missing", diff.missing),
        ("stale", diff.stale),
        ("extra", diff.extra),
        ("edited", diff.edited),
    ):
        for path in paths:
            say(f"{word}: {(folder / path).as_posix()}")
    # what is deepest is the code of one version: it says more than the files of the whole package
    deepest = sorted((path for path in diff.stale if path != LOCK), key=lambda path: (-path.count("/"), path))
    for path in deepest[:_SHOWN_FILES] or diff.stale[:1]:
        shown = list(_diff(path, folder, files))
        for line in shown[:_SHOWN_LINES]:
            say(printable(line))
        if len(shown) > _SHOWN_LINES:
            say(f"… {len(shown) - _SHOWN_LINES} more lines")


def _diff(path: str, folder: Path, files: Mapping[str, str]) -> Iterator[str]:
    found = read_text(folder / path)
    made = files.get(path)
    yield from difflib.unified_diff(
        (found or "").splitlines(),
        (made or "").splitlines(),
        f"{path} (on disk)" if found is not None else "/dev/null",
        f"{path} (generated)" if made is not None else "/dev/null",
        lineterm="",
    )
