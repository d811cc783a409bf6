"""The layout of generated code: that of black, which is asked only about what we do not lay out ourselves.

black takes a tenth of a millisecond for a line. What templates print is mostly of a few shapes: statements on a line of
their own, docstrings, calls and signatures. Those are laid out here as black does it, statement by statement; a statement
of any other shape is given to black by itself. How many blank lines stand between statements is black's word too.
"""

from __future__ import annotations

import re
import symtable
import textwrap
from collections.abc import Iterator

from ..errors import ApivolveError
from .asking import LAYOUT, asked, black_laid_out
from .blanks import blanks_before
from .brackets import OtherShapeError, parsed, split
from .statements import WIDTH, Statement, statements_of

__all__ = ["LAYOUT", "RULES", "black_laid_out", "laid_out", "layout", "layout_at"]

RULES = 1
"""Raised when the same source is laid out otherwise than before."""
_FOR_BLACK = re.compile(
    r"""#|\"\"\"|\\|'[^'"\n]*'|(?:\b(?:return|yield|del|in|if|else|not|and|or|await)|[^=!<>]=) \("""
)
"""Comments and strings that black may write otherwise, and brackets that may be needless."""
_AT_ONCE = 200_000
"""Characters that are parsed at once, at least."""
_DEFINITION = re.compile(r"\n\n(?=(?:async )?def |class |@)")
_VARIABLE = re.compile(r"(\w+): ([\w.| ]+) = ([\w.]+|\"[^\"\n]*\"|'[^'\n]*')")


def layout(text: str) -> str:
    """Source as black lays it out. Raises black's errors for what is no Python."""
    statements = list(statements_of(text))
    lines: list[str] = []
    for statement, blank in zip(statements, blanks_before(statements), strict=True):
        lines += [""] * blank
        lines.append(statement.text if statement.plain else _lines_of(statement))
    return "\n".join(lines).strip("\n") + "\n"


def layout_at(text: str, indent: int) -> str:
    """A few statements as `layout` lays them out where they stand at an indentation; without that indentation."""
    statements = statements_of(textwrap.indent(text, " " * indent))
    return textwrap.dedent("\n".join(one.text if one.plain else _lines_of(one) for one in statements))


def laid_out(path: str, text: str) -> str:
    """A generated file, laid out. Raises ApivolveError where it is no Python, which is never the user's fault."""
    try:
        _parse(path, text)
        return layout(text)
    except Exception as error:
        raise ApivolveError(
            f"{path} would not be valid Python ({error}); this is a fault of apivolve, please report it"
        ) from error


def _parse(path: str, text: str) -> None:
    """Raise SyntaxError for what is no Python. A large file is parsed in parts: its tree takes forty times its size."""
    try:
        for part in _parts(text):
            symtable.symtable(part, path, "exec")  # parses, and makes no tree that nobody looks at
    except SyntaxError:
        # tells the line, and whether it was cut in the middle of something
        symtable.symtable(text, path, "exec")


def _parts(text: str) -> Iterator[str]:
    """A module, cut between definitions."""
    start = 0
    while found := _DEFINITION.search(text, start + _AT_ONCE):
        yield text[start : found.end()]
        start = found.end()
    yield text[start:]


def _lines_of(statement: Statement) -> str:
    text, indent = statement.text, statement.indent
    stripped = text[indent:]
    if stripped.startswith(('"""', 'r"""')) and _good_docstring(stripped, indent):
        return text
    if text.isascii() and stripped[0] not in "\"'" and not _FOR_BLACK.search(text):
        if (variable := _VARIABLE.fullmatch(stripped)) and (lines := _variable(variable, indent)):
            return "\n".join(lines)
        try:
            lines = split(parsed(stripped), indent, is_definition=stripped.startswith(("def ", "async def ")))
        except OtherShapeError:
            pass
        else:
            return "\n".join(lines)
    return asked(stripped, indent)


def _variable(found: re.Match[str], indent: int) -> list[str]:
    """The lines of an annotated variable with a short value; none where black is to be asked."""
    name, annotation, value = found[1], found[2], found[3]
    pad = " " * indent
    if len(f"{name}: {annotation} = (") + indent <= WIDTH:
        return [f"{pad}{name}: {annotation} = (", f"{pad}    {value}", f"{pad})"]
    if len(f"{name}: (") + indent > WIDTH or len(f") = {value}") + indent > WIDTH:
        return []
    parts = [annotation] if len(annotation) + indent + 4 <= WIDTH else annotation.split(" | ")
    inner = [f"{pad}    {'| ' if number else ''}{part}" for number, part in enumerate(parts)]
    return (
        [f"{pad}{name}: (", *inner, f"{pad}) = {value}"] if len(parts) > 1 or len(inner[0]) <= WIDTH else []
    )


def _good_docstring(text: str, indent: int) -> bool:
    """True for a docstring that black leaves as it is."""
    if not text.isascii() or "\t" in text or " \n" in text or not text.endswith('"""') or "\\" in text:
        return False
    body = text[text.index('"""') + 3 : -3]
    if not body or body[0] in ' \n"' or body.rstrip("\n ")[-1:] in ('"', ""):
        return False
    lines = body.split("\n")
    if len(lines[0]) + indent + 3 > WIDTH:
        return False
    if len(lines) == 1:
        return len(text) + indent <= WIDTH and body[-1] != " "
    if lines[-1].strip():
        return False
    inner = [len(line) - len(line.lstrip(" ")) for line in lines[1:-1] if line]
    return len(lines[-1]) == indent and lines[-2] != "" and (not inner or min(inner) == indent)
