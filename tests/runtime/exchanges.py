"""A server in memory, and both transports in front of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
from msgspec.structs import replace
from runtime_models import Inner
from sdk_runtime import AsyncTransport, Call, Transport

JSON = {"application/json": Inner}
Send = Callable[..., Any]
Reply = httpx2.Response | Exception | Callable[[httpx2.Request], httpx2.Response]


def call(method: str = "GET", **more: Any) -> Call[Any]:
    """A call that gives an `Inner`, and errors with one."""
    given = {"returns": {"200": JSON}, "raises": {"default": JSON}, **more}
    return Call(name="op", method=method, path="/x", **given)


def reply(status: int, body: Any = None, **headers: str) -> httpx2.Response:
    """A response: bytes as they are, str as HTML, everything else as JSON; ``a_b`` is header a-b."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    match body:
        case None:
            return httpx2.Response(status, headers=given)
        case bytes():
            return httpx2.Response(status, headers=given, content=body)
        case str():
            return httpx2.Response(status, headers={"content-type": "text/html", **given}, text=body)
        case _:
            typed = {"content-type": "application/json", **given}
            return httpx2.Response(status, headers=typed, content=json.dumps(body).encode())


def _copy(given: httpx2.Response) -> httpx2.Response:
    """A fresh one, as a response can be read by one client only."""
    try:
        content = given.content
    except httpx2.ResponseNotRead:
        return given
    return httpx2.Response(given.status_code, headers=given.headers, content=content)


class Server:
    """Gives the replies in turn, and keeps the requests and the pauses between them."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.requests: list[httpx2.Request] = []
        self.pauses: list[float] = []

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        given = self.replies.pop(0)
        if isinstance(given, Exception):
            raise given
        return given(request) if callable(given) else _copy(given)

    def send(self, call: Any, options: Any = None, **settings: Any) -> Any:
        return self.use(lambda transport: transport.send(call, options), **settings)

    def send_async(self, call: Any, options: Any = None, **settings: Any) -> Any:
        return self.use_async(lambda transport: transport.send(call, options), **settings)

    def use(self, do: Callable[[Transport], Any], *, clock: Any = None, **settings: Any) -> Any:
        """Do something with a transport in front of this server."""

        def handle(request: httpx2.Request) -> httpx2.Response:
            request.read()
            return self._answer(request)

        settings = {"base_url": "https://api.test", **settings}
        with httpx2.Client(transport=httpx2.MockTransport(handle)) as client:
            transport = Transport(http_client=client, **settings)
            transport.sleep = self.pauses.append
            if clock is not None:
                transport.settings = replace(transport.settings, clock=clock)
            return do(transport)

    def use_async(
        self, do: Callable[[AsyncTransport], Awaitable[Any]], *, clock: Any = None, **settings: Any
    ) -> Any:
        """Do something with an asynchronous transport in front of this server."""

        async def handle(request: httpx2.Request) -> httpx2.Response:
            await request.aread()
            return self._answer(request)

        async def pause(seconds: float) -> None:
            self.pauses.append(seconds)

        async def run() -> Any:
            given = {"base_url": "https://api.test", **settings}
            async with httpx2.AsyncClient(transport=httpx2.MockTransport(handle)) as client:
                transport = AsyncTransport(http_client=client, **given)
                transport.sleep = pause
                if clock is not None:
                    transport.settings = replace(transport.settings, clock=clock)
                return await do(transport)

        return asyncio.run(run())
