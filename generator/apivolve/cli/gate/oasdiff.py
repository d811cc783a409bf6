"""`apivolve import-oasdiff`: what a project told oasdiff, told to us."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import click

from ...config import read_waivers, with_waivers
from ...errors import Problem, UsageError
from ...finding import SEVERITIES, Verdict, Waiver
from ...gate import ignored, levels
from ...source import Location, Position, Source
from ..console import say, tell, write_text
from ..inputs import root_option, waivers_file
from .judge import verdicts_between
from .pairs import against_option, between_option, network_option

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("import-oasdiff")
@click.option(
    "--severity-levels", type=_FILE, help="Its file of severities: printed as a table for apivolve.toml."
)
@click.option("--err-ignore", type=_FILE, help="Its file of ignored errors: each becomes a waiver.")
@click.option("--warn-ignore", type=_FILE, help="Its file of ignored warnings: likewise.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The last day on which the waivers hold; needed for the ignore files.",
)
@click.option("--owner", default="", help="Who answers for the waivers.")
@between_option
@against_option
@network_option
@root_option
def import_oasdiff(
    severity_levels: Path | None,
    err_ignore: Path | None,
    warn_ignore: Path | None,
    until: datetime | None,
    owner: str,
    between: tuple[str, str] | None,
    against: str | None,
    root: Path | None,
    *,
    allow_network: bool,
) -> None:
    """Read the severities and the ignored changes of oasdiff.

    The severities are printed, to be put into apivolve.toml. What is ignored is looked for among what changed, and waived with
    its line for a reason. Lines that mean nothing here are told.
    """
    ignoring = [path for path in (err_ignore, warn_ignore) if path is not None]
    if severity_levels is None and not ignoring:
        raise UsageError("name a file: --severity-levels, --err-ignore or --warn-ignore")
    if ignoring and until is None:
        raise UsageError(Problem("no-end", "a waiver ends", help="--until 2030-01-31"))
    sources = {path: _source(path) for path in (severity_levels, *ignoring) if path is not None}
    if severity_levels is not None:
        click.echo(_table(sources[severity_levels]), nl=False)
    if ignoring and until is not None:
        verdicts = verdicts_between(between, against, root, network=allow_network)
        path = waivers_file()
        known = {waiver.fingerprint for waiver in read_waivers(path)}
        found = {
            waiver.fingerprint: waiver
            for file in ignoring
            for waiver in _waivers(sources[file], verdicts, until.date(), owner)
            if waiver.fingerprint not in known
        }
        if found:
            write_text(path, with_waivers(path, found.values()))
        say(f"{path.as_posix()}: {len(found)} waiver{'' if len(found) == 1 else 's'} added")


def _source(path: Path) -> Source:
    try:
        return Source(path.as_posix(), path.read_text(encoding="utf-8"), "text")
    except OSError as error:
        raise UsageError(Problem("cannot-read", f"{path.as_posix()}: {error.strerror or error}")) from error
    except UnicodeDecodeError as error:
        raise UsageError(Problem("not-utf8", f"{path.as_posix()} is not UTF-8")) from error


def _at(source: Source, line: int) -> Location:
    return Location(source, exact=Position(line, 1))


def _table(source: Source) -> str:
    """The rules of apivolve.toml. Where checks of oasdiff that one rule stands for differ, the most severe counts."""
    wanted: dict[str, tuple[str, list[str]]] = {}
    problems: list[Problem] = []
    for line, level in levels(source.text):
        if level is None:
            help_ = "write a check and err, warn, info or none"
            problems.append(Problem("no-level", "this is no severity of a check", _at(source, line), help_))
        elif not level.rules:
            message = f"no rule stands for {level.check}"
            problems.append(Problem("unknown-check", message, _at(source, line), None, "warning"))
        else:
            for rule in level.rules:
                severity, checks = wanted.get(rule, ("off", []))
                order = [*SEVERITIES, "off"]
                wanted[rule] = min(severity, level.severity, key=order.index), [*checks, level.check]
    if any(problem.level == "error" for problem in problems):
        raise UsageError(problems)
    tell(problems)
    lines = [
        f'{rule} = "{severity}"  # {", ".join(checks)}' for rule, (severity, checks) in sorted(wanted.items())
    ]
    return "".join(f"{line}\n" for line in ["[gate.rules]", *lines])


def _waivers(source: Source, verdicts: list[Verdict], until: date, owner: str) -> Iterator[Waiver]:
    problems: list[Problem] = []
    for line, text, found in ignored(source.text, verdicts):
        if not found:
            message = "nothing that changed is what this line ignores"
            problems.append(Problem("nothing-ignored", message, _at(source, line), None, "warning"))
        for verdict, finding in found:
            yield Waiver(
                finding.fingerprint, finding.rule, finding.subject, text, until, owner, verdict.service
            )
    tell(problems)
