"""A JSON value as XML: elements named like members."""

from __future__ import annotations

import re
from typing import Any
from xml.sax.saxutils import escape

from ...jsonvalue import is_array, is_object

_NAME = re.compile(r"[^\W\d][\w.-]*")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(value: Any) -> str:
    """A document with the value in it."""
    return f'<?xml version="1.0" encoding="utf-8"?>\n{_element("root", value)}'


def _element(name: str, value: Any) -> str:
    name = name if _NAME.fullmatch(name) else "item"
    if is_object(value):
        inner = "".join(_element(key, item) for key, item in value.items())
    elif is_array(value):
        inner = "".join(_element("item", item) for item in value)
    else:
        text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        inner = escape(_FORBIDDEN.sub("\ufffd", text))
    return f"<{name}>{inner}</{name}>"
