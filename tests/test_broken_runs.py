"""Runs that end badly: what stands on the disk then, and what is told."""

from __future__ import annotations

import errno
import os
import random
import resource
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock

from apivolve import cli
from apivolve.cache import lock_file
from apivolve.cli import commands
from apivolve.cli.console import write_text
from apivolve.config import read_waivers, with_waivers
from apivolve.emit import LOCK, compare_tree, write_tree
from apivolve.emit.files import tree
from apivolve.emit.files.lock import Lock, digest
from apivolve.errors import OutputError
from apivolve.finding import Waiver
from conftest import ROOT

WRITER = """
import sys
from pathlib import Path
sys.path[:0] = [{source!r}, {tests!r}]
from test_broken_runs import tree_of
from apivolve.emit import write_tree
print("ready", flush=True)
while True:
    for name in "ab":
        write_tree(Path({folder!r}), tree_of(name))
"""


def tree_of(name: str) -> dict[str, str]:
    files = {f"folder{at % 5}/file{at}.py": f"# {name}\n" * 500 for at in range(40)}
    return {**files, LOCK: Lock(files={path: ("", digest(text)) for path, text in files.items()}).text()}


def test_a_run_killed_at_any_moment(tmp_path: Path) -> None:
    """The tree is the old one or the new one; between two renames it stands aside, and the next run puts it back."""
    folder = tmp_path / "out" / "sdk"
    write_tree(folder, tree_of("a"))
    (folder / "mine.txt").write_text("mine")
    source = str(Path(tree.__file__).parents[3])
    code = WRITER.format(source=source, tests=str(Path(__file__).parent), folder=str(folder))
    chance = random.Random(9)  # noqa: S311 (no secret)
    for _ in range(12):
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as run:
            assert run.stdout is not None
            run.stdout.readline()
            time.sleep(chance.random() * 0.15)
            run.kill()
        standing = folder if folder.exists() else folder.parent / ".sdk.old"
        assert any(compare_tree(standing, tree_of(name)).clean for name in "ab")
        write_tree(folder, tree_of("a"))
        assert compare_tree(folder, tree_of("a")).clean
        assert (folder / "mine.txt").read_text() == "mine"
        assert {path.name for path in folder.parent.iterdir()} == {"sdk"}


@pytest.mark.parametrize("at", [0, 1, 20, 39])
def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    write_tree(tmp_path / "sdk", tree_of("a"))
    written = Path.write_bytes
    left = iter(range(at))

    def write(self: Path, data: bytes) -> int:
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return written(self, data)

    monkeypatch.setattr(Path, "write_bytes", write)
    for folder in (tmp_path / "sdk", tmp_path / "new" / "folders" / "sdk"):
        with pytest.raises(OutputError, match="No space left"):
            write_tree(folder, tree_of("b"))

    assert compare_tree(tmp_path / "sdk", tree_of("a")).clean
    assert {path.name for path in tmp_path.iterdir()} == {"sdk"}


def test_a_file_where_a_folder_is_due(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for folder in (tmp_path / "file", tmp_path / "file" / "sdk"):
        with pytest.raises(OutputError):
            write_tree(folder, tree_of("a"))
    assert (tmp_path / "file").read_text() == "mine"


def test_a_linked_target_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "linked").symlink_to("real")
    write_tree(tmp_path / "linked", tree_of("a"))

    assert (tmp_path / "linked").is_symlink()
    assert compare_tree(tmp_path / "real", tree_of("a")).clean


def test_two_runs_on_one_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "_PATIENCE", 0.1)
    with FileLock(lock_file((tmp_path / "sdk").resolve())), pytest.raises(OutputError, match="another run"):
        write_tree(tmp_path / "sdk", tree_of("a"))

    assert not (tmp_path / "sdk").exists()


def test_two_processes_on_one_output(tmp_path: Path) -> None:
    """Both are at work for as long as it takes to write a hundred times; whoever looks sees one tree or the other."""
    folder = tmp_path / "sdk"
    code = WRITER.format(source=str(ROOT / "generator"), tests=str(ROOT / "tests"), folder=str(folder))
    code = code.replace("while True:", "for _ in range(50):")
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    ended = [(run.communicate(timeout=300)[1], run.returncode) for run in runs]

    assert ended == [("", 0)] * 2
    assert compare_tree(folder, tree_of("b")).clean
    assert {path.name for path in tmp_path.iterdir()} == {"sdk"}


