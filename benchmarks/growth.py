"""How cost grows: with the size of a specification, and with what an api-version changes. The exponent of a power that fits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import inputs
from measure import work

from apivolve.emit import emit, write_tree
from apivolve.load import load_services

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True, slots=True)
class Curve:
    """Costs (CPU seconds, or lines) over sizes, and the exponent of the power that fits them best."""

    what: str
    unit: str
    points: tuple[tuple[float, float], ...]
    limit: float | None = 1.1

    @property
    def exponent(self) -> float:
        """By least squares of the logarithms."""
        xs, ys = zip(*((math.log(x), math.log(y)) for x, y in self.points), strict=True)
        mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
        over = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
        return over / sum((x - mean_x) ** 2 for x in xs)

    @property
    def held(self) -> bool | None:
        """Whether it grows as slowly as it should."""
        return None if self.limit is None else self.exponent <= self.limit


def curves(scratch: Path, scales: Sequence[int], runs: int) -> Iterator[Curve]:
    """Generation over a document that is scaled, over real ones, and over versions that change more and more."""
    document = inputs.shipped()
    yield _sizes(
        "one document several times over", [inputs.scaled(document, times) for times in scales], scratch, runs
    )
    if (whole := inputs.biggest()) is not None:  # and parts of it, which share schemas as real documents do
        github = inputs.read(whole)
        parts = [inputs.cut(github, *part) for part in _parts(github)]
        yield _sizes("GitHub's description and parts of it", [*parts, github], scratch, 1)
    yield from _changes(scratch, inputs.scaled(document, min(4, max(scales))), runs)


def _parts(document: Any) -> Iterator[tuple[dict[str, tuple[str, ...]], list[str]]]:
    """Each thirty-second path of a document and each thirty-second webhook, each eighth, each second."""
    paths = {
        path: tuple(name for name in item if name in _METHODS) for path, item in document["paths"].items()
    }
    for step in (32, 8, 2):
        webhooks = list(document.get("x-webhooks", {}))[::step]
        yield {path: methods for path, methods in list(paths.items())[::step] if methods}, webhooks


def _sizes(what: str, documents: list[Any], scratch: Path, runs: int, limit: float | None = 1.1) -> Curve:
    points: list[tuple[float, float]] = []
    path = inputs.write(scratch / "growth" / "api.json", documents[0])
    emit(load_services(path)[0], tool="bench")  # templates are compiled, modules loaded
    for document in documents:
        inputs.write(path, document)
        costs = [work(lambda: emit(load_services(path)[0], tool="bench")) for _ in range(runs)]
        points.append((path.stat().st_size / 1000, min(cost.cpu for cost in costs)))
    return Curve(f"load and generate, {what}", "CPU s over kB", tuple(points), limit)


def _changes(scratch: Path, document: Any, runs: int) -> Iterator[Curve]:
    """A second version in which more and more schemas changed: what it adds to the first, which is there already."""
    specs, out = scratch / "changes" / "svc", scratch / "changes" / "out"
    inputs.write(specs / "2024-01-01.json", document)
    first = emit(load_services(specs)[0], tool="bench", folder=out)
    write_tree(out, first)
    total = sum("properties" in schema for schema in document["components"]["schemas"].values())
    lines: list[tuple[float, float]] = []
    seconds: list[tuple[float, float]] = []
    for count in (count for count in (8, 16, 32, 64, 128) if count <= total):
        inputs.write(specs / "2024-06-01.json", inputs.with_changed_schemas(document, count))
        (service,) = load_services(specs)
        both: dict[str, str] = {}
        costs = [work(lambda: both.update(emit(service, tool="bench", folder=out))) for _ in range(runs)]  # noqa: B023
        lines.append((count, _lines(both) - _lines(first)))
        seconds.append((count, min(cost.cpu for cost in costs)))
    yield Curve("an api-version that changes some schemas: lines it adds", "lines over schemas", tuple(lines))
    yield Curve(
        "an api-version that changes some schemas: generating it", "CPU s over schemas", tuple(seconds)
    )


def _lines(files: dict[str, str]) -> int:
    return sum(
        text.count("\n") for path, text in files.items() if path.endswith(".py") and "/_runtime/" not in path
    )
