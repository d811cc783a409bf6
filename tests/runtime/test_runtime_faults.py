"""What a bad network and a bad server do to a call: the promised value or one typed error, in time."""

from __future__ import annotations

import contextlib
import gzip
import zlib
from typing import Any

import pytest
from exchanges import call
from loopback import Peer, User, serving
from runtime_models import Inner
from sdk_runtime import (
    ApiError,
    ConnectionFailed,
    DecodeError,
    JsonBody,
    RateLimitError,
    RequestTimeout,
    SdkError,
    ServerError,
    Timeout,
    decode_json,
)

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"


@pytest.fixture(params=["sync", "async"])
def user(request: pytest.FixtureRequest) -> User:
    return User(request.param)


def good(peer: Peer) -> None:
    while peer.request():
        peer.json()


def reset_at_once(peer: Peer) -> None:
    peer.reset()


def reset_after_request(peer: Peer) -> None:
    peer.request()
    peer.reset()


def reset_in_body(peer: Peer) -> None:
    peer.request()
    peer.send(HEAD + b"content-length: 100\r\n\r\n", b'{"n":')
    peer.reset()


def short_body(peer: Peer) -> None:
    peer.request()
    peer.send(HEAD + b"content-length: 100\r\n\r\n" + b'{"n":1}')


def cut_chunks(peer: Peer) -> None:
    peer.request()
    peer.send(HEAD + b"transfer-encoding: chunked\r\n\r\n" + b'3\r\n{"n\r\n')


def no_http(peer: Peer) -> None:
    peer.request()
    peer.send(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")


def huge_headers(peer: Peer) -> None:
    peer.request()
    peer.send(HEAD + b"x: " + b"y" * 200_000 + b"\r\n\r\n")


BROKEN = [reset_at_once, reset_after_request, reset_in_body, short_body, cut_chunks, no_http, huge_headers]


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_answer_to_get_is_asked_for_again(user: User, fault: Any) -> None:
    with serving(fault, good) as server:
        assert user.send(server.url, call()) == Inner(n=1)
    assert len(user.pauses) == 1


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_answer_is_a_typed_error_in_the_end(user: User, fault: Any) -> None:
    with serving(fault) as server, pytest.raises(ConnectionFailed) as caught:
        user.send(server.url, call())
    assert (caught.value.operation, caught.value.attempts) == ("op", 3)


@pytest.mark.parametrize("fault", BROKEN[1:])
def test_a_post_that_may_have_been_processed_is_not_sent_again(user: User, fault: Any) -> None:
    with serving(fault, good) as server, pytest.raises(ConnectionFailed) as caught:
        user.send(server.url, call("POST", body=JsonBody({"a": 1})))
    assert caught.value.attempts == 1
    assert server.connections == 1


@pytest.mark.parametrize("fault", [reset_after_request, short_body])
def test_an_idempotency_key_makes_it_harmless(user: User, fault: Any) -> None:
    with serving(fault, good) as server:
        post = call("POST", body=JsonBody({"a": 1}))
        assert user.send(server.url, post, {"idempotency_key": True}) == Inner(n=1)
    keys = [
        line
        for request in server.requests
        for line in request.split(b"\r\n")
        if line.lower().startswith(b"idempotency-key: ")
    ]
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_a_refused_connection_is_tried_again_with_any_method(user: User) -> None:
    with serving(good) as server:
        url = server.url
    with pytest.raises(ConnectionFailed) as caught:
        user.send(url, call("POST", body=JsonBody({"a": 1})))
    assert caught.value.attempts == 3


def test_a_connection_that_the_server_has_closed_meanwhile_is_replaced(user: User) -> None:
    def once(peer: Peer) -> None:
        peer.request()
        peer.json()

    with serving(once) as server:
        post = call("POST", body=JsonBody({"a": 1}))

        def send(transport: Any) -> Any:
            return transport.send(post)

        async def wait() -> bool:
            return server.closed.acquire(timeout=5)

        def close(transport: Any) -> Any:
            return server.closed.acquire(timeout=5) if user.kind == "sync" else wait()

        results = user.run(server.url, [send, close] * 3)
    assert results == [Inner(n=1), True] * 3


# ----- time


def silent(peer: Peer) -> None:
    peer.request()
    peer.linger()


def dripping_headers(peer: Peer) -> None:
    peer.request()
    peer.drip(HEAD + b"x: y\r\n" * 10_000)


def dripping_body(peer: Peer) -> None:
    peer.request()
    peer.send(HEAD + b"content-length: 10000\r\n\r\n")
    peer.drip(b" " * 10_000)


@pytest.mark.parametrize("fault", [silent, dripping_headers, dripping_body])
@pytest.mark.parametrize(
    "timeout", [0.2, Timeout(read=5, attempt=0.2), Timeout(read=5, attempt=None, total=0.2)]
)
def test_slow_answers_end(user: User, fault: Any, timeout: Any) -> None:
    with serving(fault) as server, pytest.raises(RequestTimeout) as caught:
        user.send(server.url, call(), {"timeout": timeout, "max_retries": 0})
    assert caught.value.attempts == 1


def test_a_timeout_leaves_the_pool_usable(user: User) -> None:
    def ask(transport: Any) -> Any:
        return transport.send(call(), {"timeout": 0.1, "max_retries": 0})

    with serving(silent, dripping_body, good) as server:
        results = user.run(server.url, [ask, ask, lambda transport: transport.send(call())])
    assert [type(result) for result in results] == [RequestTimeout, RequestTimeout, Inner]


def test_the_total_time_ends_the_retries(user: User) -> None:
    def busy(peer: Peer) -> None:
        while peer.request():
            peer.answer("503 Service Unavailable", b"", "retry-after: 60")

    with serving(busy) as server, pytest.raises(ServerError) as caught:
        user.send(server.url, call(), {"timeout": Timeout(total=30)})
    assert caught.value.attempts == 1
    assert user.pauses == []


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), "5"])
def test_senseless_timeouts_are_refused(user: User, seconds: Any) -> None:
    with pytest.raises(SdkError, match="timeout"):
        user.send("http://127.0.0.1:9", call(), {"timeout": seconds})


