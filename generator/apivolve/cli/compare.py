"""`apivolve breaking` and `apivolve diff`: what changed between api-versions, and whom it breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from ..diff import RULES, compare
from ..emit import surfaces
from ..errors import Problem, UsageError
from ..finding import SEVERITIES, Report, RuleText, Severity, Verdict
from ..load import load_api
from ..model import Api
from .console import progress
from .inputs import overrides_of, root_option, services_at
from .output import Target, output_of, report_options, write_report

_DOCUMENT = """

    BEFORE and AFTER are specifications, or folders that hold one api-version each. With BEFORE alone, a folder of
    api-versions, each version is compared with the one after it; without any, those of the configuration, else in specs/, are.
    """


def _command(name: str, does: str, show: Severity) -> click.Command:
    """The two commands are one; they differ in how much they show."""

    @click.command(name, help=does + _DOCUMENT)
    @click.argument("before", required=False, type=click.Path(path_type=Path))
    @click.argument("after", required=False, type=click.Path(path_type=Path))
    @report_options(show)
    @click.option(
        "--fail-on",
        type=click.Choice([*SEVERITIES, "none"]),
        default="error",
        show_default=True,
        help="The least severity that makes the exit code 1.",
    )
    @root_option
    @click.pass_context
    def command(
        context: click.Context,
        before: Path | None,
        after: Path | None,
        root: Path | None,
        *,
        form: tuple[Target, ...],
        show: Severity,
        fail_on: Any,
        color: str,
    ) -> None:
        output = output_of(form, show, color)
        with progress("comparing") as report:
            pairs = _pairs(before, after, root, report)
            verdicts: list[Verdict] = []
            for left, right in pairs:
                report(f"{left.version} → {right.version}")
                verdicts.append(verdict_of(left, right))
        write_report(Report(tuple(verdicts), rules=rule_texts()), output, pairs)
        if fail_on != "none" and any(verdict.at_least(fail_on) for verdict in verdicts):
            context.exit(1)

    return command


breaking = _command(
    "breaking", "Show what breaks between BEFORE and AFTER. Exits with 1 when something does.", "error"
)
diff = _command(
    "diff", "Show what changed from BEFORE to AFTER: on the wire, and in the generated Python.", "info"
)


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


def verdict_of(before: Api, after: Api) -> Verdict:
    """What a comparison says, on the wire and in the Python that would be generated."""
    old, new = surfaces((before, after), overrides_of(after.service))
    return replace(compare(before, after, (old, new)), service=after.service, documents=after.sources)


def rule_texts() -> tuple[RuleText, ...]:
    """The rules, as reports speak of them."""
    return tuple(RuleText(rule.id, rule.scope, rule.explanation) for rule in RULES)
