"""How an API tells how a call goes on: where the next page is, and how a long job ends; data only.

Members of a response are named by their path of wire names: ``("data", "items")``, ``()`` for the body itself.
"""

from __future__ import annotations

from typing import Any, Generic, Literal, TypeAlias, TypeVar

import msgspec

Item = TypeVar("Item")
Path: TypeAlias = tuple[str, ...]


class NextLink(msgspec.Struct, Generic[Item], frozen=True):
    """The body has the address of the next page (``x-ms-pageable``: nextLinkName and itemName)."""

    items: Path = ("value",)
    link: Path = ("nextLink",)


class NextOperation(msgspec.Struct, Generic[Item], frozen=True):
    """The body has what another operation takes as ``parameter`` for the next page (``x-ms-pageable``: operationName).

    ``kept`` are the names of the parameters of the first call that are sent again.
    """

    items: Path
    link: Path
    path: str
    parameter: str
    method: str = "GET"
    place: Literal["path", "query"] = "path"
    allow_reserved: bool = False
    kept: tuple[str, ...] = ()


class OnePage(msgspec.Struct, Generic[Item], frozen=True):
    """All items are in one page (``x-ms-pageable`` without nextLinkName)."""

    items: Path = ("value",)


class LinkHeader(msgspec.Struct, Generic[Item], frozen=True):
    """The header Link has the address of the next page as rel="next" (RFC 8288)."""

    items: Path = ()


class Cursor(msgspec.Struct, Generic[Item], frozen=True):
    """The body has a value to send as ``parameter`` for the next page; the last page has none.

    ``more`` names a boolean that is false on the last page. With ``in_body`` the value is sent as a member
    of the JSON body instead of the query.
    """

    items: Path
    cursor: Path
    parameter: str
    more: Path | None = None
    in_body: bool = False


class PageNumber(msgspec.Struct, Generic[Item], frozen=True):
    """Pages are counted from ``first``, the number is sent as ``parameter``.

    The last page is told by ``more`` (a boolean), by ``pages`` (their number), by fewer items than the
    parameter ``size`` asks for, or by having no items.
    """

    items: Path
    parameter: str = "page"
    first: int = 1
    size: str | None = None
    pages: Path | None = None
    more: Path | None = None


class Offset(msgspec.Struct, Generic[Item], frozen=True):
    """The number of items to leave out is sent as ``parameter``.

    The last page is told by ``more`` (a boolean), by ``total`` (the number of all items), by fewer items
    than the parameter ``size`` asks for, or by having no items.
    """

    items: Path
    parameter: str = "offset"
    size: str | None = None
    total: Path | None = None
    more: Path | None = None


Paging: TypeAlias = (
    NextLink[Item]
    | NextOperation[Item]
    | OnePage[Item]
    | LinkHeader[Item]
    | Cursor[Item]
    | PageNumber[Item]
    | Offset[Item]
)

FinalStateVia = Literal["azure-async-operation", "operation-location", "location", "original-uri"]


class LongRunning(msgspec.Struct, frozen=True):
    """How one operation ends (``x-ms-long-running-operation-options``).

    ``final_state_via``: which response has the result; by default as Azure's rules have it. ``result``: the
    Python type of the result, by default what the operation returns. ``path``: where it stands in that
    response. ``succeeded`` and ``failed``: the status names that end it, in lower case.
    """

    final_state_via: FinalStateVia | None = None
    result: Any = None
    path: tuple[str, ...] = ()
    succeeded: tuple[str, ...] = ("succeeded", "completed")
    failed: tuple[str, ...] = ("failed", "canceled", "cancelled")
    interval: float = 5.0
