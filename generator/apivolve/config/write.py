"""A configuration to start with, from the services that were found."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

FILE = "apivolve.toml"

_HEAD = """\
# The configuration of apivolve; `apivolve schema config` prints all that may stand here.

# The folder that the packages go to, one for each service.
output = "generated"
"""
_SERVICE = """
[services.{name}]
# {about}
path = {path}
"""
_TAIL = """
# A path may be a file, a folder of api-versions, a pattern of files, or a path in git:
#   path = "v1.2:openapi.yaml"
# One api-version for each tag that matches:
#   tags = "v*"
#   path = "openapi.yaml"
# A table instead of `path`, oldest first:
#   [services.{name}.versions]
#   "2023-05-15" = "specs/2023-05-15.json"
#   "2024-06-01" = {{ path = "specs/2024-06-01.json", stage = "preview" }}

# What counts in the gate:
#   [gate]
#   preview = "warning"            # the most that a break of a preview version weighs
#   [gate.rules]
#   enum-value-added = "warning"   # `apivolve rules` lists them; off, info, warning, error
"""


def config_text(services: Sequence[tuple[str, str, Sequence[str]]]) -> str:
    """The text of a configuration with comments; services are name, path and the names of the versions found there."""
    parts = [_HEAD]
    for name, path, versions in services:
        known = [version for version in versions if version]
        about = f"{len(known)} api-versions, {known[0]} to {known[-1]}" if len(known) > 1 else "1 api-version"
        parts.append(_SERVICE.format(name=_key(name), about=_comment(about), path=_text(path)))
    parts.append(_TAIL.format(name=_key(services[-1][0])))
    return "".join(parts)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _text(text: str) -> str:
    """A basic string; TOML's escapes are JSON's, and DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)
