"""What the environment may do to a client: proxies, certificates, and what stands in the log."""

from __future__ import annotations

import asyncio
import itertools
import logging
import traceback
from typing import Any

import pytest
from exchanges import call
from loopback import Peer, User, serving
from runtime_models import Inner
from sdk_runtime import (
    ApiKeyScheme,
    ConnectionFailed,
    RequestError,
    SdkError,
    Timeout,
    Transport,
)

SECRET = "s3cr3t-k3y"  # noqa: S105
KEY: Any = {"schemes": (ApiKeyScheme("Key", "header", "api-key"),), "credential": SECRET}
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(params=["sync", "async"])
def user(request: pytest.FixtureRequest) -> User:
    return User(request.param)


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def polite(peer: Peer) -> None:
    while peer.request():
        peer.json()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTP_PROXY", "ftp://user:pa55word@proxy.test"),
        ("ALL_PROXY", "socks5://user:pa55word@proxy.test:1"),
        ("https_proxy", "http://user:pa55word@proxy.test:port"),
        ("SSL_CERT_FILE", "/no/such/pa55word"),
    ],
)
def test_an_environment_that_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, user: User, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    (error,) = user.run("https://api.test", [lambda transport: transport.send(call())], closing=False)
    assert type(error) is RequestError
    assert str(error).startswith("op: no connections can be made by the environment: ")
    assert str(error).endswith(name)
    assert error.operation == "op"
    assert "pa55word" not in "".join(traceback.format_exception(error))


def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch, user: User) -> None:
    with serving(polite) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url.replace("//", "//user:pa55word@"))
        assert user.send("http://api.test", call(), **KEY) == Inner(n=1)
    (request,) = proxy.requests
    assert request.startswith(b"GET http://api.test/x HTTP/1.1\r\n")
    assert b"proxy-authorization: basic " in request.lower()


def test_no_proxy_is_obeyed_and_told_nothing(monkeypatch: pytest.MonkeyPatch, user: User) -> None:
    with serving(polite) as proxy, serving(polite) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url.replace("//", "//user:pa55word@"))
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert user.send(server.url, call(), **KEY) == Inner(n=1)
    assert proxy.requests == []
    assert b"pa55word" not in server.requests[0]
    assert b"proxy-authorization" not in server.requests[0].lower()


@pytest.mark.parametrize("status", ["407 Proxy Authentication Required", "502 Bad Gateway", "200 OK"])
def test_a_proxy_never_sees_a_credential_for_https(
    monkeypatch: pytest.MonkeyPatch, user: User, status: str
) -> None:
    def refuse(peer: Peer) -> None:
        peer.request()
        # After a 200 the handshake of TLS should follow; there is none.
        peer.send(f"HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n".encode())

    with serving(refuse) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//user:pa55word@"))
        with pytest.raises(ConnectionFailed) as caught:
            user.send("https://api.test", call("POST"), **KEY)
    # Nothing was sent, so it is sent again whatever it is.
    assert caught.value.attempts == 3
    assert all(request.startswith(b"CONNECT api.test:443 ") for request in proxy.requests)
    assert not any(SECRET.encode() in request for request in proxy.requests)
    shown = "".join(traceback.format_exception(caught.value))
    assert "pa55word" not in shown.replace("//user:pa55word@", "")


def test_a_server_that_speaks_no_tls(user: User) -> None:
    with serving(lambda peer: peer.send(b"HTTP/1.1 400 Bad\r\n\r\n")) as server:
        with pytest.raises(ConnectionFailed) as caught:
            user.send(server.url.replace("http:", "https:"), call(), **KEY)
        assert caught.value.attempts == 3


# ----- logs and tracebacks


def echo(peer: Peer) -> None:
    """Put what was sent where it may be logged: a header, a cookie, the text of an error."""
    while request := peer.request():
        key = request.partition(b"api-key")[2][1:].strip().partition(b"\r\n")[0].split(b" ")[0].decode()
        peer.answer(
            "400 Bad", b'{"message":"%s"}' % key.encode(), f"x-request-id: {key}", f"set-cookie: a={key}"
        )


