"""What the last run saw: when nothing of it has changed, the next one need not read a specification.

A memory holds hashes of everything that a run hangs on: the tool, the configuration, the inputs and what they were at the base,
the output, the day. Another commit of the base in which the inputs are the same makes no difference. Memories are in the user's
cache folder; removing them costs time and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from glob import glob
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ..cache import cache_folder
from ..config import FILE, ServiceConfig, find_config
from ..emit import LOCK, PATCH, templates_root
from ..errors import OutputError
from ..jsonvalue import is_array, is_object
from ..load import objects_at
from ..model import Service
from ..version import VERSION
from .console import write_text
from .inputs import input_paths, templates_folder, waivers_file

_MOST = 256
"""How many memories are kept; the oldest go first."""
_TOOL = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Run:
    """One run: the command, its inputs, the folder of its output, the commit it is held against, its other arguments."""

    command: str
    inputs: Sequence[Path | ServiceConfig]
    output: Path
    base: str | None
    said: Sequence[object]


def is_known(run: Run) -> bool:
    """True when the same run ended well, and nothing that it saw has changed."""
    try:
        known: Any = json.loads(_file(run).read_bytes())
    except (OSError, ValueError):
        return False
    if not is_object(known) or not is_array(read := known.get("read")):
        return False
    return known.get("hash") == _hash(run, [str(path) for path in read])


def remember(run: Run, services: Iterable[Service]) -> None:
    """Note that a run ended well. What is in git has no files that could be looked at, and is not noted."""
    versions = [
        api
        for service in services
        for api in (
            *service.versions,
            *(side for one in service.revisions for side in (one.before, one.after)),
        )
    ]
    read = sorted({source.path for api in versions for source in api.sources})
    if not all(Path(path).is_file() for path in read):
        return
    file = _file(run)
    text = json.dumps({"hash": _hash(run, read), "read": read})
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_text(file, text)
        for old in sorted(file.parent.glob("*.json"), key=lambda one: -one.stat().st_mtime)[_MOST:]:
            old.unlink(missing_ok=True)
    except (OSError, OutputError):
        return  # without a place to write to there is no memory


def _file(run: Run) -> Path:
    told = [
        run.command,
        Path.cwd().as_posix(),
        run.output.as_posix(),
        *map(repr, run.inputs),
        *map(str, run.said),
    ]
    name = hashlib.sha256("\0".join(told).encode(errors="surrogateescape")).hexdigest()[:32]
    return cache_folder() / f"{name}.json"


def _hash(run: Run, read: Iterable[str]) -> str:
    config = find_config()
    folder = config.folder if config is not None else Path()
    templates = templates_folder(None)
    files = {
        *map(Path, read),
        *(file for path in run.inputs for shown in input_paths(path) for file in _below(shown)),
        *(file for tool in (_TOOL, templates_root()) for file in _below(tool.as_posix())),
        *(_below(templates.as_posix()) if templates is not None else ()),
        *_written(run.output),
        *(folder / name for name in (FILE, "pyproject.toml")),
        waivers_file(),
    }
    base = run.base
    at_base = [
        objects_at(base, path.as_posix()) if base is not None else ()
        for path in sorted(_compared(run.inputs, read, folder))
    ]
    told = [VERSION, version("black"), sys.version, base is None, at_base, *map(str, run.said)]
    whole = hashlib.sha256(json.dumps(told).encode())
    for file in sorted(files):
        content = hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""
        whole.update(f"{file.as_posix()}\0{content}\n".encode(errors="surrogateescape"))
    return whole.hexdigest()


def _compared(inputs: Sequence[Path | ServiceConfig], read: Iterable[str], folder: Path) -> Iterator[Path]:
    """What is read at the base too: the inputs, the files beside them that they refer to, and what the project decided."""
    paths = [Path(shown) for path in inputs for shown in input_paths(path) if ":" not in shown]
    yield from paths
    yield from (
        Path(file)
        for file in read
        if not any(Path(file) == one or one in Path(file).parents for one in paths)
    )
    yield from (folder / FILE, waivers_file())


def _below(shown: str) -> list[Path]:
    """The files that a path means: itself, what is below a folder, what a pattern matches."""
    path = Path(shown)
    if path.is_dir():
        return [file for file in path.rglob("*") if file.is_file() and file.suffix != ".pyc"]
    return [path] if path.is_file() else [Path(one) for one in glob(shown, recursive=True)]  # noqa: PTH207


def _written(output: Path) -> list[Path]:
    """The files of the packages, by their locks, and the user's own code that they take up."""
    files: list[Path] = []
    for lock in sorted(output.glob(f"*/{LOCK}")):
        try:
            data: Any = json.loads(lock.read_bytes())
            files += [lock, *(lock.parent / name for name in data["files"])]
        except (OSError, ValueError, KeyError, TypeError):
            files.append(lock)
        files += [*lock.parent.glob(f"*/{PATCH}"), *lock.parent.glob(f"*/*/{PATCH}")]
    return files
