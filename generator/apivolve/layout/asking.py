"""What black is asked: the layout of one statement, and the blank lines of one sequence of kinds of statements."""

from __future__ import annotations

import re
from functools import lru_cache

from .statements import BLOCK, HEADER_END, WIDTH

LAYOUT = f"Python 3.11, {WIDTH} characters a line"
"""What black is told. It is pinned exactly, because the bytes depend on it."""


def black_laid_out(source: str, width: int = WIDTH) -> str:
    """Source as black lays it out. Raises black's errors for what is no Python."""
    # takes a fifth of a second to load, and a run that finds everything as it was needs none of it
    from black import format_str
    from black.mode import Mode, TargetVersion

    return format_str(source, mode=Mode(target_versions={TargetVersion.PY311}, line_length=width))


@lru_cache(maxsize=4096)
def asked(text: str, indent: int) -> str:
    """One statement, laid out by black."""
    width = WIDTH - indent
    head = BLOCK.match(text)
    if text.startswith(('"""', 'r"""')) and indent:
        inner = "\n".join(
            line[max(0, indent - 4) :] if line.startswith(" " * max(0, indent - 4)) else line
            for line in text.split("\n")
        )
        made = black_laid_out(f"def f():\n    {inner}\n", width + 4).partition("\n")[2]
        pad = " " * (indent - 4)
    elif head is not None and HEADER_END.search(text):
        before = {"elif": "if x:\n    pass\n", "else": "if x:\n    pass\n", "except": "try:\n    pass\n"}
        lead = before.get(head[1], "try:\n    pass\n" if head[1] == "finally" else "")
        made = black_laid_out(f"{lead}{text}\n    pass\n", width)
        made = made[len(lead) :].rpartition("    pass")[0]
        pad = " " * indent
    elif text.startswith("@"):
        made = black_laid_out(f"{text}\ndef f():\n    pass\n", width).rpartition("def f():")[0]
        pad = " " * indent
    elif re.match(r"(return|yield|await)\b", text) or "await " in text:
        made = black_laid_out(f"async def f():\n    {text}\n", width + 4).partition("\n")[2]
        pad = " " * max(0, indent - 4)
    else:
        made = black_laid_out(text + "\n", width)
        pad = " " * indent
    return "\n".join(f"{pad}{line}" if line else line for line in made.strip("\n").split("\n"))


@lru_cache(maxsize=4096)
def black_blanks(skeleton: tuple[tuple[str, int], ...]) -> list[int]:
    """The blank lines that black puts before each of some lines, which come with the blank lines that were there."""
    # what is first in a file has nothing above it
    written = "\n".join("\n" * blank + line for line, blank in skeleton)
    found: list[int] = []
    blank = 0
    for line in black_laid_out(written + "\n").split("\n")[:-1]:
        if line.strip():
            found.append(blank)
            blank = 0
        else:
            blank += 1
    return found
