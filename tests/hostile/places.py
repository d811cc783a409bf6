"""The places of `base.yaml` that hold text: each value and each member name, found by walking it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

BASE = Path(__file__).parent / "base.yaml"


class Place(NamedTuple):
    """The path to a text; `what` is `value` or `name` (of the member at the end of the path)."""

    what: str
    path: tuple[str | int, ...]

    def __str__(self) -> str:
        return f"{self.what} /{'/'.join(map(str, self.path))}"


def base() -> dict[str, Any]:
    """The base specification, anew."""
    return copy.deepcopy(_read())


@cache
def _read() -> dict[str, Any]:
    made: dict[str, Any] = yaml.load(BASE.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506  it makes nothing but text
    return _typed(made)


def _typed(value: Any) -> Any:
    """BaseLoader leaves everything text; numbers and flags are what a base specification has of other kinds."""
    if isinstance(value, dict):
        return {key: _typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_typed(item) for item in value]
    return {"true": True, "false": False, "1": 1, "3": 3}.get(value, value)


def places(value: Any = None, path: tuple[str | int, ...] = ()) -> Iterator[Place]:
    """All places, in order."""
    if value is None:
        value = base()
    if isinstance(value, dict):
        for key, item in value.items():
            yield Place("name", (*path, key))
            yield from places(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, (*path, index))
    elif isinstance(value, str):
        yield Place("value", path)


def put(place: Place, text: str, spec: dict[str, Any] | None = None) -> dict[str, Any]:
    """The base specification with a text in a place."""
    made = base() if spec is None else spec
    *way, last = place.path
    inner: Any = made
    for token in way:
        inner = inner[token]
    if place.what == "value":
        inner[last] = text
        return made
    if way == ["paths"]:
        text = f"/{text}/{{id}}" if "{id}" in str(last) else f"/{text}"
    members = [(text if key == last else key, item) for key, item in inner.items()]
    inner.clear()
    inner.update(members)
    if way == ["components", "schemas"]:
        escaped = text.replace("~", "~0").replace("/", "~1").replace("%", "%25")
        _redirect(made, f"#/components/schemas/{last}", f"#/components/schemas/{escaped}")
    if way == ["components", "securitySchemes"]:

        def rename(uses: list[dict[str, Any]]) -> list[dict[str, Any]]:
            return [{(text if key == last else key): item for key, item in one.items()} for one in uses]

        made["security"] = rename(made["security"])
        for item in made["paths"].values():
            for operation in item.values():
                if isinstance(operation, dict) and "security" in operation:
                    operation["security"] = rename(operation["security"])
    return made


def _redirect(value: Any, old: str, new: str) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            if item == old:
                value[key] = new
            _redirect(item, old, new)
    elif isinstance(value, list):
        for item in value:
            _redirect(item, old, new)
