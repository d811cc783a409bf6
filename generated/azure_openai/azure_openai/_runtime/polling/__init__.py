"""Operations that the server finishes after it has answered."""

from __future__ import annotations

from .poller import AsyncPoller, Poller

__all__ = ["AsyncPoller", "Poller"]
