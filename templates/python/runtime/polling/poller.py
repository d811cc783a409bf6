"""Pollers as their users see them: blocking and asynchronous."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from ..call import Call, CallOptions
from ..errors import RequestTimeout
from ..exchange import Answer
from ..patterns import LongRunning
from ..raw import ResponseHead
from ..responses import quoted
from ..timeouts import Deadline
from .rules import Progress

if TYPE_CHECKING:
    from ..async_transport import AsyncTransport
    from ..transport import Transport

T = TypeVar("T")

# Options that also hold for asking about the operation.
_LASTING = ("timeout", "max_retries", "extra_headers", "hooks", "max_response_bytes")


class _Followed(Generic[T]):
    """What both pollers know."""

    def __init__(self, progress: Progress[T], name: str, options: CallOptions) -> None:
        self._progress = progress
        self._name = name
        self._options = options
        self._final: Answer[Any] | None = None

    @property
    def status(self) -> str:
        """The server's own word for how far it is: "InProgress", "Succeeded", …."""
        return self._progress.status

    @property
    def done(self) -> bool:
        """Whether the operation has ended."""
        return self._progress.done

    @property
    def response(self) -> ResponseHead:
        """Status and headers of the last response."""
        return ResponseHead(self._progress.answer)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._name}: {self.status}>"

    def _delay(self, deadline: Deadline) -> float:
        """Tell how long to wait; raises `RequestTimeout` rather than wait past the deadline."""
        delay, left = self._progress.delay(), deadline.left()
        if left is not None and delay >= left:
            answer = self._progress.answer
            status = quoted(self.status, answer.secrets)
            raise RequestTimeout(
                f"{answer.head()}: not finished in time, the status is {status!r}", **answer.told()
            )
        return delay


class Poller(_Followed[T]):
    """An operation that the server finishes later.

    Nothing happens in the background: the server is asked by `poll`, `wait` and `result`. They raise
    `OperationFailed` when the operation fails, and what any call may raise.
    """

    def __init__(
        self, transport: Transport, progress: Progress[T], name: str, options: CallOptions
    ) -> None:
        super().__init__(progress, name, options)
        self._transport = transport

    def poll(self) -> bool:
        """Ask once how far the operation is; tells whether it has ended."""
        self._poll(None)
        return self._progress.done

    def wait(self, timeout: float | None = None) -> None:
        """Wait until the operation has ended; raises `RequestTimeout` after some seconds, if given.

        Without them it waits as long as the server says that the operation goes on.
        """
        self._wait(Deadline(timeout, self._transport.settings.clock))

    def result(self, timeout: float | None = None) -> T:
        """Wait until the operation has ended, and give what it made."""
        deadline = Deadline(timeout, self._transport.settings.clock)
        self._wait(deadline)
        if self._final is None:
            final = self._progress.final()
            self._final = (
                self._progress.answer if final is None else self._ask(final[0], final[1], deadline)
            )
        return self._progress.value(self._final)

    def _wait(self, deadline: Deadline) -> None:
        while not self._progress.done:
            self._transport.sleep(self._delay(deadline))
            self._poll(deadline)

    def _poll(self, deadline: Deadline | None) -> None:
        if not self._progress.done:
            call, link = self._progress.request()
            self._progress.take(self._ask(call, link, deadline))

    def _ask(self, call: Call[Any], link: str, deadline: Deadline | None) -> Answer[Any]:
        return self._transport.ask(call, self._options, link=link, deadline=deadline)


class AsyncPoller(_Followed[T]):
    """An operation that the server finishes later; see `Poller`."""

    def __init__(
        self, transport: AsyncTransport, progress: Progress[T], name: str, options: CallOptions
    ) -> None:
        super().__init__(progress, name, options)
        self._transport = transport

    async def poll(self) -> bool:
        """Ask once how far the operation is; tells whether it has ended."""
        await self._poll(None)
        return self._progress.done

    async def wait(self, timeout: float | None = None) -> None:
        """Wait until the operation has ended; raises `RequestTimeout` after some seconds, if given.

        Without them it waits as long as the server says that the operation goes on.
        """
        await self._wait(Deadline(timeout, self._transport.settings.clock))

    async def result(self, timeout: float | None = None) -> T:
        """Wait until the operation has ended, and give what it made."""
        deadline = Deadline(timeout, self._transport.settings.clock)
        await self._wait(deadline)
        if self._final is None:
            final = self._progress.final()
            self._final = (
                self._progress.answer
                if final is None
                else await self._ask(final[0], final[1], deadline)
            )
        return self._progress.value(self._final)

    async def _wait(self, deadline: Deadline) -> None:
        while not self._progress.done:
            await self._transport.sleep(self._delay(deadline))
            await self._poll(deadline)

    async def _poll(self, deadline: Deadline | None) -> None:
        if not self._progress.done:
            call, link = self._progress.request()
            self._progress.take(await self._ask(call, link, deadline))

    async def _ask(self, call: Call[Any], link: str, deadline: Deadline | None) -> Answer[Any]:
        return await self._transport.ask(call, self._options, link=link, deadline=deadline)


def begin(
    transport: Transport, call: Call[T], how: LongRunning | None, options: CallOptions
) -> Poller[T]:
    """Start an operation."""
    return following(transport, how, options, transport.ask(call, options))


async def begin_async(
    transport: AsyncTransport, call: Call[T], how: LongRunning | None, options: CallOptions
) -> AsyncPoller[T]:
    """Start an operation."""
    return following_async(transport, how, options, await transport.ask(call, options))


def following(
    transport: Transport, how: LongRunning | None, options: CallOptions, answer: Answer[T]
) -> Poller[T]:
    """Follow an operation that was started, by the answer to its start."""
    progress = Progress(answer.call, how or LongRunning(), answer)
    return Poller(transport, progress, answer.call.name, _lasting(options))


def following_async(
    transport: AsyncTransport, how: LongRunning | None, options: CallOptions, answer: Answer[T]
) -> AsyncPoller[T]:
    """Follow an operation that was started, by the answer to its start."""
    progress = Progress(answer.call, how or LongRunning(), answer)
    return AsyncPoller(transport, progress, answer.call.name, _lasting(options))


def _lasting(options: CallOptions) -> CallOptions:
    given = cast("dict[str, Any]", options)
    return cast("CallOptions", {key: given[key] for key in _LASTING if key in given})
