"""What a server may put on the wire that no description tells of: a promised value or one error that tells all."""

from __future__ import annotations

import asyncio
import gc
import gzip
import socket
import threading
import zlib
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from exchanges import call
from loopback import Peer, User, serving
from msgspec.structs import replace
from runtime_models import Inner
from sdk_runtime import (
    ApiError,
    ApiKeyScheme,
    AsyncTransport,
    ConnectionFailed,
    DecodeError,
    JsonBody,
    RawBody,
    RequestError,
    RequestTimeout,
    SdkError,
    Timeout,
    Transport,
)

OK = b"HTTP/1.1 200 OK\r\nx-request-id: r1\r\ncontent-type: application/json\r\n"
GOOD = b'{"n":1}'


@pytest.fixture(params=["sync", "async"])
def user(request: pytest.FixtureRequest) -> User:
    return User(request.param)


def sending(*pieces: bytes) -> Callable[[Peer], None]:
    """Answer every request on a connection with the same bytes, and close it after the first without an end."""

    def script(peer: Peer) -> None:
        while peer.request():
            peer.send(*pieces)

    return script


def polite(peer: Peer) -> None:
    while peer.request():
        peer.json()


def once(*pieces: bytes) -> Callable[[Peer], None]:
    def script(peer: Peer) -> None:
        peer.request()
        peer.send(*pieces)

    return script


def tells_all(error: SdkError, attempts: int = 1) -> None:
    """Operation, status, request id and attempts: in the message, and as data."""
    assert (error.operation, error.attempts) == ("op", attempts)
    assert (error.status_code, error.request_id) == (200, "r1")
    times = f"{attempts} attempt" + ("s" if attempts > 1 else "")
    assert str(error).startswith(f"op: 200 OK (request id r1, {times}): ")


# ----- messages that are none


@pytest.mark.parametrize(
    "sent",
    [
        OK + b"content-length: " + b"9" * 5000 + b"\r\n\r\n" + GOOD,
        OK + b"content-length: -1\r\n\r\n" + GOOD,
        OK + b"content-length: 3\r\ncontent-length: 7\r\n\r\n" + GOOD,
        OK + b"transfer-encoding: gzip, chunked\r\n\r\n" + GOOD,
        OK + b"x: a\0b\r\ncontent-length: 7\r\n\r\n" + GOOD,
        OK + b": nameless\r\ncontent-length: 7\r\n\r\n" + GOOD,
        b"HTTP/1.1 99 Low\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        GOOD,
        b"",
    ],
)
def test_what_is_no_response(user: User, sent: bytes) -> None:
    with serving(once(sent)) as server, pytest.raises(ConnectionFailed) as caught:
        user.send(server.url, call("POST", body=JsonBody({"a": 1})))
    assert (caught.value.operation, caught.value.attempts) == ("op", 1)
    assert (caught.value.status_code, caught.value.request_id) == (None, None)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    "chunks",
    [
        b"zz\r\n",
        b"-5\r\n",
        b"f" * 400 + b"\r\n",
        b"5\r\nab",
        b"2\r\nabXX",
        b"7\r\n" + GOOD + b"\r\n0\r\nbad trailer",
    ],
)
def test_chunks_that_are_none(user: User, chunks: bytes) -> None:
    with (
        serving(once(OK + b"transfer-encoding: chunked\r\n\r\n" + chunks)) as server,
        pytest.raises(ConnectionFailed) as caught,
    ):
        user.send(server.url, call())
    tells_all(caught.value, 3)
    assert "the response broke off" in str(caught.value)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    "sent",
    [
        b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n" * 3 + OK + b"content-length: 7\r\n\r\n" + GOOD,
        OK
        + b"transfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n7\r\n"
        + GOOD
        + b"\r\n0\r\nx: y\r\n\r\n",
        OK + b"set-cookie: =;;;Expires=Wed, 99 Foo 99999999999\r\ncontent-length: 7\r\n\r\n" + GOOD,
        OK + b"x: \xff\xfe\r\ncontent-length: 7\r\n\r\n" + GOOD,
        OK + b"x: folded\r\n over lines\r\ncontent-length: 7\r\n\r\n" + GOOD,
        OK + b"x: y\r\n" * 2000 + b"content-length: 7\r\n\r\n" + GOOD,
        b"HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n" + GOOD,
        OK.replace(b"\r\n", b"\n") + b"content-length: 7\n\n" + GOOD,
    ],
)
def test_odd_messages_that_are_understood(user: User, sent: bytes) -> None:
    with serving(once(sent)) as server:
        assert user.send(server.url, call()) == Inner(n=1)


