"""What the generated clients derive from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Unpack

from .call import CallOptions
from .callers import AsyncCaller, Caller
from .credentials import AnyCredential, Scheme
from .urls import shown_url
from .views import rebound

if TYPE_CHECKING:
    from typing import Self

    from .async_transport import AsyncTransport
    from .hooks import Hook
    from .http import httpx
    from .timeouts import Timeout
    from .transport import Transport


class BaseClient(Caller):
    """A blocking client: owns a transport, and closes it at the end of a ``with`` block.

    Without a ``credential`` it is read from the environment variables that start with ``environment``,
    see `environment_variables`.
    """

    _transport: Transport

    def __init__(
        self,
        *,
        base_url: str,
        schemes: tuple[Scheme, ...] = (),
        credential: AnyCredential | None = None,
        http_client: httpx.Client | None = None,
        timeout: float | Timeout | None = 60.0,
        max_retries: int = 2,
        default_headers: Mapping[str, str] | None = None,
        user_agent: str = "apivolve",
        strict: bool = False,
        hooks: Sequence[Hook] = (),
        fixed_server: bool = True,
        environment: str = "",
    ) -> None:
        # Here, because importing the HTTP library takes longer than all the rest.
        from .transport import Transport

        self._transport = Transport(
            base_url=base_url,
            schemes=schemes,
            credential=_credential(credential, environment, schemes),
            http_client=http_client,
            timeout=timeout,
            max_retries=max_retries,
            default_headers=default_headers,
            user_agent=user_agent,
            strict=strict,
            hooks=hooks,
            fixed_server=fixed_server,
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={shown_url(self._transport.base_url)!r})"

    def with_options(self, **options: Unpack[CallOptions]) -> Self:
        """Give a client with other defaults for every call; it shares, and does not close, the connections."""
        return rebound(self, self._transport.with_options(options))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; a given ``http_client`` stays open."""
        self._transport.close()


class AsyncBaseClient(AsyncCaller):
    """An asynchronous client: owns a transport, and closes it at the end of ``async with``."""

    _transport: AsyncTransport

    def __init__(
        self,
        *,
        base_url: str,
        schemes: tuple[Scheme, ...] = (),
        credential: AnyCredential | None = None,
        http_client: httpx.AsyncClient | None = None,
        timeout: float | Timeout | None = 60.0,
        max_retries: int = 2,
        default_headers: Mapping[str, str] | None = None,
        user_agent: str = "apivolve",
        strict: bool = False,
        hooks: Sequence[Hook] = (),
        fixed_server: bool = True,
        environment: str = "",
    ) -> None:
        # Here, because importing the HTTP library takes longer than all the rest.
        from .async_transport import AsyncTransport

        self._transport = AsyncTransport(
            base_url=base_url,
            schemes=schemes,
            credential=_credential(credential, environment, schemes),
            http_client=http_client,
            timeout=timeout,
            max_retries=max_retries,
            default_headers=default_headers,
            user_agent=user_agent,
            strict=strict,
            hooks=hooks,
            fixed_server=fixed_server,
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={shown_url(self._transport.base_url)!r})"

    def with_options(self, **options: Unpack[CallOptions]) -> Self:
        """Give a client with other defaults for every call; it shares, and does not close, the connections."""
        return rebound(self, self._transport.with_options(options))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections; a given ``http_client`` stays open."""
        await self._transport.aclose()


def _credential(
    given: AnyCredential | None, environment: str, schemes: tuple[Scheme, ...]
) -> AnyCredential | None:
    if given is not None or not environment:
        return given
    from .environment import credential_from_environment

    return credential_from_environment(environment, schemes)
