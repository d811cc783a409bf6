"""Doing the steps of an `exchange`: once blocking, once asynchronously."""

from __future__ import annotations

import inspect
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from .auth import AnyCredential, Authenticator, Scheme
from .call import Call, CallOptions
from .errors import ConnectionFailed, DecodeError, RequestError, RequestTimeout, SdkError
from .exchange import Acquire, Failure, Fetch, Pause, Settings, exchange
from .headers import Headers
from .http import httpx, library_of
from .urls import checked_base_url
from .wire_log import guard, query_hidden

if TYPE_CHECKING:
    from collections.abc import AsyncIterable

T = TypeVar("T")

#: Bytes of a response body, decompressed, beyond which it is refused: a bound on a gzip bomb.
MAX_RESPONSE_BYTES = 1 << 30

# The headers of a body as it was on the wire, which no longer describe the body once it is read.
_WIRE_HEADERS = (b"content-encoding", b"content-length", b"transfer-encoding")


class _Core:
    """What both transports hold."""

    def __init__(
        self,
        client: Any,
        *,
        owned: bool,
        base_url: str,
        schemes: tuple[Scheme, ...],
        credential: AnyCredential | None,
        timeout: float | None,
        max_retries: int,
        default_headers: Mapping[str, str] | None,
        user_agent: str,
        strict: bool,
    ) -> None:
        Headers(default_headers or {}, {"user-agent": user_agent})  # refuses what cannot be sent
        self.settings = Settings(
            base_url=checked_base_url(base_url),
            authenticator=Authenticator(schemes, credential),
            timeout=timeout,
            max_retries=max_retries,
            default_headers=dict(default_headers or {}),
            user_agent=user_agent,
            strict=strict,
        )
        self.owned = owned
        self.library = library_of(client)
        guard(self.library.__name__)

    def failure(self, exc: Exception) -> Failure | None:
        """Tell what an exception means to the call; None for one that is not the network's."""
        library = self.library
        match exc:
            case SdkError():
                return Failure(type(exc), exc)
            case library.TimeoutException() | _LateError():
                return Failure(RequestTimeout, exc, retriable=True)
            case (
                library.LocalProtocolError() | library.UnsupportedProtocol() | library.InvalidURL()
            ):
                return Failure(RequestError, exc)
            case library.TransportError():
                return Failure(ConnectionFailed, exc, retriable=True)
            case library.DecodingError() | _TooLargeError():
                return Failure(DecodeError, exc)
            case _:
                return None

    def whole(self, response: Any, content: bytes) -> Any:
        """Make a response that holds its body, without the encoding it came in."""
        headers = [pair for pair in response.headers.raw if pair[0].lower() not in _WIRE_HEADERS]
        return self.library.Response(
            response.status_code, headers=headers, content=content, request=response.request
        )


class _LateError(Exception):
    """The response did not end within the time limit."""


class _TooLargeError(Exception):
    """The response is larger than allowed."""


class _Reader:
    """Gathers a body within the limits of time and size."""

    def __init__(self, timeout: float | None) -> None:
        self._deadline = None if timeout is None else time.monotonic() + timeout
        self._chunks: list[bytes] = []
        self._size = 0

    def add(self, chunk: bytes) -> None:
        self._size += len(chunk)
        if self._size > MAX_RESPONSE_BYTES:
            raise _TooLargeError(f"the response is larger than {MAX_RESPONSE_BYTES} bytes")
        if self._deadline is not None and time.monotonic() > self._deadline:
            raise _LateError("the response did not end within the time limit")
        self._chunks.append(chunk)

    def content(self) -> bytes:
        return b"".join(self._chunks)


