"""Would the emitted tests see a broken client? Each mutant is a generated package with one fault put into it.

APIVOLVE_CORPUS names a folder of services, each a folder of api-versions; `specs/` is taken without it. A mutant is caught
when the emitted tests fail. Prints how many of each kind were caught, the survivors, and what was left out: of a service
with very many operations some are drawn, and generated with what they reach as a service of their own. Exits with 1 when a
kind is below what is owed. `python tests/sweep_mutants.py [--each N] [--kind KIND]… [--minutes M] NAME…` looks at N mutants of
each kind, or of some, in some services. When the minutes are over, or it is interrupted, it says what was not begun and what was not finished.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import importlib
import io
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path

import httpx2  # noqa: F401 - imported once, here, not in each child
import pytest

from apivolve.emit import emit, package_name, write_tree
from apivolve.errors import ApivolveError
from apivolve.load import load_services
from apivolve.model import Api, Service
from apivolve.reach import reachable, request_types, response_types
from mutants import KINDS, Mutant, mutants_of

ROOT = Path(__file__).parents[1]
OWED = 0.95
EACH = 4
MOST_OPERATIONS = 400
"""Of all api-versions of a service: what has more takes too long for a run of its tests per mutant."""
DRAWN = 150
"""Operations that are drawn of such a service."""


class _OverError(Exception):
    """The time is over."""


def main() -> int:
    """Put faults into the clients of a corpus and count what their tests see."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--each", type=int, default=EACH)
    parser.add_argument("--kind", action="append", choices=KINDS)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("names", nargs="*")
    asked = parser.parse_args()
    corpus = Path(os.environ.get("APIVOLVE_CORPUS", ROOT / "specs"))
    names: list[str] = asked.names or sorted(
        path.name for path in corpus.iterdir() if path.is_dir() and path.name != "LICENSES"
    )
    caught: Counter[str] = Counter()
    made: Counter[str] = Counter()
    left = list(names)
    for one in (signal.SIGALRM, signal.SIGINT, signal.SIGTERM):
        signal.signal(one, _over)
    if asked.minutes:
        signal.setitimer(signal.ITIMER_REAL, asked.minutes * 60)
    with contextlib.suppress(_OverError):
        for name in names:
            _look_at(corpus / name, asked.kind or list(KINDS), asked.each, made, caught)
            left.remove(name)
    status = _table(made, caught)
    if left:
        print(f"the time is over: {left[0]} not finished; not begun: {', '.join(left[1:]) or 'none'}")
    return status


def _over(_number: int, _frame: object) -> None:
    raise _OverError


def _look_at(folder: Path, kinds: Sequence[str], each: int, made: Counter[str], caught: Counter[str]) -> None:
    """Count the mutants of one service, each when it was looked at."""
    started, before, seen = time.perf_counter(), made.total(), caught.total()
    with tempfile.TemporaryDirectory() as scratch:
        for mutant, is_caught in _service(folder, Path(scratch), kinds, each):
            made[mutant.kind] += 1
            caught[mutant.kind] += is_caught
            if not is_caught:
                print(f"  survived: {mutant}", flush=True)
    print(
        f"{folder.name}: {caught.total() - seen} of {made.total() - before} mutants caught, "
        f"{time.perf_counter() - started:.0f} s",
        flush=True,
    )


def _table(made: Mapping[str, int], caught: Mapping[str, int]) -> int:
    below = [kind for kind in KINDS if made.get(kind, 0) and caught[kind] / made[kind] < OWED]
    for kind in KINDS:
        count = made.get(kind, 0)
        share = f"{caught[kind] / count:6.1%}" if count else "  none"
        print(f"{kind:20} {caught.get(kind, 0):5} of {count:5} caught {share}")
    total = sum(made.values())
    print(
        f"{sum(caught.values())} of {total} mutants caught"
        + (f"; below 95 %: {', '.join(below)}" if below else "")
    )
    return 1 if below or not total else 0


def _service(folder: Path, scratch: Path, kinds: Sequence[str], each: int) -> Iterator[tuple[Mutant, bool]]:
    try:
        (service,) = load_services(folder)
    except ApivolveError as error:
        print(f"{folder.name}: refused, {error.problems[0].headline()[:120]}")
        return
    count = _count(service)
    if count > MOST_OPERATIONS:
        service = _drawn(service)
        print(f"{folder.name}: {_count(service)} of {count} operations are drawn", flush=True)
    yield from _mutated(service, scratch, kinds, each)


