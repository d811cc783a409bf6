"""One call from its arguments to its answer, without input and output.

`exchange` is a generator: it yields the `Step` to do and is sent its outcome, so that the
synchronous and the asynchronous transport share every decision.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

import msgspec

from .bodies import Payload, payload_of
from .call import Call, CallOptions
from .errors import ApiError, DecodeError, RequestError, RequestTimeout, SdkError, Told
from .hooks import Attempt
from .origins import followed, same_origin
from .requests import Target, is_repeatable, prepare, with_idempotency_key
from .responses import (
    api_error,
    attempts_text,
    decode_response,
    is_success,
    outcome_text,
    quoted,
    redacted,
    told,
)
from .retry import backoff, retry_delay
from .steps import MAX_RESPONSE_BYTES, Failure, Fetch, Pause, Settings, Step
from .timeouts import Deadline, Limits, timeout_of
from .urls import shown_url
from .veil import Veiled

if TYPE_CHECKING:
    from .http import httpx

T = TypeVar("T")

_logger = logging.getLogger(__name__.partition(".")[0])
_REDIRECTS = 5
_REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
_UNANSWERED: dict[type[SdkError], str] = {
    RequestError: "the request cannot be sent",
    RequestTimeout: "no response in time",
}
_CUT: dict[type[SdkError], str] = {
    RequestTimeout: "the response did not end in time",
    DecodeError: "the response cannot be read",
}


class Answer(Veiled, msgspec.Struct, Generic[T], frozen=True):
    """A successful response to a call, read or still open, and what errors about it must tell."""

    __shown__: ClassVar[tuple[str, ...]] = ("attempts", "strict")

    call: Call[T]
    response: httpx.Response
    url: str
    attempts: int
    secrets: list[str]
    strict: bool
    deadline: Deadline

    def value(self) -> T:
        """Decode the body; raises `DecodeError`."""
        try:
            return cast("T", decode_response(self.call, self.response, strict=self.strict))
        except DecodeError as exc:
            raise self.undecodable(str(exc), exc.path) from None

    def undecodable(self, reason: str, path: str = "") -> DecodeError:
        """Make the error for a response that is not what the description promises."""
        return DecodeError(
            f"{self.head()}: {quoted(reason, self.secrets)}",
            path=path,
            response=self.response,
            **self.told(),
        )

    def head(self) -> str:
        """Write how every message about it begins."""
        return redacted(outcome_text(self.call, self.response, self.attempts), self.secrets)

    def told(self) -> Told:
        """Give what every error about it tells."""
        return told(self.call, self.response, self.attempts)

    def failed(self, failure: Failure) -> SdkError:
        """Make the error for a body that cannot be read to its end."""
        return _failed(failure, self.call, self.attempts, self.secrets)


def exchange(
    call: Call[T],
    options: CallOptions,
    settings: Settings,
    *,
    link: str | None = None,
    leave_open: Callable[[httpx.Response], bool] | None = None,
    deadline: Deadline | None = None,
    secrets: Sequence[str] = (),
) -> Generator[Step, Any, Answer[T]]:
    """Make a call; raises the errors of `errors`, naming the operation and the attempts.

    ``link`` is an absolute address that a server gave, asked for instead of the operation's own. The body of a
    successful response of whose head ``leave_open`` says so is not read yet. ``deadline`` ends the call even when
    its own time limit allows more, and ``secrets`` are not shown besides those of its credential.
    """
    attempts, payload = 0, Payload()
    try:
        payload = payload_of(call.body, options.get("extra_body"))
        asking = _Exchange(call, options, settings, payload, link, leave_open, deadline, secrets)
        try:
            return (yield from asking.run())
        finally:
            attempts = asking.attempts
    except SdkError as exc:
        if not exc.operation:
            exc.operation, exc.attempts = call.name, attempts
            exc.args = (f"{call.name}: {exc.args[0]}",)
        raise
    finally:
        payload.close()


class _Exchange(Generic[T]):
    """A call under way: how often it was sent, and where to next."""

    def __init__(
        self,
        call: Call[T],
        options: CallOptions,
        settings: Settings,
        payload: Payload,
        link: str | None,
        leave_open: Callable[[httpx.Response], bool] | None,
        deadline: Deadline | None,
        secrets: Sequence[str],
    ) -> None:
        self.call = call
        self.options = with_idempotency_key(call, options)
        self.settings = settings
        self.payload = payload
        self.start = self.link = link
        self.leave_open = leave_open
        self.timeout = timeout_of(options.get("timeout", settings.timeout))
        self.deadline = (
            Deadline(self.timeout.total, settings.clock)
            if deadline is None
            else deadline.within(self.timeout.total)
        )
        self.limits = Limits(
            self.timeout, self.deadline, options.get("max_retries", settings.max_retries)
        )
        self.attempt_deadline = self.deadline
        self.secrets = secrets
        self.attempts = 0
        self.redirects = 0
        self.renewed = False

    def run(self) -> Generator[Step, Any, Answer[T]]:
        call = self.call
        while True:
            target = yield from prepare(
                call, self.options, self.settings, self.payload, self.link, self.limits
            )
            target.secrets += self.secrets
            if self.redirects == 0:
                self.attempts += 1
                self.attempt_deadline = self.limits.attempt()
            outcome = yield from self._attempt(target)
            if isinstance(outcome, Failure):
                delay = self._delay_after_failure(target, outcome)
                if delay is None:
                    error = _failed(outcome, call, self.attempts, target.secrets)
                    raise error from shown_cause(outcome, target.secrets)
            elif is_success(call, outcome.status_code):
                return Answer(
                    call,
                    outcome,
                    target.url,
                    self.attempts,
                    target.secrets,
                    self.settings.strict,
                    self.deadline,
                )
            elif outcome.status_code in _REDIRECT_STATUSES:
                self.link = self._redirected(target, outcome)
                self.redirects += 1
                continue
            else:
                delay = self._delay_after(target, outcome)
                if delay is None:
                    raise self._error(target, outcome)
            if delay:
                _logger.debug("%s: again in %.1f s", call.name, delay)
                yield Pause(delay)
            self.redirects, self.link = 0, self.start

    def _attempt(self, target: Target) -> Generator[Step, Any, httpx.Response | Failure]:
        """Send one request, with the caller's hooks around it."""
        call, clock = self.call, self.settings.clock
        content = self.payload.content if isinstance(self.payload.content, bytes) else None
        attempt = Attempt(
            call.name, call.method, target.url, target.headers, content, self.attempts
        )
        started = clock()
        with ExitStack() as stack:
            for hook in (*self.settings.hooks, *self.options.get("hooks", ())):
                stack.enter_context(hook(attempt))
            self.payload.rewind()
            outcome = yield Fetch(
                call.method,
                target.url,
                target.headers,
                self.payload,
                self.timeout,
                self.attempt_deadline,
                self.options.get("max_response_bytes", MAX_RESPONSE_BYTES),
                target.bare,
                None if self.leave_open is None else self._leaves_open,
            )
            attempt.seconds = clock() - started
            if isinstance(outcome, Failure):
                attempt.error, told = outcome.cause, outcome.error.__name__
            else:
                attempt.response = cast("httpx.Response", outcome)
                told = str(attempt.status_code)
            shown = shown_url(target.url)
            _logger.debug("%s %s: %s (%.3f s)", call.method, shown, told, attempt.seconds)
            return cast("httpx.Response | Failure", outcome)

    def _leaves_open(self, response: httpx.Response) -> bool:
        asked = self.leave_open
        return asked is not None and is_success(self.call, response.status_code) and asked(response)

    def _delay_after_failure(self, target: Target, failure: Failure) -> float | None:
        if not failure.retriable or not self._may_repeat():
            return None
        if failure.unsent or is_repeatable(self.call.method, target.headers):
            return self._in_time(backoff(self.attempts))
        return None

    def _delay_after(self, target: Target, response: httpx.Response) -> float | None:
        if response.status_code == 401:
            self.settings.authenticator.forget(target.secrets)
            # A token that was good before may have been withdrawn: once, a new one is tried.
            if target.remembered and self.payload.replayable and not self.renewed:
                self.renewed = True
                return self._in_time(0.0)
        if not self._may_repeat():
            return None
        repeatable = is_repeatable(self.call.method, target.headers)
        return self._in_time(
            retry_delay(
                response.status_code, response.headers, self.attempts, idempotent=repeatable
            )
        )

    def _may_repeat(self) -> bool:
        return self.attempts <= self.limits.max_retries and self.payload.replayable

    def _in_time(self, delay: float | None) -> float | None:
        """Give up now rather than wait for longer than the call may take."""
        left = self.deadline.left()
        return None if delay is None or (left is not None and delay >= left) else delay

    def _redirected(self, target: Target, response: httpx.Response) -> str:
        """Tell where a redirect leads; raises `ApiError` for one that is not followed.

        A method other than GET and HEAD only where RFC 9110 §15.4 keeps method and body (307, 308), and
        within one origin: neither credentials nor bodies go elsewhere.
        """
        method, location = self.call.method, response.headers.get("location", "")
        safe = method in ("GET", "HEAD")
        if not location:
            note = "a redirect without a location"
        elif response.status_code in (301, 302, 303) and not safe:
            note = f"a redirect that would change {method} is not followed"
        elif not self.payload.replayable:
            note = "a redirect is not followed, as the body cannot be sent again"
        elif self.redirects >= _REDIRECTS:
            note = f"more than {_REDIRECTS} redirects"
        else:
            try:
                url = followed(target.url, location)
            except RequestError as exc:
                raise self._error(target, response, f"a redirect is not followed: {exc}") from None
            if same_origin(target.url, url) or (safe and self.payload.is_empty):
                return url
            note = f"a redirect of {method} to another host is not followed: {shown_url(url)}"
        raise self._error(target, response, note)

    def _error(self, target: Target, response: httpx.Response, note: str = "") -> ApiError:
        return api_error(
            self.call, response, attempts=self.attempts, secrets=target.secrets, note=note
        )


def _failed(failure: Failure, call: Call[Any], attempts: int, secrets: list[str]) -> SdkError:
    response = failure.response
    if response is None:
        text = _UNANSWERED.get(failure.error, "no response")
        head = f"{call.name}: {text} ({attempts_text(attempts)})"
    else:
        text = _CUT.get(failure.error, "the response broke off")
        head = f"{redacted(outcome_text(call, response, attempts), secrets)}: {text}"
    reason = quoted(str(failure.cause), secrets) or type(failure.cause).__name__
    return failure.error(f"{head}: {reason}", **told(call, response, attempts))


def shown_cause(failure: Failure, secrets: list[str]) -> BaseException | None:
    """Give what a failure is chained to: its cause, unless a traceback with that would show a secret."""
    cause: BaseException | None = failure.cause
    while cause is not None:
        if any(secret in f"{cause} {cause!r}" for secret in secrets):
            return None
        cause = cause.__cause__ or cause.__context__
    return failure.cause
