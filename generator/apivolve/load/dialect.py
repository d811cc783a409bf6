"""Which language a document is written in. The dialects differ in where things are written, hardly in what they mean."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Any

from ..jsonvalue import is_object

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
"""The members of a path item that are operations (OpenAPI 3.2, Path Item Object)."""


class Dialect(IntEnum):
    """The specifications that are read, oldest first."""

    SWAGGER_2_0 = 20
    OPENAPI_3_0 = 30
    OPENAPI_3_1 = 31
    OPENAPI_3_2 = 32


def dialect_of(content: Any) -> Dialect | None:
    """The dialect that a document says it is in; None for anything else."""
    if not is_object(content):
        return None
    if "swagger" in content:
        return Dialect.SWAGGER_2_0 if str(content["swagger"]) == "2.0" else None
    match = re.match(r"3\.([0-2])(?:\.|$)", str(content.get("openapi")))
    return Dialect(30 + int(match[1])) if match else None
