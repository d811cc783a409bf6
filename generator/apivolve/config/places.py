"""Where a member of tables in a TOML text is written. `tomllib` does not say, so it is asked: with how many lines does it exist?"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from typing import Any

from ..jsonvalue import is_object
from ..source import Location, Position, Source


def place_of(source: Source, path: Sequence[str]) -> Location:
    """The place of the member at a path in a well-formed text; of the nearest parent when it is not there."""
    whole = tomllib.loads(source.text)
    while path and not _holds(whole, path):
        path = path[:-1]
    if not path:
        return Location(source, exact=Position(1, 1))
    start = 0
    for end in range(1, len(source.lines) + 1):
        try:
            content = tomllib.loads("\n".join(source.lines[:end]))
        except tomllib.TOMLDecodeError:
            continue  # in the middle of an array or a text of several lines
        if _holds(content, path):
            return Location(source, exact=_in_statement(source.lines[start:end], start + 1, path))
        start = end
    return Location(source, exact=Position(1, 1))


def _holds(value: Any, path: Sequence[str]) -> bool:
    for name in path:
        if not is_object(value) or name not in value:
            return False
        value = value[name]
    return True


def _in_statement(lines: Sequence[str], first: int, path: Sequence[str]) -> Position:
    """The place of the last name of a path in the lines that bring it about."""
    key = re.compile(rf"""(?:^|[\s.,{{\[])(["']?{re.escape(path[-1])}["']?)\s*(?=[=.\]])""")
    for offset, line in enumerate(lines):
        if found := list(key.finditer(line.split(" #")[0])):
            # `[services.services]`: the path ends with the last of them
            return Position(first + offset, found[-1].start(1) + 1)
    return Position(first, len(lines[0]) - len(lines[0].lstrip()) + 1)
