"""The user's cache folder: what is in it may be removed at any time."""

from __future__ import annotations

import hashlib
import tempfile
from functools import cache
from pathlib import Path

from platformdirs import user_cache_dir

from .version import VERSION


def cache_folder() -> Path:
    """Where the user keeps caches; nothing is made there yet."""
    return Path(user_cache_dir("apivolve", appauthor=False))


@cache
def tool() -> str:
    """A hash of the generator's own code: what one made is not for another."""
    files = sorted(Path(__file__).parent.rglob("*.py"))
    made = hashlib.sha256(VERSION.encode())
    for file in files:
        made.update(f"\0{file.relative_to(Path(__file__).parent).as_posix()}\0".encode())
        made.update(file.read_bytes())
    return made.hexdigest()


def lock_file(folder: Path) -> Path:
    """The file that runs of this user lock while they write a folder: not beside it, where it would be in the way."""
    name = f"{hashlib.sha256(folder.as_posix().encode(errors='surrogateescape')).hexdigest()[:32]}.lock"
    for place in (cache_folder() / "locks", Path(tempfile.gettempdir()) / "apivolve-locks"):
        try:
            place.mkdir(parents=True, exist_ok=True)
            (place / name).touch()
        except OSError:
            continue
        return place / name
    raise PermissionError("neither the cache folder nor the folder of temporary files can be written")
