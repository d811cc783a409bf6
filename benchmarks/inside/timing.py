"""Two pieces of work in turn, many times each: CPU seconds of one call, per pair of runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

LEAST = 0.02
"""Seconds that one run of a piece of work takes at least."""


def pairs(ours: Callable[[], object], theirs: Callable[[], object], runs: int) -> list[list[float]]:
    """Seconds of one call of each, by the clock of the CPU: for work that waits for nothing."""
    counts = [_count(one) for one in (ours, theirs)]
    return [
        [_cpu(one, count) for one, count in zip((ours, theirs), counts, strict=True)] for _ in range(runs)
    ]


def _count(work: Callable[[], object]) -> int:
    work()
    count = 1
    while _cpu(work, count) * count < LEAST:
        count *= 2
    return count


def _cpu(work: Callable[[], object], count: int) -> float:
    started = time.process_time()
    for _ in range(count):
        work()
    return (time.process_time() - started) / count


def row(key: str, what: str, peer: str, found: list[list[float]], **more: Any) -> dict[str, Any]:
    """A measurement as the harness reads it."""
    return {"key": key, "what": what, "peer": peer, "pairs": found, **more}
