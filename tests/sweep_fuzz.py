"""The long check of documents that are wrong: specifications changed at random are read, generated, imported, shown and compared.

Nothing else may come of it than a package that can be imported, or a message with a place and exit code 2; in bounded time and
memory. `python tests/sweep_fuzz.py [SECONDS [SEED]]` goes on for so long, 600 by default; the same seed gives the same documents. The seeds are the
specifications of this repository, and those of APIVOLVE_CORPUS that are not large. Prints each case that went wrong, and where the
document is kept; exits with 1 when there is one.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import resource
import shutil
import sys
import tempfile
import time
import traceback
from functools import cache
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).parent / "hostile"))
from mutations import garbled, mutated, text_of

import sweep_hostile
from apivolve import cli

ROOT = Path(__file__).parents[1]
BIGGEST = 60_000
"""Bytes of a document that is a seed."""
SECONDS = 60
MEGABYTES = 1500
"""What a process may come to use, with all that it has loaded."""


@cache
def seeds() -> list[Path]:
    """The documents that are changed."""
    found = sorted((ROOT / "tests" / "cases").glob("*/*/*.yaml")) + sorted(
        (ROOT / "tests" / "hostile").glob("*.yaml")
    )
    corpus = os.environ.get("APIVOLVE_CORPUS")
    if corpus:
        found += sorted(path for kind in ("yaml", "json") for path in Path(corpus).rglob(f"*.{kind}"))
    return [path for path in found if path.stat().st_size < BIGGEST and b"paths" in path.read_bytes()]


def case(seed: int) -> tuple[bytes, bytes, str]:
    """The document before and after, and the ending of its name."""
    chance = random.Random(seed)  # noqa: S311 (no secret)
    path = chance.choice(seeds())
    before = path.read_bytes()
    if chance.random() < 0.3:
        return before, garbled(before, chance), path.suffix
    document = json.loads(before) if path.suffix == ".json" else yaml.safe_load(before)
    text = text_of(document)
    # aliases of YAML are one node at many places: to move one into another would be a cycle
    return text, text_of(mutated(json.loads(text), chance)), ".json"


def faults(seed: int) -> list[str]:
    """What is wrong with what came of a case."""
    before, after, suffix = case(seed)
    return faults_of(before, after, suffix)


def faults_of(before: bytes, after: bytes, suffix: str) -> list[str]:
    """What is wrong with what comes of a document, and of a change from another to it."""
    found: list[str] = []
    with tempfile.TemporaryDirectory() as scratch, contextlib.chdir(scratch):
        Path("pyproject.toml").touch()
        Path(f"before{suffix}").write_bytes(before)
        Path(f"after{suffix}").write_bytes(after)
        tempfile.tempdir = scratch
        old, new = f"before{suffix}", f"after{suffix}"
        for arguments in (
            ["generate", new, "-o", "out", "-q", "-j", "1"],
            ["inspect", new],
            ["diff", old, new],
            ["diff", new, old, "--format", "json"],
            ["changelog", old, new],
        ):
            found += [f"{arguments[0]}: {fault}" for fault in _called(arguments)]
        if Path("out").is_dir():
            packages = list(Path("out").iterdir())
            found += [fault for package in packages for fault in _imported(package)]
            found += [] if packages else ["out: an empty folder is left"]
        tempfile.tempdir = None
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if used > MEGABYTES:
        found.append(f"{used} MB are in use")
    return found


def outcome(text: bytes, suffix: str) -> tuple[Any, str]:
    """The exit code of `inspect` for a document, and what is told."""
    out, err = io.StringIO(), io.StringIO()
    with tempfile.TemporaryDirectory() as scratch, contextlib.chdir(scratch):
        Path("pyproject.toml").touch()
        Path(f"spec{suffix}").write_bytes(text)
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                cli.main(["inspect", f"spec{suffix}"])
        except SystemExit as end:
            return end.code, err.getvalue()
    return None, err.getvalue()


def _called(arguments: list[str]) -> list[str]:
    out, err = io.StringIO(), io.StringIO()
    started = time.process_time()
    sweep_hostile.limit(SECONDS)
    code: Any = None
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            cli.main(arguments)
    except SystemExit as end:
        code = end.code
    except BaseException:
        return [traceback.format_exc()[-800:]]
    finally:
        sweep_hostile.limit(0)
    told = err.getvalue()
    found: list[str] = []
    if "apivolve: internal error" in told or "Traceback (most" in told:
        report = next(Path().glob("apivolve-*.txt"), None)
        found.append(told[-300:] + (report.read_text()[-1500:] if report else ""))
        for left in Path().glob("apivolve-*.txt"):
            left.unlink()
    if code not in (0, 1, 2) or (code == 1 and arguments[0] in ("generate", "inspect", "changelog")):
        found.append(f"exit code {code}")
    if code == 2 and "error" not in told:
        found.append(f"exit code 2 without a word: {told!r}")
    if code == 2 and not any(name in told for name in ("after.", "before.")):
        found.append(f"no place: {told[:300]!r}")
    odd = {char for char in told + out.getvalue() if not char.isprintable() and char != "\n"}
    if odd:
        found.append(f"not printable: {sorted(odd)!r}")
    if time.process_time() - started > SECONDS:
        found.append("too slow")
    return found


def _imported(package: Path) -> list[str]:
    sweep_hostile.limit(SECONDS)
    try:
        return sweep_hostile.imported(package.resolve())
    except Exception:
        return [traceback.format_exc()[-800:]]
    finally:
        sweep_hostile.limit(0)


def main() -> int:
    """Go on for a time."""
    seconds = float(sys.argv[1]) if sys.argv[1:] else 600.0
    seed = int(sys.argv[2]) if sys.argv[2:] else 0
    sweep_hostile.prepare()
    kept = Path(tempfile.gettempdir()) / "apivolve-fuzz"
    shutil.rmtree(kept, ignore_errors=True)
    ends = time.monotonic() + seconds
    done = wrong = 0
    while time.monotonic() < ends:
        told = faults(seed)
        if told:
            wrong += 1
            before, after, suffix = case(seed)
            kept.mkdir(exist_ok=True)
            (kept / f"{seed}-before{suffix}").write_bytes(before)
            (kept / f"{seed}{suffix}").write_bytes(after)
            print(f"seed {seed}, kept as {kept / f'{seed}{suffix}'}: {'; '.join(told)}", flush=True)
        done, seed = done + 1, seed + 1
    print(f"{done} documents, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
