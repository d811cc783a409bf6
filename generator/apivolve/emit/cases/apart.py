"""The tests of a large package are worked out by another process, while this one works out the rest."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager

from ...detach import detached
from ...errors import Problem
from ...model import Service
from ...overrides import TestScope
from ...packing import packed, unpacked
from ...processes import helpers
from ..names.table import Names
from ..versions.sharing import Written, method_homes, model_homes, webhook_homes, write_versions
from ..views import TestsView
from .cases import tests_view
from .payloads import Warn

_LARGE = 2_000_000
"""Bytes of specifications from which on another process is worth its start."""
_JOBS = 3
"""So many processes at least: two have enough to do with printing and laying out, and this one takes as much memory as both."""

MakeTests = Callable[[Sequence[Written]], tuple[TestsView, ...]]


def tests_of(written: Sequence[Written], scope: TestScope, warn: Warn) -> tuple[TestsView, ...]:
    """The tests of each version, as many as wanted; none at all for "none". `warn` is told what is wrong with what they are made of."""
    if scope == "none":
        return ()
    models, methods, webhooks = model_homes(written), method_homes(written), webhook_homes(written)
    made = tuple(
        tests_view(one, models[at], methods[at], webhooks[at], scope, warn) for at, one in enumerate(written)
    )
    for one in written:
        one.api.samples.clear()  # nobody else asks for as many
    return made


@contextmanager
def tests_apart(
    service: Service, names: Names, scope: TestScope, warn: Warn, jobs: int
) -> Generator[MakeTests]:
    """What gives the tests of a service, whose names are decided by the table `names`, as it was before they were.

    With three `jobs` or more, and a large service, they are begun at once, elsewhere; given they are when asked for.
    """
    if jobs < _JOBS or scope == "none" or sum(_size(service)) < _LARGE:
        yield lambda written: tests_of(written, scope, warn)
        return
    try:
        data = packed(Service(service.name, service.versions))
    except RecursionError:
        yield lambda written: tests_of(written, scope, warn)
        return
    pool = helpers(1)
    begun = pool.submit(_made, data, names, scope)
    del data

    def ended(written: Sequence[Written]) -> tuple[TestsView, ...]:
        try:
            views, problems = begun.result()
        except BrokenExecutor:  # killed, for want of memory most likely: it is done here, where there is some
            return tests_of(written, scope, warn)
        for problem in problems:
            warn(problem)
        return views

    try:
        yield ended
    finally:
        pool.shutdown(cancel_futures=True)


def _made(data: bytes, names: Names, scope: TestScope) -> tuple[tuple[TestsView, ...], tuple[Problem, ...]]:
    problems: list[Problem] = []
    views = tests_of(write_versions(unpacked(data), names), scope, problems.append)
    return views, detached(tuple(problems))


def _size(service: Service) -> list[int]:
    return [len(source.data) for api in service.versions for source in api.sources]
