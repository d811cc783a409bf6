"""`apivolve.lock`: what the next run must know of this one.

The version of the tool, the hash of the configuration, the hashes of what was read for each api-version and of each file that was written, and the table
of names. A file has two hashes: of its text before it was laid out, by which the next run knows that it need not do that
again, and of its text on disk, by which it knows that nobody edited it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from ...errors import OutputError, Problem
from ...jsonvalue import is_object
from ...overrides import Overrides
from ...source import project_of
from ..names.identifiers import module
from ..names.table import Names
from .places import LOCK

if TYPE_CHECKING:
    from ...model import Service


@dataclass(frozen=True)
class Lock:
    """A lock file. `config` is the hash of what the project wants otherwise, empty where nothing; `files` are the two hashes of each file, by path; `sources` those of what was read, by version."""

    tool: str = ""
    config: str = ""
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, dict[str, str]])
    names: Names = field(default_factory=Names)
    files: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])

    def text(self) -> str:
        """The lock as it is written."""
        data: dict[str, Any] = {"tool": self.tool}
        if self.config:
            data["config"] = self.config
        data |= {"versions": self.sources, "names": self.names.as_json()}
        data["files"] = {path: list(hashes) for path, hashes in sorted(self.files.items())}
        return _readable(data) + "\n"


def _readable(value: Any, indent: str = "") -> str:
    """JSON with a line for each entry; what holds nothing but texts stands on one line, so that a change is one line."""
    if is_object(value) and any(is_object(one) or isinstance(one, list) for one in value.values()):
        inner = ",\n".join(
            f"{indent} {json.dumps(key)}: {_readable(one, indent + ' ')}" for key, one in value.items()
        )
        return f"{{\n{inner}\n{indent}}}"
    return json.dumps(value)


def read_lock(folder: Path) -> Lock:
    """The lock in a folder; an empty one where there is none. Raises OutputError when it cannot be read."""
    path = folder / LOCK
    try:
        data = json.loads(path.read_bytes().decode())
        sources = {str(version): dict(files) for version, files in data.get("versions", {}).items()}
        names = Names.from_json(data.get("names", {}), [module(version) for version in sources])
        files = {str(file): _hashes(hashes) for file, hashes in data["files"].items() if _inside(file)}
        return Lock(str(data.get("tool", "")), str(data.get("config", "")), sources, names, files)
    except (FileNotFoundError, NotADirectoryError):
        return Lock()
    except OSError as error:
        raise OutputError(
            Problem("cannot-read", f"{path} cannot be read: {error.strerror or error}")
        ) from error
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise OutputError(
            Problem("not-a-lock", f"{path} is not a lock file of ours", help="remove it to start anew")
        ) from error


def _hashes(value: Any) -> tuple[str, str]:
    # older locks had the second hash only
    return ("", value) if isinstance(value, str) else (str(value[0]), str(value[1]))


def _inside(path: str) -> bool:
    return ".." not in PurePosixPath(path).parts and not PurePosixPath(path).is_absolute()


def digest(text: str) -> str:
    """The SHA-256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def config_hash(overrides: Overrides, templates: Path | None) -> str:
    """The hash of what the project wants otherwise, its templates included; empty where it wants nothing."""
    told = [repr(overrides)] if overrides != Overrides() else []
    for file in sorted(templates.rglob("*")) if templates is not None else ():
        if templates is not None and file.is_file():
            told += [file.relative_to(templates).as_posix(), hashlib.sha256(file.read_bytes()).hexdigest()]
    return digest("\n".join(told)) if told else ""


def sources_of(service: Service) -> dict[str, dict[str, str]]:
    """What was read for each version: the files as the user named them, with their hashes."""
    return {
        api.version: {_shown(source.path): hashlib.sha256(source.data).hexdigest() for source in api.sources}
        for api in service.versions
    }


def _shown(path: str) -> str:
    """A path that is the same on every machine, from wherever it was given: from its project on, or else the name alone."""
    real = Path(path).resolve()
    project = project_of(real.parent)
    if project is not None and real.exists():
        return real.relative_to(project).as_posix()
    if not PurePosixPath(path).is_absolute():
        return path
    here = Path.cwd().as_posix()
    return path.removeprefix(f"{here}/") if path.startswith(f"{here}/") else PurePosixPath(path).name
