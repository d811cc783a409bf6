"""`apivolve diff`: what breaks between two api-versions."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from ..diff import compare
from ..emit import surfaces
from ..errors import Problem, UsageError
from ..finding import Severity, Verdict
from ..load import load_api
from ..model import Api
from ..report import render_json, render_text
from .console import progress
from .inputs import overrides_of, root_option, services_at


@click.command("diff")
@click.argument("before", required=False, type=click.Path(path_type=Path))
@click.argument("after", required=False, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "oneline", "json"]),
    default="text",
    show_default=True,
    help="How the findings are written: with excerpt and witness, a line each, or for machines.",
)
@click.option(
    "--show",
    type=click.Choice(["error", "warning", "info"]),
    default="info",
    show_default=True,
    help="The least severity that is shown. JSON has all findings.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info", "none"]),
    default="error",
    show_default=True,
    help="The least severity that makes the exit code 1.",
)
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colour the text.",
)
@root_option
@click.pass_context
def diff(
    context: click.Context,
    before: Path | None,
    after: Path | None,
    root: Path | None,
    *,
    form: str,
    show: str,
    fail_on: str,
    color: str,
) -> None:
    """Show what changed from BEFORE to AFTER: on the wire, and in the generated Python.

    BEFORE and AFTER are specifications, or folders that hold one api-version each. With BEFORE alone, a folder of
    api-versions, each version is compared with the one after it; without any, those of the configuration, else in specs/, are.
    """
    with progress("comparing") as report:
        pairs = _pairs(before, after, root, report)
        verdicts: list[Verdict] = []
        for left, right in pairs:
            report(f"{left.version} → {right.version}")
            verdicts.append(_verdict(left, right))
    if form == "json":
        click.echo(render_json(verdicts), nl=False)
    else:
        text = render_text(verdicts, color=_colored(color), brief=form == "oneline", show=_severity(show))
        click.echo(text, nl=False)
    if fail_on != "none" and any(verdict.at_least(_severity(fail_on)) for verdict in verdicts):
        context.exit(1)


def _pairs(
    before: Path | None, after: Path | None, root: Path | None, report: Callable[[str], None]
) -> list[tuple[Api, Api]]:
    if before is not None and after is not None:
        left = load_api(before, root=root)
        # one service on both sides, whatever the files are called, so that the generated names compare
        return [(left, load_api(after, service=left.service, root=root))]
    services = services_at([before] if before is not None else [], report, root=root)
    pairs = [
        pair for service in services for pair in zip(service.versions, service.versions[1:], strict=False)
    ]
    pairs += [(revision.before, revision.after) for service in services for revision in service.revisions]
    if not pairs:
        raise UsageError(
            Problem("nothing-to-compare", "there is one api-version only", help="apivolve diff BEFORE AFTER")
        )
    return pairs


def _verdict(before: Api, after: Api) -> Verdict:
    old, new = surfaces((before, after), overrides_of(after.service))
    return compare(before, after, (old, new))


def _severity(text: str) -> Severity:
    return "error" if text == "error" else "warning" if text == "warning" else "info"


def _colored(choice: str) -> bool:
    import os

    if choice == "auto":
        return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return choice == "always"
