"""What the last run saw: when nothing of it has changed, the next one need not read a specification.

A memory holds hashes of everything that a run hangs on: the tool, the configuration, the inputs and what they were at the base,
the output, the day. Another commit of the base in which the inputs are the same makes no difference. Memories are in the user's
cache folder; removing them costs time and nothing else.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from glob import glob
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..cache import cache_folder, tool
from ..config import FILE, find_config
from ..emit import LOCK, PATCH, templates_root
from ..errors import OutputError
from ..load import objects_at
from .console import write_text
from .inputs import Input, input_paths, templates_folder, waivers_file

if TYPE_CHECKING:
    from ..model import Service

_MOST = 4096
"""How many memories are kept, one for each service of a run; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: the command, its inputs, the folder of its output, the commit it is held against, its other arguments."""

    command: str
    inputs: Sequence[Input]
    output: Path | None
    base: str | None
    said: Sequence[object]


@dataclass(frozen=True, slots=True)
class Memory:
    """What a run that ended well left: the packages it wrote, by their folders' names, and what else it wants to know again."""

    packages: tuple[str, ...] = ()
    made: bytes = b""


def recall(run: Run) -> Memory | None:
    """What the same run left, when nothing that it saw has changed since."""
    try:
        known: Any = json.loads(_file(run).read_bytes())
        memory = Memory(tuple(map(str, known["packages"])), base64.b64decode(known["made"]))
        read = [str(path) for path in known["read"]]
        same = known["hash"] == _hash(run, read, memory)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return memory if same else None


def remember(run: Run, read: Iterable[str], memory: Memory) -> None:
    """Note that a run ended well. `read` are its documents: what is in git has no files that could be looked at, and is not noted."""
    read = sorted(read)
    if not all(Path(path).is_file() for path in read):
        return
    file = _file(run)
    made = base64.b64encode(memory.made).decode()
    told = {"hash": _hash(run, read, memory), "read": read, "packages": memory.packages, "made": made}
    with contextlib.suppress(OSError, OutputError):  # without a place to write to there is no memory
        file.parent.mkdir(parents=True, exist_ok=True)
        write_text(file, json.dumps(told))


def forget_old() -> None:
    """Remove the oldest memories, where there are too many."""
    with contextlib.suppress(OSError):
        for old in sorted(cache_folder().glob("*.json"), key=lambda one: -one.stat().st_mtime)[_MOST:]:
            old.unlink(missing_ok=True)


def read_by(services: Iterable[Service]) -> set[str]:
    """The documents that some services were read from."""
    versions = [
        api
        for service in services
        for api in (
            *service.versions,
            *(side for one in service.revisions for side in (one.before, one.after)),
        )
    ]
    return {source.path for api in versions for source in api.sources}


def _file(run: Run) -> Path:
    told = [
        run.command,
        Path.cwd().as_posix(),
        run.output.as_posix() if run.output is not None else "",
        *map(repr, run.inputs),
        *map(str, run.said),
    ]
    name = hashlib.sha256("\0".join(told).encode(errors="surrogateescape")).hexdigest()[:32]
    return cache_folder() / f"{name}.json"


def _hash(run: Run, read: Iterable[str], memory: Memory) -> str:
    config = find_config()
    folder = config.folder if config is not None else Path()
    templates = templates_folder(None)
    files = {
        *map(Path, read),
        *(file for path in run.inputs for shown in input_paths(path) for file in _below(shown)),
        *(_below(templates.as_posix()) if templates is not None else ()),
        *_written(run.output, memory.packages),
        *(folder / name for name in (FILE, "pyproject.toml")),
        waivers_file(),
    }
    base = run.base
    at_base = [
        objects_at(base, path.as_posix()) if base is not None else ()
        for path in sorted(_compared(run.inputs, read, folder))
    ]
    told = [version("black"), sys.version, _tool(), base is None, at_base, *map(str, run.said)]
    told.append(hashlib.sha256(memory.made).hexdigest())
    return hashlib.sha256(json.dumps([told, _hashes(files)]).encode()).hexdigest()


@cache
def _tool() -> str:
    return hashlib.sha256(
        json.dumps([tool(), _hashes(_below(templates_root().as_posix()))]).encode()
    ).hexdigest()


def _hashes(files: Iterable[Path]) -> list[tuple[str, str]]:
    return [
        (file.as_posix(), hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "")
        for file in sorted(files)
    ]


def _compared(inputs: Sequence[Input], read: Iterable[str], folder: Path) -> Iterator[Path]:
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


def _written(output: Path | None, packages: Iterable[str]) -> list[Path]:
    """The files of some packages, by their locks, and the user's own code that they take up."""
    files: list[Path] = []
    for lock in sorted(output / name / LOCK for name in packages) if output is not None else ():
        try:
            data: Any = json.loads(lock.read_bytes())
            files += [lock, *(lock.parent / name for name in data["files"])]
        except (OSError, ValueError, KeyError, TypeError):
            files.append(lock)
        files += [*lock.parent.glob(f"*/{PATCH}"), *lock.parent.glob(f"*/*/{PATCH}")]
    return files
