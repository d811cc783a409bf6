"""Clients as the generator writes them, in front of a server in memory."""

from __future__ import annotations

from typing import Any

import httpx2
from exchanges import Server, call
from runtime_models import Inner
from sdk_runtime import (
    AsyncBaseClient,
    BaseClient,
    Cursor,
    LongRunning,
)

LIST = {"200": {"application/json": dict[str, Any]}}


class Things:
    """A resource as the generator writes it."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport

    def get(self, **options: Any) -> Inner:
        made: Inner = self._transport.send(call(), options)
        return made

    def watch(self, **options: Any) -> Any:
        return self._transport.stream(call(returns={"200": {"text/event-stream": Inner}}), options)

    def list(self, **options: Any) -> Any:
        return self._transport.pages(call(returns=LIST), Cursor(("items",), ("next",), "after"), options)

    def begin(self, **options: Any) -> Any:
        return self._transport.begin(call(method="PUT"), LongRunning(), options)


class Client(BaseClient):
    def __init__(self, server: Server, **settings: Any) -> None:
        transport = httpx2.MockTransport(server._answer)
        given = {"base_url": "https://api.test", **settings}
        super().__init__(http_client=httpx2.Client(transport=transport), **given)
        self._transport.sleep = server.pauses.append
        self.things = Things(self._transport)


class AsyncThings:
    def __init__(self, transport: Any) -> None:
        self._transport = transport

    async def get(self, **options: Any) -> Inner:
        made: Inner = await self._transport.send(call(), options)
        return made

    async def watch(self, **options: Any) -> Any:
        return await self._transport.stream(call(returns={"200": {"text/event-stream": Inner}}), options)

    def list(self, **options: Any) -> Any:
        return self._transport.pages(call(returns=LIST), Cursor(("items",), ("next",), "after"), options)

    async def begin(self, **options: Any) -> Any:
        return await self._transport.begin(call(method="PUT"), LongRunning(), options)


class AsyncClient(AsyncBaseClient):
    def __init__(self, server: Server, **settings: Any) -> None:
        async def answer(request: httpx2.Request) -> httpx2.Response:
            return server._answer(request)

        given = {"base_url": "https://api.test", **settings}
        super().__init__(http_client=httpx2.AsyncClient(transport=httpx2.MockTransport(answer)), **given)
        self.things = AsyncThings(self._transport)
