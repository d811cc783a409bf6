"""Lists that come in pages."""

from __future__ import annotations

from .pager import AsyncPager, Pager
from .patterns import Cursor, LinkHeader, NextLink, Offset, PageNumber, Paging
from .walk import Page

__all__ = [
    "AsyncPager",
    "Cursor",
    "LinkHeader",
    "NextLink",
    "Offset",
    "Page",
    "PageNumber",
    "Pager",
    "Paging",
]
