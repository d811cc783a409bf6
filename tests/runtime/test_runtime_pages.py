"""Lists in pages: every pattern, going on from a page, and servers that lead in circles or elsewhere."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from exchanges import Server, reply
from runtime_models import Inner
from sdk_runtime import (
    ApiKeyScheme,
    Call,
    Cursor,
    DecodeError,
    Header,
    JsonBody,
    LinkHeader,
    Model,
    NextLink,
    NextOperation,
    NotFoundError,
    Offset,
    OnePage,
    PageNumber,
    Path,
    Query,
    RequestError,
)
from sdk_runtime.pages.links import next_link


class Found(Model, kw_only=True):
    value: list[Inner]
    nextLink: str | None = None  # noqa: N815
    total: int | None = None


def call(kind: Any = Found, **more: Any) -> Call[Any]:
    given = {"method": "GET", "path": "/x", "returns": {"200": {"application/json": kind}}, **more}
    return Call(name="op", **given)


class List:
    """Reads all of a list on a server in memory."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def items(
        self, server: Server, paging: Any, made: Any = None, options: Any = None, **settings: Any
    ) -> Any:
        made = made or call()
        if self.kind == "sync":
            return server.use(lambda transport: list(transport.pages(made, paging, options)), **settings)

        async def read(transport: Any) -> Any:
            return [item async for item in transport.pages(made, paging, options)]

        return server.use_async(read, **settings)

    def pages(self, server: Server, paging: Any, made: Any = None, start: str | None = None) -> Any:
        made = made or call()
        if self.kind == "sync":
            return server.use(lambda transport: list(transport.pages(made, paging).pages(start=start)))

        async def read(transport: Any) -> Any:
            return [page async for page in transport.pages(made, paging).pages(start=start)]

        return server.use_async(read)


@pytest.fixture(params=["sync", "async"])
def reads(request: pytest.FixtureRequest) -> List:
    return List(request.param)


def found(*numbers: int, **more: Any) -> httpx2.Response:
    headers = more.pop("headers", {})
    return reply(200, {"value": [{"n": n} for n in numbers], **more}, **headers)


def paths(server: Server) -> list[str]:
    return [request.url.raw_path.decode() for request in server.requests]


# ----- patterns


def test_next_links(reads: List) -> None:
    server = Server(
        found(1, 2, nextLink="https://api.test/y?a=1&api-version=2"),
        found(nextLink="/z?b=%20&c=ü eq 'x'"),
        found(3, nextLink=""),
    )
    made = call(parameters=(Query("api-version", "2"), Header("x-h", "h")))
    assert reads.items(server, NextLink(), made) == [Inner(n=1), Inner(n=2), Inner(n=3)]
    assert paths(server) == ["/x?api-version=2", "/y?a=1&api-version=2", "/z?b=%20&c=%C3%BC%20eq%20'x'"]
    assert [request.headers["x-h"] for request in server.requests] == ["h"] * 3


def test_a_list_that_is_asked_for_by_post_goes_on_with_get(reads: List) -> None:
    server = Server(found(1, nextLink="/y"), found(2))
    reads.items(server, NextLink(), call(method="POST", body=JsonBody({"q": 1})))
    assert [(request.method, request.content) for request in server.requests] == [
        ("POST", b'{"q":1}'),
        ("GET", b""),
    ]


def test_links_that_the_model_does_not_declare(reads: List) -> None:
    server = Server(
        reply(200, {"value": [], "odata": {"next": "/y"}, "items": [1]}),
        reply(200, {"items": [2], "value": []}),
    )
    assert reads.items(server, NextLink(("items",), ("odata", "next"))) == [1, 2]


