"""`apivolve check`: the generated packages are up to date, and what the change logs declare is what changed."""

from __future__ import annotations

from pathlib import Path

import click

from ..diff.declared import check_declared
from ..emit import TreeDiff, compare_tree, emit, package_name
from ..errors import Problem
from ..model import Service
from ..version import VERSION
from .console import progress, say, tell, tell_by_rule, warn
from .generate import migration, say_stale
from .inputs import (
    JOBS,
    output_folder,
    output_option,
    overrides_of,
    root_option,
    services_at,
    templates_folder,
)


@click.command()
@click.argument("specs", nargs=-1, metavar="[SPEC]...", type=click.Path(path_type=Path))
@output_option
@root_option
@click.option("-v", "--verbose", is_flag=True, help="Show every warning.")
@click.pass_context
def check(
    context: click.Context, specs: tuple[Path, ...], output: Path | None, root: Path | None, *, verbose: bool
) -> None:
    """Check that generated packages are up to date and that change logs are true. Exits with 1 when not.

    SPEC is a specification, or a folder of api-versions. Without SPEC, every service of the
    configuration, else in specs/, is checked.
    """
    clean = True
    target = output_folder(output)
    with progress("checking") as report:
        services = services_at(specs, report, root=root)
        results: list[tuple[Service, Path, dict[str, str], TreeDiff, tuple[Problem, ...]]] = []
        for service in services:
            folder = target / package_name(service.name)
            files = emit(
                service,
                tool=VERSION,
                folder=folder,
                migration=migration(service),
                report=report,
                jobs=JOBS,
                overrides=overrides_of(service.name),
                templates=templates_folder(None),
            )
            results.append((service, folder, files, compare_tree(folder, files), check_declared(service)))
    warn(services, verbose=verbose)
    for service, folder, files, diff, undeclared in results:
        say_stale(folder, files, diff)
        wrong = [problem for problem in undeclared if problem.level == "error"]
        tell(wrong)
        tell_by_rule([problem for problem in undeclared if problem.level == "warning"], verbose=verbose)
        clean = clean and diff.clean and not wrong
        if diff.clean:
            say(f"{folder.as_posix()} is up to date")
        if service.changes and not wrong:
            say(f"{service.name}: {len(service.changes)} declared changes hold")
    if not clean:
        context.exit(1)
