"""`apivolve generate`: specifications in, packages out."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import get_args

import click

from ...emit import config_hash
from ...fleet import Task
from ...overrides import Overrides, TestScope
from ..console import say, tell, tell_by_rule
from ..fleet import InOrder, fleet_options, work_off
from ..inputs import (
    called,
    inputs_at,
    one_by_one,
    output_folder,
    output_option,
    root_option,
    size_of,
    templates_folder,
    templates_option,
)
from ..memory import Memory, Run, forget_old, recall, remember
from .result import Result

__all__ = ["generate"]


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
@fleet_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="What is told of each service: lines on stderr, or JSON on stdout as well.  [default: text]",
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
    jobs: int,
    scheduler: str | None,
    form: str,
    quiet: bool,
    verbose: bool,
) -> None:
    """Generate one package per service, with all its api-versions.

    SPEC is a specification, or a folder of api-versions, or of such folders. Without SPEC, every service of the
    configuration, else in specs/, is generated. A service that cannot be generated stops no other; the exit code is 2 then.
    """
    target, overlay = output_folder(output), templates_folder(templates)
    units, problems = one_by_one(inputs_at(specs))
    tell(problems)
    told = (overlay, root, tests, config_hash(Overrides(), overlay))
    runs = [Run("generate", [one], target, None, told) for one in units]
    plain = not (only or diff or locked or check or force)
    results: list[Result] = []

    def show(result: Result) -> None:
        results.append(result)
        if len(units) == 1 and not quiet:
            tell_by_rule(result.warnings, verbose=verbose)
        tell(result.problems)
        for line in result.lines if not quiet or result.result == "stale" else ():
            say(line)
        if form == "text":
            click.echo(result.difference, nl=False)

    shown = InOrder(show)
    work: list[int] = []
    for at, run in enumerate(runs):
        memory = recall(run) if plain else None
        if memory is None:
            work.append(at)
        else:
            folder = (target / memory.packages[0]).as_posix()
            line = f"{folder}: nothing changed since the last run"
            shown.add(at, Result(called(units[at]), folder, "unchanged", (line,)))
    if work:
        # a run that finds everything as it was needs nothing of what makes a package
        from .finish import Options, finish
        from .make import Made, make

        options, owners = Options(target, diff, locked, check, force), dict[str, str]()
        tasks = [
            Task(called(one), size_of(one), partial(make, one, target, only, overlay, tests, root))
            for one in (units[at] for at in work)
        ]
        for number, made in work_off(tasks, "generating", jobs, scheduler):
            at = work[number]
            result = finish(called(units[at]), made, owners, options)
            if plain and isinstance(made, Made) and result.result != "failed":
                remember(runs[at], made.read, Memory((made.package,)))
            shown.add(at, result)
        if plain:
            forget_old()
    if len(units) > 1 and not quiet:
        tell_by_rule([warning for result in results for warning in result.warnings], verbose=verbose)
    failures = sum(result.result == "failed" for result in results)
    if failures and len(units) > 1:
        say(f"{failures} of {len(units)} services failed; the others are done")
    if form == "json":
        click.echo(json.dumps({"services": [result.data for result in results]}, indent=1))
    if failures or problems:
        context.exit(2)
    if any(result.result == "stale" for result in results):
        context.exit(1)
