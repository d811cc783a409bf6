"""Other ways to use the methods of a resource: with other options, or for the response itself.

Methods reach the network through the ``_transport`` of their resource. A view is a copy of the resource with
another one.
"""

from __future__ import annotations

import copy
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from .async_transport import AsyncTransport
    from .call import Call, CallOptions
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
    """Turn a method of a resource into one that gives the whole response."""
    return cast("Callable[P, ApiResponse[T]]", _viewed(method, _RawView))


def async_raw_response(
    method: Callable[P, Awaitable[T]],
) -> Callable[P, Awaitable[ApiResponse[T]]]:
    """Turn an asynchronous method of a resource into one that gives the whole response."""
    return cast("Callable[P, Awaitable[ApiResponse[T]]]", _viewed(method, _AsyncRawView))


def streamed_response(
    method: Callable[P, T],
) -> Callable[P, AbstractContextManager[StreamedResponse[T]]]:
    """Turn a method of a resource into one for a ``with`` block that reads the response piece by piece."""
    return cast(
        "Callable[P, AbstractContextManager[StreamedResponse[T]]]", _viewed(method, _OpenView)
    )


def async_streamed_response(
    method: Callable[P, Awaitable[T]],
) -> Callable[P, AbstractAsyncContextManager[AsyncStreamedResponse[T]]]:
    """Turn an asynchronous method into one for an ``async with`` block; see `streamed_response`."""
    bound = cast("Callable[P, Awaitable[Any]]", _viewed(method, _AsyncOpenView))

    @asynccontextmanager
    async def opened(*args: P.args, **kwargs: P.kwargs) -> AsyncGenerator[AsyncStreamedResponse[T]]:
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


class _AsyncRawView:
    def __init__(self, transport: AsyncTransport) -> None:
        self._inner = transport

    async def send(self, call: Call[T], options: CallOptions | None = None) -> ApiResponse[T]:
        return await self._inner.send_raw(call, options)

    async def stream(self, call: Call[Any], options: CallOptions | None = None) -> ApiResponse[Any]:
        from .streams.raw import raw_stream_async

        return await raw_stream_async(self._inner, call, options)


class _OpenView:
    def __init__(self, transport: Transport) -> None:
        self._inner = transport

    def send(
        self, call: Call[T], options: CallOptions | None = None
    ) -> AbstractContextManager[StreamedResponse[T]]:
        return self._inner.open(call, options)

    stream = send


class _AsyncOpenView:
    def __init__(self, transport: AsyncTransport) -> None:
        self._inner = transport

    async def send(
        self, call: Call[T], options: CallOptions | None = None
    ) -> AbstractAsyncContextManager[AsyncStreamedResponse[T]]:
        return self._inner.open(call, options)

    stream = send
