"""`apivolve check`: generated packages are up to date, what change logs declare is true, and nothing breaks unwaived."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path

import click

from ...diff.declared import check_declared
from ...emit import compare_tree, emit, package_name
from ...errors import Problem
from ...finding import Report, Severity
from ...gate import Pairing
from ...load import has_history
from ...model import Service
from ...policy import Policy
from ...version import VERSION
from ..console import progress, say, warn
from ..generate.finish import stale_lines
from ..generate.make import migration
from ..inputs import (
    JOBS,
    generates,
    inputs_at,
    output_folder,
    output_option,
    overrides_of,
    root_option,
    templates_folder,
)
from ..memory import Memory, Run, forget_old, read_by, recall, remember
from ..policy import policy
from ..reading import read_inputs
from .judge import fails, judge
from .output import Target, changes_of, output_of, report_options, today_option, write_report
from .pairs import MAIN, against_option, base_of, pairs_against
from .rules import rule_texts


@click.command()
@click.argument("specs", nargs=-1, metavar="[SPEC]...", type=click.Path(path_type=Path))
@output_option
@against_option
@report_options("warning")
@today_option
@root_option
@click.option("-v", "--verbose", is_flag=True, help="Show every warning.")
@click.pass_context
def check(
    context: click.Context,
    specs: tuple[Path, ...],
    output: Path | None,
    against: str | None,
    form: tuple[Target, ...],
    show: Severity,
    today: datetime | None,
    root: Path | None,
    *,
    color: str,
    verbose: bool,
) -> None:
    """Check that generated packages are up to date, that change logs are true, and that nothing breaks. Exits with 1 when not.

    What breaks is held against where this branch left the main one, or against the base of the configuration, or --against.

    SPEC is a specification, or a folder of api-versions. Without SPEC, every service of the
    configuration, else in specs/, is checked.
    """
    target, written = output_folder(output), output_of(form, show, color)
    wanted = policy()
    inputs = inputs_at(specs)
    day, base = today.date() if today else date.today(), _base(against, wanted)
    run = Run("check", inputs, target, base, (day, root))
    if recall(run) is not None:
        if form:
            write_report(Report((), rules=rule_texts()), written, tuple)
        say("nothing changed since the last check, which was clean")
        return
    with progress("checking") as report:
        services = read_inputs(inputs, report, root)
        problems = [problem for service in services for problem in _declared(service)]
        if generates(output):
            problems += [one for service in services for one in _stale(service, target, report)]
        pairing = pairs_against(inputs, services, base, report) if base is not None else Pairing((), ())
        pairing = replace(pairing, problems=(*problems, *pairing.problems))
        whole = base if not specs else None
        result = judge(pairing, wanted, day, report, base=whole)
    warn(services, verbose=verbose)
    if result.verdicts or result.problems or form:
        write_report(result, written, partial(changes_of, pairing.pairs))
    if base is None:
        say("nothing to compare with: this is no git repository, or has no commit")
    elif not pairing.pairs:
        say(f"nothing changed since {base}")
    # what is stale or untrue is wrong, whatever breaks may weigh
    if fails(result, wanted.fail_on) or any(problem.level == "error" for problem in result.problems):
        context.exit(1)
    if not result.verdicts and not result.problems:
        packages = tuple(package_name(service.name) for service in services) if generates(output) else ()
        remember(run, read_by(services), Memory(packages))
        forget_old()


def _declared(service: Service) -> tuple[Problem, ...]:
    """What is wrong with the change logs of a service."""
    problems = check_declared(service)
    if service.changes and not any(problem.level == "error" for problem in problems):
        say(f"{service.name}: {len(service.changes)} declared changes hold")
    return problems


def _stale(service: Service, target: Path, report: Callable[[str], None]) -> Iterator[Problem]:
    """What is not up to date in the package of a service."""
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
    tree = compare_tree(folder, files)
    for line in stale_lines(folder, files, tree):
        say(line)
    if tree.clean:
        say(f"{folder.as_posix()} is up to date")
        return
    number = len({*tree.missing, *tree.stale, *tree.extra})
    files_are = "1 file is" if number == 1 else f"{number} files are"
    message = f"{folder.as_posix()}: {files_are} not up to date"
    yield Problem("stale-output", message, help="`apivolve generate` writes them")


def _base(against: str | None, wanted: Policy) -> str | None:
    """What is compared with; None where there is no history."""
    if against is None and wanted.base is None and not has_history():
        return None
    return base_of(against or MAIN)
