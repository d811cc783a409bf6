"""Command lines under watch: `python guarded.py CASES RESULTS`.

CASES is a JSON list of `{name, commands, writes}`: command lines that are run one after the other, and the folder that they may
write to. Without `layout`, black is not asked to lay out the code, which takes most of the time. Each case has a process of its own, with bounded time and memory. RESULTS gets one JSON object a line: what was
printed, how it ended, and what the process did that it must not do.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import json
import os
import pkgutil
import resource
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from attacks import MARK

SECONDS = int(os.environ.get("HOSTILE_SECONDS", "20"))
MEMORY = 2 << 30
_STARTS = (
    "os.system",
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.spawn",
    "subprocess.Popen",
    "pty.spawn",
)
_NETWORK = (
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.sendto",
    "urllib.Request",
)
_CHANGES = (
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.chmod", "os.chown", "os.truncate", "shutil.rmtree",
    "shutil.move",
)  # fmt: skip
_WATCHED = frozenset((*_STARTS, *_NETWORK, *_CHANGES, "open", "compile"))
_OF_TWO_PATHS = ("os.rename", "os.link", "os.symlink", "shutil.move")


class Watch:
    """An audit hook that notes what must not happen: processes, network, writes outside of some folders, text that becomes code."""

    def __init__(self, *writes: str) -> None:
        self.seen: list[str] = []
        self.writes = tuple(os.path.realpath(one) for one in writes)
        self.on = False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in _WATCHED or not self.on:
            return
        if event in _STARTS:
            self.note(f"process: {event} {arguments!r:.200}")
        elif event in _NETWORK:
            self.note(f"network: {event} {arguments[1:]!r:.200}")
        elif event == "open" and isinstance(arguments[0], str | bytes):
            self._opened(arguments[0], arguments[2])
        elif event in _CHANGES:
            for path in arguments[: 2 if event in _OF_TWO_PATHS else 1]:
                if isinstance(path, str | bytes):
                    self._written(path)
        elif event == "compile":
            source, name = arguments
            text = source.decode("utf-8", "replace") if isinstance(source, bytes) else source
            if isinstance(text, str) and MARK in text and not self._inside(os.fsdecode(name)):
                self.note(f"compiled: {name!r}: {text!r:.200}")

    def note(self, text: str) -> None:
        """Something that must not happen did."""
        if text not in self.seen:
            self.seen.append(text)

    def _opened(self, path: str | bytes, flags: int) -> None:
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC):
            self._written(path)
        elif "/etc/passwd" in os.fsdecode(path) or os.fsdecode(path).startswith("/proc/self/env"):
            self.note(f"read: {path!r}")

    def _written(self, path: str | bytes) -> None:
        if not self._inside(os.fsdecode(path)) and os.fsdecode(path) != os.devnull:
            self.note(f"written: {path!r}")

    def _inside(self, path: str) -> bool:
        real = os.path.realpath(path)
        return any(real == one or real.startswith(one + os.sep) for one in self.writes)


class _TooLongError(BaseException):
    """A case took longer than it may."""


def _too_long(*_: object) -> None:
    raise _TooLongError


def run(case: dict[str, Any], answer: int) -> None:
    """Run the commands of a case in this process and write how it went to a file descriptor."""
    # a fault of the product is told by its text, so that the place of its report must not count as one
    own = tempfile.mkdtemp(prefix="apivolve-")
    os.environ["TMPDIR"] = tempfile.tempdir = own
    watch = Watch(case["writes"], own)
    sys.addaudithook(watch)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, _too_long)
    if not case.get("layout", False):
        import apivolve.emit.files.render

        setattr(apivolve.emit.files.render, "format_str", lambda text, mode: text)  # noqa: ARG005, B010
    told: list[dict[str, Any]] = []
    for command in case["commands"]:
        told.append(_command(command, watch))
        if told[-1]["code"] not in (0, 1):
            break
    if case.get("use", True) and told[0]["code"] == 0:
        told.append(_timed("use", watch, lambda: use(Path(case["writes"]))))
    os.write(answer, json.dumps({"name": case["name"], "steps": told, "seen": watch.seen}).encode())


def _command(arguments: list[str], watch: Watch) -> dict[str, Any]:
    from apivolve.cli import main

    return _timed(arguments[0], watch, lambda: main(arguments))


def _timed(step: str, watch: Watch, work: Any) -> dict[str, Any]:
    out, err = io.StringIO(), io.StringIO()
    code: int | str = 0
    started = time.monotonic()
    signal.alarm(SECONDS)
    watch.on = True
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            work()
    except SystemExit as stopped:
        code = stopped.code if isinstance(stopped.code, int) else 0
    except _TooLongError:
        code = "too long: " + "".join(traceback.format_exc(limit=-3).splitlines(keepends=True)[1:-1])
    except BaseException:
        code = traceback.format_exc(limit=-6)
    finally:
        watch.on = False
        signal.alarm(0)
    return {
        "step": step, "code": code, "out": out.getvalue()[-2000:], "err": err.getvalue()[:6000],
        "plain": all(one.isprintable() or one == "\n" for one in err.getvalue()),
        "seconds": round(time.monotonic() - started, 2),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip


def use(folder: Path) -> None:
    """Import every module of every package in a folder, make each client, call each method."""
    warnings.simplefilter("error")
    sys.dont_write_bytecode = True
    for home in sorted(one for one in folder.iterdir() if (one / "apivolve.lock").is_file()):
        sys.path.insert(0, str(home))
        (name,) = [one.name for one in home.iterdir() if (one / "_runtime").is_dir()]
        package = importlib.import_module(name)
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            importlib.import_module(found.name)
        for version in [one for one in sys.modules if one.startswith(f"{name}.v") and one.count(".") == 1]:
            _call_all(name, sys.modules[version])


def _call_all(name: str, module: Any) -> None:
    import httpx2

    failed = importlib.import_module(f"{name}._runtime").SdkError
    for model in getattr(getattr(module, "models", None), "__all__", ()):
        getattr(module.models, model)
    answer = httpx2.MockTransport(lambda _: httpx2.Response(200, json={"id": "x", "kind": "thing"}))
    client = module.Client(base_url="https://service.test", http_client=httpx2.Client(transport=answer))
    for call in _methods(client):
        asked = [
            one
            for one in inspect.signature(call).parameters.values()
            if one.default is inspect.Parameter.empty
        ]
        with contextlib.suppress(failed, TypeError, ValueError):
            call(**{one.name: "a" for one in asked if one.kind is not inspect.Parameter.VAR_KEYWORD})


def _methods(thing: Any, depth: int = 0) -> Iterator[Any]:
    for name in dir(type(thing)):
        if name.startswith("_") or name in ("close", "with_options", "from_env") or depth > 4:
            continue
        value = getattr(thing, name)
        if inspect.ismethod(value):
            if "options" in inspect.signature(value).parameters:
                yield value
        elif type(value).__module__.partition(".")[0] == type(thing).__module__.partition(".")[0]:
            yield from _methods(value, depth + 1)


def faults(result: dict[str, Any], seconds: float = SECONDS, *, placed: bool = True) -> list[str]:
    """What is wrong with how a case went; nothing when it held all that is promised."""
    found = list(result["seen"])
    for step in result["steps"]:
        name, told = step["step"], step["err"]
        if step["code"] not in ((0,) if name == "use" else (0, 1, 2)):
            found.append(f"{name}: {step['code']}")
        if any(
            word in told
            for word in ("internal error", "Traceback", "fault of apivolve", "RecursionError", "MemoryError")
        ):
            found.append(f"{name}: {told[:1500]}")
        if not step["plain"]:
            found.append(f"{name}: control characters in {told!r:.300}")
        if step["seconds"] > seconds:
            found.append(f"{name}: {step['seconds']} seconds")
        if step["code"] == 2 and "error[" not in told:
            found.append(f"{name}: no problem is told: {told[:300]}")
        if (
            placed
            and step["code"] == 2
            and not any(":" in line.split(": error[")[0] for line in told.splitlines() if ": error[" in line)
        ):
            found.append(f"{name}: no place is told: {told[:300]}")
    return found


def main() -> None:
    """Run all cases, each in a process of its own, two at a time."""
    sys.path.insert(0, str(Path(__file__).parents[2] / "generator"))
    import apivolve.cli.generate
    import apivolve.cli.inputs

    apivolve.cli.inputs.JOBS = apivolve.cli.generate.JOBS = 1
    import black  # noqa: F401  loaded once, for all
    import httpx2
    import msgspec  # noqa: F401

    httpx2.Client()  # reads its certificates before the watch begins
    waiting = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))[::-1]
    running: dict[int, tuple[str, int]] = {}
    with Path(sys.argv[2]).open("w", encoding="utf-8") as results:
        while waiting or running:
            while waiting and len(running) < int(os.environ.get("HOSTILE_JOBS", "2")):
                case = waiting.pop()
                reading, writing = os.pipe()
                os.set_blocking(writing, True)
                child = os.fork()
                if not child:
                    os.close(reading)
                    try:
                        run(case, writing)
                    except BaseException:
                        traceback.print_exc()
                        os._exit(3)
                    os._exit(0)
                os.close(writing)
                running[child] = (case["name"], reading)
            _answered(running, results)


def _answered(running: dict[int, tuple[str, int]], results: Any) -> None:
    import select

    ready, _, _ = select.select([reading for _, reading in running.values()], [], [])
    for child, (name, reading) in [*running.items()]:
        if reading not in ready:
            continue
        with os.fdopen(reading, "rb") as pipe:
            text = pipe.read()
        _, status = os.waitpid(child, 0)
        del running[child]
        ended = {
            "step": "process",
            "code": f"ended with {status}",
            "err": "",
            "out": "",
            "plain": True,
            "seconds": 0,
        }
        results.write((text.decode() or json.dumps({"name": name, "steps": [ended], "seen": []})) + "\n")
        results.flush()


if __name__ == "__main__":
    main()
