"""Contents → the source that says how a request body is written."""

from __future__ import annotations

from collections.abc import Sequence, Set

from ...media import is_json, is_range
from ...model import Api, Content, Encoding, Enumeration, ListOf, Record, Scalar, Type
from ..literals import literal
from ..names.identifiers import PARAMETERS_TAKEN, SafeName, Scope
from ..types.spelling import Spelling, own_type
from ..views import ArgumentView
from .exchange import FORMS, is_raw

_STYLES = ("form", "spaceDelimited", "pipeDelimited", "tabDelimited", "deepObject")


def body_code(
    spelling: Spelling, content: Content, name: SafeName, choice: SafeName | None, *, null: bool
) -> str:
    """The body of a call, given as an argument of some name; `choice` is the argument that has its media type.

    With `null` there is always one, and None is null.
    """
    api, media_type = spelling.api, content.media_type
    if is_raw(api, content):
        written = choice if choice is not None and is_range(media_type) else literal(media_type)
        return f"RawBody({name}, media_type={written})"
    if is_json(media_type):
        media = "" if media_type == "application/json" else f", media_type={literal(media_type)}"
        return f"JsonBody({in_json(spelling, name, content.type)}{media}{', null=True' if null else ''})"
    kind = "MultipartBody" if media_type == FORMS[0] else "FormBody"
    parts = [str(name)]
    in_base64 = _in_base64(api, content)
    known = {one.wire_name for one in content.encoding}
    typed = _typed(spelling, content)
    encodings = [
        *content.encoding,
        *(Encoding(one, content.at) for one in {**dict.fromkeys(in_base64), **typed} if one not in known),
    ]
    alike = _plain(api, content)
    codes = [
        _encoding_code(one, one.wire_name in alike, one.wire_name in in_base64, typed.get(one.wire_name))
        for one in encodings
    ]
    told = "".join(f"{code}, " for code in codes if code)
    if told:
        parts.append(f"encoding=({told})")
    return f"{kind}({', '.join(parts)})"


def in_json(spelling: Spelling, name: SafeName, type_: Type) -> str:
    """What is given as an argument, as it is sent in JSON: with its type where only that says how."""
    if not spelling.leads_to_texts(type_):
        return name
    return f"to_wire({name}, {spelling.reading.text(type_)})"


def media_type_argument(api: Api, contents: Sequence[Content], taken: Set[SafeName]) -> ArgumentView | None:
    """The argument that says how a body is written; None where there is no choice. `taken` are the names of the others."""
    names = [content.media_type for content in contents]
    ranges = [one.media_type for one in contents if is_raw(api, one) and is_range(one.media_type)]
    if len(names) < 2 and not ranges:
        return None
    doc = "how the body is written."
    if ranges:
        doc = (
            f"the media type of the body: {' or '.join(f'`{one}`' for one in names)}. A range is not sent: "
            "the type is then that of the `File`, or what its name suggests."
        )
    return ArgumentView(
        Scope(PARAMETERS_TAKEN | taken).give("content_type"),
        "str" if ranges else f"Literal[{', '.join(map(literal, names))}]",
        required=False,
        keyword=True,
        doc=doc,
        default_code=literal(names[0]),
    )


def _in_base64(api: Api, content: Content) -> tuple[str, ...]:
    """The members of a form that are bytes and no files: what is written is text."""
    record = api.resolve(content.type)
    if not isinstance(record, Record):
        return ()
    found: list[str] = []
    for field in record.fields:
        plain = api.present(field.type)
        plain = api.present(plain.of) if isinstance(plain, ListOf) else plain
        if isinstance(plain, Scalar) and own_type(plain) == "bytes":
            found.append(field.wire_name)
    return tuple(found)


def _plain(api: Api, content: Content) -> set[str]:
    """The members of a form that are written the same in all styles."""
    record = api.resolve(content.type)
    fields = record.fields if isinstance(record, Record) else ()
    return {item.wire_name for item in fields if isinstance(api.resolve(item.type), Scalar | Enumeration)}


def _typed(spelling: Spelling, content: Content) -> dict[str, str]:
    """The members of a form that are JSON and of which only the type says how decimals are written, with the type of each part."""
    record = spelling.api.resolve(content.type)
    found: dict[str, str] = {}
    for field in record.fields if isinstance(record, Record) else ():
        plain = spelling.api.present(field.type)
        item = plain.of if isinstance(plain, ListOf) else field.type
        if not isinstance(spelling.api.present(item), Scalar) and spelling.leads_to_texts(item):
            found[field.wire_name] = spelling.reading.text(item)
    return found


def _encoding_code(encoding: Encoding, is_plain: bool, in_base64: bool, type_: str | None) -> str:
    """How a member of a form is written; empty where it is as all are."""
    told: list[str] = []
    is_styled = encoding.style in _STYLES or encoding.explode is not None or encoding.allow_reserved
    if encoding.style in _STYLES and not is_plain:
        told.append(f"style={literal(encoding.style)}")
    if encoding.explode is not None and encoding.style != "deepObject" and not is_plain:
        told.append(f"explode={encoding.explode}")
    if encoding.allow_reserved and not is_plain:
        told.append("allow_reserved=True")
    if not is_styled and encoding.content_type:
        told.append(f"media_type={literal(encoding.content_type)}")
    if in_base64:
        told.append("base64=True")
    if type_ is not None:
        told.append(f"type={type_}")
    return f"PartEncoding({', '.join([literal(encoding.wire_name), *told])})" if told else ""
