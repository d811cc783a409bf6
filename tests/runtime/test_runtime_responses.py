"""What comes back: results and errors."""

from __future__ import annotations

import pickle
from typing import Any

import httpx2
import pytest
from exchanges import JSON, Send, Server, call, reply
from runtime_models import Inner
from sdk_runtime import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    ConnectionFailed,
    DecodeError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RequestTimeout,
    SdkError,
    ServerError,
    Transport,
    UnprocessableEntityError,
)

# ----- results


def test_result_and_unknown_fields(send: Send) -> None:
    got = send(Server(reply(200, {"n": 1, "new": 2})), call())
    assert isinstance(got, Inner)
    assert got.extra_fields == {"new": 2}


@pytest.mark.parametrize(
    ("returns", "given", "expected"),
    [
        ({"200": JSON}, reply(200, {"n": 1}), Inner(n=1)),
        ({"2XX": JSON}, reply(201, {"n": 1}), Inner(n=1)),
        ({"default": JSON}, reply(200, {"n": 1}), Inner(n=1)),
        ({"200": {"*/*": bytes}, "2XX": JSON}, reply(200, b"x"), b"x"),
        ({"204": {}}, reply(204), None),
        ({"200": JSON, "304": {}}, reply(304), None),
        ({"200": JSON, "204": {}}, reply(204), None),
        ({"200": {"application/octet-stream": bytes}}, reply(200, b"\x00"), b"\x00"),
        ({"200": {"application/octet-stream": bytes}}, reply(200, b"x", content_type="a/b"), b"x"),
        ({"200": {"image/*": bytes, "application/json": Any}}, reply(200, b"p", content_type="image/png"), b"p"),
        # a file that is JSON, and text of it that is base64 or not
        ({"200": {"application/json": bytes}}, reply(200, {"n": 1}), b'{"n": 1}'),
        ({"200": {"application/json": bytes}}, reply(200, b'"eA=="', content_type="application/json"), b"x"),
        ({"200": {"application/json": bytes}}, reply(200, b'"none"?', content_type="application/json"), b'"none"?'),
        ({"200": {"application/json": bytes}}, reply(200, b'"no base64"', content_type="application/json"), b'"no base64"'),
        ({"200": {"text/plain": str}}, reply(200, b"\xe9", content_type="text/plain; charset=latin-1"), "é"),
        ({"200": {"text/plain": int}}, reply(200, b"12", content_type="text/plain"), 12),
        ({"200": {"text/plain": str, "application/json": str}}, reply(200, "a", content_type="text/plain"), "a"),
        ({"200": {"text/plain": str, "application/json": str}}, reply(200, ["a"]), ["a"]),
        # Another JSON type than declared, and none at all.
        ({"200": JSON}, reply(200, {"n": 1}, content_type="application/problem+json"), Inner(n=1)),
        ({"200": {"application/hal+json": Inner}}, reply(200, {"n": 1}), Inner(n=1)),
        ({"200": {"application/json; odata=x": Inner}}, reply(200, {"n": 1}), Inner(n=1)),
        ({"200": JSON}, reply(200, b'{"n":1}'), Inner(n=1)),
        ({"200": JSON}, reply(200, '{"n":1}'), Inner(n=1)),
        ({"200": JSON}, reply(200, '{"text":"\xe9","n":1}'.encode("latin-1"), content_type="application/json; charset=latin-1"), Inner(n=1, text="é")),
        ({"200": JSON}, reply(200, b'{"n":1}', content_type="application/json; charset=nonsense"), Inner(n=1)),
        # A success that is not described.
        ({"200": JSON}, reply(201, {"n": 1}), Inner(n=1)),
        ({"200": {}}, reply(202), None),
    ],
)  # fmt: skip
def test_dispatch(send: Send, returns: Any, given: httpx2.Response, expected: Any) -> None:
    got = send(Server(given), call(returns=returns, raises={}))
    assert got == expected
    assert type(got) is type(expected)


@pytest.mark.parametrize(
    "given",
    [
        reply(200, "<html>"),
        reply(200, b"", content_type="application/json"),
        reply(200, b'{"n":', content_type="application/json"),
        reply(200, b"\xff", content_type="application/json"),
        reply(204),
    ],
)
def test_what_was_not_promised(send: Send, given: Any) -> None:
    server = Server(given)
    with pytest.raises(DecodeError, match=r"^op: ") as caught:
        send(server, call())
    assert caught.value.operation == "op"
    assert caught.value.attempts == 1
    assert len(server.requests) == 1


def test_strict(send: Send) -> None:
    answer = reply(200, {"n": "x"}, x_request_id="r1")
    assert send(Server(answer), call()).n == "x"
    with pytest.raises(DecodeError) as caught:
        send(Server(answer), call(), strict=True)
    assert caught.value.path == "$.n"
    assert str(caught.value).startswith("op: 200 OK (request id r1, 1 attempt): $.n: ")
    assert caught.value.response is not None
    with pytest.raises(DecodeError, match="not described"):
        send(Server(reply(201, {"n": 1})), call(), strict=True)


def test_head(send: Send) -> None:
    assert send(Server(reply(200, content_type="application/json")), call("HEAD")) is None


