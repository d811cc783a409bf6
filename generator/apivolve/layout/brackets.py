"""A statement that is too long for a line, split at its brackets as black does it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from .statements import CLOSING, OPENING, TOKEN, WIDTH

_PLAIN_HEAD = re.compile(
    r"(?:@|class |(?:return )?(?:await )?|(?:async )?for \w+ in |[\w.\"]+: [\w.\[\], |\"]+ = |(?:[\w.]+|\"[^\"\\]*\")(?: = |=|: ))?"
    r"(?:lambda: |(?:(?:\w+\(\w*\))?[*]{0,2}[\w.]+))?\Z"
)
_STRING_OR_COMMA = re.compile(r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|,""")
_FOR = re.compile(r"(?:^|\s)for\s")
_UNION = r"[\w.]+(?: \| [\w.]+)"
_PARAMETER = re.compile(rf"(\w+: )({_UNION}+)((?: = [\w.]+)?)")
_RESULT = re.compile(rf"( -> )({_UNION}*)(:(?: \.\.\.)?)")
_COMPREHENSION = re.compile(r"(\w+) ((?:async )?for \w+ in [\w.]+)")
_WORDS = re.compile(r" (?:if|else|or|and|not|in|is|for|lambda|await|yield)\b| [-+*/%|&^<>=!]=? |:=")


@dataclass(slots=True)
class Bracket:
    """A pair of brackets with its elements. `magic`: a comma stands before the closing one, which black takes for a wish."""

    opening: str
    items: list[Element]
    magic: bool
    atom: bool
    """It is a value of its own: no call, no subscript."""

    @property
    def flat(self) -> str:
        """On one line."""
        lone = "," if self.opening == "(" and self.atom and self.magic and len(self.items) == 1 else ""
        return (
            f"{self.opening}{', '.join(map(_flat, self.items))}{lone}{CLOSING[OPENING.index(self.opening)]}"
        )

    @property
    def wished(self) -> bool:
        """True when it, or one in it, is to be laid out with an element a line."""
        lone = self.opening == "(" and self.atom and len(self.items) == 1
        return (self.magic and not lone) or any(map(_wished, self.items))


Element: TypeAlias = "list[str | Bracket]"


class OtherShapeError(Exception):
    """The statement is for black to lay out."""


def parsed(text: str) -> Element:
    """A statement as text and brackets, without the line breaks that were in it."""
    top: Element = []
    stack: list[tuple[str, bool, list[Element]]] = []
    current: Element = top
    at = 0
    for token in TOKEN.finditer(text):
        found = token[0]
        if found not in OPENING and found not in CLOSING:
            continue
        _add(text[at : token.start()], current, stack)
        current = stack[-1][2][-1] if stack else top
        if found in OPENING:
            before = text[token.start() - 1 : token.start()]
            atom = not (before.isalnum() or before in ("_", ")", "]")) or before == ""
            atom = atom and not text[: token.start()].endswith(" import ")
            stack.append((found, atom, [[]]))
            current = stack[-1][2][-1]
        else:
            opening, atom, items = stack.pop()
            magic = len(items) > 1 and not items[-1]
            current = stack[-1][2][-1] if stack else top
            current.append(Bracket(opening, [item for item in items if item], magic, atom))
        at = token.end()
    _add(text[at:], current, stack)
    if stack:
        raise OtherShapeError
    return top


def _add(piece: str, current: Element, stack: list[tuple[str, bool, list[Element]]]) -> None:
    """Text between brackets; in brackets, commas begin the next element."""
    if not stack:
        if piece:
            current.append(piece)
        return
    items = stack[-1][2]
    for number, part in enumerate(_commas(piece)):
        if number:
            items.append([])
        part = re.sub(r"\s*\n\s*", " ", part)
        if not items[-1]:
            part = part.lstrip()
        if part:
            items[-1].append(part)
    last = items[-1]
    if last and isinstance(last[-1], str) and piece.rstrip(" ").endswith("\n"):
        last[-1] = last[-1].rstrip()


def _commas(piece: str) -> list[str]:
    """A text cut at its commas, those in strings aside."""
    if '"' not in piece and "'" not in piece:
        return piece.split(",")
    parts, at = [""], 0
    for token in _STRING_OR_COMMA.finditer(piece):
        parts[-1] += piece[at : token.start()]
        if token[0] == ",":
            parts.append("")
        else:
            parts[-1] += token[0]
        at = token.end()
    parts[-1] += piece[at:]
    return parts


