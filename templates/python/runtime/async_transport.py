"""Doing the steps of an exchange, asynchronously; see `transport`."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, suppress
from typing import TYPE_CHECKING, Any, TypeVar, cast

from .call import Call, CallOptions, checked_options, merged_options
from .cookies import cookies_refused
from .exchange import Answer, exchange
from .http import httpx
from .network import Gatherer, LateError, Network, body_pieces_async, in_time, unacquired
from .steps import Acquire, Await, Event, Fetch, Pause, Settings, Step
from .timeouts import Deadline, Timeout
from .transport import settings_of
from .wire_log import secrets_hidden

if TYPE_CHECKING:
    from .credentials import AnyCredential, Scheme
    from .hooks import Hook
    from .pages import AsyncPager
    from .patterns import LongRunning, Paging
    from .polling import AsyncPoller
    from .raw import ApiResponse, AsyncStreamedResponse
    from .streams import AsyncStream

T = TypeVar("T")
R = TypeVar("R")


class AsyncTransport:
    """Sends calls and awaits them; see `Transport`."""

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
    ) -> None:
        self.settings: Settings = settings_of(
            base_url=base_url,
            schemes=schemes,
            credential=credential,
            timeout=timeout,
            max_retries=max_retries,
            default_headers=default_headers,
            user_agent=user_agent,
            strict=strict,
            hooks=hooks,
            fixed_server=fixed_server,
            event=_event,
        )
        self.sleep: Callable[[float], Awaitable[None]] = _sleep
        self.network: Network[httpx.AsyncClient] = Network(http_client, httpx.AsyncClient)
        self._owned = self.network.owned
        self._options: CallOptions = {}

    @property
    def base_url(self) -> str:
        """The address of the server."""
        return self.settings.base_url

    def with_options(self, options: CallOptions) -> AsyncTransport:
        """Give a copy with other defaults, that uses the same connections and does not close them."""
        copied = copy.copy(self)
        copied._options = merged_options(self._options, checked_options("with_options", options))
        copied._owned = False
        return copied

    async def send(self, call: Call[T], options: CallOptions | None = None) -> T:
        """Make a call; raises the errors of `errors`."""
        return (await self.ask(call, options)).value()

    async def send_raw(self, call: Call[T], options: CallOptions | None = None) -> ApiResponse[T]:
        """Make a call, and give the whole response."""
        from .raw import ApiResponse

        return ApiResponse(await self.ask(call, options))

    def open(
        self, call: Call[T], options: CallOptions | None = None
    ) -> AbstractAsyncContextManager[AsyncStreamedResponse[T]]:
        """Make a call in an ``async with`` block, and read the body of the response piece by piece."""
        from .raw import opened_async

        return opened_async(self, call, options)

    async def stream(self, call: Call[T], options: CallOptions | None = None) -> AsyncStream[T]:
        """Make a call whose response is a sequence of items, such as server-sent events."""
        from .streams import AsyncStream
        from .streams.items import is_stream

        answer = await self.ask(call, options, leave_open=is_stream)
        try:
            return AsyncStream(self, answer)
        except BaseException:
            await answer.response.aclose()
            raise

    def pages(
        self, call: Call[Any], paging: Paging[T], options: CallOptions | None = None
    ) -> AsyncPager[T]:
        """Give all items of a list that comes in pages; nothing is sent before the first is asked for."""
        from .pages import AsyncPager

        return AsyncPager(self, call, paging, options or {})

    async def begin(
        self, call: Call[T], how: LongRunning | None = None, options: CallOptions | None = None
    ) -> AsyncPoller[T]:
        """Start an operation that the server finishes later."""
        from .polling.poller import begin_async

        return await begin_async(self, call, how, options or {})

    async def ask(
        self,
        call: Call[T],
        options: CallOptions | None = None,
        *,
        link: str | None = None,
        leave_open: Callable[[httpx.Response], bool] | None = None,
        deadline: Deadline | None = None,
    ) -> Answer[T]:
        """Make a call, or ask for a link in its place; see `exchange`."""
        merged = merged_options(self._options, checked_options(call.name, options))
        steps = exchange(
            call, merged, self.settings, link=link, leave_open=leave_open, deadline=deadline
        )
        return await self.run(steps, call.name)

    async def run(self, steps: Generator[Step, Any, R], operation: str) -> R:
        """Do steps until they have a result."""
        self.network.check_open(operation)
        outcome: Any = None
        try:
            while True:
                try:
                    step = steps.send(outcome)
                except StopIteration as done:
                    return cast("R", done.value)
                match step:
                    case Fetch():
                        outcome = await self._fetch(step)
                    case Pause(seconds):
                        await self.sleep(seconds)
                        outcome = None
                    case Acquire():
                        outcome = await _acquire(step)
                    case Await(event, deadline):
                        with suppress(LateError):
                            await in_time(event.wait(), deadline)
                        outcome = None
        finally:
            steps.close()

    async def _fetch(self, step: Fetch) -> Any:
        network = self.network
        gatherer = Gatherer(step.max_bytes)
        response: Any = None
        try:
            request = network.request(step, step.payload.async_chunks())
            with secrets_hidden(), cookies_refused(step.bare):
                response = await in_time(
                    network.client.send(request, **network.sending(step)), step.deadline
                )
            if step.leave_open is not None and step.leave_open(response):
                return response
            try:
                async with aclosing(body_pieces_async(response, step.deadline)) as pieces:
                    async for piece in pieces:
                        gatherer.add(piece)
            finally:
                await response.aclose()
        except Exception as exc:
            failure = network.failure(exc, response)
            if failure is None:
                raise
            return failure
        return network.whole(response, gatherer.content())

    async def aclose(self) -> None:
        """Close the connections; a given ``http_client`` stays open."""
        if self._owned:
            await self.network.client.aclose()


async def _acquire(step: Acquire) -> Any:
    try:
        answer = step.find()
        return await in_time(answer, step.deadline) if inspect.isawaitable(answer) else answer
    except Exception as exc:
        return unacquired(exc)


def _event() -> Event:
    import anyio

    return anyio.Event()


async def _sleep(seconds: float) -> None:
    # The HTTP library brings anyio, so that asyncio and trio both work.
    import anyio

    await anyio.sleep(seconds)
