"""The HTTP library as an exchange sees it: requests built, bodies read within limits, failures named."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from contextvars import ContextVar
from types import ModuleType
from typing import Any, Generic, TypeVar

from .cookies import keep_own_cookies
from .errors import ConnectionFailed, DecodeError, RequestError, RequestTimeout
from .http import library_of
from .inflate import EncodingError, Inflater, inflater_for
from .steps import Failure, Fetch
from .timeouts import Deadline
from .wire_log import guard

# The headers of a body as it was on the wire, which no longer describe the body once it is read.
_WIRE_HEADERS = (b"content-encoding", b"content-length", b"transfer-encoding")

# What the HTTP library reads from the environment.
_READ = frozenset(
    {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"}
)
# Where it keeps what it has read beyond a response, as seen from the stream of that response.
_KEPT_IN = ("_stream", "_httpcore_stream", "_stream", "_connection", "_h11_state")
_SLICE = 1 << 16

HttpClient = TypeVar("HttpClient")


class LateError(Exception):
    """The response did not come, or did not end, within the time limit."""

    def __init__(self) -> None:
        super().__init__("the response did not end within the time limit")


class TooLargeError(Exception):
    """The response is larger than allowed."""


class Network(Generic[HttpClient]):
    """A client of the HTTP library, ours or the caller's, and what its answers and exceptions mean."""

    def __init__(self, given: HttpClient | None, make: Callable[[], HttpClient]) -> None:
        self._make = make
        self._given = given
        self.owned: bool = given is None
        self._clients: dict[int, HttpClient] = {}
        self.library: ModuleType = library_of(given)
        guard(self.library.__name__)

    @property
    def client(self) -> HttpClient:
        """The client of this process, made when it is first needed: reading the certificates takes a while.

        After a fork the child must not talk on its parent's connections, so it gets a client of its own;
        a client that the caller gave is the caller's to renew. Raises `RequestError`.
        """
        if self._given is not None:
            return self._given
        process = os.getpid()
        client = self._clients.get(process)
        if client is None:
            # of two threads that come here at once, both get the client of the first
            client = self._clients.setdefault(process, self._made())
        return client

    def check_open(self, operation: str) -> None:
        """Look whether a call can be made; raises `RequestError` naming it."""
        client: Any
        try:
            client = self.client
        except RequestError as exc:
            raise RequestError(f"{operation}: {exc}", operation=operation) from None
        if client.is_closed:
            raise RequestError(f"{operation}: the client is closed", operation=operation)

    def _made(self) -> HttpClient:
        try:
            client = self._make()
        except Exception as exc:
            # Not what it says: an address of a proxy may hold a password.
            names = [name for name in os.environ if name.upper() in _READ and os.environ[name]]
            reason = f"{type(exc).__name__} from {', '.join(sorted(names)) or 'the HTTP library'}"
            raise RequestError(f"no connections can be made by the environment: {reason}") from None
        keep_own_cookies(client)
        return client

    def request(self, step: Fetch, content: Any) -> Any:
        """Build the request of a step."""
        timeout, deadline, payload = step.timeout, step.deadline, step.payload
        extensions: dict[str, Any] = {
            "timeout": {
                "connect": deadline.bound(timeout.connect),
                "read": deadline.bound(timeout.read),
                "write": deadline.bound(timeout.write),
                "pool": deadline.bound(timeout.pool),
            }
        }
        client: Any = self.client
        if isinstance(client, self.library.Client):
            extensions["trace"] = bind_stream
        headers = step.headers.encoded()
        if step.bare:
            return self.library.Request(
                step.method, step.url, headers=headers, extensions=extensions
            )
        try:
            return client.build_request(
                step.method,
                step.url,
                headers=headers,
                content=content,
                files=payload.parts,
                extensions=extensions,
            )
        except UnicodeEncodeError:
            # What the caller's own client adds, such as a cookie that it has taken.
            raise RequestError("the HTTP client adds a header that cannot be sent") from None

    def sending(self, step: Fetch) -> dict[str, Any]:
        """Give the arguments to send a request with; a credential of the client's own stays with its origin."""
        return {"stream": True, "follow_redirects": False, **({"auth": None} if step.bare else {})}

    def whole(self, response: Any, content: bytes) -> Any:
        """Make a response that holds its body, without the encoding it came in."""
        headers = [pair for pair in response.headers.raw if pair[0].lower() not in _WIRE_HEADERS]
        return self.library.Response(
            response.status_code, headers=headers, content=content, request=response.request
        )

    def failure(self, exc: Exception, response: Any = None) -> Failure | None:
        """Tell what an exception means to the call; None for one that is not the network's.

        ``response`` is the head that came before it, if any.
        """
        library = self.library
        client: Any = self.client
        match exc:
            case RequestError(operation=""):
                return Failure(RequestError, exc)
            case library.ConnectTimeout() | library.PoolTimeout():
                return Failure(RequestTimeout, exc, retriable=True, unsent=True)
            case library.TimeoutException() | LateError():
                return Failure(RequestTimeout, exc, retriable=True, response=response)
            case (
                library.LocalProtocolError() | library.UnsupportedProtocol() | library.InvalidURL()
            ):
                return Failure(RequestError, exc)
            case library.ConnectError() | library.ProxyError():
                return Failure(ConnectionFailed, exc, retriable=True, unsent=True)
            case library.TransportError() | library.StreamError():
                return Failure(ConnectionFailed, exc, retriable=True, response=response)
            case library.DecodingError() | TooLargeError() | EncodingError():
                return Failure(DecodeError, exc, response=response)
            case RuntimeError() if client.is_closed:
                # Closed by another thread or task after the call began.
                return Failure(RequestError, exc)
            case RuntimeError(args=("Event loop is closed",)):
                # A connection of an earlier `asyncio.run`; the next attempt gets another one.
                return Failure(ConnectionFailed, exc, retriable=True, response=response)
            case _:
                return None


