"""`apivolve breaking` and `apivolve diff`: what changed between api-versions, and whom it breaks."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from pathlib import Path

import click

from ...errors import UsageError
from ...finding import SEVERITIES, Severity
from ...policy import Threshold
from ..console import progress, say
from ..fleet import fleet_options
from ..inputs import root_option
from ..policy import policy
from .judge import fails, judge
from .many import compare_fleet, services_of
from .output import Target, changes_of, output_of, report_options, today_option, write_report
from .pairs import against_option, network_option, pairs_of

_DOCUMENT = """

    BEFORE and AFTER are specifications, or folders that hold one api-version each, on disk or in git: TAG:path.

    With one of them, a folder of api-versions, each version is compared with the one after it; without any, those of the
    configuration, else in specs/, are. With --against, or with a single api-version, each is compared with what it was.
    A service that cannot be compared stops no other; the exit code is 2 then.
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
        help="The least severity that makes the exit code 1.  [default: that of the configuration, or error]",
    )
    @today_option
    @network_option
    @click.option(
        "--all", "everything", is_flag=True, help="Each version of every service with the one after it."
    )
    @root_option
    @fleet_options
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
        fail_on: Threshold | None,
        today: datetime | None,
        color: str,
        jobs: int,
        scheduler: str | None,
    ) -> None:
        output, day = output_of(form, show, color), today.date() if today else date.today()
        if everything and (before or against):
            raise UsageError("--all is every service there is: name none")
        wanted = policy()
        services = services_of(before, against) if after is None else None
        if services is not None and (len(services) > 1 or scheduler is not None):
            result, changes, failures = compare_fleet(
                services, day, root, output.has_changes, jobs, scheduler
            )
            write_report(result, output, lambda: changes)
            if failures:
                say(f"{failures} of {len(services)} services could not be compared")
                context.exit(2)
        else:
            with progress("comparing") as report:
                pairing = pairs_of(before, after, against, root, allow_network, report)
                result = judge(pairing, wanted, day, report)
            write_report(result, output, partial(changes_of, pairing.pairs))
        if fails(result, fail_on or wanted.fail_on):
            context.exit(1)

    return command


breaking = _command(
    "breaking", "Show what breaks between BEFORE and AFTER. Exits with 1 when something does.", "error"
)
diff = _command(
    "diff", "Show what changed from BEFORE to AFTER: on the wire, and in the generated Python.", "info"
)
