"""What an exchange asks its transport to do, and what it knows of the client."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from .errors import SdkError

if TYPE_CHECKING:
    from .auth import Authenticator
    from .bodies import Payload
    from .headers import Headers
    from .hooks import Hook
    from .timeouts import Deadline, Timeout

#: Bytes of a response body, decompressed, beyond which it is refused: a bound on a gzip bomb.
MAX_RESPONSE_BYTES = 1 << 28


@dataclass(frozen=True, slots=True)
class Settings:
    """What a client knows before any call."""

    base_url: str
    authenticator: Authenticator = field(repr=False)
    timeout: float | Timeout | None = 60.0
    max_retries: int = 2
    default_headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    user_agent: str = "apivolve"
    strict: bool = False
    hooks: Sequence[Hook] = ()
    clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True)
class Fetch:
    """Send a request; the outcome is a response or a `Failure`.

    The response is whole, unless ``leave_open`` says of its status that its body is read later. With
    ``bare`` nothing that the HTTP library's client holds (headers, cookies, credentials) is added.
    """

    method: str
    url: str = field(repr=False)
    headers: Headers = field(repr=False)
    payload: Payload = field(repr=False)
    timeout: Timeout
    deadline: Deadline
    max_bytes: int
    bare: bool
    leave_open: Callable[[int], bool] | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait; no outcome."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Acquire:
    """Ask a credential for its secret; the outcome is its answer or a `Failure`."""

    find: Callable[[], Any]


Step: TypeAlias = Fetch | Pause | Acquire


@dataclass(frozen=True, slots=True)
class Failure:
    """A step that raised. ``error`` is what the call raises if it is not repeated.

    ``retriable``: it may go better another time. ``unsent``: the server surely did not act on it.
    """

    error: type[SdkError]
    cause: BaseException
    retriable: bool = False
    unsent: bool = False
