"""Text of a spec → Python source: the only way it gets there.

Every string from a spec reaches generated code through `literal`, `docstring` or `comment`, and every name through
`names`. Templates have no other filter that takes text.
"""

from __future__ import annotations

import json
import re
import textwrap
from typing import Any, TypeGuard

import msgspec

from ..jsonvalue import is_array, is_object

_LONGEST_SUMMARY = 500
_SPACE = re.compile(r"[ \t]+$", re.MULTILINE)
# All that some Python version or editor takes for the end of a line.
_LINE_ENDS = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")

# In a comment of the first two lines a file is read in another encoding, in which `+AAo-` may end a line.
_CODING = re.compile(r"coding(?=[:=])")


def literal(value: Any) -> str:
    """A JSON value as a Python literal. `repr` escapes all that is not printable, quotes and line ends included."""
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return f'float("{value}")'
    if isinstance(value, str):
        return _quoted(value)
    if is_object(value):
        return "{" + ", ".join(f"{literal(key)}: {literal(item)}" for key, item in value.items()) + "}"
    if is_array(value):
        return f"[{', '.join(literal(item) for item in value)}]"
    if _is_tuple(value):
        return f"({', '.join(literal(item) for item in value)},)" if value else "()"
    return repr(value)


def _is_tuple(value: Any) -> TypeGuard[tuple[Any, ...]]:
    return isinstance(value, tuple)


def _quoted(text: str) -> str:
    shown = repr(text)
    if shown.startswith("'") and '"' not in text:
        return '"' + shown[1:-1].replace("\\'", "'") + '"'
    return shown


def docstring(text: str) -> str:
    """A docstring token, quotes included; what it holds can neither end it nor be an escape."""
    lines = [_visible(line) for line in _LINE_ENDS.split(text.strip())]
    body = _SPACE.sub("", "\n".join(lines)).strip().replace("\\", "\\\\")
    body = re.sub(r'"(?="|\Z)', r"\"", body)  # neither three in a row nor one at the end
    return f'"""{body}\n"""' if "\n" in body else f'"""{body}"""'


def wrapped(text: str, *, width: int = 88, indent: int = 0, hanging: int | None = None) -> str:
    """Text with its long lines folded. `indent` stands before the first line, `hanging` before all others."""
    hanging = indent if hanging is None else hanging
    lines: list[str] = []
    for line in _LINE_ENDS.split(text.strip()):
        start = " " * (hanging if lines else indent)
        if len(start) + len(line) <= width and line.isascii() and line.isprintable():
            lines.append((start + line).rstrip() if line.strip(" ") else "")
            continue
        margin = re.match(r"\s*(?:[-*]\s+)?", line)
        inner = " " * (hanging + len(margin[0] if margin else ""))
        lines += textwrap.wrap(
            line,
            width,
            initial_indent=start,
            subsequent_indent=inner,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
    return "\n".join(lines)


def comment(text: str) -> str:
    """The text of a comment: one line, whatever it held, that says nothing of the encoding of its file (PEP 263)."""
    return _CODING.sub("coding ", _one_line(text))


def json_text(value: Any) -> str:
    """A JSON value as indented text for a data file."""
    text = json.dumps(value)
    try:
        return msgspec.json.format(text, indent=1)  # the standard library does this in Python
    except msgspec.DecodeError:  # half of a surrogate pair
        return json.dumps(value, indent=1)


def toml(text: str) -> str:
    """Text as a TOML string of one line, at most 500 characters: a package index takes 512 for a summary."""
    return json.dumps(_one_line(text)[:_LONGEST_SUMMARY], ensure_ascii=False)


def _one_line(text: str) -> str:
    return _visible(" ".join(_LINE_ENDS.sub(" ", text).split()))


def _visible(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or c == "\t" else f"\\x{ord(c):02x}" if ord(c) < 256 else f"\\u{ord(c):04x}"
        for c in text
    )


def markdown(text: str) -> str:
    """Text in Markdown: one line, nothing in it is markup."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~])", r"\\\1", _one_line(text))
