"""How many blank lines stand before each statement."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .asking import black_blanks
from .statements import BLOCK, DEFINITION, HEADER_END, Statement

_STRING = re.compile(r"r?(\"\"\"|'''|\"(?:[^\"\\]|\\.)*\"$)")
_KINDS = (
    ("import", re.compile(r"(import|from) ")),
    ("@d", re.compile(r"@")),
    ("return", re.compile(r"(return|raise|break|continue)\b")),
    ("yield", re.compile(r"(yield|pass|del|assert|global|nonlocal|type) ?")),
)


def blanks_before(statements: Sequence[Statement]) -> list[int]:
    """How many blank lines stand before each statement.

    black is asked for each part of a file that stands between two lines of other parts, with what repeats itself left out.
    """
    shapes = [(" " * one.indent + _kind(one.text[one.indent :]), min(one.blank, 2)) for one in statements]
    found: list[int] = []
    start = 0
    for number in range(1, len(shapes) + 1):
        # a definition at the top begins a part, with what stands on it
        if number == len(shapes) or (
            _defines(shapes, number)
            and not shapes[number - 1][0].startswith(("@", "# "))
            and not shapes[number - 1][0].endswith(": ...")  # overloads may stand together
        ):
            part = _part_blanks(tuple(shapes[start:number]))
            found += [2 if start else part[0], *part[1:]]
            start = number
    return found


def _defines(shapes: Sequence[tuple[str, int]], at: int) -> bool:
    while at < len(shapes) and shapes[at][0].startswith(("@d", "# c")):
        at += 1
    return at < len(shapes) and bool(DEFINITION.match(shapes[at][0]))


def _part_blanks(shapes: tuple[tuple[str, int], ...]) -> list[int]:
    skeleton: list[tuple[str, int]] = []
    answered: list[int] = []  # of each statement, the line of the skeleton that answers for it
    at = 0
    while at < len(shapes):
        again = next((width for width in (1, 2, 3) if _repeats(shapes, at, width)), 0)
        if (
            again
            and answered
            and len(skeleton) >= 2 * again
            and skeleton[-2 * again :] == list(shapes[at : at + again] * 2)
        ):
            answered += [len(skeleton) - again + step for step in range(again)]
            at += again
        else:
            skeleton.append(shapes[at])
            answered.append(len(skeleton) - 1)
            at += 1
    told = black_blanks(tuple(skeleton))
    return [told[line] for line in answered]


def _repeats(shapes: tuple[tuple[str, int], ...], at: int, width: int) -> bool:
    return (
        at >= 2 * width
        and shapes[at : at + width] == shapes[at - width : at] == shapes[at - 2 * width : at - width]
    )


def _kind(text: str) -> str:
    """A short statement that black separates from others as it does this one."""
    if text.startswith("#"):
        return "x = 0" if "\n" in text else "# c"
    if _STRING.match(text):
        return '"""d"""'
    head = BLOCK.match(text)
    if head is not None:
        if head[1] in ("def", "async def"):
            return f"{head[1]} f(): ..." if text.endswith(": ...") else f"{head[1]} f():"
        if HEADER_END.search(text):
            word = head[1]
            return {
                "class": "class C:",
                "else": "else:",
                "try": "try:",
                "finally": "finally:",
                "except": "except E:",
            }.get(
                word,
                {"for": "for x in y:", "async for": "async for x in y:", "case": "case _:"}.get(
                    word, f"{word} x:"
                ),
            )
    for kind, pattern in _KINDS:
        if pattern.match(text):
            return (
                "import x"
                if kind == "import"
                else "return x"
                if kind == "return"
                else kind
                if kind == "@d"
                else "pass"
            )
    return "..." if text == "..." else "x = 0"
