"""What an added api-version costs: lines, bytes and import time, beside the fraction of models and calls that changed.

    python benchmarks/versions.py [SERVICE…]

SERVICE is a folder of api-versions; without one, those of `specs/`. The package is generated anew for the first version,
the first two, and so on. Counted is the importable package without its runtime, which is the same for every service.
A version's cost is divided by what the version costs alone: `1.00` is what a copy would be.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from apivolve.emit import emit, package_name, write_tree
from apivolve.emit.names.identifiers import module
from apivolve.emit.names.table import Names
from apivolve.emit.versions.sharing import method_homes, model_homes, write_versions
from apivolve.load import load_services
from apivolve.model import Api, Service

ROOT = Path(__file__).parents[1]
JOBS = os.cpu_count() or 1
_TIMES = """
import importlib, json, sys, time
package, *modules = sys.argv[1:]
importlib.import_module(package + "._runtime")
found = []
for name in modules:
    started = time.perf_counter()
    version = importlib.import_module(f"{package}.{name}")
    for model in dir(version.models):
        getattr(version.models, model)
    found.append(time.perf_counter() - started)
print(json.dumps(found))
"""


def measure(files: dict[str, str], package: str) -> tuple[int, int]:
    """Lines and bytes of a package without its runtime."""
    kept = [
        text
        for path, text in files.items()
        if path.startswith(f"{package}/") and path.endswith(".py") and "/_runtime/" not in path
    ]
    return sum(text.count("\n") for text in kept), sum(len(text.encode()) for text in kept)


def import_times(folder: Path, package: str, versions: tuple[Api, ...]) -> list[float]:
    """Seconds for importing each version with all its models, after those before it. The best of five runs."""
    modules = [module(api.version) for api in versions]
    runs: list[list[float]] = []
    for _ in range(5):
        done = subprocess.run(
            [sys.executable, "-c", _TIMES, package, *modules],
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        )
        runs.append(json.loads(done.stdout))
    return [min(times) for times in zip(*runs, strict=True)]


def changed(service: Service) -> list[tuple[int, float, int, float]]:
    """Per version: its models, which part of them no older version has; and the same of its calls, docstrings included."""
    written = write_versions(service, Names())
    found: list[tuple[int, float, int, float]] = []
    for one, models, calls in zip(written, model_homes(written), method_homes(written), strict=True):
        own = sum(home.module == one.module for home in models.values())
        fresh = sum(home == one.module for home in calls.values())
        found.append((len(models), own / max(1, len(models)), len(calls), fresh / max(1, len(calls))))
    return found


def report(service: Service) -> None:
    """Print the table of one service."""
    package = package_name(service.name)
    versions = service.versions
    parts = changed(service)
    alone = [
        measure(emit(Service(service.name, (api,)), tool="bench", jobs=JOBS), package) for api in versions
    ]
    sizes: list[tuple[int, int]] = [(0, 0)]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / package
        files: dict[str, str] = {}
        for count in range(1, len(versions) + 1):
            files = emit(Service(service.name, versions[:count]), tool="bench", folder=folder, jobs=JOBS)
            write_tree(folder, files)
            sizes.append(measure(files, package))
        times = import_times(folder, package, versions)
    print(f"\n{service.name}: {len(versions)} api-versions")
    print(
        f"{'version':22} {'models':>6} {'changed':>8} {'calls':>6} {'changed':>8} {'lines':>7} {'of alone':>8} "
        f"{'bytes':>8} {'of alone':>8} {'import':>9}"
    )
    for index, api in enumerate(versions):
        models, new_models, calls, new_calls = parts[index]
        lines, size = (sizes[index + 1][side] - sizes[index][side] for side in (0, 1))
        print(
            f"{api.version:22} {models:6} {new_models:8.0%} {calls:6} {new_calls:8.0%} {lines:7} "
            f"{lines / alone[index][0]:8.2f} {size:8} {size / alone[index][1]:8.2f} {times[index] * 1000:6.1f} ms"
        )
    ten = min(10, len(versions))
    largest = max(lines for lines, _ in alone[:ten])
    copies = sum(lines for lines, _ in alone)
    print(
        f"all {len(versions)}: {sizes[-1][0]} lines, {sizes[-1][0] / max(1, alone[-1][0]):.2f}x the newest alone, "
        f"{sizes[-1][0] / max(1, copies):.2f}x a copy of each; the first {ten}: {sizes[ten][0] / max(1, largest):.2f}x their largest alone; "
        f"the last {ten}: {_last(service, ten, package):.2f}x their largest alone"
    )


def _last(service: Service, count: int, package: str) -> float:
    kept = service.versions[-count:]
    whole, _ = measure(emit(Service(service.name, kept), tool="bench", jobs=JOBS), package)
    largest = max(
        measure(emit(Service(service.name, (api,)), tool="bench", jobs=JOBS), package)[0] for api in kept
    )
    return whole / max(1, largest)


def main() -> None:
    """Print the tables."""
    for path in sys.argv[1:] or [str(ROOT / "specs")]:
        for service in load_services(path):
            if len(service.versions) > 1:
                report(service)


if __name__ == "__main__":
    main()
