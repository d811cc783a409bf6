"""Everything a generated client raises, as one tree.

::

    SdkError                        whatever went wrong in a call
    ├── RequestError                arguments that cannot be sent; nothing was sent
    ├── ConnectionFailed            no response: refused, reset, DNS, TLS, truncated
    ├── RequestTimeout              no response within the time limit
    ├── DecodeError                 a response that is not what the API description promises
    ├── StreamError                 an error that the server reports inside a stream
    ├── OperationFailed             a long-running operation that failed or was canceled
    ├── SignatureError              a webhook that was not signed with the secret, or not just now
    └── ApiError                    a response with an error status
        ├── BadRequestError         400
        ├── AuthenticationError     401
        ├── PermissionDeniedError   403
        ├── NotFoundError           404
        ├── ConflictError           409
        ├── UnprocessableEntityError 422
        ├── RateLimitError          429
        └── ServerError             5xx

No message, ``str()`` or ``repr()`` of these holds a credential.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, Unpack

if TYPE_CHECKING:
    from .http import httpx

T = TypeVar("T")


class Told(TypedDict, total=False):
    """What every error tells of its call; see `SdkError`."""

    operation: str
    attempts: int
    status_code: int | None
    request_id: str | None


class SdkError(Exception):
    """Whatever went wrong in a call.

    ``operation`` is the Python name of the operation ("" outside of a call) and ``attempts`` how many
    times the request was sent, 0 when it never was. ``status_code`` and ``request_id`` (as the server named
    it) are those of the last response, None when none began to arrive.
    """

    def __init__(
        self,
        message: str,
        *,
        operation: str = "",
        attempts: int = 0,
        status_code: int | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.operation = operation
        self.attempts = attempts
        self.status_code = status_code
        self.request_id = request_id

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions with keyword-only arguments do not pickle by themselves, which would hang
        # a process pool whose worker raises one.
        return (_rebuild, (type(self), self.args, self._state()))

    def _state(self) -> dict[str, Any]:
        return dict(self.__dict__)


class RequestError(SdkError):
    """Arguments that cannot be sent, or no credential for the operation; nothing was sent."""


class ConnectionFailed(SdkError):  # noqa: N818  # says what happened
    """No whole response arrived: connection refused or reset, DNS, TLS, truncated body."""


class RequestTimeout(SdkError):  # noqa: N818  # not the builtin TimeoutError
    """No whole response arrived within the time limit."""


class DecodeError(SdkError):
    """A response that is not what the API description promises.

    ``path`` is the JSON path of the first offending value (``$.choices[0].index``), "" when the
    response as a whole is at fault. ``response`` is None when plain bytes were decoded.
    """

    def __init__(
        self,
        message: str,
        *,
        path: str = "",
        response: httpx.Response | None = None,
        **told: Unpack[Told],
    ) -> None:
        super().__init__(message, **told)
        self.path = path
        self.response = response

    def _state(self) -> dict[str, Any]:
        return {**self.__dict__, "response": None}


class StreamError(SdkError):
    """An error that the server reports inside a stream, after a status of success.

    ``body`` is what it says: plain JSON, or text where it is none.
    """

    def __init__(self, message: str, *, body: Any = None, **told: Unpack[Told]) -> None:
        super().__init__(message, **told)
        self.body = body


class SignatureError(SdkError):
    """A webhook that was not signed with the secret, or not just now: it may be of anybody."""


class OperationFailed(SdkError):  # noqa: N818  # says what happened
    """A long-running operation that ended without success.

    ``status`` is the server's own word ("Failed", "Canceled") and ``body`` all it says, as plain JSON.
    """

    def __init__(
        self, message: str, *, status: str = "", body: Any = None, **told: Unpack[Told]
    ) -> None:
        super().__init__(message, **told)
        self.status = status
        self.body = body


class ApiError(SdkError):
    """A response with an error status.

    ``headers`` with lower-case names; ``body``: the model the API description promises for this status, else
    the plain JSON, else the text, None when empty; ``response``: the response as the HTTP library gave it
    (None after unpickling).
    """

    status_code: int  # pyright: ignore[reportIncompatibleVariableOverride]  # always known here

    def __init__(
        self,
        message: str,
        *,
        status_code: int,
        operation: str = "",
        attempts: int = 0,
        request_id: str | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        response: httpx.Response | None = None,
    ) -> None:
        super().__init__(
            message,
            operation=operation,
            attempts=attempts,
            status_code=status_code,
            request_id=request_id,
        )
        self.headers: Mapping[str, str] = headers or {}
        self.body = body
        self.response = response

    def header(self, name: str, kind: type[T]) -> T | None:
        """Read a header as a type, `header("retry-after", int)`; None when it is not there, `DecodeError` for another type."""
        # Here, because that module needs the errors of this one.
        from .headers import header_value

        return header_value(self.headers, name, kind)

    def _state(self) -> dict[str, Any]:
        # The response refers to the request, whose headers hold the credential.
        return {**self.__dict__, "response": None}


class BadRequestError(ApiError):
    """400: the server refuses the arguments."""


class AuthenticationError(ApiError):
    """401: the credential is missing, wrong or expired."""


class PermissionDeniedError(ApiError):
    """403: the credential does not allow this."""


class NotFoundError(ApiError):
    """404: no such resource."""


class ConflictError(ApiError):
    """409: the resource is in another state than the request supposes."""


class UnprocessableEntityError(ApiError):
    """422: well-formed, but not acceptable."""


class RateLimitError(ApiError):
    """429: too many requests."""


class ServerError(ApiError):
    """5xx: the server failed."""


_BY_STATUS: dict[int, type[ApiError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}


def api_error_class(status_code: int) -> type[ApiError]:
    """Tell which class is raised for a status."""
    if 500 <= status_code <= 599:
        return ServerError
    return _BY_STATUS.get(status_code, ApiError)


def _rebuild(cls: type[SdkError], args: tuple[Any, ...], state: dict[str, Any]) -> SdkError:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error
