"""Processes that help another one end with it, however it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CODE = """
import sys, time
from apivolve.processes import helpers

if __name__ == "__main__":
    pool = helpers(1)
    pool.submit(print, "working", flush=True).result()
    pool.submit(time.sleep, 300).result()
"""


def test_a_helper_ends_with_the_process_that_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "main.py"
    script.write_text(CODE)
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "working\n"
        run.kill()

        # the pipe ends when the last process that has it does
        assert run.communicate(timeout=60) == ("", None)