def test_gzip(send: Send) -> None:
    import gzip

    for body in (gzip.compress(b'{"n":1}'), b"not gzip"):
        answer = httpx2.Response(
            200,
            headers={"content-encoding": "gzip", "content-type": "application/json"},
            stream=httpx2.ByteStream(body),
        )
        if body == b"not gzip":
            with pytest.raises(DecodeError, match="cannot be read"):
                send(Server(answer), call())
        else:
            assert send(Server(answer), call()) == Inner(n=1)


def test_responses_are_bounded(send: Send) -> None:
    server = Server(reply(200, {"n": 1, "text": "long"}))
    with pytest.raises(DecodeError, match="larger than 10 bytes"):
        send(server, call(), {"max_response_bytes": 10})


def test_a_refused_response_is_closed(send: Send) -> None:
    closed: list[str] = []

    class Endless(httpx2.SyncByteStream, httpx2.AsyncByteStream):
        def __iter__(self) -> Any:
            while True:
                yield b"chunk"

        async def __aiter__(self) -> Any:
            while True:
                yield b"chunk"

        def close(self) -> None:
            closed.append("closed")

        async def aclose(self) -> None:
            closed.append("closed")

    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, stream=Endless())

    with pytest.raises(DecodeError, match="larger"):
        send(Server(answer), call(), {"max_response_bytes": 10})
    assert closed == ["closed"]


def test_a_clock_that_has_run_out_ends_the_attempt(send: Send) -> None:
    server = Server(reply(200, {"n": 1}), reply(200, {"n": 1}))
    with pytest.raises(RequestTimeout, match="2 attempts"):
        send(server, call(), {"max_retries": 1}, clock=iter(range(0, 10_000, 61)).__next__)


# ----- errors


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequestError),
        (401, AuthenticationError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (409, ConflictError),
        (418, ApiError),
        (422, UnprocessableEntityError),
        (429, RateLimitError),
        (500, ServerError),
        (599, ServerError),
        (304, ApiError),
    ],
)
def test_error_classes(send: Send, status: int, kind: type[ApiError]) -> None:
    with pytest.raises(ApiError) as caught:
        send(Server(reply(status, {"n": 1})), call(), {"max_retries": 0})
    assert type(caught.value) is kind
    assert caught.value.status_code == status
    assert caught.value.body == Inner(n=1)


def test_error_tells_all(send: Send) -> None:
    answer = reply(404, {"error": {"message": "no\nsuch pet"}}, x_ms_request_id="r7", x_a="b")
    with pytest.raises(NotFoundError) as caught:
        send(Server(answer), call())
    error = caught.value
    assert str(error) == "op: 404 Not Found (request id r7, 1 attempt): no such pet"
    assert (error.operation, error.attempts, error.request_id) == ("op", 1, "r7")
    assert error.headers["x-a"] == "b"
    assert error.response is not None
    assert error.response.json() == {"error": {"message": "no\nsuch pet"}}
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (type(again), str(again), again.status_code) == (NotFoundError, str(error), 404)
    assert again.response is None


@pytest.mark.parametrize(
    ("answer", "raises", "body"),
    [
        (reply(502, "<html>bad gateway</html>"), {"default": JSON}, "<html>bad gateway</html>"),
        (reply(500), {"default": JSON}, None),
        (reply(500, {"a": 1}), {}, {"a": 1}),
        (reply(500, {"n": 1}), {"5XX": JSON, "default": {}}, Inner(n=1)),
        (reply(500, ["x"]), {"500": {}}, ["x"]),
        (reply(500, b"\xff", content_type="text/plain; charset=nonsense"), {}, "\ufffd"),
    ],
)
def test_error_bodies(send: Send, answer: Any, raises: Any, body: Any) -> None:
    with pytest.raises(ServerError) as caught:
        send(Server(answer), call(raises=raises), {"max_retries": 0})
    assert caught.value.body == body
    assert "<html>" not in str(caught.value)


def test_a_declared_error_among_the_successes(send: Send) -> None:
    with pytest.raises(ApiError):
        send(Server(reply(207, {"n": 1})), call(raises={"207": JSON}))


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (httpx2.ConnectError("refused"), ConnectionFailed),
        (httpx2.RemoteProtocolError("truncated"), ConnectionFailed),
        (httpx2.ReadTimeout("slow"), RequestTimeout),
        (httpx2.PoolTimeout("busy"), RequestTimeout),
    ],
)
def test_network_errors(send: Send, raised: Exception, kind: type[SdkError]) -> None:
    server = Server(raised, raised, raised)
    with pytest.raises(kind, match=r"^op: no response.* \(3 attempts\): ") as caught:
        send(server, call())
    assert caught.value.attempts == 3
    assert caught.value.__cause__ is raised
    assert len(server.pauses) == 2


def test_other_exceptions_are_the_callers_own(send: Send) -> None:
    with pytest.raises(ZeroDivisionError):
        send(Server(ZeroDivisionError()), call())


def test_a_client_of_the_other_library() -> None:
    httpx = pytest.importorskip("httpx")

    def handle(request: Any) -> Any:
        raise httpx.ConnectError("refused", request=request)

    with httpx.Client(transport=httpx.MockTransport(handle)) as client:
        transport = Transport(base_url="https://api.test", http_client=client, max_retries=0)
        with pytest.raises(ConnectionFailed):
            transport.send(call())
