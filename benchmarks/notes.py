"""What bounds a target that is missed, by the key of its measurement. Where the time goes was looked up with a profiler."""

from __future__ import annotations

NOTES: dict[str, str] = {}
