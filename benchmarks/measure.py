"""What a command, or a piece of work, costs: seconds, CPU seconds, peak memory. Ours and a peer's in turn, and their ratio."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SAMPLES = 0.02
"""Seconds between two looks at the memory of a command."""
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Modules are compiled once, as those of an installed package are: ours and those of the peers."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one run. `memory` is the peak in MiB of a command with its children, None where the system does not tell."""

    seconds: float
    cpu: float
    memory: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A measurement: medians of both sides, and the medians of the ratios of runs beside each other.

    `limit` is the target for the ratio that `by` names; without a peer it is one for our own figure.
    """

    key: str
    what: str
    ours: Cost
    peer: str = ""
    theirs: Cost | None = None
    ratio: float | None = None
    cpu_ratio: float | None = None
    memory_ratio: float | None = None
    by: str = "seconds"
    limit: float | None = None

    @property
    def judged(self) -> float | None:
        """The figure that the limit is for."""
        if self.theirs is None:
            return self.ours.memory if self.by == "memory" else self.ours.seconds
        return {"seconds": self.ratio, "cpu": self.cpu_ratio, "memory": self.memory_ratio}[self.by]

    @property
    def held(self) -> bool | None:
        """Whether the target is held; None where there is none."""
        if self.limit is None or self.judged is None:
            return None
        return self.judged <= self.limit


class CommandError(Exception):
    """A command that failed: what it said."""


def command(
    words: Sequence[str | Path], cwd: Path, env: Mapping[str, str] | None = None, ok: Sequence[int] = (0,)
) -> Cost:
    """What a command costs, with all processes that it starts. Raises CommandError."""
    out = cwd / ".bench-output"
    with out.open("wb") as said:
        started = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in words],
            cwd=cwd,
            env={**_ENVIRONMENT, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
        peak: float | None = None
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if (now := _memory(process.pid)) is not None:
                peak = max(peak or 0.0, now)
            time.sleep(_SAMPLES)
        seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in ok:
        tail = out.read_text(errors="replace").strip().splitlines()[-3:]
        raise CommandError(f"{Path(words[0]).name} ended with {process.returncode}: {' | '.join(tail)}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime, peak)


def work(do: Callable[[], object]) -> Cost:
    """What a piece of work costs in this process."""
    started, cpu = time.perf_counter(), time.process_time()
    do()
    return Cost(time.perf_counter() - started, time.process_time() - cpu)


def beside(
    key: str,
    what: str,
    ours: Callable[[], Cost],
    peer: str,
    theirs: Callable[[], Cost],
    *,
    runs: int,
    by: str = "seconds",
    limit: float | None = None,
) -> Row:
    """Run both in turn. Raises CommandError."""
    return of_pairs(key, what, [(ours(), theirs()) for _ in range(runs)], peer, by=by, limit=limit)


def of_pairs(
    key: str,
    what: str,
    pairs: Sequence[tuple[Cost, Cost]],
    peer: str,
    *,
    by: str = "seconds",
    limit: float | None = None,
) -> Row:
    """The row of runs that were made in turn."""
    return Row(
        key,
        what,
        middle([one for one, _ in pairs]),
        peer,
        middle([one for _, one in pairs]),
        _ratio((a.seconds, b.seconds) for a, b in pairs),
        _ratio((a.cpu, b.cpu) for a, b in pairs),
        _ratio((a.memory, b.memory) for a, b in pairs),
        by,
        limit,
    )


def middle(costs: Sequence[Cost]) -> Cost:
    """The medians of several runs."""
    memory = [one.memory for one in costs if one.memory is not None]
    return Cost(
        statistics.median(one.seconds for one in costs),
        statistics.median(one.cpu for one in costs),
        max(memory) if memory else None,
    )


def _ratio(pairs: Iterator[tuple[float | None, float | None]]) -> float | None:
    ratios = [a / b for a, b in pairs if a is not None and b]
    return statistics.median(ratios) if ratios else None


def _memory(pid: int) -> float | None:
    """MiB that a process and its children have now, what they share counted once. Linux tells."""
    total, waiting = 0, [pid]
    try:
        for one in waiting:  # grows while it is walked
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
            for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    except (OSError, ValueError, IndexError):
        pass  # one that ended meanwhile
    return total / 1024 if total else None