def test_link_headers(reads: List) -> None:
    link = '<https://api.test/x?page=1>; rel="prev first", </x?page=3>; rel=next; title="a, b; rel=x"'
    server = Server(reply(200, [{"n": 1}], link=link), reply(200, [{"n": 2}]))
    assert reads.items(server, LinkHeader(), call(list[Inner])) == [Inner(n=1), Inner(n=2)]
    assert paths(server) == ["/x", "/x?page=3"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", None),
        ("<a>; rel=next", "a"),
        ('<a> ; REL = "next"', "a"),
        ('<a>; rel="last next"', "a"),
        ('<a>; rel="nextish"', None),
        ("<a>; rel=prev,<b>;rel=next", "b"),
        ('<a>; title="<c>; rel=next", <b>; rel="next"', "b"),
        (r'<a>; title="\", <c>"; rel=prev, <b>; rel=next', "b"),
        ("<a;b,c>; rel=next", "a;b,c"),
        ('<a>; anchor="#x"; rel=next, <b>; rel=next', "b"),
        ("<a>; rel=prev; rel=next", None),
        (",, <a>; rel=next", None),
        ("<a>; rel", None),
        ("nonsense", None),
        ("<a>" + "; x=y" * 10_000 + "; rel=next", "a"),
        ("<a>; rel=" + '"' * 10_001, None),
    ],
)
def test_link_header_by_the_rfc(header: str, expected: str | None) -> None:
    assert next_link(header) == expected


def test_cursors(reads: List) -> None:
    paging: Any = Cursor(("value",), ("meta", "after"), "after")
    server = Server(
        found(1, meta={"after": "c&1"}), found(2, meta={"after": 7}), found(3, meta={"after": None})
    )
    made = call(parameters=(Query("after", None), Query("limit", 1)))
    assert [item.n for item in reads.items(server, paging, made)] == [1, 2, 3]
    assert paths(server) == ["/x?limit=1", "/x?limit=1&after=c%261", "/x?limit=1&after=7"]


def test_cursors_that_are_told_to_end(reads: List) -> None:
    paging: Any = Cursor(("value",), ("last_id",), "after", more=("has_more",))
    server = Server(found(1, last_id="a", has_more=True), found(2, last_id="b", has_more=False))
    assert [item.n for item in reads.items(server, paging)] == [1, 2]


def test_cursors_in_the_body(reads: List) -> None:
    paging: Any = Cursor(("value",), ("cursor",), "cursor", in_body=True)
    server = Server(found(1, cursor="c"), found(2))
    reads.items(server, paging, call(method="POST", body=JsonBody({"q": 1})))
    assert [request.content for request in server.requests] == [b'{"q":1}', b'{"q":1,"cursor":"c"}']


@pytest.mark.parametrize(
    ("paging", "parameters", "answers", "expected"),
    [
        (PageNumber(("value",)), (), [found(1), found(2), found()], ["/x", "/x?page=2", "/x?page=3"]),
        (PageNumber(("value",), first=0), (), [found(1), found()], ["/x", "/x?page=1"]),
        (PageNumber(("value",), pages=("total",)), (), [found(1, total=2), found(2, total=2)],
         ["/x", "/x?page=2"]),
        (PageNumber(("value",), first=0, pages=("total",)), (), [found(1, total=2), found(2, total=2)],
         ["/x", "/x?page=1"]),
        (PageNumber(("value",), size="per"), (Query("page", 4), Query("per", 2)),
         [found(1, 2), found(3)], ["/x?page=4&per=2", "/x?per=2&page=5"]),
        (PageNumber(("value",), more=("more",)), (), [found(1, more=True), found(2, more=False)],
         ["/x", "/x?page=2"]),
        (Offset(("value",)), (), [found(1, 2), found(3), found()], ["/x", "/x?offset=2", "/x?offset=3"]),
        (Offset(("value",), "skip", total=("total",)), (Query("skip", 1),),
         [found(1, total=3), found(2, total=3)], ["/x?skip=1", "/x?skip=2"]),
        (Offset(("value",), size="top"), (Query("top", 2),), [found(1, 2), found(3)],
         ["/x?top=2", "/x?top=2&offset=2"]),
    ],
)  # fmt: skip
def test_numbers_and_offsets(reads: List, paging: Any, parameters: Any, answers: Any, expected: Any) -> None:
    server = Server(*answers)
    reads.items(server, paging, call(parameters=parameters))
    assert paths(server) == expected


