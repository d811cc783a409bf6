"""Options of calls and clients, and hooks around attempts."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
from exchanges import Send, Server, call, reply
from generated_client import AsyncClient, Client
from loopback import Peer, serving
from sdk_runtime import (
    Attempt,
    BaseClient,
    BearerScheme,
    BearerToken,
    JsonBody,
    ServerError,
)

# ----- options


def test_with_options_makes_a_client_with_other_defaults() -> None:
    server = Server(*[reply(200, {"n": 1})] * 3)
    client = Client(server, default_headers={"x-a": "default"})
    other = client.with_options(extra_headers={"x-a": "a", "X-B": "b"}, extra_query={"q": 1, "r": 1})
    third = other.with_options(extra_headers={"x-b": "c"}, timeout=3)
    assert type(other) is Client
    third.things.get(extra_query={"r": 2})
    other.things.get()
    client.things.get()
    first, second, last = server.requests
    assert (first.headers["x-a"], first.headers["x-b"], first.url.query) == ("a", "c", b"q=1&r=2")
    assert first.extensions["timeout"]["read"] == pytest.approx(3, abs=1)
    assert (second.headers["x-a"], second.headers["x-b"], second.url.query) == ("a", "b", b"q=1&r=1")
    assert (last.headers["x-a"], last.url.query) == ("default", b"")
    assert "x-b" not in last.headers


def test_an_option_that_is_none_is_refused() -> None:
    client = Client(Server(reply(200, {"n": 1})))
    message = r"\(\) got an unexpected keyword argument 'time_out'"
    with pytest.raises(TypeError, match="op" + message):
        client.things.get(time_out=1)
    with pytest.raises(TypeError, match="op" + message):
        list(client.things.list(time_out=1))
    with pytest.raises(TypeError, match="with_options" + message):
        client.with_options(time_out=1)
    with pytest.raises(TypeError, match="op" + message):
        asyncio.run(AsyncClient(Server(reply(200, {"n": 1}))).things.get(time_out=1))


def test_with_options_shares_the_connections_and_does_not_close_them() -> None:
    def good(peer: Peer) -> None:
        while peer.request():
            peer.json()

    with serving(good) as server:
        client = BaseClient(base_url=server.url)
        client._transport.send(call())
        with client.with_options(max_retries=0) as other:
            other._transport.send(call())
        client._transport.send(call())
        client.close()
    assert server.connections == 1


def test_with_options_of_an_asynchronous_client() -> None:
    server = Server(*[reply(500)] * 4)

    async def run() -> None:
        client = AsyncClient(server, max_retries=0)
        with pytest.raises(ServerError):
            await client.with_options(max_retries=0, extra_headers={"x": "y"}).things.get()

    asyncio.run(run())
    assert server.requests[0].headers["x"] == "y"


# ----- hooks


def test_hooks_surround_every_attempt(send: Send) -> None:
    seen: list[Any] = []

    @contextmanager
    def watch(attempt: Attempt) -> Generator[None]:
        attempt.headers.set("x-number", str(attempt.number))
        seen.append((attempt.operation, attempt.method, attempt.number, attempt.status_code, attempt.content))
        yield
        seen.append((attempt.status_code, type(attempt.error).__name__))

    server = Server(
        reply(503), httpx2.ConnectError("no"), reply(307, None, location="/y"), reply(200, {"n": 1})
    )
    send(server, call("POST", body=JsonBody({})), {"hooks": [watch]})
    assert seen == [
        ("op", "POST", 1, None, b"{}"), (503, "NoneType"),
        ("op", "POST", 2, None, b"{}"), (None, "ConnectError"),
        ("op", "POST", 3, None, b"{}"), (307, "NoneType"),
        ("op", "POST", 3, None, b"{}"), (200, "NoneType"),
    ]  # fmt: skip
    numbers = [request.headers["x-number"] for request in server.requests]
    assert numbers == ["1", "2", "3", "3"]


def test_hooks_of_client_and_call_are_nested(send: Send) -> None:
    order: list[str] = []

    def hook(name: str) -> Any:
        @contextmanager
        def around(attempt: Attempt) -> Generator[None]:
            order.append(name)
            yield
            order.append(name.upper())

        return around

    send(Server(reply(200, {"n": 1})), call(), {"hooks": [hook("b")]}, hooks=[hook("a")])
    assert order == ["a", "b", "B", "A"]


def test_a_hook_that_raises_is_the_callers_own(send: Send) -> None:
    def fail(attempt: Attempt) -> Any:
        raise ZeroDivisionError

    server = Server()
    with pytest.raises(ZeroDivisionError):
        send(server, call(), {"hooks": [fail]})
    assert server.requests == []


def test_an_attempt_shows_no_secret() -> None:
    shown: list[str] = []

    @contextmanager
    def watch(attempt: Attempt) -> Generator[None]:
        shown.extend([repr(attempt), attempt.shown_url])
        assert attempt.headers.get("authorization") == "Bearer s3cr3t"
        yield

    server = Server(reply(200, {"n": 1}))
    server.send(
        call(auth=(("OAuth",),)),
        {"hooks": [watch], "extra_query": {"key": "s3cr3t"}},
        schemes=(BearerScheme("OAuth"),),
        credential=BearerToken("s3cr3t"),
    )
    assert shown[1] == "https://api.test/x"
    assert "s3cr3t" not in "".join(shown)
