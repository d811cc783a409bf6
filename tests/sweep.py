"""The long check: every service of a corpus is loaded, generated, imported, tested and compared.

APIVOLVE_CORPUS names a folder of services, each a folder of api-versions. Prints a line per service; exits with 1 when one
fails in a way that a user would call our fault. `python tests/sweep.py NAME…` looks at some services only.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from apivolve.diff import compare
from apivolve.emit import emit, package_name, surface, write_tree
from apivolve.errors import ApivolveError
from apivolve.load import load_services

JOBS = os.cpu_count() or 1


def main() -> int:
    """Sweep the corpus."""
    corpus = os.environ.get("APIVOLVE_CORPUS")
    if not corpus:
        print("skipped: set APIVOLVE_CORPUS to a folder of services, each a folder of api-versions")
        return 0
    names = sys.argv[1:] or sorted(
        path.name for path in Path(corpus).iterdir() if path.is_dir() and path.name != "LICENSES"
    )
    print(
        f"{'service':44} versions operations schemas warnings  load  emit kLOC tests diff(s) findings errors verified"
    )
    failed = [name for name in names if not sweep(Path(corpus) / name)]
    print(
        f"{len(names) - len(failed)} of {len(names)} services hold"
        + (f"; not: {', '.join(failed)}" if failed else "")
    )
    return 1 if failed else 0


def sweep(folder: Path) -> bool:
    """One service; False when something is wrong."""
    started = time.perf_counter()
    try:
        (service,) = load_services(folder)
    except ApivolveError as error:
        print(
            f"{folder.name:44} refused: {error.problems[0].headline()[:150]} ({len(error.problems)} problems)"
        )
        return True
    loaded = time.perf_counter()
    files = emit(service, tool="sweep", jobs=JOBS)
    emitted = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch) / package_name(service.name)
        write_tree(target, files)
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", str(target)],
            capture_output=True,
            text=True,
            check=False,
        )
    tests = run.stdout.strip().splitlines()[-1] if run.stdout.strip() else run.stderr.strip()[-200:]
    compared = time.perf_counter()
    verdicts = [
        compare(a, b, (surface(a), surface(b)))
        for a, b in zip(service.versions, service.versions[1:], strict=False)
    ]
    done = time.perf_counter()
    findings = [finding for verdict in verdicts for finding in verdict.findings]
    wire = [finding for finding in findings if finding.severity == "error" and finding.scope == "wire"]
    verified = sum(finding.witness is not None and finding.witness.verified for finding in wire)
    versions = service.versions
    print(
        f"{folder.name:44} {len(versions):8} {sum(len(api.operations) for api in versions):10} {sum(len(api.models) for api in versions):7} "
        f"{sum(len(api.problems) for api in versions):8} {loaded - started:5.1f} {emitted - loaded:5.1f} "
        f"{sum(text.count(chr(10)) for path, text in files.items() if path.endswith('.py')) / 1000:4.0f} {tests} {done - compared:6.1f} "
        f"{len(findings):8} {sum(finding.severity == 'error' for finding in findings):6} {verified}/{len(wire)}",
        flush=True,
    )
    if run.returncode not in (0, 5):
        print(run.stdout[-3000:], run.stderr[-1000:])
    return run.returncode in (0, 5)


if __name__ == "__main__":
    sys.exit(main())
