"""Time limits: what a caller may ask for, and the deadline that is counted down."""

from __future__ import annotations

import math
from collections.abc import Callable

import msgspec

from .errors import RequestError


class Timeout(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds allowed for the phases of a call; None for no limit.

    ``connect``: to open a connection. ``read``: between two pieces of the response. ``write``: for each piece of
    the request. ``pool``: to wait for a free connection. ``attempt``: one attempt from its beginning to the end of
    its response (of a stream: to the headers), so that slow headers or a dripping body end. ``total``: the
    whole call with all attempts and the pauses between them, and of a stream all of its items.

    A plain number of seconds means all of these but ``total``.
    """

    connect: float | None = 60.0
    read: float | None = 60.0
    write: float | None = 60.0
    pool: float | None = 60.0
    attempt: float | None = 60.0
    total: float | None = None


def timeout_of(given: float | Timeout | None) -> Timeout:
    """Write out a time limit; raises `RequestError` for one that is no positive number."""
    if not isinstance(given, Timeout):
        given = Timeout(connect=given, read=given, write=given, pool=given, attempt=given)
    for name in Timeout.__struct_fields__:
        seconds: object = getattr(given, name)
        if seconds is None:
            continue
        if not isinstance(seconds, int | float) or math.isnan(seconds) or seconds <= 0:
            raise RequestError(f"timeout: {name} must be a positive number of seconds or None")
    return given


class Deadline:
    """A point in time, or none; asks the clock how long it is until then."""

    __slots__ = ("_clock", "_end")

    def __init__(self, seconds: float | None, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._end = math.inf if seconds is None else clock() + seconds

    def left(self) -> float | None:
        """Tell the seconds that are left, 0 when it has passed, None for no limit."""
        return None if self._end == math.inf else max(self._end - self._clock(), 0.0)

    def within(self, seconds: float | None) -> Deadline:
        """Give the earlier of this and ``seconds`` from now."""
        inner = Deadline(seconds, self._clock)
        inner._end = min(inner._end, self._end)
        return inner

    def bound(self, seconds: float | None) -> float | None:
        """Give the smaller of some seconds and what is left."""
        left = self.left()
        if left is None or seconds is None:
            return seconds if left is None else left
        return min(left, seconds)

    def shorten(self, seconds: float) -> None:
        """Bring the deadline forward, to some seconds from now."""
        self._end = min(self._end, self._clock() + seconds)


class Limits(msgspec.Struct, frozen=True):
    """How long a call may take, and how often it may try: what getting its credential is held to as well."""

    timeout: Timeout
    deadline: Deadline
    max_retries: int

    def attempt(self) -> Deadline:
        """Give the deadline of what begins now, and may take as long as one attempt."""
        return self.deadline.within(self.timeout.attempt)
