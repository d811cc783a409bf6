"""The emitted tests of a corpus over real connections: each service against the mock server of its own specification.

APIVOLVE_CORPUS names a folder of services, each a folder of api-versions. Prints a line per service: what passed, failed and was
skipped, and the reasons of what did not pass. `python tests/sweep_live.py NAME…` looks at some services only.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from apivolve.emit import emit, package_name, write_tree
from apivolve.errors import ApivolveError
from apivolve.load import load_services
from apivolve.mock import Mock, Server
from apivolve.model import Service

JOBS = os.cpu_count() or 1
_SHOWN = 5


def main() -> int:
    """Sweep the corpus."""
    corpus = os.environ.get("APIVOLVE_CORPUS")
    if not corpus:
        print("skipped: set APIVOLVE_CORPUS to a folder of services, each a folder of api-versions")
        return 0
    names = sys.argv[1:] or sorted(
        path.name for path in Path(corpus).iterdir() if path.is_dir() and path.name != "LICENSES"
    )
    print(f"{'service, over loopback':44} versions passed failed skipped requests seconds")
    failed = [name for name in names if not sweep(Path(corpus) / name)]
    print(
        f"{len(names) - len(failed)} of {len(names)} services hold over loopback"
        + (f"; not: {', '.join(failed)}" if failed else "")
    )
    return 1 if failed else 0


def sweep(folder: Path) -> bool:
    """One service; False when a test fails."""
    started = time.perf_counter()
    try:
        (service,) = load_services(folder)
    except ApivolveError as error:
        print(f"{folder.name:44} refused: {error.problems[0].headline()[:150]}")
        return True
    log: list[str] = []
    with tempfile.TemporaryDirectory() as scratch, serving(service, log) as url:
        target = Path(scratch) / package_name(service.name)
        write_tree(target, emit(service, tool="sweep", jobs=JOBS))
        run = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "--tb=line",
                "-p",
                "no:cacheprovider",
                "--live",
                url,
                str(target),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    lines = run.stdout.strip().splitlines() or [run.stderr.strip()[-200:]]
    counts = {
        word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|skipped|error)", lines[-1])
    }
    print(
        f"{folder.name:44} {len(service.versions):8} {counts.get('passed', 0):6} {counts.get('failed', 0):6} "
        f"{counts.get('skipped', 0):7} {len(log):8} {time.perf_counter() - started:7.0f}",
        flush=True,
    )
    good = run.returncode in (0, 5)
    if not good:
        reasons = Counter(
            re.sub(r"^\S+:\d+: ", "", line)[:220] for line in lines if re.match(r"\S+\.py:\d+: ", line)
        )
        refused = Counter(
            re.sub(r".* -> ", "", line)[:220] for line in log if re.search(r" -> (4\d\d|500)  ", line)
        )
        for reason, count in [*reasons.most_common(_SHOWN), *refused.most_common(_SHOWN)]:
            print(f"    {count:5} x {reason}")
    return good


@contextmanager
def serving(service: Service, log: list[str]) -> Iterator[str]:
    """A mock of a service for as long as it is wanted; gives its address."""
    server = Server(Mock(service), "127.0.0.1", 0, log.append)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


if __name__ == "__main__":
    sys.exit(main())
