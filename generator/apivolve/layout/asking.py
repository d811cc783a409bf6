"""What black is asked: the layout of one statement, and the blank lines of one sequence of kinds of statements."""

from __future__ import annotations

import re
from functools import lru_cache

from black import format_str
from black.mode import Mode, TargetVersion

from .statements import BLOCK, HEADER_END, WIDTH

MODE = Mode(target_versions={TargetVersion.PY311}, line_length=WIDTH)
"""How generated code is laid out. black is pinned exactly, because the bytes depend on it."""


@lru_cache(maxsize=4096)
def asked(text: str, indent: int) -> str:
    """One statement, laid out by black."""
    mode = Mode(target_versions=MODE.target_versions, line_length=WIDTH - indent)
    head = BLOCK.match(text)
    if text.startswith(('"""', 'r"""')) and indent:
        inner = "\n".join(
            line[max(0, indent - 4) :] if line.startswith(" " * max(0, indent - 4)) else line
            for line in text.split("\n")
        )
        mode = Mode(target_versions=MODE.target_versions, line_length=WIDTH - indent + 4)
        made = format_str(f"def f():\n    {inner}\n", mode=mode).partition("\n")[2]
        pad = " " * (indent - 4)
    elif head is not None and HEADER_END.search(text):
        before = {"elif": "if x:\n    pass\n", "else": "if x:\n    pass\n", "except": "try:\n    pass\n"}
        lead = before.get(head[1], "try:\n    pass\n" if head[1] == "finally" else "")
        made = format_str(f"{lead}{text}\n    pass\n", mode=mode)
        made = made[len(lead) :].rpartition("    pass")[0]
        pad = " " * indent
    elif text.startswith("@"):
        made = format_str(f"{text}\ndef f():\n    pass\n", mode=mode).rpartition("def f():")[0]
        pad = " " * indent
    elif re.match(r"(return|yield|await)\b", text) or "await " in text:
        inner_mode = Mode(target_versions=MODE.target_versions, line_length=WIDTH - indent + 4)
        made = format_str(f"async def f():\n    {text}\n", mode=inner_mode).partition("\n")[2]
        pad = " " * max(0, indent - 4)
    else:
        made = format_str(text + "\n", mode=mode)
        pad = " " * indent
    return "\n".join(f"{pad}{line}" if line else line for line in made.strip("\n").split("\n"))


@lru_cache(maxsize=4096)
def black_blanks(skeleton: tuple[tuple[str, int], ...]) -> list[int]:
    """The blank lines that black puts before each of some lines, which come with the blank lines that were there."""
    # what is first in a file has nothing above it
    written = "\n".join("\n" * blank + line for line, blank in skeleton)
    found: list[int] = []
    blank = 0
    for line in format_str(written + "\n", mode=MODE).split("\n")[:-1]:
        if line.strip():
            found.append(blank)
            blank = 0
        else:
            blank += 1
    return found
