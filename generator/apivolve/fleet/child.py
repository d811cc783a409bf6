"""A piece of work in a process of its own, in a folder of its own: what it takes down is itself.

python -m apivolve.fleet.child      reads a pickled call from stdin, writes its pickled result to stdout
"""

from __future__ import annotations

import gc
import io
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any

from ..errors import Problem
from ..version import VERSION
from .task import Failed, attempt

_MODULE = "apivolve.fleet.child"


def packed(work: Callable[[], object]) -> bytes:
    """A piece of work as bytes."""
    return pickle.dumps(work)


def in_child(work: bytes, folder: str, version: str = VERSION) -> bytes:
    """Do `packed` work in a child process that runs in a folder; gives the pickled result, or a pickled `Failed`.

    This is what a worker of a cluster runs. A worker with another version of apivolve, or without the folder, fails.
    """
    if version != VERSION:
        return _failed("worker-version", f"a worker has apivolve {VERSION}, and this is {version}")
    try:
        run = subprocess.run(  # noqa: S603 - this Python, and a module of ours
            [sys.executable, "-P", "-m", _MODULE],  # -P: what lies in that folder is no module of ours
            input=work,
            cwd=folder,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        reason = error.strerror or error
        help_ = "the workers must see the same files at the same paths"
        return _failed("worker-failed", f"a worker cannot run in {folder}: {reason}", help_)
    if run.returncode < 0:
        return _failed(
            "worker-died",
            f"its process was ended by {_signal(-run.returncode)}",
            "is there enough memory? fewer --jobs need less",
        )
    if run.returncode:
        said = run.stderr.decode(errors="replace").strip().splitlines()
        return _failed("worker-died", f"its process ended with {run.returncode}: {said[-1] if said else ''}")
    return run.stdout


def unpacked(result: bytes) -> Any:
    """What `in_child` gave."""
    return pickle.loads(result)  # noqa: S301 - it comes from a process that we started


def _failed(rule: str, message: str, help_: str | None = None) -> bytes:
    return pickle.dumps(Failed((Problem(rule, message, help=help_),)))


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def main() -> None:
    """Do the work on stdin."""
    gc.disable()  # it does one thing, and ends
    work = unpacked(sys.stdin.buffer.read())
    with redirect_stdout(io.StringIO()):  # stdout has the result and nothing else
        made = attempt(work)
    sys.stdout.buffer.write(pickle.dumps(made))


if __name__ == "__main__":
    main()
