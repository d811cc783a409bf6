"""From one page to the next, without input and output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar, cast

import msgspec

from ..call import Call, CallOptions, Path as PathParameter, Query, merged_options
from ..errors import DecodeError, RequestError
from ..exchange import Answer
from ..models import UNSET, Model
from ..origins import followed
from ..patterns import (
    Cursor,
    LinkHeader,
    NextLink,
    NextOperation,
    Offset,
    OnePage,
    PageNumber,
    Paging,
    Path,
)
from ..raw import ResponseHead
from ..veil import Veiled
from .links import next_link

Item = TypeVar("Item")


class Page(Veiled, msgspec.Struct, Generic[Item], frozen=True):
    """One page: its items, the whole decoded body, and status and headers.

    ``next_token`` is None on the last page; given to ``pages(start=...)``, later or elsewhere, the list
    goes on from there.
    """

    __shown__: ClassVar[tuple[str, ...]] = ("items", "body", "response")

    items: list[Item]
    body: Any
    response: ResponseHead
    next_token: str | None = None


class Request(msgspec.Struct, frozen=True):
    """What to ask for a page: a link, or the call again with other options."""

    call: Call[Any]
    options: CallOptions
    link: str | None = None


class Walk(Generic[Item]):
    """The pages of one list that were read so far; refuses to go in circles."""

    def __init__(
        self, call: Call[Any], paging: Paging[Item], options: CallOptions, base_url: str
    ) -> None:
        self._call = call
        self._paging = paging
        self._options = options
        self._base_url = base_url
        self._seen: set[str] = set()
        self._read = 0
        self._last: bytes | None = None
        self._circle: DecodeError | None = None

    def request(self, token: str | None) -> Request:
        """Tell what to ask for the page that a token stands for, None for the first one.

        Raises `DecodeError` for a page that was read already.
        """
        if self._circle is not None:
            raise self._circle
        paging = self._paging
        if token is None:
            return Request(self._call, self._options)
        if isinstance(paging, NextLink | LinkHeader):
            call = msgspec.structs.replace(self._call, method="GET", body=None)
            return Request(call, self._options, followed(self._base_url + "/", token))
        if isinstance(paging, NextOperation):
            return Request(_turned(self._call, paging, token), self._options)
        if isinstance(paging, OnePage):
            raise RequestError("there is one page, and no other to go on from")
        if isinstance(paging, Cursor) and paging.in_body:
            more: CallOptions = {"extra_body": {paging.parameter: token}}
        else:
            more = {"extra_query": {paging.parameter: token}}
        return Request(self._call, merged_options(self._options, more))

    def page(self, token: str | None, answer: Answer[Any]) -> Page[Item]:
        """Make a page of an answer; raises `DecodeError` for one that is none."""
        body: Any = answer.value()
        found: Any = [] if body is None else dig(body, self._paging.items)
        if found is None:
            found = []
        if not isinstance(found, list):
            path = ".".join(("$", *self._paging.items))
            raise answer.undecodable(f"{path}: the items of a page must be a list", path)
        items = cast("list[Item]", found)
        following = self._next(token, body, items, answer)
        self._read += 1
        if following is not None:
            self._check(token, following, answer)
        return Page(items, body, ResponseHead(answer), following)

    def _check(self, token: str | None, following: str, answer: Answer[Any]) -> None:
        text = f"page {self._read} leads back to a page that was read already"
        if isinstance(self._paging, NextLink | LinkHeader):
            self._seen.add(answer.url)
        else:
            # A server that does not know the parameter gives the first page for ever.
            if answer.response.content == self._last:
                raise answer.undecodable(f"page {self._read} is the one before it once more")
            self._last = answer.response.content
        if following == token or following in self._seen:
            # Told when it is asked for: the items of this page are good.
            self._circle = answer.undecodable(text)
        self._seen.add(following)

    def _next(
        self, token: str | None, body: Any, items: list[Any], answer: Answer[Any]
    ) -> str | None:
        paging = self._paging
        match paging:
            case NextLink(link=path):
                return self._link(dig(body, path), answer)
            case OnePage():
                return None
            case NextOperation(link=path):
                return _text(dig(body, path))
            case LinkHeader():
                return self._link(next_link(answer.response.headers.get("link", "")), answer)
            case Cursor():
                if _is_last(body, paging.more):
                    return None
                return _text(dig(body, paging.cursor))
            case PageNumber():
                number = self._number(token, paging.parameter, paging.first)
                last = dig(body, paging.pages) if paging.pages is not None else None
                if isinstance(last, int) and number >= last - 1 + paging.first:
                    return None
                ended = self._ended(body, items, paging)
                return None if ended else str(number + 1)
            case Offset():
                reached = self._number(token, paging.parameter, 0) + len(items)
                total = dig(body, paging.total) if paging.total is not None else None
                if isinstance(total, int) and reached >= total:
                    return None
                return None if self._ended(body, items, paging) else str(reached)

    def _link(self, link: object, answer: Answer[Any]) -> str | None:
        if link is None or link == "":
            return None
        if not isinstance(link, str):
            raise answer.undecodable("the link to the next page is no text")
        try:
            return followed(answer.url, link)
        except RequestError as exc:
            raise answer.undecodable(f"the next page is not asked for: {exc}") from None

    def _number(self, token: str | None, parameter: str, first: int) -> int:
        given: object = token if token is not None else self._given(parameter)
        try:
            return first if given is None else int(str(given))
        except ValueError:
            raise RequestError(f"{parameter!r} must be a number, not {given!r}") from None

    def _given(self, parameter: str) -> object:
        extra = self._options.get("extra_query") or {}
        if parameter in extra:
            return extra[parameter]
        for one in self._call.parameters:
            if isinstance(one, Query) and one.wire_name == parameter:
                return None if one.value is UNSET else one.value
        return None

    def _ended(self, body: Any, items: list[Any], paging: PageNumber[Any] | Offset[Any]) -> bool:
        if not items or _is_last(body, paging.more):
            return True
        wanted = self._given(paging.size) if paging.size is not None else None
        return isinstance(wanted, int) and len(items) < wanted


def _turned(call: Call[Any], paging: NextOperation[Any], token: str) -> Call[Any]:
    """Give the call that asks for the page of a token."""
    kind = Query if paging.place == "query" else PathParameter
    sent = kind(paging.parameter, token, allow_reserved=paging.allow_reserved)
    kept = [one for one in call.parameters if one.wire_name in paging.kept]
    return msgspec.structs.replace(
        call, method=paging.method, path=paging.path, parameters=(*kept, sent), body=None
    )


def _text(value: object) -> str | None:
    """Give what stands for the next page, None where there is none."""
    if value is None or value == "" or isinstance(value, bool | list | dict):
        return None
    return str(value)


def dig(value: Any, path: Path) -> Any:
    """Give a member of a decoded body by its path of wire names; None for what is not there."""
    for name in path:
        if isinstance(value, Model):
            cls = type(value)
            wires = cls.__struct_encode_fields__
            value = (
                getattr(value, cls.__struct_fields__[wires.index(name)]) if name in wires else None
            )
        elif isinstance(value, Mapping):
            value = cast("Mapping[str, Any]", value).get(name)
        else:
            return None
        if value is UNSET:
            return None
    return value


def _is_last(body: Any, more: Path | None) -> bool:
    return more is not None and dig(body, more) is False
