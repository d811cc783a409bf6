"""Other ways to use the methods of a resource: with other options, or for the response itself.

Methods reach the network through the ``_transport`` of their resource. A view is a copy of the resource with
another one.
"""

from __future__ import annotations

import copy
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast, overload

if TYPE_CHECKING:
    from .async_transport import AsyncTransport
    from .call import Call, CallOptions
    from .exchange import Answer
    from .pages import AsyncPager, Pager
    from .patterns import LongRunning, Paging
    from .polling import AsyncPoller, Poller
    from .raw import ApiResponse, AsyncStreamedResponse, StreamedResponse
    from .transport import Transport

P = ParamSpec("P")
T = TypeVar("T")
Owner = TypeVar("Owner")


def rebound(owner: Owner, transport: object) -> Owner:
    """Copy a client or resource, and the resources it holds, with another transport."""
    copied = copy.copy(owner)
    members = vars(copied)
    for name, value in members.items():
        if name == "_transport":
            members[name] = transport
        elif "_transport" in getattr(value, "__dict__", ()):
            members[name] = rebound(value, transport)
    return copied


def raw_response(method: Callable[P, T]) -> Callable[P, ApiResponse[T]]:
    """Turn a method of a resource into one that gives the whole response.

    Of a list that comes in pages it is that with the first page, of a long job that to its start: ``parse`` gives
    the `Pager` or `Poller` that goes on from there.
    """
    return cast("Callable[P, ApiResponse[T]]", _viewed(method, _RawView))


@overload
def async_raw_response(
    method: Callable[P, AsyncPager[T]],
) -> Callable[P, Awaitable[ApiResponse[AsyncPager[T]]]]: ...
@overload
def async_raw_response(
    method: Callable[P, Awaitable[T]],
) -> Callable[P, Awaitable[ApiResponse[T]]]: ...
def async_raw_response(method: Callable[P, Any]) -> Callable[P, Awaitable[Any]]:
    """Turn an asynchronous method of a resource into one that gives the whole response."""
    return cast("Callable[P, Awaitable[Any]]", _viewed(method, _AsyncRawView))


def streamed_response(
    method: Callable[P, T],
) -> Callable[P, AbstractContextManager[StreamedResponse[T]]]:
    """Turn a method of a resource into one for a ``with`` block that reads the response piece by piece."""
    return cast(
        "Callable[P, AbstractContextManager[StreamedResponse[T]]]", _viewed(method, _OpenView)
    )


@overload
def async_streamed_response(
    method: Callable[P, AsyncPager[T]],
) -> Callable[P, AbstractAsyncContextManager[AsyncStreamedResponse[AsyncPager[T]]]]: ...
@overload
def async_streamed_response(
    method: Callable[P, Awaitable[T]],
) -> Callable[P, AbstractAsyncContextManager[AsyncStreamedResponse[T]]]: ...
def async_streamed_response(
    method: Callable[P, Any],
) -> Callable[P, AbstractAsyncContextManager[AsyncStreamedResponse[Any]]]:
    """Turn an asynchronous method into one for an ``async with`` block; see `streamed_response`."""
    bound = cast("Callable[P, Awaitable[Any]]", _viewed(method, _AsyncOpenView))

    @asynccontextmanager
    async def opened(
        *args: P.args, **kwargs: P.kwargs
    ) -> AsyncGenerator[AsyncStreamedResponse[Any]]:
        async with await bound(*args, **kwargs) as response:
            yield response

    return opened


def _viewed(method: Any, view: Callable[[Any], object]) -> object:
    resource = method.__self__
    return method.__func__.__get__(rebound(resource, view(resource._transport)))


class _RawView:
    def __init__(self, transport: Transport) -> None:
        self._inner = transport

    def send(self, call: Call[T], options: CallOptions | None = None) -> ApiResponse[T]:
        return self._inner.send_raw(call, options)

    def stream(self, call: Call[Any], options: CallOptions | None = None) -> ApiResponse[Any]:
        from .streams.raw import raw_stream

        return raw_stream(self._inner, call, options)


    def pages(
        self, call: Call[Any], paging: Paging[T], options: CallOptions | None = None
    ) -> ApiResponse[Pager[T]]:
        from .raw import ApiResponse

        return ApiResponse(
            self._inner.ask(call, options), _paged(self._inner, call, paging, options)
        )

    def begin(
        self, call: Call[T], how: LongRunning | None = None, options: CallOptions | None = None
    ) -> ApiResponse[Poller[T]]:
        from .raw import ApiResponse

        return ApiResponse(self._inner.ask(call, options), _followed(self._inner, how, options))


