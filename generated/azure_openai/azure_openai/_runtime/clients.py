"""What the generated clients derive from."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING

from .auth import AnyCredential, Scheme
from .callers import AsyncCaller, Caller
from .urls import shown_url

if TYPE_CHECKING:
    from typing import Self

    from .http import httpx
    from .transport import AsyncTransport, Transport


class BaseClient(Caller):
    """A blocking client: owns a transport, and closes it at the end of a ``with`` block."""

    _transport: Transport

    def __init__(
        self,
        *,
        base_url: str,
        schemes: tuple[Scheme, ...] = (),
        credential: AnyCredential | None = None,
        http_client: httpx.Client | None = None,
        timeout: float | None = 60.0,
        max_retries: int = 2,
        default_headers: Mapping[str, str] | None = None,
        user_agent: str = "apivolve",
        strict: bool = False,
    ) -> None:
        # Here, because importing the HTTP library takes longer than all the rest.
        from .transport import Transport

        self._transport = Transport(
            base_url=base_url,
            schemes=schemes,
            credential=credential,
            http_client=http_client,
            timeout=timeout,
            max_retries=max_retries,
            default_headers=default_headers,
            user_agent=user_agent,
            strict=strict,
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={shown_url(self._transport.base_url)!r})"

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
        timeout: float | None = 60.0,
        max_retries: int = 2,
        default_headers: Mapping[str, str] | None = None,
        user_agent: str = "apivolve",
        strict: bool = False,
    ) -> None:
        # Here, because importing the HTTP library takes longer than all the rest.
        from .transport import AsyncTransport

        self._transport = AsyncTransport(
            base_url=base_url,
            schemes=schemes,
            credential=credential,
            http_client=http_client,
            timeout=timeout,
            max_retries=max_retries,
            default_headers=default_headers,
            user_agent=user_agent,
            strict=strict,
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={shown_url(self._transport.base_url)!r})"

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
