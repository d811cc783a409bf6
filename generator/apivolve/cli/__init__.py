"""The command line: it composes the stages and holds no logic of its own.

Exit codes: 0 clean, 1 findings or stale output, 2 anything that kept the work from being done.
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Sequence

import click

from ..errors import ApivolveError, printable
from ..version import VERSION
from .apply import apply_command
from .changelog import changelog
from .console import say, tell
from .gate import breaking, check, diff, explain, import_oasdiff, rules, waive_command
from .generate import generate
from .init import init
from .inspect import inspect
from .schema import schema
from .site import site

__all__ = ["commands", "main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="apivolve")
def commands() -> None:
    """One typed Python SDK for every api-version of an HTTP API, and a gate that proves what breaks between them."""


for _command in (
    generate,
    check,
    breaking,
    diff,
    waive_command,
    import_oasdiff,
    rules,
    explain,
    changelog,
    site,
    apply_command,
    inspect,
    init,
    schema,
):
    commands.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, and turn every failure into a message and exit code 2."""
    try:
        code = commands.main(args=arguments, prog_name="apivolve", standalone_mode=False)
    except ApivolveError as error:
        tell(error.problems)
        code = 2
    except click.ClickException as error:
        error.show()
        code = 2
    except click.Abort:
        say("stopped")
        code = 2
    except BrokenPipeError:
        # whoever read our output has enough of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        say(f"apivolve: internal error: {printable(f'{type(error).__name__}: {error}')[:300]}")
        say(f"  = help: please report it, with {_crash_report()}")
        code = 2
    sys.exit(code if isinstance(code, int) else 0)


def _crash_report() -> str:
    with tempfile.NamedTemporaryFile(
        "w", prefix="apivolve-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write(f"apivolve {VERSION}\npython {sys.version}\n\n{traceback.format_exc()}")
    return file.name
