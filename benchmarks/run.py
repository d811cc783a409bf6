"""Everything that is measured, each beside a peer in the same run: `make bench`.

    python benchmarks/run.py [--runs N] [--results FILE] [AREA…]

AREA is one of generate, load, diff, import, codec, calls, growth; without one, all. APIVOLVE_CORPUS names a corpus with GitHub's
description, which the targets for big documents are for. Machines are noisy: read the ratios.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import growth
import inputs
import tool
from growth import Curve
from measure import Row
from notes import NOTES
from table import markdown, shown

import runtime

Measured = Row | Curve | str
RESULTS = Path(__file__).parent / "RESULTS.md"
SCALES = (1, 2, 4, 8)
"""How many times over a document is measured."""


def generate(scratch: Path, runs: int) -> Iterator[Measured]:
    """Azure OpenAI's newest api-version, and the biggest document there is."""
    newest = inputs.shipped()
    yield from tool.generation(scratch / "azure", newest, "Azure OpenAI", runs, big=False)
    yield from tool.one_version_added(
        scratch / "added", newest, inputs.with_changed_schemas(newest), "Azure OpenAI", runs
    )
    if (whole := inputs.biggest()) is None:
        yield f"generate GitHub's description: {inputs.NO_CORPUS}"
        return
    yield from tool.generation(scratch / "github", inputs.read(whole), "GitHub", runs, big=True)


def load(scratch: Path, runs: int) -> Iterator[Measured]:
    """Reading alone."""
    yield from tool.loading(inputs.AZURE / "2024-06-01" / "inference.json", "Azure OpenAI", runs, big=False)
    if (whole := inputs.biggest()) is not None:
        yield from tool.loading(whole, "GitHub", runs, big=True)
    del scratch


def diff(scratch: Path, runs: int) -> Iterator[Measured]:
    """The gate, from the command line and in memory."""
    before, after = (
        inputs.AZURE / version / "inference.json" for version in ("2024-05-01-preview", "2024-06-01")
    )
    yield from tool.comparisons((before, after), runs)
    (scratch / "azure").mkdir()
    yield from tool.differences(
        scratch / "azure", inputs.read(after), inputs.read(before), "Azure OpenAI", runs, big=False
    )
    if (whole := inputs.biggest()) is not None:
        (scratch / "github").mkdir()
        yield from tool.differences(scratch / "github", inputs.read(whole), None, "GitHub", runs, big=True)


AREAS: dict[str, Callable[[Path, int], Iterator[Measured]]] = {
    "generate": generate,
    "load": load,
    "diff": diff,
    "import": runtime.importing,
    "codec": runtime.codec,
    "calls": runtime.calls,
    "growth": lambda scratch, runs: growth.curves(scratch, SCALES, runs),
}


def measure(areas: Sequence[str], runs: int) -> list[Measured]:
    """Measure, and print each line as it is known."""
    found: list[Measured] = []
    for area in areas:
        with tempfile.TemporaryDirectory(prefix="apivolve-bench-") as made:
            for one in AREAS[area](Path(made), runs):
                found.append(one)
                print(shown(one, NOTES), flush=True)
    return found


def main() -> None:
    """Measure what is asked for, and write the table where all of it was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("areas", nargs="*", choices=[*AREAS, []], metavar="AREA")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--results", type=Path)
    told = parser.parse_args()
    areas = told.areas or [*AREAS]
    found = measure(areas, told.runs)
    found += [f"{area}: not asked for in this run" for area in AREAS if area not in areas]
    target = told.results or (RESULTS if not told.areas else None)
    if target is not None:
        target.write_text(markdown(found, NOTES), encoding="utf-8")
        print(f"{target.name} is written")


if __name__ == "__main__":
    main()
