"""Files to upload."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

import msgspec

from .unions import union


class File(msgspec.Struct, frozen=True):
    """A file with a name and a media type of its own.

    ``name`` defaults to that of the path or of the open file; ``media_type`` to what the API description asks
    for or the name's ending suggests, else ``application/octet-stream``. ``headers`` are those of its part.
    """

    content: bytes | Path | BinaryIO
    name: str | None = None
    media_type: str | None = None
    headers: Mapping[str, str] | None = None


if TYPE_CHECKING:
    FileInput: TypeAlias = bytes | Path | BinaryIO | File
else:
    # In JSON a file is base64 text (OpenAPI 3.0 "Data Types", format byte); other text is kept.
    FileInput = union("FileInput", variants=lambda: (bytes, str))
