"""Many services: one bad one stops no other, what is done is not done again, over the cores and over a cluster."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from distributed import Client

from apivolve.detach import detached
from apivolve.errors import LoadError, Problem, UsageError
from apivolve.fleet import Failed, Task, cluster, run_locally, run_on_cluster
from apivolve.source import Location, Source
from test_against import commit, git
from test_cli import SPEC, apivolve

SCOPED = SPEC.replace("required: [name], ", "")
NAMES = ("alpha", "beta", "gamma", "delta")


def fleet(folder: Path, names: tuple[str, ...] = NAMES, broken: str = "") -> None:
    """Services of two api-versions, of which the second breaks the first."""
    for name in names:
        (folder / "specs" / name).mkdir(parents=True)
        (folder / "specs" / name / "2024-01-01.yaml").write_text(SPEC)
        (folder / "specs" / name / "2024-06-01.yaml").write_text("openapi: [" if name == broken else SCOPED)


def results(run: subprocess.CompletedProcess[str]) -> dict[str, str]:
    return {one["service"]: one["result"] for one in json.loads(run.stdout)["services"]}


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# --- one bad service ------------------------------------------------------------------------------------------


def test_a_bad_service_stops_no_other(tmp_path: Path) -> None:
    fleet(tmp_path, broken="beta")
    run = apivolve("generate", "--format", "json", cwd=tmp_path)

    assert run.returncode == 2
    assert results(run) == {"alpha": "written", "beta": "failed", "delta": "written", "gamma": "written"}
    assert [one.partition(" ")[0] for one in run.stderr.splitlines() if "error[" in one] == [
        "specs/beta/2024-06-01.yaml:2:1:"
    ]
    assert "1 of 4 services failed; the others are done" in run.stderr
    assert {path.name for path in (tmp_path / "generated").iterdir()} == {"alpha", "delta", "gamma"}


def test_what_is_done_and_unchanged_is_not_done_again(tmp_path: Path) -> None:
    fleet(tmp_path, broken="beta")
    apivolve("generate", cwd=tmp_path)
    (tmp_path / "specs" / "beta" / "2024-06-01.yaml").write_text(SCOPED)
    (tmp_path / "generated" / "gamma" / "api.md").unlink()
    run = apivolve("generate", cwd=tmp_path)

    assert run.returncode == 0, run.stderr
    told = [line.partition(" files")[0] for line in run.stderr.splitlines()]
    assert (
        told[0] == told[2].replace("delta", "alpha") == "generated/alpha: nothing changed since the last run"
    )
    assert told[1].startswith("generated/beta: 2 api-versions, ")
    assert told[3].startswith("generated/gamma: 2 api-versions, 1 of ")


def test_two_services_are_not_one_package(tmp_path: Path) -> None:
    fleet(tmp_path, ("a-b", "a_b", "c"))
    run = apivolve("generate", "--format", "json", cwd=tmp_path)

    assert run.returncode == 2
    assert sorted(results(run).values()) == ["failed", "written", "written"]
    assert "error[same-package]" in run.stderr


def test_stale_packages_of_many(tmp_path: Path) -> None:
    fleet(tmp_path, ("alpha", "beta"))
    apivolve("generate", cwd=tmp_path)
    (tmp_path / "generated" / "beta" / "api.md").unlink()
    run = apivolve("generate", "--check", "--format", "json", cwd=tmp_path)

    assert run.returncode == 1
    assert results(run) == {"alpha": "unchanged", "beta": "stale"}


def test_a_report_over_many_is_that_of_each(tmp_path: Path) -> None:
    """Places and excerpts are the same when the documents stay in the process that read them."""
    fleet(tmp_path, ("alpha", "gamma"))
    forms = ("text", "json", "html", "sarif", "junit", "github", "changelog")
    shown: dict[str, list[str]] = {}
    for where, spec in (("many", "specs"), ("alone", "specs/gamma")):
        run = apivolve("breaking", spec, *(f"-f{form}:{where}.{form}" for form in forms), cwd=tmp_path)
        assert run.returncode == 1, run.stderr
        shown[where] = [(tmp_path / f"{where}.{form}").read_text() for form in forms]

    for form, many, alone in zip(forms, shown["many"], shown["alone"], strict=True):
        if form == "json":
            (of_alpha, of_gamma) = json.loads(many)["comparisons"]
            assert of_gamma == json.loads(alone)["comparisons"][0]
            assert of_alpha["service"] == "alpha"
        elif form in ("text", "github"):
            assert set(alone.splitlines()) <= set(many.splitlines())
        else:
            places = re.compile(r"specs/gamma/[^\"<>&: ]+(?::\d+:\d+)?|\d+ \| .*|\"startLine\": \d+")
            assert set(places.findall(alone)) <= set(places.findall(many))


def test_a_service_that_cannot_be_compared_stops_no_other(tmp_path: Path) -> None:
    fleet(tmp_path, broken="beta")
    first, second = (apivolve("breaking", "specs", "-f", "json", cwd=tmp_path) for _ in range(2))
    report = json.loads(first.stdout)

    assert first.returncode == second.returncode == 2
    assert first.stdout == second.stdout
    assert [one["service"] for one in report["comparisons"]] == ["alpha", "delta", "gamma"]
    assert [one["at"]["file"] for one in report["problems"]] == ["specs/beta/2024-06-01.yaml"]


def test_many_against_what_they_were(tmp_path: Path) -> None:
    """A service with one api-version is held against git; one that is gone is told."""
    for name in NAMES:
        (tmp_path / "specs" / name).mkdir(parents=True)
        (tmp_path / "specs" / name / "2024-01-01.yaml").write_text(SPEC)
    git(tmp_path, "init", "-q")
    commit(tmp_path, "one")
    (tmp_path / "specs" / "beta" / "2024-01-01.yaml").write_text(SCOPED)
    implied = apivolve("breaking", "specs", "-f", "json", cwd=tmp_path)
    (tmp_path / "specs" / "delta" / "2024-01-01.yaml").unlink()
    told = apivolve("breaking", "specs", "--against", "HEAD", "-f", "json", cwd=tmp_path)

    assert implied.returncode == told.returncode == 1
    assert [one["service"] for one in json.loads(implied.stdout)["comparisons"]] == ["beta"]
    assert [one["service"] for one in json.loads(told.stdout)["comparisons"]] == ["beta"]
    assert [one["rule"] for one in json.loads(told.stdout)["problems"]] == ["version-removed"]


# --- processes ------------------------------------------------------------------------------------------------


def double(number: int, **_: Any) -> int:
    return 2 * number


def end(number: int, **_: Any) -> int:
    if number == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return double(number)


def fail(number: int, **_: Any) -> int:
    source = Source("a.yaml", "one\ntwo\nthree\n" * 1000, "text")
    if number == 1:
        raise LoadError(Problem("some", "words", Location(source, "/x")))
    if number == 2:
        raise RuntimeError("inside")
    return number


def tasks(work: Any, count: int = 5) -> list[Task[int]]:
    return [Task(str(number), number, partial(work, number)) for number in range(count)]


@pytest.fixture
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process of its own is given to do is in this module."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))


@pytest.mark.usefixtures("importable")
def test_a_process_that_dies_takes_its_own_work_alone() -> None:
    made = dict(run_locally(tasks(end), 2))

    died = made.pop(1)
    assert made == {0: 0, 2: 4, 3: 6, 4: 8}
    assert isinstance(died, Failed)
    assert [one.rule for one in died.problems] == ["worker-died"]
    assert "SIGKILL" in died.problems[0].message


def test_what_fails_is_told_with_its_place() -> None:
    made = dict(run_locally(tasks(fail, 4), 2))

    assert (made[0], made[3]) == (0, 3)
    assert [one.headline() for one in made[1].problems] == ["a.yaml:1:1: error[some]: words"]  # type: ignore[union-attr]
    assert made[1].problems[0].render().splitlines()[1] == "  1 | one"  # type: ignore[union-attr]
    assert "RuntimeError: inside (test_fleet.py:" in made[2].problems[0].message  # type: ignore[union-attr]


def test_a_place_leaves_its_document_behind() -> None:
    source = Source("a.yaml", "".join(f"line {number}\n" for number in range(1, 1001)), "text", {"x": 1})
    problem = Problem("some", "words", Location(source, "/x", None))
    (away,) = detached((problem,))

    assert away.render() == problem.render()
    assert away.at is not None
    assert len(away.at.source.text) < 200
    assert away.at.source.content is None


def test_an_interrupted_run_leaves_whole_packages(tmp_path: Path) -> None:
    fleet(tmp_path, (*NAMES, "epsilon", "zeta", "eta", "theta"))
    code = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from apivolve.cli import main; main(['generate'])"
    generated = tmp_path / "generated"
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    ) as run:
        assert until(lambda: any(generated.glob("[a-z]*")), run)
        run.send_signal(signal.SIGINT)
        said = run.communicate(timeout=60)[1]

    assert run.returncode == 130
    assert said.splitlines()[-1] == "apivolve: stopped"
    assert "Traceback" not in said
    done = {path.name for path in generated.iterdir()}
    assert len(done) < 8
    assert all(name.isalpha() for name in done)  # no half of a tree beside them
    again = apivolve("generate", "--format", "json", cwd=tmp_path)
    assert again.returncode == 0
    kept = {name for name, word in results(again).items() if word == "unchanged"}
    assert kept <= done
    assert len(kept) >= len(done) - 1  # the last one may have been written and not yet noted


def until(met: Any, *running: subprocess.Popen[Any]) -> bool:
    """Wait for something to be so; False when it takes too long, or a process ends before."""
    ends = time.monotonic() + 120
    while not met():
        if time.monotonic() > ends or any(one.poll() is not None for one in running):
            return False
        time.sleep(0.02)
    return True


# --- a cluster ------------------------------------------------------------------------------------------------


@pytest.fixture
def two_workers(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a real scheduler, and its two workers; what dies stays dead."""
    file = tmp_path / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    scheduler_command = [
        "scheduler",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--no-dashboard",
        "--scheduler-file",
        str(file),
    ]
    worker_command = [
        "worker",
        "--host",
        "127.0.0.1",
        "--no-dashboard",
        "--no-nanny",
        "--nthreads",
        "1",
        "--scheduler-file",
        str(file),
    ]
    started = [subprocess.Popen([sys.executable, "-m", "dask", *scheduler_command], **quiet)]  # type: ignore[call-overload]
    try:
        assert until(lambda: file.is_file() and file.stat().st_size, *started)
        started += [
            subprocess.Popen([sys.executable, "-m", "dask", *worker_command], **quiet) for _ in range(2)
        ]  # type: ignore[call-overload]
        address = json.loads(file.read_text())["address"]
        with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(2, timeout=60)
        yield address, started[1:]
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


