"""`apivolve breaking` and `apivolve diff`: what changed between api-versions, and whom it breaks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from ..diff import compare
from ..emit import surfaces
from ..errors import UsageError
from ..finding import SEVERITIES, Report, Severity, Verdict
from ..model import Api
from .console import progress
from .inputs import overrides_of, root_option
from .output import Target, output_of, report_options, write_report
from .pairs import against_option, network_option, pairs_of
from .rules import rule_texts

_DOCUMENT = """

    BEFORE and AFTER are specifications, or folders that hold one api-version each, on disk or in git: TAG:path.

    With one of them, a folder of api-versions, each version is compared with the one after it; without any, those of the
    configuration, else in specs/, are. With --against, or with a single api-version, each is compared with what it was.
    """


def _command(name: str, does: str, show: Severity) -> click.Command:
    """The two commands are one; they differ in how much they show."""

    @click.command(name, help=does + _DOCUMENT)
    @click.argument("before", required=False)
    @click.argument("after", required=False)
    @against_option
    @report_options(show)
    @click.option(
        "--fail-on",
        type=click.Choice([*SEVERITIES, "none"]),
        default="error",
        show_default=True,
        help="The least severity that makes the exit code 1.",
    )
    @network_option
    @click.option(
        "--all", "everything", is_flag=True, help="Each version of every service with the one after it."
    )
    @root_option
    @click.pass_context
    def command(
        context: click.Context,
        before: str | None,
        after: str | None,
        root: Path | None,
        against: str | None,
        *,
        allow_network: bool,
        everything: bool,
        form: tuple[Target, ...],
        show: Severity,
        fail_on: Any,
        color: str,
    ) -> None:
        output = output_of(form, show, color)
        with progress("comparing") as report:
            if everything and (before or against):
                raise UsageError("--all is every service there is: name none")
            pairing = pairs_of(before, after, against, root, allow_network, report)
            verdicts: list[Verdict] = []
            for left, right in pairing.pairs:
                report(f"{left.version} → {right.version}")
                verdicts.append(verdict_of(left, right))
        write_report(Report(tuple(verdicts), pairing.problems, rule_texts()), output, pairing.pairs)
        gone = any(problem.level == "error" for problem in pairing.problems)
        if fail_on != "none" and (gone or any(verdict.at_least(fail_on) for verdict in verdicts)):
            context.exit(1)

    return command


breaking = _command(
    "breaking", "Show what breaks between BEFORE and AFTER. Exits with 1 when something does.", "error"
)
diff = _command(
    "diff", "Show what changed from BEFORE to AFTER: on the wire, and in the generated Python.", "info"
)


def verdict_of(before: Api, after: Api) -> Verdict:
    """What a comparison says, on the wire and in the Python that would be generated."""
    old, new = surfaces((before, after), overrides_of(after.service))
    return replace(compare(before, after, (old, new)), service=after.service, documents=after.sources)
