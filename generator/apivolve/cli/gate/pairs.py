"""BEFORE, AFTER and `--against` → the pairs of api-versions to compare."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from ...errors import Problem, UsageError
from ...gate import Pairing, neighbours, paired
from ...load import keeping, load_api, load_url, merge_base, on_network
from ...model import Api, Service
from ...source import Source
from ..inputs import Input, inputs_at
from ..policy import policy
from ..reading import read_inputs, read_inputs_at

MAIN = "merge-base"
"""What `--against` means without a value."""
F = TypeVar("F", bound=Callable[..., Any])
_Said = Callable[[str], None]

against_option = click.option(
    "--against",
    is_flag=False,
    flag_value=MAIN,
    metavar="[REF]",
    help="Compare with what was at a commit, branch or tag.  [without REF: where this branch left the main one]",
)
between_option = click.option(
    "--between",
    nargs=2,
    metavar="BEFORE AFTER",
    help="The two that are compared.  [default: every service with what it was]",
)
network_option = click.option("--allow-network", is_flag=True, help="BEFORE and AFTER may be addresses.")


def pairs_of(
    before: str | None,
    after: str | None,
    against: str | None,
    root: Path | None,
    network: bool,
    report: _Said,
) -> Pairing:
    """The pairs that are asked for. Raises LoadError, and UsageError when there is nothing to compare."""
    if before is not None and after is not None:
        if against is not None:
            raise UsageError("with --against, name one side only: it is the other")
        left = _api(before, None, root, network)
        # one service on both sides, whatever the files are called, so that the generated names compare
        right = _same(left, Path(after)) or _api(after, left.service, root, network)
        return Pairing(((left, right),), ())
    wanted = inputs_at([Path(before)] if before is not None else [])
    services = read_inputs(wanted, report, root)
    single = all(len(service.versions) == 1 and not service.revisions for service in services)
    if against is not None or (single and before is not None):
        return pairs_against(wanted, services, against or MAIN, report)
    pairs = tuple(pair for service in services for pair in neighbours(service))
    if not pairs:
        raise UsageError(
            Problem("nothing-to-compare", "there is one api-version only", help="apivolve diff --against REF")
        )
    return Pairing(pairs, ())


def pairs_against(wanted: Sequence[Input], services: Sequence[Service], ref: str, report: _Said) -> Pairing:
    """What changed in some inputs since a commit; `MAIN` is where this branch left the base of the configuration, or the main one."""
    commit = base_of(ref)
    old = [one for input_ in wanted for one in read_inputs_at(input_, commit, report)]
    now = {service.name: service for service in services}
    found: list[Pairing] = []
    for service in old:
        # a file gives its service its own name, which may have changed
        other = now.get(service.name) or (services[0] if len(old) == len(services) == 1 else None)
        found.append(paired(service, other if other is not None else Service(service.name, ())))
    return Pairing(
        tuple(pair for one in found for pair in one.pairs),
        tuple(problem for one in found for problem in one.problems),
    )


def base_of(against: str) -> str:
    """The commit that is meant by `--against`. Raises LoadError."""
    return merge_base(policy().base) if against == MAIN else against


def _same(api: Api, other: Path) -> Api | None:
    """The version that a file is when it has the text of one that was read already, and neither needs another document."""
    if len(api.sources) != 1 or not other.is_file():
        return None
    source = api.sources[0]
    if other.suffix != Path(source.path).suffix or other.read_bytes() != source.text.encode():
        return None
    return replace(api, sources=(Source(other.as_posix(), source.text, source.syntax, source.content),))


@keeping()
def _api(text: str, service: str | None, root: Path | None, network: bool) -> Api:
    if not on_network(text):
        return load_api(text, service=service, root=root)
    if not network:
        raise UsageError(
            Problem("network-not-allowed", f"{text} is on the network", help="--allow-network fetches it")
        )
    return load_url(text, service=service)