def unacquired(exc: Exception) -> Failure:
    """Tell what an exception means that a caller's credential raised, or that was raised for its slowness."""
    return Failure(RequestTimeout if isinstance(exc, LateError) else RequestError, exc)


class Gatherer:
    """Gathers a body up to a size."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._pieces: list[bytes] = []
        self._size = 0

    def add(self, piece: bytes) -> None:
        """Take a piece; raises `TooLargeError`."""
        self._size += len(piece)
        if self._size > self._most:
            raise TooLargeError(f"the response is larger than {self._most} bytes")
        self._pieces.append(piece)

    def content(self) -> bytes:
        """Give all of it."""
        return b"".join(self._pieces)


def body_pieces(response: Any, deadline: Deadline) -> Iterator[bytes]:
    """Read the body of a response, decoded, in pieces of bounded size; raises what the network raises."""
    inflater = _inflater(response)
    source = response.iter_bytes() if inflater is None else iter(response.stream)
    while True:
        with bounded(deadline):
            piece = next(source, None)
        check(deadline)
        if piece is None:
            break
        if inflater is None:
            yield piece
        else:
            yield from inflater.feed(piece)
    if inflater is not None:
        if has_leftover(response):
            response.extensions["network_stream"].close()
        inflater.finish()


async def body_pieces_async(response: Any, deadline: Deadline) -> AsyncGenerator[bytes]:
    """Read the body of a response asynchronously; see `body_pieces`."""
    inflater = _inflater(response)
    source = response.aiter_bytes() if inflater is None else aiter(response.stream)
    async with aclosing(source):
        while True:
            try:
                piece = await in_time(anext(source), deadline)
            except StopAsyncIteration:
                break
            check(deadline)
            if inflater is None:
                yield piece
            else:
                for inflated in inflater.feed(piece):
                    yield inflated
    if inflater is not None:
        if has_leftover(response):
            await response.extensions["network_stream"].aclose()
        inflater.finish()


def _inflater(response: Any) -> Inflater | None:
    # Consumed: a response made of bytes, as test transports give them.
    if response.is_stream_consumed:
        return None
    asked = response.request.headers.get("accept-encoding", "")
    inflater = inflater_for(response.headers.get("content-encoding", ""), asked)
    if inflater is not None:
        # Not by `iter_raw`, which gives the connection back before it can be looked at.
        response.is_stream_consumed = True
    return inflater


def has_leftover(response: Any) -> bool:
    """Whether more came with a response than belongs to it: it must not become the answer to the next request.

    The HTTP library keeps what came for the next request on that connection, and nobody else can see it; where
    it is kept elsewhere, in another version or by another transport, nothing is found.
    """
    holder = response.stream
    for name in _KEPT_IN:
        holder = getattr(holder, name, None)
    return holder is not None and bool(holder.trailing_data[0])


# ----- deadlines

_current: ContextVar[Deadline | None] = ContextVar("_current", default=None)


class bounded:  # noqa: N801  # used like a function
    """Let no reading or writing within the block go on after the deadline; raises `LateError`."""

    # A class, as a generator takes five times as long, and each piece of a body is read in such a block.
    __slots__ = ("_deadline", "_token")

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline

    def __enter__(self) -> None:
        check(self._deadline)
        self._token = _current.set(self._deadline)

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


async def in_time(awaitable: Any, deadline: Deadline) -> Any:
    """Await something until the deadline; raises `LateError` and leaves no connection in use."""
    left = deadline.left()
    if left is None:
        return await awaitable
    # The HTTP library brings anyio, so that asyncio and trio both work.
    import anyio

    result: Any = None
    with anyio.move_on_after(left) as scope:
        result = await awaitable
    if scope.cancelled_caught:
        raise LateError
    return result


def check(deadline: Deadline) -> None:
    """Raise `LateError` when a deadline has passed."""
    if deadline.left() == 0:
        raise LateError


def bind_stream(event: str, info: dict[str, Any]) -> None:
    """Make a new blocking connection obey `bounded`.

    This is the HTTP library's "trace" extension: it is called as connections are made. The library allows
    a time for each read alone, so that headers that drip byte by byte would never be late.
    """
    if not event.endswith(("connect_tcp.complete", "start_tls.complete")):
        return
    stream = info.get("return_value")
    if stream is None or not hasattr(stream, "__dict__"):
        return
    read, write = stream.read, stream.write

    def bounded_read(max_bytes: int, timeout: float | None = None) -> bytes:
        return bytes(read(max_bytes, _left(timeout)))

    def bounded_write(buffer: bytes, timeout: float | None = None) -> None:
        # In slices, as the library allows the time anew whenever some of a buffer was taken.
        for start in range(0, len(buffer), _SLICE):
            write(buffer[start : start + _SLICE], _left(timeout))

    stream.read, stream.write = bounded_read, bounded_write


def _left(timeout: float | None) -> float | None:
    deadline = _current.get()
    if deadline is None:
        return timeout
    check(deadline)
    return deadline.bound(timeout)