def no_http(peer: Peer) -> None:
    """Put it where the HTTP library quotes it."""
    key = peer.request().partition(b"api-key")[2][1:].strip().partition(b"\r\n")[0].split(b" ")[0]
    peer.send(b"HTTP/1.1 200 OK\r\n: " + key + b"\r\n\r\n")


@pytest.mark.parametrize("script", [echo, no_http])
@pytest.mark.parametrize("place", ["header", "query"])
def test_what_a_server_echoes_is_in_no_log_and_no_traceback(
    user: User, script: Any, place: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    settings = {"schemes": (ApiKeyScheme("Key", place, "api-key"),), "credential": SECRET}
    with serving(script) as server, pytest.raises(SdkError) as caught:
        user.send(server.url, call(auth=(("Key",),)), **settings)
    assert any(record.name.startswith("httpcore2") for record in caplog.records)
    assert SECRET not in caplog.text
    assert SECRET not in f"{caught.value} {caught.value!r}"
    assert SECRET not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("name", ["Authorization", "Cookie", "X-Api-Key"])
def test_what_a_caller_sets_by_hand_is_not_shown(user: User, name: str) -> None:
    def answer(peer: Peer) -> None:
        peer.request()
        peer.answer("400 Bad", b'{"message":"not %s"}' % SECRET.encode())

    with serving(answer) as server, pytest.raises(SdkError) as caught:
        user.send(server.url, call(), {"extra_headers": {name: f"Bearer {SECRET}"}})
    assert SECRET not in f"{caught.value} {caught.value!r}"


def test_other_records_of_the_library_stay_whole(caplog: pytest.LogCaptureFixture) -> None:
    import httpx2

    caplog.set_level(logging.DEBUG)
    with serving(polite) as server, httpx2.Client() as client:
        Transport(base_url=server.url, http_client=client).send(call())
        caplog.clear()
        client.get(server.url)
    assert "return_value=(b'HTTP/1.1', 200" in caplog.text


# ----- time


def test_looking_up_a_name_counts_in_the_time_of_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    found = socket.getaddrinfo
    clock = [0.0]

    def slow(*given: Any, **more: Any) -> Any:
        clock[0] += 50.0
        return found("127.0.0.1", *given[1:], **more)

    with serving(polite) as server:
        transport = Transport(base_url=server.url.replace("127.0.0.1", "api.test"))
        from msgspec.structs import replace

        transport.settings = replace(transport.settings, clock=lambda: clock[0])
        monkeypatch.setattr(socket, "getaddrinfo", slow)
        with pytest.raises(SdkError, match="no response in time") as caught:
            transport.send(call(), {"timeout": 40, "max_retries": 0})
        transport.close()
    assert caught.value.attempts == 1
    assert server.requests == []


def test_looking_up_a_name_ends_in_an_asynchronous_client(monkeypatch: pytest.MonkeyPatch) -> None:
    async def forever(*_: Any, **__: Any) -> Any:
        await asyncio.sleep(20)

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", forever)
    with pytest.raises(SdkError, match="no response in time"):
        User("async").send("http://api.test", call(), {"timeout": 0.1, "max_retries": 0})


def test_a_clock_that_is_set_changes_nothing(monkeypatch: pytest.MonkeyPatch, user: User) -> None:
    import time

    jumps = itertools.cycle([0.0, -1e6, 1e6])

    def busy(peer: Peer) -> None:
        peer.request()
        peer.answer("503 Busy", b"", "retry-after: 7")
        polite(peer)

    monkeypatch.setattr(time, "time", lambda: 2e9 + next(jumps))
    with serving(busy) as server:
        assert user.send(server.url, call(), {"timeout": Timeout(attempt=20, total=60)}) == Inner(n=1)
    assert user.pauses == [7.0]
