"""The header Link (RFC 8288)."""

from __future__ import annotations

import re

_LINK = re.compile(
    r"\s*<([^<>]*)>((?:\s*;\s*[^\s;=,]+(?:\s*=\s*(?:\"(?:[^\"\\]|\\.)*\"|[^\s;,\"]*))?)*)"
)
_PARAMETER = re.compile(r";\s*([^\s;=,]+)(?:\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s;,\"]*)))?")


def next_link(header: str) -> str | None:
    """Give the target of the link with the relation "next", None when there is none.

    A link with an anchor is about another resource and not meant. What cannot be read ends the reading.
    """
    position = 0
    while match := _LINK.match(header, position):
        target, text = match.groups()
        parameters: dict[str, str] = {}
        for name, quoted, plain in _PARAMETER.findall(text):
            # RFC 8288 §3.3: of several rel the first counts.
            parameters.setdefault(name.lower(), re.sub(r"\\(.)", r"\1", quoted) or plain)
        relations = parameters.get("rel", "").lower().split()
        if "next" in relations and "anchor" not in parameters:
            return str(target).strip()
        comma = re.compile(r"\s*,[\s,]*").match(header, match.end())
        if comma is None:
            return None
        position = comma.end()
    return None
