"""What a schema says about itself: its text, its examples, its place in XML, the names of its values."""

from __future__ import annotations

from collections.abc import Iterator

from ...jsonvalue import is_array, is_object, to_json
from ...model import EnumValue, Example, Xml
from ..node import Node
from .shape import Shape


def doc_of(node: Node) -> str:
    """The description of a schema, or its title."""
    value = node.value
    if not is_object(value):
        return ""
    text = value.get("description") or value.get("title")
    return text.strip() if isinstance(text, str) else ""


def examples_of(node: Node) -> tuple[Example, ...]:
    """The examples of a schema: `examples`, a list since JSON Schema 6, or the one `example`."""
    return (
        tuple(_examples(node))
        if node.is_object and ("example" in node.value or "examples" in node.value)
        else ()
    )


def _examples(node: Node) -> Iterator[Example]:
    if "example" in node.value:
        yield Example("example", node.at.child("example"))
    if is_array(node.value.get("examples")):
        for index, item in enumerate(node.list("examples")):
            yield Example(str(index), item.at)


def xml_of(node: Node) -> Xml | None:
    """The XML Object of a schema."""
    xml = node.object("xml") if node.is_object and "xml" in node.value else None
    if xml is None:
        return None
    kind = xml.text("nodeType")  # OpenAPI 3.2, which replaces `attribute` and `wrapped`
    return Xml(
        xml.text_or_none("name"),
        xml.text_or_none("namespace"),
        xml.text_or_none("prefix"),
        bool(xml.flag("attribute")) or kind == "attribute",
        bool(xml.flag("wrapped")) or kind == "element",
    )


def enum_values(shape: Shape) -> Iterator[EnumValue]:
    """The values of an enumeration, with the names and texts that extensions give them."""
    written: dict[str, tuple[str | None, str]] = {}
    if shape.enum_info is not None:
        for entry in shape.enum_info.list("values") if "values" in shape.enum_info else ():
            if "value" in entry:
                text = to_json(entry.value["value"])
                written[text] = (entry.text_or_none("name"), entry.doc("description"))
    for index, item in enumerate(shape.values or ()):
        text = to_json(item.value)
        name, doc = written.get(text, (None, ""))
        name = name or _nth(shape.value_names, index, item.value)
        yield EnumValue(text, item.at, name, doc or _nth(shape.value_docs, index, item.value) or "")


def _nth(owner: Node | None, index: int, value: object) -> str | None:
    """The text for a value in a list parallel to the values, or in an object by value."""
    if owner is None:
        return None
    found = None
    if is_array(owner.value) and index < len(owner.value):
        found = owner.value[index]
    elif is_object(owner.value):
        found = owner.value.get(str(value))
    return found if isinstance(found, str) and found else None
