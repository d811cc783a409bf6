"""Cancelling an asynchronous call wherever it waits: nothing is kept, and the next call goes well."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from functools import partial
from typing import Any

import httpx2
import pytest
from exchanges import call
from loopback import Peer, serving
from msgspec.structs import replace
from runtime_models import Inner
from sdk_runtime import (
    AsyncTransport,
    BearerScheme,
    Call,
    ClientCredentials,
    JsonBody,
    LongRunning,
    NextLink,
    RawBody,
    Timeout,
)

LINES = {"200": {"application/jsonl": Inner}}
OAUTH: Any = {
    "schemes": (BearerScheme("OAuth", token_url="/token"),),  # noqa: S106
    "credential": ClientCredentials("id", "s3cr3t"),
}
PAGES = {"200": {"application/json": dict[str, Any]}}


class Stepped:
    """Awaits something, and has the task cancelled when it waits for the n-th time."""

    def __init__(self, awaited: Awaitable[Any], step: int) -> None:
        self.awaited = awaited
        self.step = step
        self.steps = 0

    def __await__(self) -> Generator[Any, Any, Any]:
        inner = self.awaited.__await__()
        # As `yield from` does, which could not count.
        go_on: Callable[[], Any] = partial(next, inner)
        while True:
            try:
                waited_for = go_on()
            except StopIteration as done:
                return done.value
            self.steps += 1
            if self.steps == self.step:
                task = asyncio.current_task()
                assert task is not None
                task.cancel()
            try:
                yield waited_for
            except BaseException as exc:
                go_on = partial(inner.throw, exc)
            else:
                go_on = partial(next, inner)


def everything(peer: Peer) -> None:
    """A server with a body in pieces, pages, a stream, a job, a token, and an answer to try again."""
    url = peer.server.url
    while request := peer.request():
        match path := request.split(b" ")[1].decode():
            case "/token":
                peer.json(b'{"access_token":"t","expires_in":3600}')
            case "/pages":
                peer.json(b'{"value":[1],"nextLink":"%s/last"}' % url.encode())
            case "/last":
                peer.json(b'{"value":[2]}')
            case "/start":
                peer.answer("202 Accepted", b"", f"operation-location: {url}/status")
            case "/status":
                peer.json(b'{"status":"Succeeded","n":1}')
            case "/busy":
                peer.answer("503 Busy", b"", "retry-after: 1", "connection: keep-alive")
            case "/moved":
                peer.answer("302 Found", b"", "location: /x")
            case _:
                kind = "application/jsonl" if path == "/lines" else "application/json"
                peer.send(f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\n".encode())
                peer.send(
                    b"transfer-encoding: chunked\r\n\r\n", b'4\r\n{"n"\r\n', b"3\r\n:1}\r\n", b"0\r\n\r\n"
                )


def at(path: str, **more: Any) -> Call[Any]:
    return replace(call(**more), path=path)


async def plain(transport: AsyncTransport) -> Any:
    return await transport.send(call())


async def posted(transport: AsyncTransport) -> Any:
    async def chunks() -> Any:
        yield b"a"
        await asyncio.sleep(0)
        yield b"b"

    return await transport.send(call("POST", body=RawBody(chunks())))


async def moved(transport: AsyncTransport) -> Any:
    return await transport.send(at("/moved"))


async def repeated(transport: AsyncTransport) -> Any:
    return await transport.send(at("/busy"), {"max_retries": 1})


async def opened(transport: AsyncTransport) -> Any:
    async with transport.open(call()) as response:
        return await response.parse()


async def streamed(transport: AsyncTransport) -> Any:
    async with await transport.stream(at("/lines", returns=LINES)) as stream:
        return [item async for item in stream]


async def paged(transport: AsyncTransport) -> Any:
    pager = transport.pages(at("/pages", returns=PAGES), NextLink())
    return [item async for item in pager]


async def long(transport: AsyncTransport) -> Any:
    poller = await transport.begin(at("/start", method="POST", body=JsonBody({})), LongRunning(interval=0.0))
    return await poller.result()


async def with_token(transport: AsyncTransport) -> Any:
    return await transport.send(call(auth=(("OAuth",),)))


@pytest.mark.parametrize("limits", [{"timeout": None}, {"timeout": Timeout(total=30)}])
@pytest.mark.parametrize("do", [plain, posted, moved, repeated, opened, streamed, paged, long, with_token])
def test_a_call_can_be_cancelled_wherever_it_waits(do: Callable[[Any], Any], limits: Any) -> None:
    async def run(url: str) -> int:
        step = 0
        while True:
            step += 1
            # One connection: if a cancelled call kept it, the next one could not be made.
            only = httpx2.Limits(max_connections=1)
            async with httpx2.AsyncClient(limits=only, verify=False) as given:
                transport = AsyncTransport(base_url=url, http_client=given, **OAUTH, **limits)
                transport.sleep = yield_once
                stepped = Stepped(do(transport), step)
                task = asyncio.ensure_future(awaited(stepped))
                await asyncio.wait([task])
                sent = await transport.send(call(), {"timeout": Timeout(pool=5, attempt=20)})
                assert sent == Inner(n=1)
                if not task.cancelled():
                    return step

    with serving(everything) as server:
        steps = asyncio.run(run(server.url))
    assert steps > 4


async def awaited(stepped: Stepped) -> Any:
    return await stepped


async def yield_once(_: float) -> None:
    await asyncio.sleep(0)
