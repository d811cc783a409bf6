"""What is sent again, and when."""

from __future__ import annotations

import io
from typing import Any

import httpx2
import pytest
from exchanges import Send, Server, call, reply
from runtime_models import Inner
from sdk_runtime import (
    ApiError,
    ConnectionFailed,
    Header,
    JsonBody,
    MultipartBody,
    RateLimitError,
    RawBody,
    ServerError,
    retry as retry_module,
)

# ----- retries


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503])
def test_repeated_until_it_succeeds(send: Send, status: int) -> None:
    server = Server(reply(status), httpx2.ConnectError("reset"), reply(200, {"n": 1}))
    got = send(server, call("PUT", body=JsonBody(Inner(n=3))))
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
        # The other two forms of RFC 9110 §5.6.7, also in UTC.
        ({"retry_after": "Wed Oct 21 07:28:30 2015", "date": "Wed, 21 Oct 2015 07:28:00 GMT"}, 30.0),
        ({"retry_after": "Wednesday, 21-Oct-15 07:28:30 GMT", "date": "Wed, 21 Oct 2015 07:28:00 GMT"}, 30.0),
        ({"retry_after_ms": "-5", "retry_after": "7"}, 7.0),
        ({"retry_after_ms": "soon", "retry_after": "7"}, 7.0),
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


@pytest.mark.parametrize("text", ["121", "120.5", "9" * 400, "9999999999.5", "Wed, 21 Oct 2115 07:28:00 GMT"])
def test_impatience(send: Send, text: str) -> None:
    server = Server(reply(429, None, retry_after=text))
    with pytest.raises(RateLimitError):
        send(server, call())
    assert server.pauses == []


def test_impatience_in_milliseconds(send: Send) -> None:
    server = Server(reply(429, None, retry_after_ms="9999999999", retry_after="1"))
    with pytest.raises(RateLimitError):
        send(server, call())
    assert server.pauses == []


def test_a_date_means_utc_wherever_the_client_is(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        headers = {"retry-after": "Wed Oct 21 07:28:30 2015", "date": "Wed, 21 Oct 2015 07:28:00 GMT"}
        assert retry_module.retry_delay(429, headers, 1) == 30.0
    finally:
        monkeypatch.undo()
        time.tzset()


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
        send(server, call("PUT", body=body))
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


# ----- what is not idempotent


@pytest.mark.parametrize("status", [429, 503])
def test_a_post_is_repeated_where_nothing_was_done(send: Send, status: int) -> None:
    server = Server(reply(status), reply(200, {"n": 1}))
    assert send(server, call("POST", body=JsonBody({}))) == Inner(n=1)


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize("status", [408, 409, 500, 502, 504])
def test_a_post_is_not_repeated_otherwise(send: Send, method: str, status: int) -> None:
    server = Server(reply(status))
    with pytest.raises(Exception, match=rf"^op: {status}.*1 attempt"):
        send(server, call(method, body=JsonBody({})))


def test_a_post_is_repeated_when_the_server_says_so(send: Send) -> None:
    server = Server(reply(500, None, x_should_retry="true"), reply(200, {"n": 1}))
    assert send(server, call("POST")) == Inner(n=1)


@pytest.mark.parametrize("raised", [httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout])
def test_a_post_that_never_left_is_sent_again(send: Send, raised: Any) -> None:
    server = Server(raised("no"), reply(200, {"n": 1}))
    assert send(server, call("POST")) == Inner(n=1)


@pytest.mark.parametrize(
    ("options", "parameters", "header"),
    [
        ({"idempotency_key": "k"}, (), "idempotency-key"),
        ({"idempotency_key": True}, (), "idempotency-key"),
        ({"extra_headers": {"Idempotency-Key": "k"}}, (), "idempotency-key"),
        ({}, (Header("Idempotency-Key", "k"),), "idempotency-key"),
        ({}, (Header("Idempotency-Key", None),), "idempotency-key"),
        ({}, (Header("X-Idempotency-Key", None),), "x-idempotency-key"),
    ],
)
def test_idempotency_keys(send: Send, options: Any, parameters: Any, header: str) -> None:
    server = Server(reply(500), httpx2.ReadError("reset"), reply(200, {"n": 1}))
    send(server, call("POST", parameters=parameters), options)
    keys = {request.headers[header] for request in server.requests}
    assert len(keys) == 1
    assert keys == {"k"} or len(keys.pop()) == 36


def test_no_idempotency_key_unless_wanted(send: Send) -> None:
    server = Server(*[reply(200, {"n": 1})] * 2)
    send(server, call("POST"), {"idempotency_key": False})
    send(server, call("GET", parameters=(Header("Idempotency-Key", None),)))
    assert all("idempotency-key" not in request.headers for request in server.requests)
