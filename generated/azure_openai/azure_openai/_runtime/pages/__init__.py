"""Lists that come in pages."""

from __future__ import annotations

from .pager import AsyncPager, Pager
from .walk import Page

__all__ = ["AsyncPager", "Page", "Pager"]