# ----- more than the answer


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (OK + b"content-length: 7\r\n\r\n" + GOOD + OK + b'content-length: 7\r\n\r\n{"n":9}', Inner(n=1)),
        (OK + b"content-length: 7\r\n\r\n" + GOOD + b"garbage", Inner(n=1)),
        (OK + b"transfer-encoding: chunked\r\n\r\n7\r\n" + GOOD + b"\r\n0\r\n\r\n" + OK, Inner(n=1)),
        (OK + b"content-length: 3\r\n\r\n" + GOOD, DecodeError),
        (b"HTTP/1.1 204 No Content\r\ncontent-length: 7\r\n\r\n" + GOOD, DecodeError),
    ],
)
@pytest.mark.parametrize("library", ["httpx2", "httpx"])
def test_what_comes_after_an_answer_is_no_answer(
    user: User, first: bytes, expected: Any, library: str
) -> None:
    module = pytest.importorskip(library)
    client = module.Client() if user.kind == "sync" else module.AsyncClient()
    good = OK + b"content-length: 7\r\n\r\n" + GOOD

    def send(transport: Any) -> Any:
        return transport.send(call("POST", body=JsonBody({"a": 1})))

    with serving(sending(first), sending(good)) as server:
        results = user.run(server.url, [send, send, send], http_client=client)
    assert results[0] == expected or type(results[0]) is expected
    assert results[1:] == [Inner(n=1)] * 2
    # The connection is not used again; the second one is.
    assert server.connections == 2


# ----- encodings


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, br", "rot13"])
def test_an_encoding_that_was_not_asked_for(user: User, encoding: str) -> None:
    with (
        serving(
            lambda peer: (
                peer.request(),
                peer.json(GOOD, f"content-encoding: {encoding}", "x-request-id: r1"),
            )
        ) as server,
        pytest.raises(DecodeError, match="which was not asked for") as caught,
    ):
        user.send(server.url, call())
    tells_all(caught.value)


def test_an_encoding_that_the_caller_asked_for_is_the_librarys(user: User) -> None:
    with serving(lambda peer: (peer.request(), peer.json(GOOD, "content-encoding: rot13"))) as server:
        assert user.send(server.url, call(), {"extra_headers": {"accept-encoding": "rot13"}}) == Inner(n=1)


@pytest.mark.parametrize("encoding", ["utf-8", "none", "identity, binary", ""])
def test_what_stands_for_no_encoding(user: User, encoding: str) -> None:
    with serving(lambda peer: (peer.request(), peer.json(GOOD, f"content-encoding: {encoding}"))) as server:
        assert user.send(server.url, call()) == Inner(n=1)


@pytest.mark.parametrize(
    ("encoding", "data"),
    [("gzip", gzip.compress(GOOD, mtime=0)[:-9]), ("deflate", zlib.compress(GOOD)[:-5]), ("gzip", b"plain")],
)
def test_an_encoded_body_that_is_none(user: User, encoding: str, data: bytes) -> None:
    with (
        serving(
            lambda peer: (
                peer.request(),
                peer.json(data, f"content-encoding: {encoding}", "x-request-id: r1"),
            )
        ) as server,
        pytest.raises(DecodeError) as caught,
    ):
        user.send(server.url, call())
    tells_all(caught.value)


# ----- charsets


@pytest.mark.parametrize(
    ("charset", "body"),
    [
        ("utf-8", '{"n":1,"text":"é"}'.encode()),
        ("UTF8", '{"n":1,"text":"é"}'.encode()),
        ("iso-8859-1", '{"n":1,"text":"é"}'.encode()),  # it is UTF-8 all the same
        ("iso-8859-1", '{"n":1,"text":"é"}'.encode("latin-1")),
        ("utf-16", '{"n":1,"text":"é"}'.encode("utf-16")),
        ("windows-1252", '{"n":1,"text":"é"}'.encode("cp1252")),
        ("idna", '{"n":1,"text":"é"}'.encode()),
        ("punycode", '{"n":1,"text":"é"}'.encode()),
        ("unicode_escape", '{"n":1,"text":"é"}'.encode()),
        ("undefined", '{"n":1,"text":"é"}'.encode()),
        ("zlib", '{"n":1,"text":"é"}'.encode()),
        ("no-such", '{"n":1,"text":"é"}'.encode()),
        ('"a;b"', '{"n":1,"text":"é"}'.encode()),
    ],
)
def test_charsets(user: User, charset: str, body: bytes) -> None:
    def answer(peer: Peer) -> None:
        peer.request()
        peer.answer("200 OK", body, f"content-type: application/json; charset={charset}")

    with serving(answer) as server:
        assert user.send(server.url, call()).text == "é"