@pytest.mark.slow
def test_over_a_cluster_of_which_a_worker_is_killed(
    tmp_path: Path, two_workers: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    """The services that it was at are done by the other, and what is written is what this machine would have written."""
    address, workers = two_workers
    names = (*NAMES, "epsilon", "zeta")
    for folder in ("here", "there"):
        fleet(tmp_path / folder, names, broken="beta")
    there = tmp_path / "there"
    command = [sys.executable, "-m", "apivolve", "generate", "--scheduler", address, "--format", "json"]
    with subprocess.Popen(
        command, cwd=there, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            assert until(lambda: any((there / "generated").glob("[a-z]*")), run)
            busy = {one["pid"] for one in at_work(client)}
        victim = next(one for one in workers if one.pid in busy)
        victim.kill()
        told, said = run.communicate(timeout=240)

    assert run.returncode == 2, said
    assert "Traceback" not in said
    here = apivolve("generate", "--format", "json", cwd=tmp_path / "here")
    assert json.loads(told) == json.loads(here.stdout)
    assert files(there / "generated") == files(tmp_path / "here" / "generated")
    assert len(list((there / "generated").iterdir())) == len(names) - 1


def at_work(client: Any) -> list[dict[str, int]]:
    """The processes of the workers that have something to do."""
    busy = [address for address, keys in client.processing().items() if keys]
    return [{"pid": pid} for pid in client.run(os.getpid, workers=busy).values()]


@pytest.mark.slow
def test_a_report_over_a_cluster_is_that_of_this_machine(
    tmp_path: Path, two_workers: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    fleet(tmp_path, broken="delta")
    here = apivolve("breaking", "specs", "-f", "json", cwd=tmp_path)
    (tmp_path / "specs" / "gamma" / "2024-06-01.yaml").write_text(
        f"{SCOPED}# so that nothing is remembered\n"
    )
    there = apivolve("breaking", "specs", "-f", "json", "--scheduler", two_workers[0], cwd=tmp_path)

    assert (here.returncode, here.stdout) == (there.returncode, there.stdout)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense"])
def test_a_cluster_that_is_not_there(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE", 0.2)
    with pytest.raises(UsageError, match="no-scheduler"):
        list(run_on_cluster(tasks(double), address))
