"""How a long-running operation is followed: the rules of Azure's ``x-ms-long-running-operation``.

Where the first response has Operation-Location or Azure-AsyncOperation, that address tells the status; else
where it has Location, that address answers 202 until it has the result; else the resource itself tells its
``properties.provisioningState``. Nothing here sends or waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar, cast

import msgspec

from ..call import Call, Contents
from ..codec import decode_json, encode_json
from ..errors import DecodeError, OperationFailed, RequestError
from ..exchange import Answer
from ..origins import followed
from ..pages.walk import dig
from ..patterns import LongRunning
from ..responses import message_in, quoted
from ..retry import asked_seconds

T = TypeVar("T")

_STATUS_HEADERS = ("operation-location", "azure-asyncoperation")
_NO_CONTENT: Mapping[str, Any] = {}
_RUNNING = "InProgress"
_SUCCEEDED = "Succeeded"
# A server that names no time, and the bounds of what it may name.
_SHORTEST, _LONGEST = 0.1, 600.0


class Progress(Generic[T]):
    """One operation under way; made of the first answer, and told of each that follows."""

    def __init__(self, call: Call[T], how: LongRunning, first: Answer[T]) -> None:
        self._call = call
        self._how = how
        self._original = first.url
        self._monitor: str | None = None
        self._location: str | None = None
        self.answer: Answer[Any] = first
        self.status: str = _RUNNING
        self.done: bool = False
        self._failure: OperationFailed | None = None
        self._links(first)
        self._by_location = self._monitor is None and self._location is not None
        if self._monitor is None:
            if self._by_location and first.response.status_code != 202 and call.method != "POST":
                # Created and there already: Location names the resource, not the operation.
                self._by_location = first.response.status_code == 201
            self._settle(self._state_of(first))

    def delay(self) -> float:
        """Tell after how many seconds to ask again."""
        asked = asked_seconds(self.answer.response.headers)
        if asked is None:
            return self._how.interval
        return min(max(asked, _SHORTEST), _LONGEST)

    def request(self) -> tuple[Call[Any], str]:
        """Tell what to ask for the status."""
        link = self._monitor or (self._location if self._by_location else None) or self._original
        return self._get({"application/json": Any}), link

    def take(self, answer: Answer[Any]) -> None:
        """Take the answer to `request`; raises `OperationFailed`, or `DecodeError` when it tells no status."""
        self.answer = answer
        self._links(answer)
        self._settle(self._state_of(answer))

    def final(self) -> tuple[Call[T], str] | None:
        """Tell what to ask for the result, None when the last answer has it; raises `OperationFailed`."""
        if self._failure is not None:
            raise self._failure
        link = self._final_link()
        if link is None:
            return None
        contents = None if self._how.result is None else {"application/json": self._how.result}
        return cast("Call[T]", self._get(contents)), link

    def value(self, answer: Answer[Any]) -> T:
        """Decode the result."""
        response, how = answer.response, self._how
        if self._call.method == "DELETE" or not response.content:
            return cast("T", None)
        call = self._get(None if how.result is None else {"application/json": how.result})
        answer = msgspec.structs.replace(answer, call=call)
        if not how.path:
            return cast("T", answer.value())
        inner = dig(_plain(answer), how.path)
        if how.result is None:
            return cast("T", inner)
        try:
            return cast(
                "T",
                decode_json(encode_json(inner), how.result, strict=answer.strict, whole=True),
            )
        except DecodeError as exc:
            raise answer.undecodable(str(exc), exc.path) from None

    def _get(self, contents: Mapping[str, Any] | None) -> Call[Any]:
        described = self._call.returns
        # The answer to another request: it may have a status that the first one never has.
        whole: Mapping[str, Any] = next((one for one in described.values() if one), _NO_CONTENT)
        returns: Contents = {"2XX": whole, **described} if contents is None else {"2XX": contents}
        return msgspec.structs.replace(self._call, method="GET", body=None, returns=returns)

    def _links(self, answer: Answer[Any]) -> None:
        headers = answer.response.headers
        for name in _STATUS_HEADERS:
            if headers.get(name):
                self._monitor = self._resolved(answer, headers[name])
                break
        if headers.get("location"):
            self._location = self._resolved(answer, headers["location"])

    def _resolved(self, answer: Answer[Any], link: str) -> str:
        try:
            return followed(answer.url, link)
        except RequestError as exc:
            raise answer.undecodable(f"the operation cannot be followed: {exc}") from None

    def _state_of(self, answer: Answer[Any]) -> str:
        if self._monitor is not None:
            status = dig(_plain(answer), ("status",))
            if not isinstance(status, str) or not status:
                raise answer.undecodable("the status of the operation is not told", "$.status")
            return status
        if self._by_location:
            return _RUNNING if answer.response.status_code == 202 else _SUCCEEDED
        if answer.response.status_code == 202:
            return _RUNNING
        if not answer.response.content or self._call.method not in ("PUT", "PATCH"):
            return _SUCCEEDED
        state = dig(_plain(answer), ("properties", "provisioningState"))
        return state if isinstance(state, str) and state else _SUCCEEDED

    def _settle(self, status: str) -> None:
        self.status = status
        name = status.lower()
        if name in self._how.failed:
            self.done = True
            body = _plain(self.answer)
            said = quoted(message_in(body), self.answer.secrets) or "no message"
            word = quoted(status, self.answer.secrets)
            self._failure = OperationFailed(
                f"{self.answer.head()}: {word}: {said}",
                status=status,
                body=body,
                **self.answer.told(),
            )
            raise self._failure
        self.done = name in self._how.succeeded

    def _final_link(self) -> str | None:
        if self._monitor is None:
            return None
        via, method = self._how.final_state_via, self._call.method
        if via == "original-uri":
            return self._original
        if via == "location" and self._location is not None:
            return self._location
        if via in ("azure-async-operation", "operation-location") and method == "POST":
            return None
        named = dig(_plain(self.answer), ("resourceLocation",))
        if isinstance(named, str) and named:
            return self._resolved(self.answer, named)
        if method in ("PUT", "PATCH"):
            return self._original
        return self._location if method == "POST" else None


def _plain(answer: Answer[Any]) -> Any:
    content = answer.response.content
    if not content:
        return None
    try:
        return decode_json(content, Any)
    except DecodeError as exc:
        raise answer.undecodable(str(exc)) from None
