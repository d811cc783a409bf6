"""`apivolve generate`: specifications in, packages out."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path

import click

from ..emit import LOCK, TreeDiff, compare_tree, emit, package_name, write_tree
from ..errors import printable
from ..version import VERSION
from .console import progress, say, warn
from .inputs import GENERATED, JOBS, root_option, services_at

_SHOWN_FILES = 3
_SHOWN_LINES = 40


@click.command()
@click.argument("specs", nargs=-1, metavar="[SPEC]...", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    default=GENERATED,
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the packages go.",
)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 when the output is not up to date.")
@click.option("--force", is_flag=True, help="Overwrite generated files that were edited by hand.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@root_option
@click.option("-v", "--verbose", is_flag=True, help="Show every warning.")
@click.pass_context
def generate(
    context: click.Context,
    specs: tuple[Path, ...],
    output: Path,
    root: Path | None,
    *,
    check: bool,
    force: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Generate one package per service, with all its api-versions.

    SPEC is a specification, or a folder of api-versions. Without SPEC, every service in specs/ is generated.
    """
    with progress("generating") as report:
        services = services_at(specs, report, root=root)
        trees = {
            (folder := output / package_name(service.name)): emit(
                service, tool=VERSION, folder=folder, report=report, jobs=JOBS
            )
            for service in services
        }
    if not quiet:
        warn(services, verbose=verbose)
    fresh = True
    for (folder, files), service in zip(trees.items(), services, strict=True):
        if check:
            diff = compare_tree(folder, files)
            fresh = fresh and diff.clean
            say_stale(folder, files, diff)
            if diff.clean and not quiet:
                say(f"{folder.as_posix()} is up to date")
            continue
        diff = write_tree(folder, files, force=force)
        if not quiet:
            versions = f"{len(service.versions)} api-version{'s' if len(service.versions) > 1 else ''}"
            wrote = len(diff.missing) + len(diff.stale)
            what = f"{wrote} of {len(files)} files written" if wrote else "up to date"
            removed = f", {len(diff.extra)} removed" if diff.extra else ""
            say(f"{folder.as_posix()}: {versions}, {what}{removed}")
    if not fresh:
        context.exit(1)


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
    for path in [path for path in diff.stale if path != LOCK][:_SHOWN_FILES]:
        found = (folder / path).read_text(encoding="utf-8", errors="replace")
        lines = difflib.unified_diff(
            found.splitlines(),
            files[path].splitlines(),
            f"{path} (on disk)",
            f"{path} (generated)",
            lineterm="",
        )
        shown = list(lines)
        for line in shown[:_SHOWN_LINES]:
            say(printable(line))
        if len(shown) > _SHOWN_LINES:
            say(f"… {len(shown) - _SHOWN_LINES} more lines")
