"""The gate over many services: each is compared in a process of its own, and its verdicts come back without its documents."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from ...config import ServiceConfig
from ...errors import LoadError, Problem, UsageError
from ...finding import Change, Report, Verdict
from ...fleet import Failed, Task
from ...gate import Pairing, neighbours, paired
from ...load import FoundService, at_ref, find_services, has_history, has_path
from ...model import Service
from ...report import placed
from ..fleet import work_off
from ..inputs import called, inputs_at, one_by_one, size_of
from ..memory import Memory, Run, forget_old, read_by, recall, remember
from ..policy import policy
from ..reading import read_one
from .judge import held, weighed
from .output import changes_of
from .pairs import MAIN, base_of, pairs_against


@dataclass(frozen=True, slots=True)
class Wanted:
    """A service to be compared: with what it was at the commit `against`, else each api-version with the next.

    `past` is the commit that one with a single api-version is held against then. `gone`: it was there, and is no more.
    """

    service: ServiceConfig | FoundService
    against: str | None = None
    past: str | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of a service: verdicts weighed by the policy, problems, what a change log says; and what was read."""

    verdicts: tuple[Verdict, ...]
    problems: tuple[Problem, ...]
    changes: tuple[Change, ...]
    read: tuple[str, ...]


def services_of(before: str | None, against: str | None) -> tuple[Wanted | Problem, ...]:
    """The services that are to be compared, those that are gone since last; and what is wrong with paths that have none."""
    wanted = inputs_at([Path(before)] if before is not None else [])
    units, problems = one_by_one(wanted)
    if len(units) == 1 and not problems:
        return (Wanted(units[0], against),)
    commit = base_of(against) if against is not None else None
    past = _past() if against is None and before is not None else None
    found = [Wanted(one, commit, past) for one in units]
    names = {called(one) for one in units}
    for one in wanted if commit is not None else ():
        if isinstance(one, Path) and has_path(was := at_ref(one.as_posix(), commit or "")):
            found += [Wanted(old, gone=True) for old in find_services(was) if called(old) not in names]
    return (*found, *problems)


def compare_fleet(
    services: Sequence[Wanted | Problem],
    today: date,
    root: Path | None,
    has_changes: bool,
    jobs: int,
    scheduler: str | None,
) -> tuple[Report, tuple[Change, ...], int]:
    """The report over some services in their order, what a change log says of them, and how many failed.

    What was compared before and has not changed since is not compared again. Raises UsageError when there is nothing to compare.
    """
    wanted = [one for one in services if isinstance(one, Wanted)]
    runs = [_run(one, today, root, has_changes) for one in wanted]
    made: dict[int, Compared | Failed] = {}
    for at, run in enumerate(runs):
        if (memory := recall(run)) is not None:
            made[at] = pickle.loads(zlib.decompress(memory.made))  # noqa: S301 - from the user's own cache
    work = [at for at in range(len(wanted)) if at not in made]
    tasks = [
        Task(
            called(wanted[at].service),
            size_of(wanted[at].service),
            partial(compared, wanted[at], today, root, has_changes),
        )
        for at in work
    ]
    for number, result in work_off(tasks, "comparing", jobs, scheduler):
        at = work[number]
        made[at] = result
        if isinstance(result, Compared):
            remember(runs[at], result.read, Memory(made=zlib.compress(pickle.dumps(result))))
    if work:
        forget_old()
    ended = [made[at] for at in range(len(wanted))]
    whole = [one for one in ended if isinstance(one, Compared)]
    told = [problem for one in ended for problem in one.problems]
    told += [one for one in services if isinstance(one, Problem)]
    verdicts = [verdict for one in whole for verdict in one.verdicts]
    failures = len(services) - len(whole)
    if not (verdicts or failures or any(one.against or one.past or one.gone for one in wanted)):
        raise UsageError(
            Problem(
                "nothing-to-compare", "no service has two api-versions", help="apivolve diff --against REF"
            )
        )
    changes = tuple(change for one in whole for change in one.changes)
    return held(verdicts, told, today), changes, failures


def compared(
    wanted: Wanted,
    today: date,
    root: Path | None,
    has_changes: bool,
    *,
    report: Callable[[str], None] = lambda _: None,
    jobs: int = 1,  # noqa: ARG001 - a comparison is one process
) -> Compared:
    """Compare a service. Raises LoadError and UsageError."""
    service = read_one(wanted.service, report, root)
    pairing = _pairing(wanted, service, report)
    verdicts, problems = weighed(pairing, policy(), today, report)
    changes = changes_of(pairing.pairs) if has_changes else ()
    return Compared(tuple(map(placed, verdicts)), problems, changes, tuple(sorted(read_by([service]))))


def _pairing(wanted: Wanted, service: Service, report: Callable[[str], None]) -> Pairing:
    if wanted.gone:
        return paired(service, Service(service.name, ()))
    single = len(service.versions) == 1 and not service.revisions
    commit = wanted.against or (wanted.past if single else None)
    if commit is not None:
        return pairs_against([wanted.service], [service], commit, report)
    return Pairing(tuple(neighbours(service)), ())


def _past() -> str | None:
    """What a service with a single api-version is compared with, where there is something."""
    if not has_history():
        return None
    try:
        return base_of(MAIN)
    except LoadError:
        return None


def _run(wanted: Wanted, today: date, root: Path | None, has_changes: bool) -> Run:
    told = (wanted.against, wanted.gone, today, root, has_changes)
    return Run("compare", [wanted.service], None, wanted.against or wanted.past, told)
