"""Responses that are sequences of items, given as they come."""

from __future__ import annotations

from .events import ServerSentEvent
from .stream import AsyncStream, Stream

__all__ = ["AsyncStream", "ServerSentEvent", "Stream"]
