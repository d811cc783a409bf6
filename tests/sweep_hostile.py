"""The long check against hostile texts: each is put in each place of a specification, which is generated and imported, or refused.

Prints each case that is neither, that starts a program or a connection, or that writes outside of its folder; exits with 1 when
there is one. `python tests/sweep_hostile.py NUMBER` takes that many cases at random, by a fixed seed: 5000 by default. `all` takes
all, which is some hours. The layout of the code is left out: it changes no meaning, and takes most of the time.
"""

from __future__ import annotations

import importlib
import itertools
import json
import os
import pkgutil
import random
import signal
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent / "hostile"))
import attacks
import places
import wire

from apivolve.emit import emit, write_tree
from apivolve.emit.files import render
from apivolve.errors import ApivolveError
from apivolve.load import load_services

FORBIDDEN = (
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "subprocess.Popen",
    "socket.connect",
    "socket.getaddrinfo",
)
SEED = 7
SECONDS = 30
seen: list[str] = []
allowed: list[str] = []
runtime: dict[str, Any] = {}
"""The modules of the runtime, which is the same in every package: imported once."""


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: what must not happen while a case is under way."""
    if not allowed:
        return
    if event in FORBIDDEN:
        seen.append(f"{event} {arguments!r}"[:200])
    elif (
        event == "open"
        and isinstance(arguments[0], str)
        and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    ):
        # what is compiled is cached; locks are in the user's cache
        path = os.path.realpath(arguments[0])
        if not path.startswith(tuple(allowed)) and "__pycache__" not in path:
            seen.append(f"writes {path}"[:200])


def pairs(number: int | None) -> list[tuple[str, places.Place]]:
    """Attacks and places: all, or a sample of them."""
    every = list(itertools.product(attacks.ATTACKS, places.places()))
    return every if number is None else random.Random(SEED).sample(every, number)  # noqa: S311 (no secret)


def faults(case: tuple[str, places.Place]) -> str:
    """What is wrong with a case; empty when nothing is."""
    attack, place = case
    with tempfile.TemporaryDirectory() as scratch:
        seen.clear()
        limit(SECONDS)
        allowed[:] = [
            os.path.realpath(scratch),
            os.path.realpath(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")),
        ]
        try:
            ended = _run(places.put(place, attacks.ATTACKS[attack]), Path(scratch))
        finally:
            limit(0)
            allowed.clear()
        return "; ".join([*([ended] if ended else []), *seen])


def _run(spec: dict[str, Any], scratch: Path) -> str:
    file = scratch / "spec.json"
    file.write_text(json.dumps(spec))
    try:
        (service,) = load_services(file, root=scratch)
        files = emit(service, tool="hostile")
    except ApivolveError as error:
        told = "\n".join(problem.render() for problem in error.problems)
        return (
            ""
            if told.isprintable() or all(char.isprintable() or char == "\n" for char in told)
            else f"not printable: {told!r}"
        )
    except Exception:
        return traceback.format_exc()[-600:]
    write_tree(scratch / "made", files)
    try:
        return "; ".join(use(spec, scratch / "made"))
    except Exception:
        return traceback.format_exc()[-600:]


def use(spec: dict[str, Any], made: Path) -> list[str]:
    """What is wrong with a package: all of it is imported, all that it has is called, and its tests are run."""
    return imported(made, lambda name: [*wire.faults(spec, made, name), *_tests(made)])


def imported(made: Path, then: Callable[[str], list[str]] = lambda _: []) -> list[str]:
    """Import all of a package, and go on with its name while it is there."""
    name = next(made.glob("*/py.typed")).parent.name
    sys.path.insert(0, str(made))
    before = set(sys.modules)
    try:
        sys.modules.update({f"{name}{inner}": module for inner, module in runtime.items()})
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for module in _modules(name):
                for member in dir(module):
                    getattr(module, member)
            if not runtime:
                start = f"{name}._runtime"
                runtime.update(
                    {
                        known.removeprefix(name): module
                        for known, module in sys.modules.items()
                        if known.startswith(start)
                    }
                )
                before |= {f"{name}{inner}" for inner in runtime}
            return then(name)
    finally:
        sys.path.pop(0)
        for known in set(sys.modules) - before:
            if known.partition(".")[0] in (name, "tests"):
                del sys.modules[known]


def _tests(made: Path) -> Iterator[str]:
    for path in sorted((made / "tests").glob("test_*.py")):
        yield from _run_tests(importlib.import_module(f"tests.{path.stem}"))


def _modules(name: str) -> Iterator[Any]:
    package = importlib.import_module(name)
    yield package
    for one in pkgutil.walk_packages(package.__path__, f"{name}."):
        yield importlib.import_module(one.name)


def _run_tests(module: Any) -> Iterator[str]:
    """What pytest does with an emitted test, in a hundredth of the time."""
    for name, test in vars(module).items():
        if name.startswith("test_"):
            (mark,) = test.pytestmark
            argument, values = mark.args
            for value in values:
                try:
                    test(**{argument: value})
                except Exception as error:
                    yield f"{name}[{value}]: {type(error).__name__}: {error}"[:300]


def limit(seconds: int) -> None:
    """End what goes on for longer, in seconds at work: the machine may do other things too. What waits may take ten times that."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.alarm(10 * seconds)


def _late(*_: object) -> None:
    raise TimeoutError(f"not done after {SECONDS} seconds")


def prepare() -> None:
    """Make a process ready for cases: it is watched, and lays nothing out."""
    render.layout = lambda text: text
    sys.dont_write_bytecode = True
    sys.addaudithook(watch)
    signal.signal(signal.SIGALRM, _late)
    signal.signal(signal.SIGPROF, _late)


def main() -> int:
    """Run the cases in two processes."""
    asked = sys.argv[1] if sys.argv[1:] else "5000"
    chosen = pairs(None if asked == "all" else int(asked))
    wrong = 0
    with ProcessPoolExecutor(os.cpu_count(), initializer=prepare) as pool:
        for (attack, place), fault in zip(chosen, pool.map(faults, chosen, chunksize=20), strict=True):
            if fault:
                wrong += 1
                print(f"{attack} at {place}: {fault}", flush=True)
    print(f"{len(chosen)} cases, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
