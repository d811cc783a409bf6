"""The file of waivers: read with a place for every fault, and written to by `apivolve waive`."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from ..errors import OutputError, Problem, UsageError
from ..finding import Waiver
from ..jsonvalue import is_array, is_object
from ..source import Location, Position, Source

WAIVERS = "apivolve-waivers.toml"

_HEAD = """\
# Breaks that are let through. `apivolve waive` adds one; `apivolve check` fails when one is expired or not needed.
"""
_TEXTS = ("fingerprint", "rule", "subject", "reason", "owner", "service")
_NEEDED = ("fingerprint", "rule", "subject", "reason", "until")
_HEADER = re.compile(r"^\s*\[\[\s*waiver\s*\]\]")


def read_waivers(path: Path) -> tuple[Waiver, ...]:
    """The waivers of a file; none when there is no file. Raises UsageError with every fault of it."""
    if not path.is_file():
        return ()
    try:
        return parse_waivers(path.read_bytes().decode("utf-8"), path.as_posix())
    except OSError as error:
        message = f"{path.as_posix()}: {error.strerror or error}"
        raise UsageError(Problem("waivers-not-readable", message)) from error
    except UnicodeDecodeError as error:
        raise UsageError(Problem("not-utf8", f"{path.as_posix()} is not UTF-8")) from error


def parse_waivers(text: str, shown: str) -> tuple[Waiver, ...]:
    """The waivers of a text that is called `shown`. Raises UsageError with every fault of it."""
    source = Source(shown, text.replace("\r\n", "\n"), "text")
    try:
        content = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"\s*\(at line (\d+), column (\d+)\)", str(error))
        place = Position(int(match[1]), int(match[2])) if match else Position(max(1, len(source.lines)), 1)
        raise UsageError(
            Problem(
                "invalid-toml", f"not TOML: {str(error).partition(' (at')[0]}", Location(source, exact=place)
            )
        ) from error
    entries: Any = content.get("waiver", [])
    unknown = [key for key in content if key != "waiver"]
    if unknown or not is_array(entries) or not all(is_object(one) for one in entries):
        what = unknown[0] if unknown else "waiver"
        at = Location(source, exact=Position(1, 1))
        raise UsageError(Problem("unknown-key", f"{what!r} has no meaning here", at, "write [[waiver]]"))
    headers = [number for number, line in enumerate(source.lines, 1) if _HEADER.match(line)]
    lines = headers if len(headers) == len(entries) else [1] * len(entries)
    places = [Location(source, exact=Position(line, 1)) for line in lines]
    problems = [problem for one, at in zip(entries, places, strict=True) for problem in _faults(one, at)]
    if problems:
        raise UsageError(problems)
    return tuple(Waiver(**one, at=at) for one, at in zip(entries, places, strict=True))


def with_waivers(path: Path, waivers: Iterable[Waiver]) -> str:
    """The text of a file with waivers at its end; the file need not be there. Raises OutputError when it cannot be read."""
    try:
        old = path.read_text(encoding="utf-8") if path.is_file() else _HEAD
    except OSError as error:
        raise OutputError(Problem("cannot-read", f"{path.as_posix()}: {error.strerror or error}")) from error
    return "\n".join([old.rstrip("\n") + "\n", *map(_entry, waivers)])


def _faults(entry: dict[str, Any], at: Location) -> Iterator[Problem]:
    missing = [name for name in _NEEDED if name not in entry]
    if missing:
        yield Problem(
            "missing-key", f"a waiver needs `{'`, `'.join(missing)}`", at, "apivolve waive writes them"
        )
    for name, value in entry.items():
        if name == "until":
            if type(value) is not date:
                yield Problem("wrong-type", f"until must be a date, not {value!r}", at, "write it 2030-01-31")
        elif name not in _TEXTS:
            yield Problem("unknown-key", f"{name!r} has no meaning in a waiver", at)
        elif not isinstance(value, str):
            yield Problem("wrong-type", f"{name} must be a text, not {value!r}", at)
        elif name == "reason" and not value.strip():
            yield Problem("empty", "a waiver needs a reason", at)


def _entry(waiver: Waiver) -> str:
    texts = [(name, getattr(waiver, name)) for name in _TEXTS]
    lines = [f"{name} = {_text(value)}" for name, value in texts if value]
    return "\n".join(["[[waiver]]", *lines, f"until = {waiver.until.isoformat()}", ""])


def _text(text: str) -> str:
    """A basic string; TOML's escapes are JSON's, and DEL. What is not printable is escaped, so that a reviewer sees it."""
    written = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in written)
