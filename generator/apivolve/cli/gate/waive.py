"""`apivolve waive`: let a break through, for a reason and for a time."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from ...config import read_waivers, with_waivers
from ...errors import Problem, UsageError
from ...finding import Verdict, Waiver
from ..console import say, write_text
from ..inputs import root_option, waivers_file
from .judge import verdicts_between
from .output import today_option
from .pairs import against_option, between_option, network_option


@click.command("waive")
@click.argument("fingerprint", nargs=-1, required=True)
@click.option("--reason", required=True, help="Why it is right to break it.")
@click.option(
    "--until",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="The last day on which the waiver holds.",
)
@click.option("--owner", default="", help="Who answers for it.")
@between_option
@against_option
@network_option
@today_option
@root_option
def waive_command(
    fingerprint: tuple[str, ...],
    reason: str,
    until: datetime,
    owner: str,
    between: tuple[str, str] | None,
    against: str | None,
    today: datetime | None,
    root: Path | None,
    *,
    allow_network: bool,
) -> None:
    """Let the findings with a FINGERPRINT through: they are shown and do not count, until the waiver ends.

    `apivolve breaking` shows the fingerprints. The waiver names the rule and the subject too, so it lets nothing else through.
    """
    last = until.date()
    if last < (today.date() if today else date.today()):
        raise UsageError(Problem("waiver-expired", f"{last} is over", help="name a day to come"))
    if not reason.strip():
        raise UsageError("a waiver needs a reason")
    verdicts = verdicts_between(between, against, root, network=allow_network)
    path = waivers_file()
    known = {waiver.fingerprint: waiver for waiver in read_waivers(path)}
    found = [_found(one, verdicts) for one in dict.fromkeys(fingerprint)]
    for one in found:
        if one.fingerprint in known:
            message = f"{one.fingerprint} is waived until {known[one.fingerprint].until} already"
            raise UsageError(Problem("waived-already", message, known[one.fingerprint].at, "edit it there"))
    waivers = [
        Waiver(one.fingerprint, one.rule, one.subject, reason, last, owner, one.service) for one in found
    ]
    write_text(path, with_waivers(path, waivers))
    for one in found:
        say(f"{path.as_posix()}: {one.rule} for {one.subject} is waived until {last}")


def _found(fingerprint: str, verdicts: list[Verdict]) -> Waiver:
    """A waiver for the finding with a fingerprint; its reason is still to be given."""
    for verdict in verdicts:
        for finding in verdict.findings:
            if finding.fingerprint == fingerprint:
                return Waiver(
                    fingerprint, finding.rule, finding.subject, "", date.max, service=verdict.service
                )
    raise UsageError(
        Problem(
            "unknown-fingerprint",
            f"no finding has the fingerprint {fingerprint!r}",
            help="`apivolve breaking` shows those there are; --between BEFORE AFTER names what to compare",
        )
    )
