"""What a project wants otherwise than its specifications say: names in Python, and how lists go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

TestScope: TypeAlias = Literal["none", "smoke", "full"]
"""How many tests a package comes with: none, each call once, or all."""


@dataclass(frozen=True, slots=True)
class Pages:
    """How the pages of a list are told apart; paths are wire names from the body on, `()` for the body itself.

    One of `next_link` (the path of the next page's address), `cursor` (the path of what is sent as `parameter`), `page` or
    `offset` (the query parameter that counts) is given. `size` is the query parameter for the number of items, `total` the
    path of their number, `more` that of a boolean that is false on the last page. With none of them there is one page.
    """

    items: tuple[str, ...]
    next_link: tuple[str, ...] | None = None
    cursor: tuple[str, ...] | None = None
    parameter: str | None = None
    page: str | None = None
    offset: str | None = None
    size: str | None = None
    total: tuple[str, ...] | None = None
    more: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Overrides:
    """The overrides of one service. `methods` are dotted names by operationId, `models` class names by schema name.

    `pages` are by operationId; None says that a list does not come in pages, whatever it looks like. `tests` is how
    many tests the package comes with.
    """

    methods: Mapping[str, str] = field(default_factory=dict[str, str])
    models: Mapping[str, str] = field(default_factory=dict[str, str])
    pages: Mapping[str, Pages | None] = field(default_factory=dict[str, "Pages | None"])
    tests: TestScope = "full"
