"""Media types as the model spells them, and what inline types are named after."""

from __future__ import annotations

import re

from ...source import split_pointer
from ..node import Node
from ..schemas.places import declared_name, in_call
from ..schemas.shapes import name_of

_PARAMETER = re.compile(r"""\s*;\s*([^\s;=]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*?)\s*(?=;|\Z)""")
# a name, and the value it begins: a media type, and ranges of them (RFC 9110 sections 8.3.1 and 12.5.1)
_MEDIA_TYPE = re.compile(
    r"""[\w!#$&^.+*-]+/[\w!#$&^.+*-]+(?:;[\w!#$&^.+*'%`|~-]+=(?:"[^"\x00-\x1f\x7f]*"|[^\s;"\x00-\x1f\x7f]*))*""",
    re.ASCII,
)

_LONGEST = 1000


def media_type(text: str) -> str:
    """A media type in one spelling: lower case, no blanks around its parts; the values of parameters stay as they are."""
    if len(text) > _LONGEST:
        return text
    kind, semicolon, rest = text.partition(";")
    written = f"{kind.strip().lower()}{semicolon}{rest}"
    return _PARAMETER.sub(lambda found: f";{found[1].lower()}={found[2]}", written).rstrip("; \t")


def is_media_type(text: str) -> bool:
    """True for what can be sent as a media type; `text` is in the spelling of `media_type`."""
    return len(text) <= _LONGEST and _MEDIA_TYPE.fullmatch(text) is not None


def shared_path(node: Node, kind: str) -> tuple[str, ...]:
    """What the types of a parameter, body or response are named after that something refers to.

    Its own name, not an operation's; where it stands in an operation it is named as it is there.
    """
    return in_call(node.at, split_pointer(node.at.pointer)) or declared_name(name_of(node.at), kind)
