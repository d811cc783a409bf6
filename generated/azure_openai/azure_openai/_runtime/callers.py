"""What generated methods are on: clients, and the groups of their calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, TypedDict

from .credentials import AnyCredential, Scheme

if TYPE_CHECKING:
    from .async_transport import AsyncTransport
    from .hooks import Hook
    from .http import httpx
    from .timeouts import Timeout
    from .transport import Transport


class ClientSettings(TypedDict, total=False):
    """What every client can be told when it is made."""

    credential: AnyCredential | None
    base_url: str | None
    http_client: httpx.Client | None
    timeout: float | Timeout | None
    max_retries: int
    strict: bool
    hooks: Sequence[Hook]


class AsyncClientSettings(TypedDict, total=False):
    """What every async client can be told when it is made."""

    credential: AnyCredential | None
    base_url: str | None
    http_client: httpx.AsyncClient | None
    timeout: float | Timeout | None
    max_retries: int
    strict: bool
    hooks: Sequence[Hook]


class Caller:
    """What has methods that call the service: a client, or a group of its calls, made from what it is reached from.

    Methods name it as the type of their ``self``, so that the classes of several api-versions can have the same method.
    """

    _transport: Transport
    _api_version: str
    _server: ClassVar[str]
    _schemes: ClassVar[tuple[Scheme, ...]]
    _user_agent: ClassVar[str]

    def __init__(self, parent: Caller) -> None:
        self._transport = parent._transport
        self._api_version = parent._api_version


class AsyncCaller:
    """`Caller` for methods that are awaited."""

    _transport: AsyncTransport
    _api_version: str
    _server: ClassVar[str]
    _schemes: ClassVar[tuple[Scheme, ...]]
    _user_agent: ClassVar[str]

    def __init__(self, parent: AsyncCaller) -> None:
        self._transport = parent._transport
        self._api_version = parent._api_version
