"""What an exchange asks its transport to do, and what it knows of the client."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeAlias
from urllib.parse import urljoin

import msgspec

from .errors import SdkError
from .veil import Veiled

if TYPE_CHECKING:
    from .auth import Authenticator
    from .bodies import Payload
    from .call import Call
    from .headers import Headers
    from .hooks import Hook
    from .http import httpx
    from .timeouts import Deadline, Timeout

#: Bytes of a response body, decompressed, beyond which it is refused: a bound on a gzip bomb.
MAX_RESPONSE_BYTES = 1 << 28


class Settings(Veiled, msgspec.Struct, frozen=True):
    """What a client knows before any call.

    ``fixed_server``: every call goes to ``base_url``, those that name a server of their own too.
    """

    __shown__: ClassVar[tuple[str, ...]] = (
        "base_url",
        "timeout",
        "max_retries",
        "user_agent",
        "strict",
    )

    base_url: str
    authenticator: Authenticator
    timeout: float | Timeout | None = 60.0
    max_retries: int = 2
    default_headers: Mapping[str, str] = msgspec.field(default_factory=dict[str, str])
    user_agent: str = "apivolve"
    strict: bool = False
    hooks: Sequence[Hook] = ()
    fixed_server: bool = True
    clock: Callable[[], float] = time.monotonic

    def server_of(self, call: Call[Any]) -> str:
        """Give the address of the server that a call goes to."""
        if self.fixed_server or not call.server:
            return self.base_url
        return urljoin(self.base_url + "/", call.server).rstrip("/")


class Fetch(Veiled, msgspec.Struct, frozen=True):
    """Send a request; the outcome is a response or a `Failure`.

    The response is whole, unless ``leave_open`` says of its head that its body is read later. With
    ``bare`` nothing that the HTTP library's client holds (headers, cookies, credentials) is added.
    """

    __shown__: ClassVar[tuple[str, ...]] = ("method", "timeout")

    method: str
    url: str
    headers: Headers
    payload: Payload
    timeout: Timeout
    deadline: Deadline
    max_bytes: int
    bare: bool
    leave_open: Callable[[httpx.Response], bool] | None = None


class Pause(msgspec.Struct, frozen=True):
    """Wait; no outcome."""

    seconds: float


class Acquire(msgspec.Struct, frozen=True):
    """Ask a credential for its secret; the outcome is its answer or a `Failure`."""

    find: Callable[[], Any]
    deadline: Deadline


class Event(Protocol):
    """What is waited for until another call sets it: of threads, or of tasks."""

    def set(self) -> object:
        """Let all go on that wait."""
        ...

    def wait(self) -> object:
        """Wait; in an asynchronous client an awaitable."""
        ...


class Await(msgspec.Struct, frozen=True):
    """Wait for what another call is doing, until the deadline at most; no outcome."""

    event: Event
    deadline: Deadline


Step: TypeAlias = Fetch | Pause | Acquire | Await


class Failure(msgspec.Struct, frozen=True):
    """A step that raised. ``error`` is what the call raises if it is not repeated.

    ``retriable``: it may go better another time. ``unsent``: the server surely did not act on it.
    ``response`` is the head of a response that did not come whole.
    """

    error: type[SdkError]
    cause: BaseException
    retriable: bool = False
    unsent: bool = False
    response: httpx.Response | None = None