class _AsyncRawView:
    def __init__(self, transport: AsyncTransport) -> None:
        self._inner = transport

    async def send(self, call: Call[T], options: CallOptions | None = None) -> ApiResponse[T]:
        return await self._inner.send_raw(call, options)

    async def stream(self, call: Call[Any], options: CallOptions | None = None) -> ApiResponse[Any]:
        from .streams.raw import raw_stream_async

        return await raw_stream_async(self._inner, call, options)


    async def pages(
        self, call: Call[Any], paging: Paging[T], options: CallOptions | None = None
    ) -> ApiResponse[AsyncPager[T]]:
        from .raw import ApiResponse

        answer = await self._inner.ask(call, options)
        return ApiResponse(answer, _paged_async(self._inner, call, paging, options))

    async def begin(
        self, call: Call[T], how: LongRunning | None = None, options: CallOptions | None = None
    ) -> ApiResponse[AsyncPoller[T]]:
        from .raw import ApiResponse

        answer = await self._inner.ask(call, options)
        return ApiResponse(answer, _followed_async(self._inner, how, options))


class _OpenView:
    def __init__(self, transport: Transport) -> None:
        self._inner = transport

    def send(
        self, call: Call[T], options: CallOptions | None = None
    ) -> AbstractContextManager[StreamedResponse[T]]:
        return self._inner.open(call, options)

    stream = send

    def pages(
        self, call: Call[Any], paging: Paging[T], options: CallOptions | None = None
    ) -> AbstractContextManager[StreamedResponse[Pager[T]]]:
        from .raw import opened

        return opened(self._inner, call, options, _paged(self._inner, call, paging, options))

    def begin(
        self, call: Call[T], how: LongRunning | None = None, options: CallOptions | None = None
    ) -> AbstractContextManager[StreamedResponse[Poller[T]]]:
        from .raw import opened

        return opened(self._inner, call, options, _followed(self._inner, how, options))


class _AsyncOpenView:
    def __init__(self, transport: AsyncTransport) -> None:
        self._inner = transport

    async def send(
        self, call: Call[T], options: CallOptions | None = None
    ) -> AbstractAsyncContextManager[AsyncStreamedResponse[T]]:
        return self._inner.open(call, options)

    stream = send

    async def pages(
        self, call: Call[Any], paging: Paging[T], options: CallOptions | None = None
    ) -> AbstractAsyncContextManager[AsyncStreamedResponse[AsyncPager[T]]]:
        from .raw import opened_async

        follow = _paged_async(self._inner, call, paging, options)
        return opened_async(self._inner, call, options, follow)

    async def begin(
        self, call: Call[T], how: LongRunning | None = None, options: CallOptions | None = None
    ) -> AbstractAsyncContextManager[AsyncStreamedResponse[AsyncPoller[T]]]:
        from .raw import opened_async

        return opened_async(self._inner, call, options, _followed_async(self._inner, how, options))


def _paged(
    transport: Transport, call: Call[Any], paging: Paging[T], options: CallOptions | None
) -> Callable[[Answer[Any]], Pager[T]]:
    from .pages import Pager

    return lambda answer: Pager(transport, call, paging, options or {}, answer)


def _paged_async(
    transport: AsyncTransport, call: Call[Any], paging: Paging[T], options: CallOptions | None
) -> Callable[[Answer[Any]], AsyncPager[T]]:
    from .pages import AsyncPager

    return lambda answer: AsyncPager(transport, call, paging, options or {}, answer)


def _followed(
    transport: Transport, how: LongRunning | None, options: CallOptions | None
) -> Callable[[Answer[Any]], Poller[Any]]:
    from .polling.poller import following

    return lambda answer: following(transport, how, options or {}, answer)


def _followed_async(
    transport: AsyncTransport, how: LongRunning | None, options: CallOptions | None
) -> Callable[[Answer[Any]], AsyncPoller[Any]]:
    from .polling.poller import following_async

    return lambda answer: following_async(transport, how, options or {}, answer)
