"""Other processes of this machine, that work for this one."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor


def helpers(count: int) -> ProcessPoolExecutor:
    """A pool of processes; each starts when there is work for it, and ends with the process that it helps, however that ends."""
    # spawned, not forked: the progress line runs in a thread
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"), initializer=_as_helper)


def _as_helper() -> None:
    # ^C reaches every process of a terminal, and one of them tells it
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
