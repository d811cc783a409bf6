"""Code of the caller's own around every attempt.

::

    @contextmanager
    def measured(attempt: Attempt) -> Iterator[None]:
        attempt.headers.set("x-trace", new_trace())
        yield
        metrics.record(attempt.operation, attempt.status_code, attempt.seconds)

    client = client.with_options(hooks=[measured])
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, ClassVar, TypeAlias

import msgspec

from .headers import Headers
from .urls import shown_url
from .veil import Veiled

if TYPE_CHECKING:
    from .http import httpx


class Attempt(Veiled, msgspec.Struct):
    """One request of a call and what became of it.

    Known before: ``operation``, ``method``, ``url`` and ``headers`` (both may hold a credential; headers may be
    set), ``content`` (None for one that is streamed), ``number`` (from 1; a redirect counts with the attempt it
    belongs to). Known after, in a hook behind its ``yield``: ``response``, or ``error`` when none came,
    and ``seconds``. Of a stream the response is not read yet.
    """

    __shown__: ClassVar[tuple[str, ...]] = (
        "operation",
        "method",
        "number",
        "status_code",
        "seconds",
    )

    operation: str
    method: str
    url: str
    headers: Headers
    content: bytes | None
    number: int
    response: httpx.Response | None = None
    error: BaseException | None = None
    seconds: float = 0.0

    @property
    def status_code(self) -> int | None:
        """The status of the response, None when none came."""
        return None if self.response is None else self.response.status_code

    @property
    def shown_url(self) -> str:
        """The address without what may be secret: user name, query and fragment."""
        return shown_url(self.url)


#: Called with each attempt; entered before it is sent, left after its response or failure.
Hook: TypeAlias = Callable[[Attempt], AbstractContextManager[object]]
