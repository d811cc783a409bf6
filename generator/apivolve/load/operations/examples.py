"""Example Objects → examples."""

from __future__ import annotations

from ...jsonvalue import is_object
from ...model import Example
from ..node import Node


def media_examples(node: Node) -> tuple[Example, ...]:
    """The examples of a parameter, header or media type: `examples` by name, or the one `example`."""
    if "example" in node.value:
        return (Example("example", node.at.child("example")),)
    if not is_object(node.value.get("examples")):
        return ()
    found: list[Example] = []
    for name, raw in node.child("examples").members():
        if not is_object(raw.value):
            found.append(Example(name, raw.at))  # Swagger 2.0: the value itself, by media type
            continue
        value = next((word for word in ("value", "dataValue", "serializedValue") if word in raw.value), None)
        url = raw.value.get("externalValue")
        doc = raw.doc("summary") or raw.doc("description")
        found.append(
            Example(
                name,
                raw.at.child(value) if value else raw.at,
                url if isinstance(url, str) else None,
                doc.strip(),
            )
        )
    return tuple(found)