# ----- size


def bomb(layers: int) -> bytes:
    data = b"[" + b" " * 20_000_000 + b"]"
    for _ in range(layers):
        data = gzip.compress(data, mtime=0)
    return data


@pytest.mark.parametrize(("encoding", "layers"), [("gzip", 1), ("gzip, gzip", 2), ("gzip, gzip, gzip", 3)])
def test_bombs_are_refused_before_they_are_in_memory(user: User, encoding: str, layers: int) -> None:
    import tracemalloc

    data = bomb(layers)

    def send_bomb(peer: Peer) -> None:
        while peer.request():
            peer.json(data, f"content-encoding: {encoding}")

    with serving(send_bomb) as server:
        tracemalloc.start()
        try:
            with pytest.raises(DecodeError, match=r"larger|times over") as caught:
                user.send(server.url, call(), {"max_response_bytes": 1_000_000})
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert caught.value.attempts == 1
    assert peak < 8_000_000


def test_an_endless_body_is_refused(user: User) -> None:
    def endless(peer: Peer) -> None:
        peer.request()
        peer.send(HEAD + b"transfer-encoding: chunked\r\n\r\n")
        while True:
            peer.send(b"10000\r\n" + b" " * 0x10000 + b"\r\n")

    with serving(endless) as server, pytest.raises(DecodeError, match="larger than 1000000 bytes"):
        user.send(server.url, call(), {"max_response_bytes": 1_000_000})


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("gzip", gzip.compress(b'{"n":1}', mtime=0)),
        ("x-gzip", gzip.compress(b'{"n"', mtime=0) + gzip.compress(b":1}", mtime=0) + b"\0\0"),
        ("deflate", zlib.compress(b'{"n":1}')),
        ("deflate", zlib.compress(b'{"n":1}')[2:-4]),
        ("deflate, gzip", gzip.compress(zlib.compress(b'{"n":1}'), mtime=0)),
        ("identity", b'{"n":1}'),
    ],
)
def test_encodings(user: User, encoding: str, data: bytes) -> None:
    with serving(lambda peer: (peer.request(), peer.json(data, f"content-encoding: {encoding}"))) as server:
        assert user.send(server.url, call()) == Inner(n=1)


@pytest.mark.parametrize("data", [gzip.compress(b'{"n":1}', mtime=0)[:-9], b"no gzip at all", b"\x1f\x8b"])
def test_a_broken_encoding_is_a_typed_error(user: User, data: bytes) -> None:
    with (
        serving(lambda peer: (peer.request(), peer.json(data, "content-encoding: gzip"))) as server,
        pytest.raises(DecodeError, match="cannot be read"),
    ):
        user.send(server.url, call())


def test_inflating_goes_by_pieces() -> None:
    from sdk_runtime.inflate import inflater_for

    data = b"x" * 10_000_000
    inflater = inflater_for("gzip")
    assert inflater is not None
    pieces = list(inflater.feed(gzip.compress(data, mtime=0)))
    inflater.finish()
    assert b"".join(pieces) == data
    assert max(map(len, pieces)) <= 1 << 18


# ----- bodies that are not what was promised


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'[{"n":1}]',
        b"1",
        b'"text"',
        b"<html>",
        b'{"n":1',
        b'{"n":NaN}',
        b'{"n":1}{"n":2}',
        b"\xff\xfe{\x00}\x00",
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_what_is_no_model_is_a_typed_error_with_the_body_kept(user: User, body: bytes) -> None:
    with (
        serving(lambda peer: (peer.request(), peer.json(body))) as server,
        pytest.raises(DecodeError, match=r"^op: 200 OK \(1 attempt\): ") as caught,
    ):
        user.send(server.url, call())
    assert caught.value.response is not None
    assert caught.value.response.content == body


@pytest.mark.parametrize(
    "number", ["9" * 5000, "1e" + "9" * 5000, "0." + "1" * 1_000_000, "-" + "9" * 1_000_000]
)
def test_numbers_are_bounded(number: str) -> None:
    with contextlib.suppress(DecodeError):
        decode_json(b'{"n":' + number.encode() + b"}", Inner)


def test_an_error_page_of_a_proxy(user: User) -> None:
    def page(peer: Peer) -> None:
        while peer.request():
            peer.answer("502 Bad Gateway", b"<html>oops</html>", "content-type: text/html")

    with serving(page) as server, pytest.raises(ServerError) as caught:
        user.send(server.url, call())
    assert caught.value.body == "<html>oops</html>"
    assert caught.value.attempts == 3


def test_an_error_with_a_deep_body(user: User) -> None:
    def deep(peer: Peer) -> None:
        peer.request()
        peer.answer("400 Bad Request", b"[" * 100_000, "content-type: application/json")

    with serving(deep) as server, pytest.raises(ApiError) as caught:
        user.send(server.url, call())
    assert caught.value.status_code == 400


def test_patience_ends_at_two_minutes(user: User) -> None:
    def busy(peer: Peer) -> None:
        peer.request()
        peer.answer("429 Too Many Requests", b"", "retry-after: 121")

    with serving(busy) as server, pytest.raises(RateLimitError):
        user.send(server.url, call())
    assert user.pauses == []
