"""Contents → the source that says how a request body is written."""

from __future__ import annotations

from ...media import is_json, is_range
from ...model import Api, Content, Encoding
from ..literals import literal
from ..names.identifiers import SafeName
from .exchange import FORMS, is_raw

_STYLES = ("form", "spaceDelimited", "pipeDelimited", "tabDelimited", "deepObject")


def body_code(api: Api, content: Content, name: SafeName, choice: SafeName | None) -> str:
    """The body of a call, given as an argument of some name; `choice` is the argument that has its media type."""
    media_type = content.media_type
    if is_raw(api, content):
        written = choice if choice is not None and is_range(media_type) else literal(media_type)
        return f"RawBody({name}, media_type={written})"
    if is_json(media_type):
        plain = media_type in ("application/json", "*/*", "application/*")
        return f"JsonBody({name})" if plain else f"JsonBody({name}, media_type={literal(media_type)})"
    kind = "MultipartBody" if media_type == FORMS[0] else "FormBody"
    parts = [str(name)]
    encodings = "".join(f"{code}, " for code in map(_encoding_code, content.encoding) if code)
    if encodings:
        parts.append(f"encoding=({encodings})")
    return f"{kind}({', '.join(parts)})"


def _encoding_code(encoding: Encoding) -> str:
    """How a member of a form is written; empty where it is as all are."""
    told: list[str] = []
    if encoding.style in _STYLES:
        told.append(f"style={literal(encoding.style)}")
    if encoding.explode is not None:
        told.append(f"explode={encoding.explode}")
    if encoding.allow_reserved:
        told.append("allow_reserved=True")
    if not told and encoding.content_type:
        told.append(f"media_type={literal(encoding.content_type)}")
    return f"PartEncoding({', '.join([literal(encoding.wire_name), *told])})" if told else ""
