"""Responses as they came, beside what they mean."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from .codec import decode_json
from .exchange import Answer, shown_cause
from .headers import header_value
from .network import Gatherer, Network, TooLargeError, body_pieces, body_pieces_async
from .responses import request_id_of, text_of
from .steps import MAX_RESPONSE_BYTES

if TYPE_CHECKING:
    from .async_transport import AsyncTransport
    from .call import Call, CallOptions
    from .http import httpx
    from .transport import Transport

T = TypeVar("T")
Kind = TypeVar("Kind")


class ResponseHead:
    """What a response says before its body."""

    def __init__(self, answer: Answer[Any]) -> None:
        self._head = answer

    @property
    def status_code(self) -> int:
        """The status."""
        return self._head.response.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers; names in any case."""
        return self._head.response.headers

    def header(self, name: str, kind: type[Kind]) -> Kind | None:
        """Read a header as a type, `header("x-rate-limit", int)`; None when it is not there, `DecodeError` for another type."""
        return header_value(self.headers, name, kind)

    @property
    def request_id(self) -> str | None:
        """How the server names the request, None when it does not."""
        return request_id_of(self._head.response)

    @property
    def attempts(self) -> int:
        """How many times the request was sent."""
        return self._head.attempts

    @property
    def http_response(self) -> httpx.Response:
        """The response of the HTTP library."""
        return self._head.response

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._head.call.name}: {self.status_code}>"


class ApiResponse(ResponseHead, Generic[T]):
    """A whole response; `parse` gives what the method without ``with_raw_response`` returns."""

    def __init__(
        self, answer: Answer[Any], follow: Callable[[Answer[Any]], T] | None = None
    ) -> None:
        super().__init__(answer)
        self._answer = answer
        self._follow = follow

    @property
    def content(self) -> bytes:
        """The body."""
        return self._answer.response.content

    @property
    def text(self) -> str:
        """The body as text."""
        return text_of(self._answer.response)

    def json(self) -> Any:
        """Give the body as plain JSON values; raises `DecodeError`."""
        return decode_json(self.content, Any)

    def parse(self) -> T:
        """Decode the body; raises `DecodeError`. Of a list in pages or a long job it gives what goes on from here."""
        return _value(self._answer, self._follow)


def answer_pieces(network: Network[Any], answer: Answer[Any]) -> Generator[bytes]:
    """Read the body of an open answer in pieces; raises the errors of `errors`."""
    try:
        yield from body_pieces(answer.response, answer.deadline)
    except Exception as exc:
        failure = network.failure(exc, answer.response)
        if failure is None:
            raise
        raise answer.failed(failure) from shown_cause(failure, answer.secrets)


async def answer_pieces_async(network: Network[Any], answer: Answer[Any]) -> AsyncGenerator[bytes]:
    """Read the body of an open answer asynchronously; see `answer_pieces`."""
    try:
        async for piece in body_pieces_async(answer.response, answer.deadline):
            yield piece
    except Exception as exc:
        failure = network.failure(exc, answer.response)
        if failure is None:
            raise
        raise answer.failed(failure) from shown_cause(failure, answer.secrets)


class StreamedResponse(ResponseHead, Generic[T]):
    """A response whose body is read as it comes; once, by one of its methods.

    A connection that breaks raises `ConnectionFailed`, one that is too slow `RequestTimeout`, and a body
    that is not in the encoding its headers tell `DecodeError`.
    """

    def __init__(
        self,
        transport: Transport,
        answer: Answer[Any],
        follow: Callable[[Answer[Any]], T] | None = None,
    ) -> None:
        super().__init__(answer)
        self._network = transport.network
        self._answer = answer
        self._follow = follow

    def iter_bytes(self) -> Iterator[bytes]:
        """Read the body in pieces, decoded."""
        return answer_pieces(self._network, self._answer)

    def read(self, max_bytes: int = MAX_RESPONSE_BYTES) -> bytes:
        """Read all of the body; raises `DecodeError` for a longer one."""
        gatherer = Gatherer(max_bytes)
        for piece in self.iter_bytes():
            _add(gatherer, piece, self._answer)
        return gatherer.content()

    def write_to(self, path: Path | str) -> None:
        """Write the body to a file."""
        with Path(path).open("wb") as file:
            for piece in self.iter_bytes():
                file.write(piece)

    def parse(self) -> T:
        """Read and decode the body; raises `DecodeError`."""
        whole = self._network.whole(self._answer.response, self.read())
        return _value(msgspec.structs.replace(self._answer, response=whole), self._follow)

    def close(self) -> None:
        """Close the response; its connection is used again when it was read to its end."""
        self._answer.response.close()


class AsyncStreamedResponse(ResponseHead, Generic[T]):
    """A response whose body is read as it comes; see `StreamedResponse`."""

    def __init__(
        self,
        transport: AsyncTransport,
        answer: Answer[Any],
        follow: Callable[[Answer[Any]], T] | None = None,
    ) -> None:
        super().__init__(answer)
        self._network = transport.network
        self._answer = answer
        self._follow = follow

    def iter_bytes(self) -> AsyncIterator[bytes]:
        """Read the body in pieces, decoded."""
        return answer_pieces_async(self._network, self._answer)

    async def read(self, max_bytes: int = MAX_RESPONSE_BYTES) -> bytes:
        """Read all of the body; raises `DecodeError` for a longer one."""
        gatherer = Gatherer(max_bytes)
        async for piece in self.iter_bytes():
            _add(gatherer, piece, self._answer)
        return gatherer.content()

    async def write_to(self, path: Path | str) -> None:
        """Write the body to a file; the writing itself blocks."""
        with Path(path).open("wb") as file:
            async for piece in self.iter_bytes():
                file.write(piece)

    async def parse(self) -> T:
        """Read and decode the body; raises `DecodeError`."""
        whole = self._network.whole(self._answer.response, await self.read())
        return _value(msgspec.structs.replace(self._answer, response=whole), self._follow)

    async def aclose(self) -> None:
        """Close the response; its connection is used again when it was read to its end."""
        await self._answer.response.aclose()


@contextmanager
def opened(
    transport: Transport,
    call: Call[Any],
    options: CallOptions | None,
    follow: Callable[[Answer[Any]], T] | None = None,
) -> Generator[StreamedResponse[T]]:
    """Make a call, and close the response at the end of the block; ``follow`` makes its value of the answer."""
    answer = transport.ask(call, options, leave_open=_always)
    response = StreamedResponse(transport, answer, follow)
    try:
        yield response
    finally:
        response.close()


@asynccontextmanager
async def opened_async(
    transport: AsyncTransport,
    call: Call[Any],
    options: CallOptions | None,
    follow: Callable[[Answer[Any]], T] | None = None,
) -> AsyncGenerator[AsyncStreamedResponse[T]]:
    """Make a call, and close the response at the end of the block; see `opened`."""
    answer = await transport.ask(call, options, leave_open=_always)
    response = AsyncStreamedResponse(transport, answer, follow)
    try:
        yield response
    finally:
        await response.aclose()


def _value(answer: Answer[Any], follow: Callable[[Answer[Any]], T] | None) -> T:
    value: T = answer.value() if follow is None else follow(answer)
    return value


def _always(_: httpx.Response) -> bool:
    return True


def _add(gatherer: Gatherer, piece: bytes, answer: Answer[Any]) -> None:
    try:
        gatherer.add(piece)
    except TooLargeError as exc:
        raise answer.undecodable(str(exc)) from None