# ----- pages


def test_pages_tell_what_came_with_them(reads: List) -> None:
    server = Server(found(1, nextLink="/y", headers={"x_request_id": "r1"}), found(2, total=2))
    first, second = reads.pages(server, NextLink())
    assert first.items == [Inner(n=1)]
    assert first.body.nextLink == "/y"
    assert (first.response.status_code, first.response.request_id) == (200, "r1")
    assert first.next_token == "https://api.test/y"  # noqa: S105
    assert second.body.total == 2
    assert second.next_token is None


@pytest.mark.parametrize(
    ("paging", "token", "asked"),
    [
        (NextLink(), "https://api.test/y?a=1", "/y?a=1"),
        (NextLink(), "/y?a=1", "/y?a=1"),
        (Cursor(("value",), ("c",), "after"), "t", "/x?after=t"),
        (Offset(("value",)), "7", "/x?offset=7"),
    ],
)
def test_a_list_goes_on_from_a_token(reads: List, paging: Any, token: str, asked: str) -> None:
    server = Server(found())
    reads.pages(server, paging, start=token)
    assert paths(server) == [asked]


def test_nothing_is_sent_before_it_is_asked_for() -> None:
    server = Server(found(1, nextLink="/y"))

    def first(transport: Any) -> Any:
        pager = transport.pages(call(), NextLink())
        assert server.requests == []
        return next(iter(pager))

    assert server.use(first) == Inner(n=1)
    assert len(server.requests) == 1


def test_errors_of_a_page_are_those_of_a_call(reads: List) -> None:
    server = Server(found(1, nextLink="/y"), reply(404))
    with pytest.raises(NotFoundError, match=r"^op: 404"):
        reads.items(server, NextLink())


@pytest.mark.parametrize("items", [None, 5, {"a": 1}, "text"])
def test_items_that_are_no_list(reads: List, items: Any) -> None:
    server = Server(reply(200, {"value": items}))
    if items is None:
        assert reads.items(server, NextLink()) == []
        return
    with pytest.raises(DecodeError, match="must be a list"):
        reads.items(server, NextLink())


# ----- circles


@pytest.mark.parametrize(
    ("links", "requests"),
    [(["/x"], 1), (["https://api.test/x#again"], 1), (["/y", "/y"], 2), (["/y", "/z", "/y"], 3)],
)
def test_links_that_lead_back_end(reads: List, links: list[str], requests: int) -> None:
    server = Server(*[found(place, nextLink=link) for place, link in enumerate(links)] * 3)
    with pytest.raises(DecodeError, match="read already"):
        reads.items(server, NextLink())
    assert len(server.requests) == requests


def test_the_page_that_leads_back_is_given(reads: List) -> None:
    server = Server(found(1, nextLink="/x"))

    def read(transport: Any) -> Any:
        items = iter(transport.pages(call(), NextLink()))
        assert next(items) == Inner(n=1)
        with pytest.raises(DecodeError):
            next(items)

    server.use(read)


def test_a_cursor_that_does_not_move_ends(reads: List) -> None:
    paging: Any = Cursor(("value",), ("c",), "after")
    server = Server(found(1, c="a"), found(2, c="a"), found(3, c="a"))
    with pytest.raises(DecodeError, match="read already"):
        reads.items(server, paging)
    assert len(server.requests) == 2


@pytest.mark.parametrize("paging", [PageNumber(("value",)), Offset(("value",))])
def test_a_server_that_does_not_know_the_parameter(reads: List, paging: Any) -> None:
    server = Server(*[found(1)] * 9)
    with pytest.raises(DecodeError, match="once more"):
        reads.items(server, paging)
    assert len(server.requests) == 2


# ----- elsewhere

