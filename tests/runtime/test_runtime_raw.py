"""Responses as they came: whole, and read piece by piece."""

from __future__ import annotations

import asyncio
import datetime
import uuid
from typing import Any

import httpx2
import pytest
from exchanges import Server, call, reply
from generated_client import AsyncClient, Client
from loopback import Peer, User, serving
from runtime_models import Inner
from sdk_runtime import (
    ConnectionFailed,
    DecodeError,
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


PAGES = ({"items": [1, 2], "next": "b"}, {"items": [3]})
STARTED = {"operation_location": "https://api.test/jobs/1"}


def paged() -> Server:
    return Server(*(reply(200, page, x_request_id=str(number)) for number, page in enumerate(PAGES)))


def job() -> Server:
    return Server(reply(202, {}, **STARTED), reply(200, {"status": "Succeeded"}), reply(200, {"n": 5}))


def test_the_response_of_a_list_is_that_of_its_first_page() -> None:
    server = paged()
    response = raw_response(Client(server).things.list)()
    assert (response.request_id, response.json(), len(server.requests)) == ("0", PAGES[0], 1)
    assert list(response.parse()) == [1, 2, 3]
    assert len(server.requests) == 2

    server = paged()
    with streamed_response(Client(server).things.list)() as opened:
        assert opened.headers["x-request-id"] == "0"
        assert list(opened.parse()) == [1, 2, 3]
    assert len(server.requests) == 2


def test_the_response_of_a_long_job_is_that_to_its_start() -> None:
    response = raw_response(Client(job()).things.begin)()
    assert response.status_code == 202
    poller = response.parse()
    assert poller.result() == Inner(n=5)

    with streamed_response(Client(job()).things.begin)() as opened:
        assert opened.parse().result() == Inner(n=5)


def test_the_responses_of_asynchronous_lists_and_jobs() -> None:
    async def no_pause(_: float) -> None:
        return

    def client(server: Server) -> AsyncClient:
        made = AsyncClient(server)
        made._transport.sleep = no_pause
        return made

    async def run() -> None:
        whole = await async_raw_response(client(paged()).things.list)()
        assert whole.json() == PAGES[0]
        assert [item async for item in whole.parse()] == [1, 2, 3]
        async with async_streamed_response(client(paged()).things.list)() as opened:
            assert [item async for item in await opened.parse()] == [1, 2, 3]
        started = await async_raw_response(client(job()).things.begin)()
        assert started.status_code == 202
        assert await started.parse().result() == Inner(n=5)
        async with async_streamed_response(client(job()).things.begin)() as opened_job:
            assert await (await opened_job.parse()).result() == Inner(n=5)

    asyncio.run(run())


def test_headers_as_types() -> None:
    given = {
        "x_count": "7",
        "x_on": "true",
        "x_list": "1, 2,3",
        "x_id": "123e4567-e89b-12d3-a456-426614174000",
        "x_day": "2024-01-15",
        "last_modified": "Mon, 15 Jan 2024 12:30:00 GMT",
    }
    response = raw_response(Client(Server(reply(200, {"n": 1}, **given))).things.get)()
    assert response.header("X-Count", int) == 7
    assert response.header("x-on", bool) is True
    assert response.header("x-list", list[int]) == [1, 2, 3]
    assert response.header("x-id", uuid.UUID) == uuid.UUID(given["x_id"])
    assert response.header("x-day", datetime.date) == datetime.date(2024, 1, 15)
    when = response.header("last-modified", datetime.datetime)
    assert when == datetime.datetime(2024, 1, 15, 12, 30, tzinfo=datetime.UTC)
    assert response.header("x-other", int) is None
    for name, kind in (("x-day", int), ("x-list", list[bool]), ("x-on", datetime.datetime)):
        with pytest.raises(DecodeError, match=name):
            response.header(name, kind)


def test_headers_of_an_error_as_types() -> None:
    with pytest.raises(NotFoundError) as caught:
        Client(Server(reply(404, x_left="3"))).things.get()
    assert caught.value.header("X-Left", int) == 3