def refuse(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    ("fault", "code", "says"),
    [
        (RuntimeError("a\x1b[31mb\nc"), 2, "apivolve: internal error: RuntimeError: a\\u001b[31mb c"),
        (
            type("PanicException", (BaseException,), {})("no"),
            2,
            "apivolve: internal error: PanicException: no",
        ),
        (RecursionError("deep"), 2, "apivolve: internal error: RecursionError: deep"),
        (KeyboardInterrupt(), 130, "apivolve: stopped"),
        (MemoryError(), 2, "apivolve: error[out-of-memory]"),
        (BrokenPipeError(), 0, ""),
    ],
)
@pytest.mark.parametrize("space", [True, False])
def test_every_fault_is_a_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    fault: BaseException,
    code: int,
    says: str,
    space: bool,
) -> None:
    def broken(**_: object) -> None:
        raise fault

    monkeypatch.setattr(commands.get_command(None, "schema"), "callback", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    if not space:
        monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)
    monkeypatch.setattr(cli, "_give_up_stdout", lambda: None)
    with pytest.raises(SystemExit) as stop:
        cli.main(["schema", "report"])
    shown = capfd.readouterr().err.lstrip("\n")  # click ends the line that has the ^C

    assert stop.value.code == code
    assert shown.startswith(says)
    assert "Traceback" not in shown
    assert len(shown.splitlines()) <= 2
    assert space or "apivolve-" not in shown


def test_an_internal_fault_names_the_place_that_was_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  /a:\n    get: {responses: {'200': {description: d}}}\n"
    )

    def broken(*_: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr("apivolve.load.operations.reader.read_body", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(SystemExit):
        cli.main(["inspect", str(spec)])

    shown = capfd.readouterr().err
    assert f"internal error: {spec.as_posix()}:5:5: RuntimeError: no" in shown


def test_a_waiver_that_cannot_be_written_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full in the middle of the text: in place, the file would be cut."""
    waivers = tmp_path / "waivers.toml"
    waivers.write_text("# mine\n")
    text = with_waivers(waivers, [Waiver("f" * 12, "rule", "subject", "reason", date(2030, 1, 1))])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    signals = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, before[1]))
    try:
        with pytest.raises(OutputError, match="File too large"):
            write_text(waivers, text)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, signals)

    assert waivers.read_text() == "# mine\n"
    assert [path.name for path in tmp_path.iterdir()] == ["waivers.toml"]
    write_text(waivers, text)
    assert len(read_waivers(waivers)) == 1


@pytest.mark.parametrize("settings", [{"LC_ALL": "C", "PYTHONUTF8": "0"}, {"PYTHONIOENCODING": "ascii"}])
def test_a_terminal_without_the_letters(tmp_path: Path, settings: dict[str, str]) -> None:
    (tmp_path / "s\u00fc\u4e2d.yaml").write_text("openapi: 3.1.0\npaths: {\u4e2d: \U0001f600\x1b")
    environment = {**os.environ, "PYTHONPATH": str(Path(tree.__file__).parents[3]), **settings}
    run = subprocess.run(
        [sys.executable, "-m", "apivolve", "inspect", "s\u00fc\u4e2d.yaml", "no\x1b[31m.yaml"],
        cwd=tmp_path, env=environment, capture_output=True, check=False,
    )  # fmt: skip

    assert run.returncode == 2
    assert b"Traceback" not in run.stderr
    assert b"\x1b" not in run.stderr


def test_an_interrupt_is_a_line(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(tree.__file__).parents[3])}
    # a background job of a shell has the signal ignored
    code = "import os, signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\nfrom apivolve import cli\nfrom apivolve.cli import commands\n"
    code += "commands.get_command(None, 'schema').callback = lambda **_: os.kill(os.getpid(), signal.SIGINT)\ncli.main(['schema', 'report'])"
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )

    assert (run.returncode, run.stderr.lstrip("\n")) == (130, "apivolve: stopped\n")
