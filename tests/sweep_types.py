"""The long check of types: every package generated from a corpus, held against mypy --strict and pyright strict.

APIVOLVE_CORPUS names a folder of services, each a folder of api-versions. Prints a line per service, and what the type
checkers say; exits with 1 when they say anything. `python tests/sweep_types.py NAME…` looks at some services only.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from apivolve.emit import emit, package_name, write_tree
from apivolve.errors import ApivolveError
from apivolve.load import load_services

BIN = Path(sys.executable).parent
CHECKERS = {
    "mypy": [BIN / "mypy", "--strict", "--no-error-summary", "."],
    "pyright": [BIN / "basedpyright", "--pythonpath", sys.executable],
}
SHOWN = 20


def main() -> int:
    """Type-check the packages of a corpus."""
    corpus = os.environ.get("APIVOLVE_CORPUS")
    if not corpus:
        print("skipped: set APIVOLVE_CORPUS to a folder of services, each a folder of api-versions")
        return 0
    names = sys.argv[1:] or sorted(
        path.name for path in Path(corpus).iterdir() if path.is_dir() and path.name != "LICENSES"
    )
    failed = [name for name in names if not holds(Path(corpus) / name)]
    print(
        f"{len(names) - len(failed)} of {len(names)} services are typed strictly"
        + (f"; not: {', '.join(failed)}" if failed else "")
    )
    return 1 if failed else 0


def holds(folder: Path) -> bool:
    """One service; False when a type checker has something to say."""
    try:
        (service,) = load_services(folder)
    except ApivolveError as error:
        print(f"{folder.name:44} refused: {error.problems[0].headline()[:150]}", flush=True)
        return True
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch) / package_name(service.name)
        write_tree(target, emit(service, tool="sweep", jobs=os.cpu_count() or 1))
        told: list[str] = []
        said: list[str] = []
        for checker, command in CHECKERS.items():
            started = time.perf_counter()
            run = subprocess.run(
                [str(word) for word in command], cwd=target, capture_output=True, text=True, check=False
            )
            told.append(f"{checker} {time.perf_counter() - started:.0f} s")
            if run.returncode:
                lines = (run.stdout + run.stderr).splitlines()
                said += [f"  {checker}: {line}" for line in lines[:SHOWN]]
                said += [f"  {checker}: … {len(lines) - SHOWN} more lines"] if len(lines) > SHOWN else []
    print(f"{folder.name:44} {', '.join(told)}: {'not typed strictly' if said else 'nothing to say'}")
    print("".join(f"{line}\n" for line in said), end="", flush=True)
    return not said


if __name__ == "__main__":
    sys.exit(main())
