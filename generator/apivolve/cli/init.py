"""`apivolve init`: a configuration from the specifications of a project."""

from __future__ import annotations

from pathlib import Path

import click

from ..config import FILE, config_text
from ..errors import Problem, UsageError
from ..load import services_in, versions_of
from .console import say, write_text
from .inputs import SPECS


@click.command()
@click.option("--force", is_flag=True, help="Overwrite the configuration that is there.")
def init(*, force: bool) -> None:
    """Write apivolve.toml, with comments, for the specifications in specs/, else in this folder."""
    target = Path(FILE)
    if target.exists() and not force:
        raise UsageError(Problem("config-exists", f"{FILE} is there already", help="--force overwrites it"))
    found = [
        (
            Path.cwd().name if folder == SPECS else name,
            _path(folder),
            [version.version or "" for version in versions_of(folder)],
        )
        for name, folder in services_in(SPECS if SPECS.is_dir() else Path())
    ]
    write_text(target, config_text(found))
    say(f"{FILE}: {len(found)} service{'s' if len(found) > 1 else ''}")


def _path(folder: Path) -> str:
    """The folder, or the file where it holds one specification and nothing tells a version."""
    (first, *others) = versions_of(folder)
    one = not others and first.version is None and len(first.files) == 1
    return (first.files[0] if one else folder).as_posix()
