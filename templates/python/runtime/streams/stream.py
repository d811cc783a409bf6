"""Streams as their users see them: blocking and asynchronous."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from contextlib import aclosing, closing, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..errors import RequestError, SdkError
from ..exchange import Answer
from ..network import Network
from ..raw import ResponseHead, answer_pieces, answer_pieces_async
from .items import ItemReader

if TYPE_CHECKING:
    from typing import Self

    from ..async_transport import AsyncTransport
    from ..transport import Transport

T = TypeVar("T")

# How long the rest of a stream is waited for after its last event, so that the connection can be used again.
_LINGER = 0.25


class Stream(Generic[T]):
    """The items of a response, given as they come.

    Iterate over it, best in a ``with`` block: what is not read to its end holds a connection until it is
    closed. Raises `ConnectionFailed` when the stream breaks off, `RequestTimeout` when it stalls,
    `DecodeError` for an item that is not what was promised, and `StreamError` for an error that the
    server reports inside. ``response`` has status and headers.
    """

    def __init__(self, transport: Transport, answer: Answer[T]) -> None:
        self.answer = answer
        self._network = transport.network
        self._closed = False
        try:
            self._reader = ItemReader(answer)
        except BaseException:
            answer.response.close()
            raise
        self.response: ResponseHead = ResponseHead(answer)
        # Not a method: a cycle of references would keep a stream that is left, and its connection.
        self._items = _read(self._network, answer, self._reader)

    @property
    def last_event_id(self) -> str:
        """The last id that the stream named, "" when none."""
        return self._reader.last_event_id

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        if self._closed:
            raise RequestError(f"{self.answer.call.name}: the stream is closed")
        return next(self._items)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        # A stream that nobody reads any more must not keep its connection.
        with suppress(Exception):
            self.answer.response.close()

    def close(self) -> None:
        """Stop reading, and close the connection."""
        self._closed = not self._reader.done
        self._items.close()
        self.answer.response.close()


class AsyncStream(Generic[T]):
    """The items of a response, given as they come; see `Stream`."""

    def __init__(self, transport: AsyncTransport, answer: Answer[T]) -> None:
        self.answer = answer
        self._network = transport.network
        self._closed = False
        self._reader = ItemReader(answer)
        self.response: ResponseHead = ResponseHead(answer)
        self._items = _read_async(self._network, answer, self._reader)

    @property
    def last_event_id(self) -> str:
        """The last id that the stream named, "" when none."""
        return self._reader.last_event_id

    def __aiter__(self) -> AsyncIterator[T]:
        return self

    async def __anext__(self) -> T:
        if self._closed:
            raise RequestError(f"{self.answer.call.name}: the stream is closed")
        return await anext(self._items)

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
        """Stop reading, and close the connection."""
        self._closed = not self._reader.done
        await self._items.aclose()
        await self.answer.response.aclose()


def _read(network: Network[Any], answer: Answer[T], reader: ItemReader[T]) -> Generator[T]:
    with (
        closing(answer.response),
        closing(answer_pieces(network, answer)) as pieces,
    ):
        for piece in pieces:
            yield from reader.feed(piece)
            if reader.done:
                break
        else:
            yield from reader.finish()
            return
        # Only a connection of our own is sure to obey the deadline.
        if network.owned:
            answer.deadline.shorten(_LINGER)
            with suppress(SdkError):
                for _ in pieces:
                    pass


async def _read_async(
    network: Network[Any], answer: Answer[T], reader: ItemReader[T]
) -> AsyncGenerator[T]:
    async with (
        aclosing(answer.response),
        aclosing(answer_pieces_async(network, answer)) as pieces,
    ):
        async for piece in pieces:
            for item in reader.feed(piece):
                yield item
            if reader.done:
                break
        else:
            for item in reader.finish():
                yield item
            return
        answer.deadline.shorten(_LINGER)
        with suppress(SdkError):
            async for _ in pieces:
                pass