class Transport:
    """Sends calls and waits for them; safe to use from several threads.

    ``timeout`` in seconds, for connecting, each read and the whole response of one attempt. A given
    ``http_client`` is used as it is and not closed. ``sleep`` may be replaced, for tests.
    """

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
        self.sleep: Callable[[float], None] = time.sleep
        self._client = http_client or httpx.Client(timeout=timeout)
        self._core = _Core(
            self._client,
            owned=http_client is None,
            base_url=base_url,
            schemes=schemes,
            credential=credential,
            timeout=timeout,
            max_retries=max_retries,
            default_headers=default_headers,
            user_agent=user_agent,
            strict=strict,
        )

    @property
    def base_url(self) -> str:
        """The address of the server."""
        return self._core.settings.base_url

    def send(self, call: Call[T], options: CallOptions | None = None) -> T:
        """Make a call; raises the errors of `errors`."""
        if self._client.is_closed:
            raise RequestError(f"{call.name}: the client is closed", operation=call.name)
        steps = exchange(call, options or {}, self._core.settings)
        outcome: Any = None
        try:
            while True:
                try:
                    step = steps.send(outcome)
                except StopIteration as done:
                    return cast("T", done.value)
                match step:
                    case Fetch():
                        outcome = self._fetch(step)
                    case Pause(seconds):
                        self.sleep(seconds)
                        outcome = None
                    case Acquire(find):
                        outcome = _acquire(find)
        finally:
            steps.close()

    def _fetch(self, step: Fetch) -> Any:
        payload = step.payload
        reader = _Reader(step.timeout)
        try:
            request = self._client.build_request(
                step.method,
                step.url,
                headers=step.headers,
                content=payload.chunks(),
                files=payload.parts,
                timeout=step.timeout,
            )
            with query_hidden():
                response = self._client.send(request, stream=True, follow_redirects=False)
            try:
                for chunk in response.iter_bytes():
                    reader.add(chunk)
            finally:
                response.close()
        except Exception as exc:
            failure = self._core.failure(exc)
            if failure is None:
                raise
            return failure
        return self._core.whole(response, reader.content())

    def close(self) -> None:
        """Close the connections; a given ``http_client`` stays open."""
        if self._core.owned:
            self._client.close()


class AsyncTransport:
    """Sends calls and awaits them; see `Transport`."""

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
        self.sleep: Callable[[float], Awaitable[None]] = _sleep
        self._client = http_client or httpx.AsyncClient(timeout=timeout)
        self._core = _Core(
            self._client,
            owned=http_client is None,
            base_url=base_url,
            schemes=schemes,
            credential=credential,
            timeout=timeout,
            max_retries=max_retries,
            default_headers=default_headers,
            user_agent=user_agent,
            strict=strict,
        )

    @property
    def base_url(self) -> str:
        """The address of the server."""
        return self._core.settings.base_url

    async def send(self, call: Call[T], options: CallOptions | None = None) -> T:
        """Make a call; raises the errors of `errors`."""
        if self._client.is_closed:
            raise RequestError(f"{call.name}: the client is closed", operation=call.name)
        steps = exchange(call, options or {}, self._core.settings)
        outcome: Any = None
        try:
            while True:
                try:
                    step = steps.send(outcome)
                except StopIteration as done:
                    return cast("T", done.value)
                match step:
                    case Fetch():
                        outcome = await self._fetch(step)
                    case Pause(seconds):
                        await self.sleep(seconds)
                        outcome = None
                    case Acquire(find):
                        outcome = await _acquire_async(find)
        finally:
            steps.close()

    async def _fetch(self, step: Fetch) -> Any:
        payload = step.payload
        reader = _Reader(step.timeout)
        content: AsyncIterable[bytes] | bytes | None = payload.async_chunks()
        try:
            request = self._client.build_request(
                step.method,
                step.url,
                headers=step.headers,
                content=content,
                files=payload.parts,
                timeout=step.timeout,
            )
            with query_hidden():
                response = await self._client.send(request, stream=True, follow_redirects=False)
            try:
                async for chunk in response.aiter_bytes():
                    reader.add(chunk)
            finally:
                await response.aclose()
        except Exception as exc:
            failure = self._core.failure(exc)
            if failure is None:
                raise
            return failure
        return self._core.whole(response, reader.content())

    async def aclose(self) -> None:
        """Close the connections; a given ``http_client`` stays open."""
        if self._core.owned:
            await self._client.aclose()


def _acquire(find: Callable[[], Any]) -> Any:
    try:
        answer = find()
    except Exception as exc:
        return Failure(RequestError, exc)
    if inspect.isawaitable(answer):
        if inspect.iscoroutine(answer):
            answer.close()
        return Failure(RequestError, TypeError("an asynchronous credential in a blocking client"))
    return answer


async def _acquire_async(find: Callable[[], Any]) -> Any:
    try:
        answer = find()
        return await answer if inspect.isawaitable(answer) else answer
    except Exception as exc:
        return Failure(RequestError, exc)


async def _sleep(seconds: float) -> None:
    # The HTTP library brings anyio, so that asyncio and trio both work.
    import anyio

    await anyio.sleep(seconds)