@pytest.mark.parametrize("charset", ["idna", "undefined", "punycode", "utf-16", "hex"])
def test_an_error_in_any_charset(user: User, charset: str) -> None:
    def answer(peer: Peer) -> None:
        peer.request()
        peer.answer("400 Bad", b"\xffoops" * 20_000, f"content-type: text/html; charset={charset}")

    with serving(answer) as server, pytest.raises(ApiError) as caught:
        user.send(server.url, call())
    assert isinstance(caught.value.body, str)


def test_a_text_that_cannot_be_written_again(user: User) -> None:
    def answer(peer: Peer) -> None:
        peer.request()
        # UTF-7 for a lone surrogate.
        peer.answer("200 OK", b'{"n":1,"text":"\xff+2AA-"}', "content-type: application/json; charset=utf-7")

    with serving(answer) as server:
        assert user.send(server.url, call()).n == 1


# ----- what the server says is shown as it may be


def test_no_secret_is_cut_in_two_and_no_control_character_shown(user: User) -> None:
    key = "k3y-" + "0123456789" * 8

    def answer(peer: Peer) -> None:
        peer.request()
        said = "\\u001b[31m" + "x" * 250 + key
        peer.answer("400 Bad", b'{"message":"%s"}' % said.encode(), "content-type: application/json")

    with serving(answer) as server, pytest.raises(ApiError) as caught:
        user.send(
            server.url,
            call(auth=(("Key",),)),
            schemes=(ApiKeyScheme("Key", "header", "api-key"),),
            credential=key,
        )
    assert "k3y-" not in str(caught.value)
    assert str(caught.value).isprintable()


# ----- redirects


@pytest.mark.parametrize(
    "location",
    [
        "http://" + "a" * 64 + ".test/",
        "http://evil..test/",
        "http://" + "a." * 200 + "test/",
        "/" + "a" * 40_000,
    ],
)
def test_names_that_nobody_can_look_up(user: User, location: str) -> None:
    def answer(peer: Peer) -> None:
        peer.request()
        peer.answer("302 Found", b"", f"location: {location}")

    with serving(answer) as server, pytest.raises(ApiError, match="a redirect is not followed"):
        user.send(server.url, call())


def test_a_server_address_that_nobody_can_look_up() -> None:
    with pytest.raises(RequestError, match="base_url"):
        Transport(base_url="http://" + "a" * 64 + ".test")


def test_redirects_share_the_time_of_their_attempt(user: User) -> None:
    clock = [0.0]

    def slowly(peer: Peer) -> None:
        while peer.request():
            clock[0] += 40.0
            peer.answer("302 Found", b"", "location: /y", "x-request-id: r1")

    def send(transport: Any) -> Any:
        transport.settings = replace(transport.settings, clock=lambda: clock[0])
        return transport.send(call(), {"timeout": Timeout(attempt=60), "max_retries": 0})

    with serving(slowly) as server:
        (result,) = user.run(server.url, [send])
    assert type(result) is RequestTimeout
    assert len(server.requests) == 2


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_cookies_of_another_port_are_not_taken(kind: str) -> None:
    user = User(kind)
    with serving(sending(OK + b"set-cookie: planted=1; Path=/\r\ncontent-length: 7\r\n\r\n" + GOOD)) as other:

        def here(peer: Peer) -> None:
            while peer.request():
                peer.answer("302 Found", b"", f"location: {other.url}/y", "set-cookie: own=1; Path=/")

        with serving(here) as server:
            send = lambda transport: transport.send(call())  # noqa: E731
            assert user.run(server.url, [send, send]) == [Inner(n=1)] * 2
    assert b"own=1" in server.requests[1]
    assert not any(b"planted" in request for request in server.requests)
    assert not any(b"cookie" in request.lower() for request in other.requests)


@pytest.mark.parametrize("cookie", [b"\xe9=b", b"a=\xe9", "a=€".encode()])
def test_a_cookie_that_cannot_be_sent_back_spoils_nothing(user: User, cookie: bytes) -> None:
    answer = (
        OK + b"set-cookie: good=1; Path=/\r\nset-cookie: " + cookie + b"; Path=/\r\ncontent-length: 7\r\n\r\n"
    )
    with serving(sending(answer + GOOD)) as server:
        send = lambda transport: transport.send(call())  # noqa: E731
        assert user.run(server.url, [send, send]) == [Inner(n=1)] * 2
        given: Any = httpx2.Client() if user.kind == "sync" else httpx2.AsyncClient()
        results = user.run(server.url, [send, send], http_client=given)
    assert b"cookie: good=1\r\n" in server.requests[1].lower()
    # A client of the caller's own keeps what it likes.
    assert results[0] == Inner(n=1)
    assert type(results[1]) is RequestError
    assert "adds a header" in str(results[1])


