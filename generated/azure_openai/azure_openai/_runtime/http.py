"""Which HTTP library is used: ``httpx2`` when installed, else ``httpx``, whose interface is the same."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx2 as httpx
else:
    try:
        import httpx2 as httpx
    except ImportError:
        import httpx

__all__ = ["httpx", "library_of"]


def library_of(client: Any) -> Any:
    """Tell which of the two libraries a caller's own client comes from.

    Its exceptions and responses are those of that library, even when the other one is installed.
    """
    for cls in type(client).__mro__:
        name = cls.__module__.partition(".")[0]
        if name in ("httpx", "httpx2") and name in sys.modules:
            return sys.modules[name]
    return httpx
