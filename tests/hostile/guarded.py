"""A process that generates, imports and calls under watch: `python guarded.py CASES RESULTS`.

CASES is a JSON list of `{name, arguments, allowed}`: a command line and the folder that it may write to. RESULTS gets one JSON object a line:
the exit code, what was printed, and what the process did that it must not do.
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
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from attacks import MARK

_STARTS = {"os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "subprocess.Popen", "pty.spawn", "ctypes.dlopen"}
_NETWORK = {"socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request"}
_CHANGES = {"os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.chmod", "os.chown", "os.truncate", "shutil.rmtree", "shutil.move"}
_EXPECTED_COMPILE = ("compile", "exec")


class Watch:
    """What happened that must not, since it was last emptied."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.allowed: tuple[str, ...] = ()
        self.on = False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event in _STARTS and not (event == "ctypes.dlopen" and arguments[0] is None):
            self.note(f"started a process: {event} {arguments!r:.200}")
        elif event in _NETWORK:
            self.note(f"network: {event} {arguments[1:]!r:.200}")
        elif event == "open":
            path, mode, flags = arguments
            writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC) if isinstance(flags, int) else "w" in str(mode)
            if writes and isinstance(path, (str, bytes)):
                self.written(event, path)
            elif isinstance(path, str) and ("passwd" in path or "/etc/" in path and MARK in path):
                self.note(f"read: {path}")
        elif event in _CHANGES:
            for path in arguments[: 2 if event in ("os.rename", "os.link", "os.symlink", "shutil.move") else 1]:
                if isinstance(path, (str, bytes)):
                    self.written(event, path)
        elif event == "compile":
            source, name = arguments
            text = source.decode("utf-8", "replace") if isinstance(source, bytes) else source
            inside = isinstance(name, str) and any(name.startswith(one) for one in self.allowed)
            if isinstance(text, str) and MARK in text and not inside:
                self.note(f"compiled text of the specification: {name!r}: {text!r:.200}")
        elif event == "exec":
            name = getattr(arguments[0], "co_filename", "")
            names = getattr(arguments[0], "co_names", ())
            if MARK in names or (name.startswith("<") and MARK in repr(getattr(arguments[0], "co_consts", ""))):
                self.note(f"executed text of the specification: {name!r}")

    def note(self, text: str) -> None:
        if text not in self.seen:
            self.seen.append(text)

    def written(self, event: str, path: str | bytes) -> None:
        real = os.path.realpath(os.path.join(os.getcwd(), os.fsdecode(path)))
        if real != os.devnull and not any(real == one or real.startswith(one + os.sep) for one in self.allowed):
            self.note(f"written outside: {event} {real}")


WATCH = Watch()


class TooLong(BaseException):
    """A case took longer than it may."""


def _too_long(*_: object) -> None:
    raise TooLong


def run(case: dict[str, Any], limit: int) -> dict[str, Any]:
    from apivolve.cli import main

    out, err = io.StringIO(), io.StringIO()
    allowed = os.path.realpath(case["allowed"])
    WATCH.seen, WATCH.allowed = [], (allowed, os.path.realpath(tempfile.gettempdir()) + "/apivolve-")
    result: dict[str, Any] = {"name": case["name"], "code": None}
    started = time.monotonic()
    signal.alarm(limit)
    WATCH.on = True
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main(case["arguments"])
    except SystemExit as stopped:
        result["code"] = stopped.code or 0
    except TooLong:
        result["code"] = "hang"
    except BaseException as error:
        result["code"] = f"raised {type(error).__name__}"
        err.write(traceback.format_exc())
    finally:
        WATCH.on = False
        signal.alarm(0)
    result |= {"stdout": out.getvalue()[-4000:], "stderr": err.getvalue()[-6000:], "seconds": time.monotonic() - started}
    result["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if result["code"] == 0 and case.get("use", True):
        signal.alarm(limit)
        WATCH.on = True
        try:
            result["use"] = use(Path(case["allowed"]))
        except TooLong:
            result["use"] = "hang"
        finally:
            WATCH.on = False
            signal.alarm(0)
    result["seen"] = WATCH.seen
    return result


def use(folder: Path) -> str:
    """Import every module of every package in a folder, make each client, call each method. Empty when that works."""
    for home in sorted(one for one in folder.iterdir() if (one / "apivolve.lock").is_file()):
        sys.path.insert(0, str(home))
        importlib.invalidate_caches()
        (name,) = [one.name for one in home.iterdir() if (one / "_runtime").is_dir()]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                return _use(name)
        except TooLong:
            raise
        except BaseException:
            return traceback.format_exc(limit=-6)
        finally:
            sys.path.remove(str(home))
            for module in [one for one in sys.modules if one == name or one.startswith(f"{name}.")]:
                del sys.modules[module]
    return ""


def _use(name: str) -> str:
    import httpx2

    package = importlib.import_module(name)
    for found in pkgutil.walk_packages(package.__path__, f"{name}."):
        importlib.import_module(found.name)
    error = importlib.import_module(f"{name}._runtime").SdkError
    answer = httpx2.MockTransport(lambda _: httpx2.Response(200, json={"id": "x", "kind": "thing"}))
    for version in [one for one in sys.modules if one.startswith(f"{name}.v") and one.count(".") == 1]:
        module = sys.modules[version]
        client = module.Client(base_url="https://service.test", http_client=httpx2.Client(transport=answer))
        for call in _methods(client, set()):
            given: dict[str, Any] = {}
            signature = inspect.signature(call)
            rest = [one for one in signature.parameters.values() if one.default is inspect.Parameter.empty and one.kind in (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)]
            for one in rest:
                given[one.name] = "a"
            try:
                call(**given)
            except (error, TypeError, ValueError):
                pass
        for model in vars(sys.modules.get(f"{version}.models")).get("__all__", ()):
            getattr(sys.modules[f"{version}.models"], model)
    return ""


def _methods(thing: Any, seen: set[int]) -> list[Any]:
    found = []
    for name in dir(type(thing)):
        if name.startswith("_") or name in ("close", "with_options", "from_env"):
            continue
        value = getattr(thing, name)
        if inspect.ismethod(value):
            if "options" in inspect.signature(value).parameters:
                found.append(value)
        elif type(value).__module__.split(".")[0] == type(thing).__module__.split(".")[0] and id(type(value)) not in seen:
            seen.add(id(type(value)))
            found += _methods(value, seen)
    return found


def main() -> None:
    """Run all cases."""
    sys.path.insert(0, str(Path(__file__).parents[2] / "generator"))
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    signal.signal(signal.SIGALRM, _too_long)
    import apivolve.cli.inputs

    apivolve.cli.inputs.JOBS = 1
    import apivolve.cli.generate

    apivolve.cli.generate.JOBS = 1
    import httpx2  # noqa: F401  loaded before the watch: it reads certificates
    import msgspec  # noqa: F401

    sys.dont_write_bytecode = True
    sys.addaudithook(WATCH)
    with open(sys.argv[2], "w", encoding="utf-8") as results:
        for case in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
            results.write(json.dumps(run(case, int(os.environ.get("HOSTILE_SECONDS", "20")))) + "\n")
            results.flush()


if __name__ == "__main__":
    main()
