"""An OpenAPI document as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from ..jsonvalue import shown_json

if TYPE_CHECKING:
    _FastDumper = yaml.SafeDumper
else:
    _FastDumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # the C twin, where PyYAML was built with it


class _Dumper(_FastDumper):
    """YAML without anchors, and with text of several lines as a block."""

    def ignore_aliases(self, data: Any) -> bool:
        """No anchors: a document is read by people."""
        del data
        return True


def _text(dumper: Any, value: str) -> Any:
    # quoted, so that what is not printable can be escaped
    seen = all(char.isprintable() or char == "\n" for char in value)
    style = '"' if not seen else "|" if "\n" in value else None
    # half of a surrogate pair has no bytes: it is spelled out
    text = value.encode(errors="backslashreplace").decode()
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_multi_representer(str, _text)  # a name that was made safe is a text of its own kind
_Dumper.add_representer(str, _text)


def render_document(content: Any, *, yaml: bool = False) -> str:
    """A document as JSON, or as YAML, its members in their order. Ends with a newline."""
    if yaml:
        return _yaml(content)
    return shown_json(content, 2) + "\n"


def _yaml(content: Any) -> str:
    text: str = yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return text
