"""What comes back: results, errors, retries and redirects; each blocking and asynchronous."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from exchanges import Server, reply
from runtime_models import Inner
from sdk_runtime import (
    ApiError,
    AsyncBaseClient,
    AuthenticationError,
    BadRequestError,
    BaseClient,
    Call,
    ConflictError,
    ConnectionFailed,
    DecodeError,
    JsonBody,
    MultipartBody,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RawBody,
    RequestError,
    RequestTimeout,
    SdkError,
    ServerError,
    Transport,
    UnprocessableEntityError,
)
from sdk_runtime import retry as retry_module

JSON = {"application/json": Inner}


def call(method: str = "GET", **more: Any) -> Call[Any]:
    given = {"returns": {"200": JSON}, "raises": {"default": JSON}, **more}
    return Call(name="op", method=method, path="/x", **given)


@pytest.fixture(params=["sync", "async"])
def send(request: pytest.FixtureRequest) -> Callable[..., Any]:
    def run(server: Server, *given: Any, **settings: Any) -> Any:
        return getattr(server, "send" if request.param == "sync" else "send_async")(*given, **settings)

    return run


Send = Callable[..., Any]


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


def test_responses_are_bounded(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    from sdk_runtime import transport

    monkeypatch.setattr(transport, "MAX_RESPONSE_BYTES", 10)
    server = Server(reply(200, {"n": 1, "text": "long"}))
    with pytest.raises(DecodeError, match="larger"):
        send(server, call())


def test_a_refused_response_is_closed(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    from sdk_runtime import transport

    monkeypatch.setattr(transport, "MAX_RESPONSE_BYTES", 10)
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
        send(Server(answer), call())
    assert closed == ["closed"]


def test_slow_bodies_end(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    from sdk_runtime import transport

    now = iter(range(0, 10_000, 61))
    monkeypatch.setattr(transport.time, "monotonic", lambda: next(now))
    server = Server(reply(200, {"n": 1}), reply(200, {"n": 1}))
    with pytest.raises(RequestTimeout, match="2 attempts"):
        send(server, call(), {"max_retries": 1})


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


# ----- retries


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503])
def test_repeated_until_it_succeeds(send: Send, status: int) -> None:
    server = Server(reply(status), httpx2.ConnectError("reset"), reply(200, {"n": 1}))
    got = send(server, call("POST", body=JsonBody(Inner(n=3))))
    assert got == Inner(n=1)
    assert [request.content for request in server.requests] == [b'{"n":3}'] * 3
    assert 0.375 <= server.pauses[0] <= 0.5
    assert 0.75 <= server.pauses[1] <= 1.0


@pytest.mark.parametrize("status", [400, 401, 404, 304])
def test_not_repeated(send: Send, status: int) -> None:
    server = Server(reply(status))
    with pytest.raises(ApiError):
        send(server, call())


@pytest.mark.parametrize("retries", [0, 1, 4])
def test_number_of_retries(send: Send, retries: int) -> None:
    for options, settings in (({"max_retries": retries}, {}), ({}, {"max_retries": retries})):
        server = Server(*[reply(500)] * 9)
        with pytest.raises(ServerError) as caught:
            send(server, call(), options, **settings)
        assert len(server.requests) == caught.value.attempts == retries + 1


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"retry_after": "7"}, 7.0),
        ({"retry_after": "1.5"}, 1.5),
        ({"retry_after_ms": "250", "retry_after": "7"}, 0.25),
        (
            {
                "retry_after": "Wed, 21 Oct 2015 07:28:30 GMT",
                "date": "Wed, 21 Oct 2015 07:28:00 GMT",
            },
            30.0,
        ),
    ],
)
def test_retry_after(send: Send, headers: dict[str, str], pause: float) -> None:
    server = Server(reply(429, None, **headers), reply(200, {"n": 1}))
    send(server, call())
    assert server.pauses == [pause]


@pytest.mark.parametrize(
    "text", ["0", "-5", "nan", "soon", "", "Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 99 Foo", "1e9"]
)
def test_senseless_retry_after(send: Send, text: str) -> None:
    server = Server(reply(503, None, retry_after=text), reply(200, {"n": 1}))
    send(server, call())
    assert 0.375 <= server.pauses[0] <= 0.5


@pytest.mark.parametrize("text", ["121", "9" * 400, "Wed, 21 Oct 2115 07:28:00 GMT"])
def test_impatience(send: Send, text: str) -> None:
    server = Server(reply(429, None, retry_after=text))
    with pytest.raises(RateLimitError):
        send(server, call())
    assert server.pauses == []


def test_retry_after_by_our_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry_module.time, "time", lambda: 1445412480.0)
    headers = {"retry-after": "Wed, 21 Oct 2015 07:28:10 GMT"}
    assert retry_module.retry_delay(429, headers, 1) == 10.0


def test_x_should_retry(send: Send) -> None:
    server = Server(reply(400, None, x_should_retry="true"), reply(200, {"n": 1}))
    assert send(server, call()) == Inner(n=1)
    server = Server(reply(500, None, x_should_retry="false"))
    with pytest.raises(ServerError):
        send(server, call())


def test_backoff_grows_and_ends() -> None:
    for attempt, longest in ((1, 0.5), (2, 1.0), (3, 2.0), (5, 8.0), (500, 8.0)):
        waits = [retry_module.backoff(attempt) for _ in range(50)]
        assert all(longest * 0.75 <= wait <= longest for wait in waits)
        assert len(set(waits)) > 1


def test_a_body_that_cannot_be_sent_again_is_not(send: Send) -> None:
    server = Server(reply(500))
    with pytest.raises(ServerError):
        send(server, call("POST", body=RawBody(iter([b"a"]))))
    server = Server(httpx2.ConnectError("reset"))
    with pytest.raises(ConnectionFailed):
        send(server, call("POST", body=RawBody(iter([b"a"]))))


def test_files_are_sent_again_from_their_beginning(send: Send, tmp_path: Any) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"file")
    opened = io.BytesIO(b"open")
    opened.seek(2)
    for body, expected in (
        (RawBody(path), b"file"),
        (RawBody(opened), b"open"),
        (MultipartBody({"f": opened}), b"open"),
        (MultipartBody({"f": path}), b"file"),
    ):
        server = Server(reply(500), reply(200, {"n": 1}))
        send(server, call("POST", body=body))
        assert all(expected in request.content for request in server.requests)
        assert len(server.requests) == 2


class Pipe(io.RawIOBase):
    def __init__(self) -> None:
        self.chunks = [b"ab", b"cd"]

    def read(self, size: int = -1) -> bytes:  # noqa: ARG002
        return self.chunks.pop(0) if self.chunks else b""


def test_a_pipe_is_sent_once(send: Send) -> None:
    server = Server(reply(500))
    with pytest.raises(ServerError):
        send(server, call("POST", body=RawBody(Pipe())))
    assert server.requests[0].content == b"abcd"


# ----- redirects


def redirect(status: int, location: str) -> httpx2.Response:
    return reply(status, None, location=location)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_of_get(send: Send, status: int) -> None:
    server = Server(redirect(status, "/y?a=1"), reply(200, {"n": 1}))
    assert send(server, call()) == Inner(n=1)
    assert str(server.requests[1].url) == "https://api.test/y?a=1"
    assert server.pauses == []


@pytest.mark.parametrize("status", [307, 308])
def test_redirects_with_a_body(send: Send, status: int) -> None:
    server = Server(redirect(status, "https://api.test:443/y"), reply(200, {"n": 1}))
    send(server, call("POST", body=JsonBody(Inner(n=3))))
    assert [(r.method, r.content) for r in server.requests] == [("POST", b'{"n":3}')] * 2


@pytest.mark.parametrize(
    ("status", "location", "method"),
    [
        (302, "https://evil.test/", "GET"),
        (302, "//evil.test/", "GET"),
        (307, "https://api.test:444/", "POST"),
        (307, "http://api.test/", "POST"),
        (302, "https://user:pw@api.test/", "GET"),
        (302, "https://api.test\\@evil.test/", "GET"),
        (302, "https://[x", "GET"),
        (302, "javascript:alert(1)", "GET"),
        (302, "", "GET"),
        (302, "/y", "POST"),
        (303, "/y", "POST"),
    ],
)
def test_redirects_that_are_not_followed(send: Send, status: int, location: str, method: str) -> None:
    server = Server(redirect(status, location))
    with pytest.raises(ApiError, match="redirect") as caught:
        send(server, call(method))
    assert caught.value.status_code == status
    assert "pw" not in str(caught.value)


def test_redirect_loops_end(send: Send) -> None:
    server = Server(*[redirect(302, "/x") for _ in range(9)])
    with pytest.raises(ApiError, match="more than 5 redirects") as caught:
        send(server, call())
    assert len(server.requests) == 6
    assert caught.value.attempts == 1


def test_redirects_do_not_hide_attempts(send: Send) -> None:
    server = Server(*[redirect(302, "/y"), reply(500)] * 3)
    with pytest.raises(ServerError) as caught:
        send(server, call())
    assert caught.value.attempts == 3
    assert [request.url.path for request in server.requests] == ["/x", "/y"] * 3


def test_redirect_of_a_body_that_cannot_be_sent_again(send: Send) -> None:
    server = Server(redirect(307, "/y"))
    with pytest.raises(ApiError, match="cannot be sent again"):
        send(server, call("POST", body=RawBody(iter([b"a"]))))


def test_to_https_of_the_same_host(send: Send) -> None:
    server = Server(redirect(301, "https://api.test/y"), reply(200, {"n": 1}))
    assert send(server, call(), base_url="http://api.test") == Inner(n=1)


# ----- clients


def test_timeout_is_passed_on(send: Send) -> None:
    for options, expected in (({}, 60.0), ({"timeout": 3.0}, 3.0), ({"timeout": None}, None)):
        server = Server(reply(200, {"n": 1}))
        send(server, call(), options)
        assert server.requests[0].extensions["timeout"]["read"] == expected


def test_closing() -> None:
    import asyncio

    with BaseClient(base_url="https://api.test") as client:
        assert repr(client) == "BaseClient(base_url='https://api.test')"
    with pytest.raises(RequestError, match="closed"):
        client._transport.send(call())

    async def run() -> None:
        async with AsyncBaseClient(base_url="https://u:secret@api.test/?k=secret") as client:
            assert "secret" not in repr(client)
        with pytest.raises(RequestError, match="closed"):
            await client._transport.send(call())

    asyncio.run(run())


def test_a_given_client_stays_open() -> None:
    given = httpx2.Client()
    BaseClient(base_url="https://api.test", http_client=given).close()
    assert not given.is_closed
    given.close()


def test_many_threads() -> None:
    from concurrent.futures import ThreadPoolExecutor

    def handle(request: httpx2.Request) -> httpx2.Response:
        return reply(200, {"n": 1, request.url.params["q"]: 1})

    with httpx2.Client(transport=httpx2.MockTransport(handle)) as given:
        transport = Transport(base_url="https://api.test", http_client=given)
        with ThreadPoolExecutor(8) as pool:
            jobs = [
                pool.submit(transport.send, call(), {"extra_query": {"q": f"k{n % 20}"}}) for n in range(200)
            ]
            got = [job.result().extra_fields for job in jobs]
    assert got == [{f"k{n % 20}": 1} for n in range(200)]


def test_importing_takes_no_http_library() -> None:
    import subprocess
    import sys

    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import runtime, runtime.codec;"
        "assert not {'httpx', 'httpx2', 'asyncio', 'email', 'mimetypes'} & set(sys.modules);"
        "runtime.Transport; assert 'httpx2' in sys.modules"
    )
    from pathlib import Path

    folder = Path(__file__).parents[2] / "templates/python"
    subprocess.run([sys.executable, "-c", code, str(folder)], check=True)
