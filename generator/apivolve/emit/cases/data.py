"""The data of the emitted tests as text: each payload stands once, and each entry on a line of its own."""

from __future__ import annotations

import json
from typing import Any

from ...jsonvalue import is_array, is_object, to_json

_SHORT = 80
"""Characters of a payload that is written where it is used."""
MARK = "$payload"
"""The member of an object that stands for the payload of that name."""


class Data:
    """What a version's tests know, while it is collected."""

    def __init__(self) -> None:
        self.payloads: dict[str, Any] = {}
        self._names: dict[str, str] = {}

    def payload(self, value: Any, wanted: str) -> Any:
        """A payload as other entries hold it: itself where it is short, else by the name that it is found under."""
        text = to_json(value)
        if not (is_object(value) or is_array(value)) or (len(text) < _SHORT and MARK not in text):
            return value
        if text not in self._names:
            name, number = wanted, 2
            while name in self.payloads:
                name, number = f"{wanted} {number}", number + 1
            self._names[text] = name
            self.payloads[name] = value
        return {MARK: self._names[text]}


def data_text(groups: dict[str, dict[str, Any]]) -> str:
    """Groups of entries as JSON, a line for each entry, so that a change of one is a change of one line."""
    told = (
        f" {json.dumps(group)}: {{\n"
        + ",\n".join(f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in entries.items())
        + "\n }"
        for group, entries in groups.items()
        if entries
    )
    return "{\n" + ",\n".join(told) + "\n}"