def _count(service: Service) -> int:
    return sum(len(api.operations) for api in service.versions)


def _drawn(service: Service) -> Service:
    """Some operations of a service, each in all versions that have it, with the models that they reach."""
    known = sorted({operation.label for api in service.versions for operation in api.operations})
    random.Random(service.name).shuffle(known)  # noqa: S311 - which operations are looked at
    counts = Counter(operation.label for api in service.versions for operation in api.operations)
    kept: set[str] = set()
    for label in known:
        if sum(counts[one] for one in kept) >= DRAWN:
            break
        kept.add(label)
    return replace(service, versions=tuple(_part(api, kept) for api in service.versions))


def _part(api: Api, labels: Set[str]) -> Api:
    operations = tuple(one for one in api.operations if one.label in labels)
    types = [type_ for one in operations for type_ in (*request_types(one), *response_types(one))]
    keys = set(reachable(api, types))
    models = tuple(model for model in api.models if model.key in keys)
    return replace(api, operations=operations, models=models, webhooks=())


def _mutated(
    service: Service, scratch: Path, kinds: Sequence[str], each: int
) -> Iterator[tuple[Mutant, bool]]:
    package = package_name(service.name)
    target = scratch / package
    write_tree(target, emit(service, tool="sweep", jobs=os.cpu_count() or 1))
    if not _passes(target, [target / "tests"], is_first=True):
        print(f"{service.name}: its own tests fail before any fault is put in", flush=True)
        return
    # no fault is put into the runtime, so it is imported once
    sys.path.insert(0, str(target))
    importlib.import_module(f"{package}._runtime")
    found = mutants_of(target / package)
    chance = random.Random(service.name)  # noqa: S311 - which mutants are looked at
    for kind in kinds:
        of_kind = sorted((mutant for mutant in found if mutant.kind == kind), key=str)
        for mutant in chance.sample(of_kind, min(each, len(of_kind))):
            yield mutant, _is_caught(target, target / package / mutant.path, mutant)
    print(f"{service.name}: {len(found)} places for a fault", flush=True)
    sys.path.remove(str(target))
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]
    shutil.rmtree(target)


def _is_caught(target: Path, path: Path, mutant: Mutant) -> bool:
    """Put a fault in, run the tests of what it is in, of its version and then all, and take it out."""
    whole, when = path.read_text(encoding="utf-8"), path.stat().st_mtime_ns
    path.write_text(mutant.text(whole), encoding="utf-8")
    os.utime(path, ns=(0, 0))  # so that what was compiled of the whole file is not taken for this one
    own = target / "tests" / f"test_{mutant.path.parts[0]}.py"
    try:
        name = _inside(whole, mutant)
        return (
            (own.exists() and name != "" and not _passes(target, [own], "-k", name))
            or (own.exists() and not _passes(target, [own]))
            or not _passes(target, [target / "tests"])
        )
    finally:
        path.write_text(whole, encoding="utf-8")
        os.utime(path, ns=(when, when))


def _inside(whole: str, mutant: Mutant) -> str:
    """The function, class or type that a fault is in, as tests are named after it; empty where there is none."""
    line = whole.encode().count(b"\n", 0, mutant.start) + 1
    name = ""
    for node in ast.walk(ast.parse(whole)):  # what is inside comes after what it is inside of
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.AnnAssign):
            if not node.lineno <= line <= (node.end_lineno or 0):
                continue
            if not isinstance(node, ast.AnnAssign):
                name = node.name.strip("_")
            elif isinstance(node.value, ast.Constant) and isinstance(node.target, ast.Name):
                name = name or node.target.id
    return "" if name in ("and", "or", "not") else name


def _passes(target: Path, tests: list[Path], *more: str, is_first: bool = False) -> bool:
    """Run emitted tests in a child that has the libraries already. The first time, what is compiled is kept."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            sys.dont_write_bytecode = not is_first
            os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
            with (
                Path(os.devnull).open("w") as silence,
                contextlib.redirect_stderr(silence),
                contextlib.redirect_stdout(io.StringIO()),
            ):
                words = [
                    "-q",
                    "-x",
                    "--no-header",
                    "--tb=no",
                    "-p",
                    "no:cacheprovider",
                    f"--rootdir={target}",
                ]
                status = int(pytest.main([*words, *more, *map(str, tests)]))
        finally:
            os._exit(status)
    _, ended = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(ended) in (0, 5)


if __name__ == "__main__":
    sys.exit(main())
