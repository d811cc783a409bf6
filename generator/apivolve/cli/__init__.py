"""The command line: it composes the stages and holds no logic of its own.

Exit codes: 0 clean, 1 findings or stale output, 2 anything that kept the work from being done.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from importlib import import_module

import click

from ..errors import ApivolveError, printable
from ..source import Location
from ..version import VERSION
from .console import say, tell

__all__ = ["commands", "main"]


_COMMANDS = {
    "generate": ".generate",
    "check": ".gate.check",
    "breaking": ".gate.compare",
    "diff": ".gate.compare",
    "waive": ".gate.waive",
    "import-oasdiff": ".gate.oasdiff",
    "rules": ".gate.rules",
    "explain": ".gate.rules",
    "changelog": ".changelog",
    "site": ".site",
    "apply": ".apply",
    "inspect": ".inspect",
    "mock": ".mock",
    "init": ".init",
    "schema": ".schema",
}
"""The module of each command. One that is not run is not loaded: that alone would take longer than many a run."""


_NEW_OBJECTS = 300_000
"""As many more objects are made between two looks for garbage: none in a small run, a few in one over GitHub's description."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context | None) -> list[str]:  # noqa: ARG002 - click's signature
        """The names of all commands."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context | None, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """The command of a name, None where there is none."""
        if cmd_name in _COMMANDS and cmd_name not in self.commands:
            for value in vars(import_module(_COMMANDS[cmd_name], __package__)).values():
                if isinstance(value, click.Command):
                    self.add_command(value)
        return self.commands.get(cmd_name)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="apivolve")
def commands() -> None:
    """One typed Python SDK for every api-version of an HTTP API, and a gate that proves what breaks between them."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, and turn every failure into a message and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that has no such letter shows its number
            stream.reconfigure(errors="backslashreplace")
    # nearly all that a run makes lives to its end, and to look for garbage is to walk it again: seldom is enough, never is too little
    gc.set_threshold(_NEW_OBJECTS, 50, 1_000)
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # whoever read our output has enough of it
        _give_up_stdout()
        code = 0
    except OSError as error:
        _give_up_stdout()
        _last_words(f"error[cannot-write]: the output: {error.strerror or error}")
        code = 2
    sys.exit(code)


def _run(arguments: Sequence[str] | None) -> int:
    """The exit code of a run; what it failed of is told. Raises OSError only of stdout and stderr themselves."""
    try:
        code = commands.main(args=arguments, prog_name="apivolve", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except ApivolveError as error:
        tell(error.problems)
    except click.ClickException as error:
        say(printable(_usage(error)))
    except (click.Abort, KeyboardInterrupt):
        _last_words("apivolve: stopped")
        return 130
    except BrokenPipeError:
        raise
    except MemoryError:
        _last_words("apivolve: error[out-of-memory]: there is not enough memory for this")
    except (SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # a panic of a library that is written in Rust is no Exception
        place = printable(_place_of(error))
        _last_words(f"apivolve: internal error: {place}{printable(_first_line(error))}{_crash_report()}")
    return 2


def _usage(error: click.ClickException) -> str:
    """The message of a command line that makes no sense, as click shows it."""
    about = isinstance(error, click.UsageError) and error.ctx is not None
    usage = (
        f"{error.ctx.get_usage()}\n" if about and isinstance(error, click.UsageError) and error.ctx else ""
    )
    return f"{usage}Error: {error.format_message()}"


def _first_line(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception:  # an error whose own text fails is told by its name
        text = ""
    return f"{type(error).__name__}: {text}".replace("\n", " ")[:300]


def _place_of(error: BaseException) -> str:
    """What was looked at when it went wrong, as far as a function on the way there held something that has a place."""
    try:
        frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
        for frame in reversed(frames):
            for value in frame.f_locals.values():
                at = value if isinstance(value, Location) else getattr(value, "at", None)
                if isinstance(at, Location):
                    return f"{at}: "
    except Exception:  # an object whose own attributes fail says nothing
        return ""
    return ""


def _last_words(text: str) -> None:
    """A line for people, where there is still somebody to read it."""
    with contextlib.suppress(OSError, ValueError):
        say(text)


def _give_up_stdout() -> None:
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _crash_report() -> str:
    """Where the report of an internal fault was written; told, too, when it could not be."""
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="apivolve-", suffix=".txt", delete=False, encoding="utf-8", errors="backslashreplace"
        ) as file:
            file.write(f"apivolve {VERSION}\npython {sys.version}\n\n{traceback.format_exc()}")
    except Exception:
        return " (no report could be written)"
    return f"\n  = help: please report it, with {file.name}"
