"""Parameter Objects → parameters, with the style that is in effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...jsonvalue import to_json
from ...media import TOKEN
from ...model import PLACES, Parameter
from ..node import Node
from ..schemas.annotations import examples_of
from .examples import media_examples
from .naming import media_type

if TYPE_CHECKING:
    from .reader import OperationReader

_DEFAULT_STYLE = {
    "path": "simple",
    "header": "simple",
    "query": "form",
    "cookie": "form",
    "querystring": "form",
}
_STYLES = ("simple", "label", "matrix", "form", "spaceDelimited", "pipeDelimited", "deepObject", "cookie")
# Swagger 2.0, Parameter Object: collectionFormat → style, explode
COLLECTION = {
    "csv": (None, False),
    "ssv": ("spaceDelimited", False),
    "tsv": ("tabDelimited", False),
    "pipes": ("pipeDelimited", False),
    "multi": ("form", True),
}
_WORDS = frozenset(
    (
        "name", "in", "description", "required", "deprecated", "allowEmptyValue", "style", "explode", "allowReserved",
        "schema", "content", "example", "examples", "$ref",
    )
)  # fmt: skip
SWAGGER_WORDS = ("name", "in", "required", "collectionFormat", "allowEmptyValue", "examples")
"""What Swagger 2.0 writes beside the schema of a parameter, in the same object."""


def read_parameter(reader: OperationReader, node: Node, path: tuple[str, ...]) -> Parameter | None:
    """A parameter outside the body; None, and a problem, for one without a name or a place, or a header called nothing."""
    name, place = node.text("name"), PLACES.get(node.text("in"))
    if place == "header" and "name" in node and not name:  # an empty row of a form that somebody filled in
        reader.problems.warn(
            "not-a-header-name", "a header without a name is never sent: it is left out", node.at.child("name")
        )
        return None
    if not name or place is None:
        for member in ("name", "in"):
            if not node.text(member):
                reader.problems.add("missing-member", f"a parameter needs `{member}`", node.at)
        if node.text("in") and place is None:
            reader.problems.add(
                "unknown-place",
                f"{node.text('in')!r} is no place of a parameter",
                node.at.child("in"),
                "query, header, path or cookie",
            )
        return None
    media = None
    if reader.swagger:
        schema = without_parameter_words(node)
        style, explode = COLLECTION.get(node.text("collectionFormat", "csv"), (None, False))
        if node.text("type") != "array":
            style, explode = None, place in ("query", "cookie")  # collectionFormat is for arrays only
        written: bool | None = explode
    else:
        schema, media = _schema(reader, node)
        style, written = node.text_or_none("style"), node.flag("explode")
        for word in node.value:
            if word not in _WORDS and not word.startswith("x-"):
                reader.problems.warn(
                    "not-modelled", f"`{word}` is not understood and has no effect", node.at.child(word)
                )
        if style is not None and style not in _STYLES:
            reader.problems.warn(
                "unknown-style",
                f"{style!r} is no style: {_DEFAULT_STYLE[place]} is taken",
                node.at.child("style"),
                ", ".join(_STYLES),
            )
            style = None
    if place == "header" and not TOKEN.fullmatch(name):
        reader.problems.warn(
            "not-a-header-name",
            f"{name!r} is no name of a header: a call that sends it is refused",
            node.at.child("name"),
            "letters, digits and - (RFC 9110 section 5.6.2)",
        )
    style = style or _DEFAULT_STYLE[place]
    default = schema.get("default")
    return Parameter(
        wire_name=name,
        place=place,
        type=reader.schemas.type_of(schema, path),
        required=place == "path" or bool(node.flag("required")),
        at=node.at,
        style=style,
        explode=written if written is not None else style in ("form", "cookie"),
        allow_reserved=bool(node.flag("allowReserved")) or bool(node.flag("x-ms-skip-url-encoding")),
        media_type=media,
        default=to_json(default.value) if default is not None else None,
        deprecated=bool(node.flag("deprecated")),
        doc=node.doc("description") or (schema.doc("description") if schema.is_object else ""),
        client_name=node.text_or_none("x-ms-client-name"),
        allow_empty=bool(node.flag("allowEmptyValue")),
        on_client=node.text("x-ms-parameter-location") == "client",
        examples=media_examples(node) or examples_of(schema),
    )


def _schema(reader: OperationReader, node: Node) -> tuple[Node, str | None]:
    """The schema of a parameter since OpenAPI 3.0, and its media type when it is serialised by one."""
    content = node.object("content")
    if content is None:
        return node.get("schema") or Node({}, node.at, reader.problems), None
    entries = list(content.members())
    for extra, media in entries[1:]:
        reader.problems.warn("not-modelled", f"a parameter has one media type; {extra} is left out", media.at)
    for name, media in entries[:1]:
        if media.expect(dict):
            return media.get("schema") or Node({}, media.at, reader.problems), media_type(name)
    return Node({}, node.at, reader.problems), None


def without_parameter_words(node: Node) -> Node:
    """The schema part of a Swagger 2.0 parameter, header or form field, which mixes both in one object."""
    return Node(
        {key: value for key, value in node.value.items() if key not in SWAGGER_WORDS}, node.at, node.problems
    )
