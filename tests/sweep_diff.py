"""The long check of the gate: neighbouring versions of a corpus are compared, and each break on the wire is counted by its proof.

APIVOLVE_CORPUS names a folder of services, each a folder of api-versions. For each service and for each rule it prints how many
breaking findings have a witness that an independent validator confirmed; exits with 1 when a comparison is no empty one where both
sides are the same, or when less than 95 in 100 are proven.
`python tests/sweep_diff.py NAME…` looks at some services only, and shows the unproven findings.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from pathlib import Path

from apivolve.diff import compare
from apivolve.errors import ApivolveError
from apivolve.finding import Finding
from apivolve.load import load_services
from apivolve.model import Api

WANTED = 95
"""Of 100 breaking findings, how many must be proven."""


def main() -> int:
    """Compare the corpus."""
    corpus = os.environ.get("APIVOLVE_CORPUS")
    if not corpus:
        print("skipped: set APIVOLVE_CORPUS to a folder of services, each a folder of api-versions")
        return 0
    chosen = sys.argv[1:]
    folders = sorted(path for path in Path(corpus).iterdir() if path.is_dir() and path.name != "LICENSES")
    results = [
        result
        for folder in folders
        if not chosen or folder.name in chosen
        if (result := Compared(folder)).pairs
    ]
    for result in results:
        print(result.line())
        if chosen:
            print(result.unproven())
    return summary(results)


class Compared:
    """One service: its neighbouring versions compared, and the breaks counted."""

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        self.pairs = 0
        self.proven: Counter[str] = Counter()
        self.open: dict[str, list[Finding]] = {}
        self.faults: list[str] = []
        started = time.perf_counter()
        try:
            services = load_services(folder)
        except ApivolveError:
            services = ()  # sweep_read.py says why
        self.loading = time.perf_counter() - started
        started = time.perf_counter()
        for service in services:
            for before, after in zip(service.versions, service.versions[1:], strict=False):
                self.compare(before, after)
        self.comparing = time.perf_counter() - started

    def compare(self, before: Api, after: Api) -> None:
        """One pair of neighbours."""
        self.pairs += 1
        for finding in compare(before, after).findings:
            if finding.severity != "error" or finding.scope != "wire":
                continue
            if finding.witness is not None and finding.witness.verified:
                self.proven[finding.rule] += 1
            else:
                self.open.setdefault(finding.rule, []).append(finding)

    @property
    def counted(self) -> tuple[int, int]:
        """Proven breaks, and all."""
        proven = self.proven.total()
        return proven, proven + sum(len(found) for found in self.open.values())

    def line(self) -> str:
        """The service in one line, and one for each fault."""
        proven, breaks = self.counted
        rules = ", ".join(
            f"{len(found)} {rule}"
            for rule, found in sorted(self.open.items(), key=lambda item: -len(item[1]))
        )
        head = f"{self.name:44} {self.pairs:3} pairs {self.loading:6.1f} s to load {self.comparing:6.1f} s to compare {proven:5}/{breaks:<5}"
        return "\n".join([f"{head} {rules}".rstrip(), *(f"    FAULT: {fault}" for fault in self.faults)])

    def unproven(self) -> str:
        """The breaks without a proof."""
        lines = []
        for found in self.open.values():
            for finding in found:
                shown = finding.witness
                proof = (
                    f"{shown.kind}: {' '.join(shown.text.split())[:200]}: {shown.reason}"
                    if shown
                    else "no witness"
                )
                lines.append(f"    {finding.rule} {finding.subject} | {finding.message} | {proof}")
        return "\n".join(lines)


def summary(results: list[Compared]) -> int:
    """The rules, and the sum; 1 when it is not good enough."""
    proven = sum((result.proven for result in results), Counter[str]())
    still: Counter[str] = Counter()
    for result in results:
        still.update({rule: len(found) for rule, found in result.open.items()})
    print()
    for rule in sorted({*proven, *still}, key=lambda rule: (-still[rule], rule)):
        print(f"{proven[rule]:6} of {proven[rule] + still[rule]:6} {rule}")
    breaks = proven.total() + still.total()
    share = 100 * proven.total() / breaks if breaks else 100.0
    faults = sum(len(result.faults) for result in results)
    pairs = sum(result.pairs for result in results)
    print(
        f"{len(results)} services, {pairs} pairs: {proven.total()} of {breaks} breaks are proven ({share:.1f} %), {faults} faults"
    )
    return 1 if faults or share < WANTED else 0


if __name__ == "__main__":
    sys.exit(main())
