"""Pagers as their users see them: blocking and asynchronous."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..call import Call, CallOptions
from ..exchange import Answer
from ..patterns import Paging
from .walk import Page, Walk

if TYPE_CHECKING:
    from ..async_transport import AsyncTransport
    from ..transport import Transport

Item = TypeVar("Item")


class Pager(Generic[Item]):
    """All items of a list, fetched page by page as they are asked for.

    Iterate over the items, or over `pages`; each iteration begins anew. A list that leads back to a page
    that was read already raises `DecodeError`. A link to another server is followed without any
    credential.
    """

    def __init__(
        self,
        transport: Transport,
        call: Call[Any],
        paging: Paging[Item],
        options: CallOptions,
        first: Answer[Any] | None = None,
    ) -> None:
        self._transport = transport
        self._call = call
        self._paging = paging
        self._options = options
        self._first = first  # the answer with the first page, where it is here already

    def __iter__(self) -> Generator[Item]:
        for page in self.pages():
            yield from page.items

    def pages(self, *, start: str | None = None) -> Generator[Page[Item]]:
        """Give the pages, from the first or from the ``next_token`` of another page."""
        walk = Walk(self._call, self._paging, self._options, self._transport.base_url)
        token = start
        while True:
            request = walk.request(token)
            answer = self._first if token is None else None
            if answer is None:
                answer = self._transport.ask(
                    request.call, request.options, link=request.link
                )
            page = walk.page(token, answer)
            yield page
            token = page.next_token
            if token is None:
                return


class AsyncPager(Generic[Item]):
    """All items of a list, fetched page by page as they are asked for; see `Pager`."""

    def __init__(
        self,
        transport: AsyncTransport,
        call: Call[Any],
        paging: Paging[Item],
        options: CallOptions,
        first: Answer[Any] | None = None,
    ) -> None:
        self._transport = transport
        self._call = call
        self._paging = paging
        self._options = options
        self._first = first

    async def __aiter__(self) -> AsyncGenerator[Item]:
        async for page in self.pages():
            for item in page.items:
                yield item

    async def pages(self, *, start: str | None = None) -> AsyncGenerator[Page[Item]]:
        """Give the pages, from the first or from the ``next_token`` of another page."""
        walk = Walk(self._call, self._paging, self._options, self._transport.base_url)
        token = start
        while True:
            request = walk.request(token)
            answer = self._first if token is None else None
            if answer is None:
                answer = await self._transport.ask(
                    request.call, request.options, link=request.link
                )
            page = walk.page(token, answer)
            yield page
            token = page.next_token
            if token is None:
                return
