"""Contents → the source that says how a request body is written."""

from __future__ import annotations

from ...media import is_json
from ...model import Content, Encoding
from ..literals import literal
from ..names.identifiers import SafeName
from .exchange import FORMS

_STYLES = ("form", "spaceDelimited", "pipeDelimited", "tabDelimited", "deepObject")


def body_code(content: Content, name: SafeName, *, null: bool) -> str:
    """The body of a call, given as an argument of some name. With `null` there is always one, and None is null."""
    media_type = content.media_type
    if is_json(media_type):
        plain = media_type in ("application/json", "*/*", "application/*")
        media = "" if plain else f", media_type={literal(media_type)}"
        return f"JsonBody({name}{media}{', null=True' if null else ''})"
    if media_type in FORMS:
        kind = "MultipartBody" if media_type == FORMS[0] else "FormBody"
        parts = [str(name)]
        encodings = "".join(f"{code}, " for code in map(_encoding_code, content.encoding) if code)
        if encodings:
            parts.append(f"encoding=({encodings})")
        return f"{kind}({', '.join(parts)})"
    return f"RawBody({name}, media_type={literal(media_type)})"


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
