"""`apivolve rules` and `apivolve explain`: what the gate looks for, and why."""

from __future__ import annotations

import difflib
import json

import click

from ...diff import RULES
from ...errors import Problem, UsageError
from ...finding import SCOPES, RuleText


def rule_texts() -> tuple[RuleText, ...]:
    """The rules, as reports speak of them."""
    return tuple(RuleText(rule.id, rule.scope, rule.explanation) for rule in RULES)


def known_rule(name: str) -> RuleText:
    """A rule by its id. Raises UsageError with the nearest ones."""
    known = {rule.id: rule for rule in rule_texts()}
    if name not in known:
        near = difflib.get_close_matches(name, known, 3, 0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else "`apivolve rules` lists them"
        raise UsageError(Problem("unknown-rule", f"there is no rule {name!r}", help=hint))
    return known[name]


@click.command()
@click.option("--scope", type=click.Choice(SCOPES), help="Those of one scope only.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="A line each, or all that is known of them for machines.",
)
def rules(*, scope: str | None, form: str) -> None:
    """List the rules of the gate, each with what it means for a caller."""
    told = [rule for rule in rule_texts() if scope in (None, rule.scope)]
    if form == "json":
        shown = [{"id": one.id, "scope": one.scope, "explanation": one.explanation} for one in told]
        click.echo(json.dumps(shown, indent=2))
        return
    width = max(len(rule.id) for rule in told)
    for rule in told:
        click.echo(f"{rule.id:{width}}  {rule.scope}  {rule.summary}")


@click.command()
@click.argument("rule", nargs=-1, required=True)
def explain(rule: tuple[str, ...]) -> None:
    """Say what RULE looks for, and whom it concerns."""
    told = [known_rule(name) for name in rule]
    click.echo("\n\n".join(f"{one.id} ({one.scope})\n\n{one.explanation}" for one in told))