SECRETS: Any = {
    "schemes": (
        ApiKeyScheme("Key", "header", "api-key"),
        ApiKeyScheme("Query", "query", "key"),
        ApiKeyScheme("Cookie", "cookie", "session"),
    ),
    "credential": {"Key": "s3cr3t", "Query": "s3cr3t", "Cookie": "s3cr3t"},
    "default_headers": {"x-default": "s3cr3t"},
}
OPTIONS = {"extra_headers": {"x-extra": "s3cr3t"}}


@pytest.mark.parametrize("link", ["https://evil.test/y", "https://api.test:444/y", "//evil.test/y"])
def test_a_link_to_another_origin_carries_nothing_secret(reads: List, link: str) -> None:
    server = Server(found(1, nextLink=link), found(2))
    made = call(auth=(("Key", "Query", "Cookie"),), parameters=(Header("x-parameter", "s3cr3t"),))
    items = reads.items(server, NextLink(), made, OPTIONS, **SECRETS)
    assert [item.n for item in items] == [1, 2]
    there = server.requests[1]
    assert "s3cr3t" not in f"{there.url} {there.headers.raw!r}"
    assert set(there.headers) == {"host", "accept", "accept-encoding", "user-agent"}


def test_a_link_to_the_same_origin_carries_the_credential(reads: List) -> None:
    server = Server(found(1, nextLink="https://API.test:443/y"), found(2))
    made = call(auth=(("Key", "Query"),))
    reads.items(server, NextLink(), made, OPTIONS, **SECRETS)
    there = server.requests[1]
    assert there.headers["api-key"] == "s3cr3t"
    assert there.url.query == b"key=s3cr3t"


@pytest.mark.parametrize(
    "link",
    [
        "http://api.test/y",
        "javascript:alert(1)",
        "https://u:p@api.test/y",
        "\\\\evil.test",
        "http://[x",
        "/a\nb",
    ],
)
def test_links_that_are_not_followed(reads: List, link: str) -> None:
    server = Server(found(1, nextLink=link))
    with pytest.raises(DecodeError, match="next page"):
        reads.items(server, NextLink())
    assert len(server.requests) == 1


def test_one_page_is_all_whatever_its_link_says(reads: List) -> None:
    server = Server(found(1, 2, nextLink="https://elsewhere.test/x"))
    paging: OnePage[Any] = OnePage(items=("value",))
    assert [item.n for item in reads.items(server, paging)] == [1, 2]
    assert len(server.requests) == 1
    with pytest.raises(RequestError, match="one page"):
        reads.pages(server, paging, start="2")


@pytest.mark.parametrize(
    ("place", "template", "asked"),
    [
        ("path", "/x/{shelf}/{next}", ["/x?tenant=t&size=2", "/x/s/a%2Fb?tenant=t", "/x/s/c?tenant=t"]),
        ("query", "/more", ["/x?tenant=t&size=2", "/more?tenant=t&next=a%2Fb", "/more?tenant=t&next=c"]),
    ],
)
def test_another_operation_gets_further_pages(
    reads: List, place: Any, template: str, asked: list[str]
) -> None:
    server = Server(found(1, nextLink="a/b"), found(2, nextLink="c"), found(3, nextLink=""))
    given = (Path("shelf", "s"), Query("tenant", "t"), Query("size", 2))
    paging: NextOperation[Any] = NextOperation(
        items=("value",),
        link=("nextLink",),
        path=template,
        parameter="next",
        place=place,
        kept=("shelf", "tenant"),
    )
    assert [item.n for item in reads.items(server, paging, call(parameters=given))] == [1, 2, 3]
    assert paths(server) == asked


def test_another_operation_that_gives_the_same_again_is_refused(reads: List) -> None:
    server = Server(found(1, nextLink="a"), found(2, nextLink="a"))
    paging: NextOperation[Any] = NextOperation(
        items=("value",), link=("nextLink",), path="/{next}", parameter="next", method="POST"
    )
    with pytest.raises(DecodeError, match="read already"):
        reads.items(server, paging)
    assert [request.method for request in server.requests] == ["GET", "POST"]