# ----- bodies on their way


def test_an_early_answer_to_a_large_body(user: User) -> None:
    def refuse(peer: Peer) -> None:
        # Only the head is read; then the connection is closed on what is still coming.
        while b"\r\n\r\n" not in peer.connection.recv(65_536):
            pass
        peer.answer("413 Too Large", b"", "connection: close")

    post = call("POST", body=RawBody(b"x" * 30_000_000))
    with serving(refuse) as server, pytest.raises(SdkError) as caught:
        user.send(server.url, post)
    # The answer, where the reset that follows it was not faster.
    assert caught.value.status_code == 413 or type(caught.value) is ConnectionFailed
    assert (caught.value.operation, caught.value.attempts) == ("op", 1)


def test_a_server_that_takes_a_body_bit_by_bit_ends(user: User) -> None:
    taken = [0]

    def sip(peer: Peer) -> None:
        # A small window, so that whoever sends can always send a little.
        peer.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        while not peer.server.over.wait(0.005):
            piece = peer.connection.recv(1 << 16)
            taken[0] += len(piece)
            if not piece:
                return

    size = 80_000_000
    put, limits = call("PUT", body=RawBody(b"x" * size)), Timeout(attempt=0.4)
    with serving(sip) as server, pytest.raises(RequestTimeout):
        user.send(server.url, put, {"timeout": limits, "max_retries": 0})
    # Unbounded, it would take all.
    assert taken[0] < size // 2


def test_what_a_body_raises_is_the_callers_own(user: User) -> None:
    with serving(sending(OK + b"content-length: 7\r\n\r\n" + GOOD)) as server:
        for raised in (KeyError("mine"), ApiError("mine", status_code=404, operation="other")):

            def broken(raised: Exception = raised) -> Any:
                yield b"a"
                raise raised

            with pytest.raises(type(raised)) as caught:
                user.send(server.url, call("POST", body=RawBody(broken())))
            assert caught.value is raised


# ----- connections


def test_an_exhausted_pool_is_a_typed_error() -> None:
    limits = httpx2.Limits(max_connections=1)
    with serving(polite) as server, httpx2.Client(limits=limits) as given:
        transport = Transport(base_url=server.url, http_client=given)
        transport.sleep = lambda _: None
        with transport.open(call()), pytest.raises(RequestTimeout) as caught:
            transport.send(call(), {"timeout": Timeout(pool=0.05)})
        assert (caught.value.operation, caught.value.attempts) == ("op", 3)
        assert transport.send(call()) == Inner(n=1)


def test_an_answer_that_came_too_late_leaves_no_connection_in_use(user: User) -> None:
    clock = [0.0]

    def late(_: httpx2.Response) -> None:
        clock[0] += 100.0

    async def late_async(_: httpx2.Response) -> None:
        late(_)

    def send(transport: Any) -> Any:
        transport.settings = replace(transport.settings, clock=lambda: clock[0])
        return transport.send(call(), {"timeout": Timeout(attempt=60, pool=2), "max_retries": 0})

    limits = httpx2.Limits(max_connections=1)
    given: Any = (
        httpx2.Client(limits=limits, event_hooks={"response": [late]})
        if user.kind == "sync"
        else httpx2.AsyncClient(limits=limits, event_hooks={"response": [late_async]})
    )
    with serving(polite) as server:
        results = user.run(server.url, [send, send], http_client=given)
    # The second one was given a connection.
    assert [str(each).partition(": ")[2] for each in results] == [
        "200 OK (1 attempt): the response did not end in time: the response did not end within the time limit"
    ] * 2


def test_a_client_that_is_closed_during_a_call() -> None:
    asked = threading.Event()

    def silent(peer: Peer) -> None:
        peer.request()
        asked.set()
        peer.linger()

    with serving(silent) as server:
        transport = Transport(base_url=server.url, timeout=Timeout(read=0.3))
        transport.sleep = lambda _: transport.close()
        with pytest.raises(RequestError, match="closed") as caught:
            transport.send(call())
    assert caught.value.attempts == 2


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_a_connection_of_an_event_loop_that_has_ended_is_replaced() -> None:
    async def send(transport: AsyncTransport) -> Any:
        return await transport.send(call())

    with serving(polite) as server:
        transport = AsyncTransport(base_url=server.url)
        assert [asyncio.run(send(transport)) for _ in range(3)] == [Inner(n=1)] * 3
        del transport
        gc.collect()
