"""An api-version that was read before is not read again: what was read is kept, by content, in the user's cache folder.

A kept version is found by the tool, the Python, the root documents, byte for byte, and how they are shown; and it counts only
where every other document that it was read from is still at its place with the same content. Removing the folder costs time
and nothing else. Nothing in it is executed: no class but those of the model is made of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import tempfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from ..cache import cache_folder, tool
from ..model import Api
from ..packing import packed, unpacked
from .document import Documents
from .versions import Found, Place

SMALLEST = 50_000
"""Bytes of root documents: what is smaller is read as fast as it is found."""
MOST = 512_000_000
"""Bytes of all that is kept; what was not asked for longest goes first."""
_BIGGEST = 2_000_000_000
"""Bytes of one, as it is in memory."""

_KEEPING: ContextVar[bool] = ContextVar("keeping", default=False)


@contextmanager
def keeping() -> Generator[None]:
    """What is read inside is kept, and what was kept is read; also a decorator."""
    token = _KEEPING.set(True)
    try:
        yield
    finally:
        _KEEPING.reset(token)


def place_of(found: Found, service: str | None, documents: Documents, place: Place) -> Path | None:
    """Where a version is kept; None where nothing is, or the version is small."""
    if not _KEEPING.get():
        return None
    try:
        if sum(file.stat().st_size for file in found.files) < SMALLEST:
            return None
        base = documents.base.resolve()
        told = [
            tool(),
            sys.version,
            found.version,
            found.stage,
            service,
            # a file in `specs/<service>/` has its service's name
            found.root.resolve().as_posix()
            if place.tree is None
            else os.path.relpath(found.root, place.tree),
            os.path.relpath(documents.root.resolve(), base),
            documents.label,
            documents.base.as_posix() if place.tree is None else "",
            [
                (place.show(file), os.path.relpath(file.resolve(), base), _digest(file))
                for file in found.files
            ],
        ]
    except (OSError, ValueError):
        return None
    name = hashlib.sha256(json.dumps(told).encode(errors="surrogateescape")).hexdigest()[:32]
    return cache_folder() / "read" / name


def recall(file: Path, documents: Documents) -> Api | None:
    """A version as it was kept; None when it was not, or a document has changed."""
    try:
        unpack = zlib.decompressobj()
        made = unpack.decompress(file.read_bytes(), _BIGGEST)
        if not unpack.eof:
            return None
        api, read = unpacked(made)
        base = documents.base.resolve()
        same = all((base / asked).resolve() == base / real for asked, real in read["asked"]) and all(
            _digest(base / real) == digest for real, digest in read["digests"]
        )
        os.utime(file)
    except Exception:  # whatever is in that file: it is read anew
        return None
    return api if same and isinstance(api, Api) else None


def keep(file: Path, api: Api, documents: Documents) -> None:
    """Keep a version that was read without fault."""
    base = documents.base.resolve()
    read = {
        "asked": [
            (os.path.relpath(path, base), os.path.relpath(real, base))
            for path, real in documents.asked.items()
        ],
        "digests": [(os.path.relpath(real, base), _digest(real)) for real in documents.by_path],
    }
    # without room to keep it, or too deep: it is read anew
    with contextlib.suppress(OSError, RecursionError):
        made = zlib.compress(packed((api, read)), 1)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as whole:
            whole.write(made)
        Path(whole.name).replace(file)
        _forget(file.parent)


def _forget(folder: Path) -> None:
    """Remove what was not asked for longest, where there is too much."""
    known = [(one, one.stat()) for one in folder.iterdir()]
    total = 0
    for one, stat in sorted(known, key=lambda pair: -pair[1].st_mtime):
        total += stat.st_size
        if total > MOST:
            one.unlink(missing_ok=True)


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