def _flat(element: Element) -> str:
    return "".join(part if isinstance(part, str) else part.flat for part in element)


def _is_comprehension(element: Element) -> bool:
    return any(isinstance(part, str) and _FOR.search(_STRING_OR_COMMA.sub("", part)) for part in element)


def _wished(element: Element) -> bool:
    return any(part.wished for part in element if isinstance(part, Bracket))


def split(
    element: Element, indent: int, tail: str = "", *, is_definition: bool = False, inside: bool = False
) -> list[str]:
    """The lines of a statement, or of an element `inside` of brackets with what follows it. Raises OtherShapeError."""
    flat = _flat(element) + tail
    pad = " " * indent
    if len(flat) + indent <= WIDTH and not _wished(element):
        return [pad + flat]
    if is_definition:
        place = next((number for number, part in enumerate(element) if isinstance(part, Bracket)), 0)
    elif len(element) == 3 and element[-1] == ":" and str(element[0]).startswith("class "):
        place = 1
    else:
        place = len(element) - 1
    bracket = element[place] if element else ""
    head, rest = _flat(element[:place]), _flat(element[place + 1 :]) + tail
    if is_definition and isinstance(bracket, Bracket) and not bracket.items:
        return _in_parentheses(f"{head}()", _RESULT, rest, indent)
    if inside and len(element) == 1 and isinstance(bracket, str) and not _WORDS.search(bracket):
        return [pad + flat]  # nothing in it can be split
    if isinstance(bracket, str) or not bracket.items or _wished(element[:place] + element[place + 1 :]):
        raise OtherShapeError
    if is_definition:
        if bracket.opening != "(" or len(rest) + indent + 1 > WIDTH:
            raise OtherShapeError
    elif not _PLAIN_HEAD.match(head):
        raise OtherShapeError
    if len(head) + indent + 1 > WIDTH and not (inside and "(" not in head):
        raise OtherShapeError
    closing = CLOSING[OPENING.index(bracket.opening)]
    inner = " " * (indent + 4)
    body = ", ".join(map(_flat, bracket.items))
    several = len(bracket.items) > 1
    if several and any(map(_is_comprehension, bracket.items)):
        raise OtherShapeError  # its commas part no elements
    lone = bracket.magic and not several and bracket.atom and bracket.opening == "("
    one_line = not bracket.wished and not lone and len(body) + indent + 4 <= WIDTH
    middle: list[str]
    if one_line and not (several and bracket.atom) and not (is_definition and not several):
        middle = [inner + body]
    elif not several and not bracket.magic and not is_definition:
        middle = _comprehension(bracket.items[0], indent + 4)
    else:
        middle = []
        for item in bracket.items:
            written = _flat(item)
            if _WORDS.search(written) and len(written) + indent + 5 > WIDTH:
                if not is_definition:
                    raise OtherShapeError
                middle += _in_parentheses("", _PARAMETER, written, indent + 4, ",")
            else:
                middle += split(item, indent + 4, ",", inside=True)
    return [f"{pad}{head}{bracket.opening}", *middle, f"{pad}{closing}{rest}"]


def _in_parentheses(before: str, shape: re.Pattern[str], text: str, indent: int, tail: str = "") -> list[str]:
    """What is annotated with a type that is too long for the line. Raises OtherShapeError."""
    found = shape.fullmatch(text)
    if found is None:
        raise OtherShapeError
    pad, inner = " " * indent, " " * (indent + 4)
    first, *others = found[2].split(" | ")
    lines = [inner + found[2]]
    if others and len(lines[0]) > WIDTH:
        lines = [inner + first, *(f"{inner}| {other}" for other in others)]
    made = [f"{pad}{before}{found[1]}(", *lines, f"{pad}){found[3]}{tail}"]
    if max(map(len, made)) > WIDTH:
        raise OtherShapeError
    return made


def _comprehension(element: Element, indent: int) -> list[str]:
    """The lines of the one thing in brackets, which may be a comprehension. Raises OtherShapeError."""
    found = _COMPREHENSION.fullmatch(element[0]) if isinstance(element[0], str) else None
    if found is None or _WORDS.search("".join(part for part in element[1:] if isinstance(part, str))):
        return split(element, indent, inside=True)
    return [" " * indent + found[1], *split([found[2], *element[1:]], indent, inside=True)]
