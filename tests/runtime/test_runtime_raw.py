"""Responses as they came: whole, and read piece by piece."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import pytest
from exchanges import Server, call, reply
from generated_client import AsyncClient, Client
from loopback import Peer, User, serving
from runtime_models import Inner
from sdk_runtime import (
    ConnectionFailed,
    NotFoundError,
    async_raw_response,
    async_streamed_response,
    raw_response,
    streamed_response,
)


def test_raw_responses() -> None:
    client = Client(Server(reply(500), reply(200, {"n": 1, "new": 2}, x_request_id="r1")))
    response = raw_response(client.things.get)(extra_query={"q": 1})
    assert (response.status_code, response.request_id, response.attempts) == (200, "r1", 2)
    assert response.headers["X-Request-Id"] == "r1"
    assert response.json() == {"n": 1, "new": 2}
    assert response.content == b'{"n": 1, "new": 2}'
    assert response.text.startswith("{")
    assert response.parse().n == 1
    assert isinstance(response.http_response, httpx2.Response)
    assert repr(response) == "<ApiResponse op: 200>"


def test_raw_responses_raise_like_calls() -> None:
    with pytest.raises(NotFoundError):
        raw_response(Client(Server(reply(404))).things.get)()


def test_the_resource_itself_is_left_alone() -> None:
    client = Client(Server(*[reply(200, {"n": 1})] * 2))
    raw_response(client.things.get)()
    assert client.things.get() == Inner(n=1)


def test_raw_response_of_a_stream() -> None:
    answer = reply(200, b'data: {"n":1}\n\n', content_type="text/event-stream")
    response = raw_response(Client(Server(answer)).things.watch)()
    assert response.status_code == 200
    assert list(response.parse()) == [Inner(n=1)]


def test_asynchronous_raw_and_streamed_responses() -> None:
    sse = reply(200, b'data: {"n":1}\n\n', content_type="text/event-stream")
    server = Server(reply(200, {"n": 1}), sse, *[reply(200, {"n": 2})] * 2)

    async def run() -> None:
        client = AsyncClient(server)
        assert (await async_raw_response(client.things.get)()).parse() == Inner(n=1)
        stream = (await async_raw_response(client.things.watch)()).parse()
        assert [item async for item in stream] == [Inner(n=1)]
        async with async_streamed_response(client.things.get)() as response:
            assert b"".join([piece async for piece in response.iter_bytes()]) == b'{"n": 2}'
        async with async_streamed_response(client.things.get)() as response:
            assert await response.parse() == Inner(n=2)

    asyncio.run(run())


def test_streamed_responses(tmp_path: Any) -> None:
    answers = [reply(200, {"n": 1}, x_request_id="r1")] * 4
    client = Client(Server(*answers, reply(404)))
    get = streamed_response(client.things.get)
    with get() as response:
        assert (response.status_code, response.request_id) == (200, "r1")
        assert b"".join(response.iter_bytes()) == b'{"n": 1}'
    with get() as response:
        assert response.parse() == Inner(n=1)
    with get() as response:
        response.write_to(tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == b'{"n": 1}'
    with get() as response, pytest.raises(Exception, match="larger than 3 bytes"):
        response.read(3)
    with pytest.raises(NotFoundError), get():
        pass


def test_a_download_is_not_read_whole_and_tells_when_it_breaks() -> None:
    def broken(peer: Peer) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n", b"first")

    async def read(transport: Any) -> list[bytes]:
        pieces: list[bytes] = []
        async with transport.open(call()) as response:
            with pytest.raises(ConnectionFailed, match=r"op: 200 OK.*: the response broke off"):  # noqa: PT012
                async for piece in response.iter_bytes():
                    pieces.append(piece)  # noqa: PERF401  # those before the exception count
        return pieces

    def read_sync(transport: Any) -> list[bytes]:
        pieces: list[bytes] = []
        with (  # noqa: PT012
            transport.open(call()) as response,
            pytest.raises(ConnectionFailed, match=r"op: 200 OK.*: the response broke off"),
        ):
            for piece in response.iter_bytes():
                pieces.append(piece)  # noqa: PERF402
        return pieces

    for kind, do in (("sync", read_sync), ("async", read)):
        with serving(broken) as server:
            assert User(kind).run(server.url, [do]) == [[b"first"]]
