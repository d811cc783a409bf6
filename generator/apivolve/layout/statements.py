"""Source → logical lines, and of each whether black would change anything in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

WIDTH = 100
"""The most characters that a line has."""
TOKEN = re.compile(
    r'[rRbBfFuU]{0,2}(?:"""(?:[^\\]|\\.)*?"""|"(?:[^"\\\n]|\\.)*")'
    r"|[rRbBfFuU]{0,2}(?:'''(?:[^\\]|\\.)*?'''|'(?:[^'\\\n]|\\.)*')"
    r"|\#[^\n]*|[()\[\]{}]|\n",
    re.DOTALL,
)
OPENING, CLOSING = "([{", ")]}"
BLOCK = re.compile(
    r"(async def|def|class|if|elif|else|for|async for|while|with|async with|try|except|finally|match|case)\b"
)
HEADER_END = re.compile(r":(?:  # [^\n]*)?\Z")
DEFINITION = re.compile(r"(?:async def|def|class) ")


@dataclass(slots=True)
class Statement:
    """One logical line: where its text is, how deep it stands, how many blank lines were before it."""

    text: str
    indent: int
    blank: int
    plain: bool
    """It stands on one line, with nothing in it that black would change."""


def statements_of(text: str) -> Iterator[Statement]:
    """The logical lines. A comment is one, when it stands alone."""
    start = depth = blank = 0
    special = verbatim = False
    first = True  # what opens a module, a class or a function: a string there is a docstring
    for token in TOKEN.finditer(text + "\n"):
        found = token[0]
        if verbatim:
            if found == "# fmt: on":
                verbatim, depth = False, 0
            continue
        if found == "\n":
            if depth:
                special = True
                continue
            whole = text[start : token.start()]
            start = token.end()
            if not whole.strip():
                blank += 1
                special = False
                continue
            stripped = whole.lstrip(" ")
            docstring = first and stripped[0] in "\"'"
            plain = (
                not (special or docstring) and len(whole) <= WIDTH and whole.isascii() and whole[-1] != " "
            )
            plain = plain or stripped.startswith("# ") or (not first and stripped.startswith('"""'))
            yield Statement(whole, len(whole) - len(stripped), blank, plain)
            blank, special = 0, False
            first = bool(DEFINITION.match(stripped)) or (first and stripped.startswith("#"))
        elif found in OPENING:
            depth += 1
            special = special or (found == "(" and text[token.start() - 1] == " ")
        elif found in CLOSING:
            depth -= 1
            before = token.start() - 1
            while text[before] == " ":
                before -= 1
            special = special or text[before] == ","
        elif found == "# fmt: off":
            verbatim = True
        elif found[0] == "#":
            inline = text[start : token.start()].strip()
            spaced = not inline or text[token.start() - 3 : token.start()] == f"{inline[-1]}  "
            special = special or not spaced or not found.startswith("# ")
        elif "\n" in found:
            special = True
        elif found[-1] == "'":
            special = special or '"' not in found or "\\" in found
