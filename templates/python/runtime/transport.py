"""Doing the steps of an exchange, blocking."""

from __future__ import annotations

import copy
import inspect
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, TypeVar, cast

from .auth import Authenticator
from .call import Call, CallOptions, checked_options, merged_options
from .cookies import cookies_refused
from .exchange import Answer, exchange
from .headers import Headers
from .http import httpx
from .network import Gatherer, Network, body_pieces, bounded, unacquired
from .steps import Acquire, Await, Event, Fetch, Pause, Settings, Step
from .timeouts import Deadline, Timeout, timeout_of
from .urls import checked_base_url
from .wire_log import secrets_hidden

if TYPE_CHECKING:
    from .credentials import AnyCredential, Scheme
    from .hooks import Hook
    from .pages import Pager
    from .patterns import LongRunning, Paging
    from .polling import Poller
    from .raw import ApiResponse, StreamedResponse
    from .streams import Stream

T = TypeVar("T")
R = TypeVar("R")


def settings_of(
    *,
    base_url: str,
    schemes: tuple[Scheme, ...],
    credential: AnyCredential | None,
    timeout: float | Timeout | None,
    max_retries: int,
    default_headers: Mapping[str, str] | None,
    user_agent: str,
    strict: bool,
    hooks: Sequence[Hook],
    fixed_server: bool,
    event: Callable[[], Event],
) -> Settings:
    """Check what a client is made with; raises `RequestError` for what can never be sent.

    ``event`` makes what its calls wait for each other with.
    """
    Headers(default_headers or {}, {"user-agent": user_agent})
    timeout_of(timeout)
    return Settings(
        base_url=checked_base_url(base_url),
        authenticator=Authenticator(schemes, credential, event),
        timeout=timeout,
        max_retries=max_retries,
        default_headers=dict(default_headers or {}),
        user_agent=user_agent,
        strict=strict,
        hooks=tuple(hooks),
        fixed_server=fixed_server,
    )


class Transport:
    """Sends calls and waits for them; safe to use from several threads, and after a fork.

    A given ``http_client`` (of httpx2 or httpx) is used as it is and not closed. ``sleep`` may be replaced,
    for tests.
    """

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
            event=threading.Event,
        )
        self.sleep: Callable[[float], None] = time.sleep
        self.network: Network[httpx.Client] = Network(http_client, httpx.Client)
        self._owned = self.network.owned
        self._options: CallOptions = {}

    @property
    def base_url(self) -> str:
        """The address of the server."""
        return self.settings.base_url

    def with_options(self, options: CallOptions) -> Transport:
        """Give a copy with other defaults, that uses the same connections and does not close them."""
        copied = copy.copy(self)
        copied._options = merged_options(self._options, checked_options("with_options", options))
        copied._owned = False
        return copied

    def send(self, call: Call[T], options: CallOptions | None = None) -> T:
        """Make a call; raises the errors of `errors`."""
        return self.ask(call, options).value()

    def send_raw(self, call: Call[T], options: CallOptions | None = None) -> ApiResponse[T]:
        """Make a call, and give the whole response."""
        from .raw import ApiResponse

        return ApiResponse(self.ask(call, options))

    def open(
        self, call: Call[T], options: CallOptions | None = None
    ) -> AbstractContextManager[StreamedResponse[T]]:
        """Make a call in a ``with`` block, and read the body of the response piece by piece."""
        from .raw import opened

        return opened(self, call, options)

    def stream(self, call: Call[T], options: CallOptions | None = None) -> Stream[T]:
        """Make a call whose response is a sequence of items, such as server-sent events."""
        from .streams import Stream
        from .streams.items import is_stream

        return Stream(self, self.ask(call, options, leave_open=is_stream))

    def pages(
        self, call: Call[Any], paging: Paging[T], options: CallOptions | None = None
    ) -> Pager[T]:
        """Give all items of a list that comes in pages; nothing is sent before the first is asked for."""
        from .pages import Pager

        return Pager(self, call, paging, options or {})

    def begin(
        self, call: Call[T], how: LongRunning | None = None, options: CallOptions | None = None
    ) -> Poller[T]:
        """Start an operation that the server finishes later."""
        from .polling.poller import begin

        return begin(self, call, how, options or {})

    def ask(
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
        return self.run(steps, call.name)

    def run(self, steps: Generator[Step, Any, R], operation: str) -> R:
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
                        outcome = self._fetch(step)
                    case Pause(seconds):
                        self.sleep(seconds)
                        outcome = None
                    case Acquire():
                        outcome = _acquire(step)
                    case Await(event, deadline):
                        outcome = cast("threading.Event", event).wait(deadline.left())
        finally:
            steps.close()

    def _fetch(self, step: Fetch) -> Any:
        network = self.network
        gatherer = Gatherer(step.max_bytes)
        response: Any = None
        try:
            request = network.request(step, step.payload.chunks())
            with bounded(step.deadline), secrets_hidden(), cookies_refused(step.bare):
                response = network.client.send(request, **network.sending(step))
            if step.leave_open is not None and step.leave_open(response):
                return response
            try:
                for piece in body_pieces(response, step.deadline):
                    gatherer.add(piece)
            finally:
                response.close()
        except Exception as exc:
            failure = network.failure(exc, response)
            if failure is None:
                raise
            return failure
        return network.whole(response, gatherer.content())

    def close(self) -> None:
        """Close the connections; a given ``http_client`` stays open."""
        if self._owned:
            self.network.client.close()


def _acquire(step: Acquire) -> Any:
    try:
        # Nobody can break into it: the deadline of the call is looked at when it is over.
        answer = step.find()
    except Exception as exc:
        return unacquired(exc)
    if inspect.isawaitable(answer):
        if inspect.iscoroutine(answer):
            answer.close()
        return unacquired(TypeError("an asynchronous credential in a blocking client"))
    return answer
