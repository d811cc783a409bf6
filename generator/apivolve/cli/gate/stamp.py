"""What the last clean `check` saw: when nothing of it has changed, the next one need not read a specification.

It holds hashes of everything that a check hangs on: the tool, the configuration, the inputs and what they were at the base, the
output, the day. Another commit of the base in which the inputs are the same makes no difference.
It is no more than a memory: removing it costs time and nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from glob import glob
from pathlib import Path
from typing import Any

from ...config import FILE, ServiceConfig, find_config
from ...emit import LOCK
from ...jsonvalue import is_array, is_object
from ...load import objects_at
from ...model import Service
from ...version import VERSION
from ..inputs import input_paths, templates_folder, waivers_file

FOLDER = ".apivolve_cache"
_TOOL = Path(__file__).parents[2]


def is_clean(
    inputs: Sequence[Path | ServiceConfig], output: Path, base: str | None, said: Sequence[object]
) -> bool:
    """True when a check of the same inputs was clean, and nothing that it saw has changed. `said` are its arguments."""
    try:
        known: Any = json.loads(_file().read_bytes())
    except (OSError, ValueError):
        return False
    if not is_object(known) or not is_array(read := known.get("read")):
        return False
    return known.get("hash") == _hash(inputs, output, base, said, [str(path) for path in read])


def remember(
    inputs: Sequence[Path | ServiceConfig],
    output: Path,
    base: str | None,
    said: Sequence[object],
    services: Iterable[Service],
) -> None:
    """Note that a check was clean. What is in git has no files that could be looked at, and is not noted."""
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
    data = {"hash": _hash(inputs, output, base, said, read), "read": read}
    file = _file()
    try:
        file.parent.mkdir(exist_ok=True)
        (file.parent / ".gitignore").write_text("*\n", encoding="utf-8")
        file.write_text(json.dumps(data), encoding="utf-8")
    except OSError:
        return  # a checkout that cannot be written to has no memory


def _file() -> Path:
    config = find_config()
    return (config.folder if config is not None else Path()) / FOLDER / "check.json"


def _hash(
    inputs: Sequence[Path | ServiceConfig],
    output: Path,
    base: str | None,
    said: Sequence[object],
    read: Iterable[str],
) -> str:
    config = find_config()
    folder = config.folder if config is not None else Path()
    templates = templates_folder(None)
    files = {
        *map(Path, read),
        *(file for path in inputs for shown in input_paths(path) for file in _below(shown)),
        *(file for tool in (_TOOL, _TOOL.parents[1] / "templates") for file in _below(tool.as_posix())),
        *(_below(templates.as_posix()) if templates is not None else ()),
        *_written(output),
        *(folder / name for name in (FILE, "pyproject.toml")),
        waivers_file(),
    }
    at_base = [
        objects_at(base, path.as_posix()) if base is not None else ()
        for path in sorted(_compared(inputs, read, folder))
    ]
    told = [VERSION, Path.cwd().as_posix(), base is None, at_base, *map(str, said)]
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
    """The files of the packages, by their locks."""
    files: list[Path] = []
    for lock in sorted(output.glob(f"*/{LOCK}")):
        try:
            data: Any = json.loads(lock.read_bytes())
            files += [lock, *(lock.parent / name for name in data["files"])]
        except (OSError, ValueError, KeyError, TypeError):
            files.append(lock)
    return files
