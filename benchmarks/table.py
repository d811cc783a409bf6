"""Measurements → lines for a terminal, and the table of RESULTS.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import peers
from growth import Curve
from measure import Cost, Row

_BY = {"seconds": "time", "cpu": "CPU time", "memory": "memory"}


def shown(one: Row | Curve | str, notes: Mapping[str, str]) -> str:
    """A measurement in a line; what is missed, with what bounds it."""
    if isinstance(one, str):
        return f"NOT MEASURED  {one}"
    if isinstance(one, Curve):
        return f"{one.what}: {_points(one)}  exponent {one.exponent:.2f}{_verdict(one.held, one.limit)}"
    peer = f"  {one.peer} {_cost(one.theirs)}" if one.theirs is not None else ""
    line = f"{one.what}: {_cost(one.ours)}{peer}  {_ratios(one)}{_verdict(one.held, one.limit)}"
    return f"{line}\n              {_note(one, notes)}" if one.held is False else line


def markdown(found: Sequence[Row | Curve | str], notes: Mapping[str, str]) -> str:
    """The whole table. It holds no day and no machine: the ratios are what is comparable."""
    return "\n".join(_lines(found, notes)) + "\n"


def _lines(found: Sequence[Row | Curve | str], notes: Mapping[str, str]) -> Iterator[str]:
    rows = [one for one in found if isinstance(one, Row)]
    yield "# Measurements"
    yield ""
    yield "Written by `make bench`. Each line is measured beside its peer in the same run, in turn; the figures are medians, and the"
    yield "ratio is the median of the ratios of neighbouring runs. Peers:"
    yield f"{', '.join(f'{one.name} {one.version}' for one in peers.ALL)}."
    yield ""
    yield "| what | ours | peer | | time | CPU | memory | target | |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for one in rows:
        ratios = (_ratio(one.ratio), _ratio(one.cpu_ratio), _ratio(one.memory_ratio))
        target = f"{_BY[one.by]} ≤ {_limit(one)}" if one.limit is not None else ""
        word = {True: "held", False: "**missed**", None: ""}[one.held]
        cells = (one.what, _cost(one.ours), one.peer, _cost(one.theirs), *ratios, target, word)
        yield f"| {' | '.join(cells)} |"
    if curves := [one for one in found if isinstance(one, Curve)]:
        yield ""
        yield "| growth | exponent | target | | |"
        yield "| --- | --- | --- | --- | --- |"
        for curve in curves:
            word = {True: "held", False: "**missed**", None: ""}[curve.held]
            yield f"| {curve.what} | {curve.exponent:.2f} | ≤ {curve.limit} | {word} | {_points(curve)} |"
    missed: dict[str, dict[str, None]] = {}
    for one in rows:
        if one.held is False:
            missed.setdefault(notes.get(one.key, _NO_NOTE), {})[one.what] = None
    for curve in curves:
        if curve.held is False:
            missed.setdefault(notes.get("growth", _NO_NOTE), {})[curve.what] = None
    if missed:
        yield ""
        yield "## What bounds what is missed"
        yield ""
        yield from (f"* {'; '.join(whats)}: {note}" for note, whats in missed.items())
    if told := [one for one in found if isinstance(one, str)]:
        yield ""
        yield "## Not measured"
        yield ""
        yield from (f"* {one}" for one in told)


_NO_NOTE = "nobody has looked yet: profile it, and say in benchmarks/notes.py what bounds it"


def _note(row: Row, notes: Mapping[str, str]) -> str:
    return f"{row.what}: {notes.get(row.key, _NO_NOTE)}"


def _verdict(held: bool | None, limit: float | None) -> str:
    return "" if held is None else f"  target {limit}: {'held' if held else 'MISSED'}"


def _limit(row: Row) -> str:
    return f"{row.limit:g} MB" if row.theirs is None and row.by == "memory" else f"{row.limit:g}x"


def _ratios(row: Row) -> str:
    told = {"time": row.ratio, "CPU": row.cpu_ratio, "memory": row.memory_ratio}
    return ", ".join(f"{name} {_ratio(value)}" for name, value in told.items() if value is not None)


def _ratio(value: float | None) -> str:
    return f"{value:.2f}x" if value is not None else ""


def _cost(cost: Cost | None) -> str:
    if cost is None:
        return ""
    parts = [_time(cost.seconds)] if cost.seconds else []
    if cost.seconds and abs(cost.cpu - cost.seconds) > 0.05 * cost.seconds:
        parts.append(f"CPU {_time(cost.cpu)}")
    if cost.memory is not None:
        parts.append(f"{cost.memory:.0f} MB")
    return ", ".join(parts)


def _time(seconds: float) -> str:
    if seconds < 0.001:
        return f"{seconds * 1e6:.1f} µs"
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _points(curve: Curve) -> str:
    return f"{curve.unit}: " + ", ".join(f"{x:.0f} → {y:.3g}" for x, y in curve.points)
