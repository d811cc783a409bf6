"""Where a server's links lead: pages in circles and elsewhere, and jobs that never end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from exchanges import call
from loopback import Peer, User, serving
from msgspec.structs import replace
from runtime_models import Inner
from sdk_runtime import (
    ApiError,
    ApiKeyScheme,
    DecodeError,
    JsonBody,
    LinkHeader,
    LongRunning,
    NextLink,
    OperationFailed,
    RequestTimeout,
    ServerError,
    Timeout,
)

SECRET = "s3cr3t-k3y"  # noqa: S105
PAGES = {"200": {"application/json": dict[str, Any]}}
LIST = {"200": {"application/json": list[int]}}


@pytest.fixture(params=["sync", "async"])
def user(request: pytest.FixtureRequest) -> User:
    return User(request.param)


@pytest.fixture(params=["header", "query", "cookie"])
def key(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"schemes": (ApiKeyScheme("Key", request.param, "api-key"),), "credential": SECRET}


def items(user: User, url: str, paging: Any = None, returns: Any = PAGES, **settings: Any) -> list[Any]:
    """What a list gives, and what ended it."""
    asked = call(returns=returns, auth=(("Key",),) if settings else ())

    def read(transport: Any) -> list[Any]:
        found: list[Any] = []
        try:
            found.extend(transport.pages(asked, paging or NextLink()))
        except Exception as exc:
            found.append(exc)
        return found

    async def later(transport: Any) -> list[Any]:
        found: list[Any] = []
        try:
            async for item in transport.pages(asked, paging or NextLink()):
                found.append(item)  # noqa: PERF401  # those before an exception count
        except Exception as exc:
            found.append(exc)
        return found

    (result,) = user.run(url, [read if user.kind == "sync" else later], **settings)
    return result if isinstance(result, list) else [result]


def linked(links: dict[str, str]) -> Callable[[Peer], None]:
    """A list whose pages are the paths, each with the link told, as a member and as a header."""

    def script(peer: Peer) -> None:
        # Nobody who goes in circles goes on for ever.
        while (request := peer.request()) and len(peer.server.requests) < 20:
            path = request.split(b" ")[1].decode().partition("?")[0]
            link = links.get(path, "")
            member = f'{{"value":[{len(peer.server.requests)}],"nextLink":"{link}"}}'
            peer.json(member.encode(), f'link: <{link}>; rel="next"' if link else "x: y", "x-request-id: r1")

    return script


@pytest.mark.parametrize(
    ("links", "requests"),
    [
        ({"/x": "/x"}, 1),
        ({"/x": "/x#again"}, 1),
        ({"/x": "."}, 2),
        ({"/x": "/y", "/y": "/x"}, 2),
        ({"/x": "/y", "/y": "/y"}, 2),
        ({"/x": "/y", "/y": "/z", "/z": "/y"}, 3),
    ],
)
def test_circles_end(user: User, links: dict[str, str], requests: int) -> None:
    if "." in links.values():
        links = {**links, "/": "/x"}
    with serving(linked(links)) as server:
        found = items(user, server.url)
        assert found[:-1] == list(range(1, len(found)))
        assert isinstance(found[-1], DecodeError)
        assert "leads back" in str(found[-1])
        assert (found[-1].operation, found[-1].status_code, found[-1].request_id) == ("op", 200, "r1")
        assert len(server.requests) == requests


def test_a_page_elsewhere_is_asked_for_with_nothing_secret(user: User, key: Any) -> None:
    with serving(linked({})) as other, serving(linked({"/x": f"{other.url}/y?a=b"})) as server:
        assert items(user, server.url, default_headers={"x-own": SECRET}, **key) == [1, 1]
    assert SECRET.encode() in server.requests[0]
    (request,) = other.requests
    assert request.startswith(b"GET /y?a=b HTTP/1.1\r\n")
    assert SECRET.encode() not in request


def test_a_page_here_that_redirects_elsewhere_carries_nothing_secret(user: User, key: Any) -> None:
    with serving(linked({})) as other:

        def here(peer: Peer) -> None:
            while request := peer.request():
                if request.startswith(b"GET /y"):
                    peer.answer("307 Temporary Redirect", b"", f"location: {other.url}/z")
                else:
                    peer.json(b'{"value":[1],"nextLink":"/y"}')

        with serving(here) as server:
            assert items(user, server.url, **key) == [1, 1]
    assert SECRET.encode() in server.requests[1]
    assert SECRET.encode() not in other.requests[0]


def test_a_page_elsewhere_that_leads_back_is_asked_for_with_the_credential(user: User, key: Any) -> None:
    back: dict[str, str] = {}
    with serving(linked(back)) as other, serving(linked({"/x": f"{other.url}/y"})) as server:
        back["/y"] = f"{server.url}/z"
        assert items(user, server.url, **key) == [1, 1, 2]
    assert SECRET.encode() in server.requests[1]
    assert SECRET.encode() not in other.requests[0]


@pytest.mark.parametrize(
    "link", ["javascript:x", "file:///etc/passwd", "http://[", "http://u:p@127.0.0.1/", "\\\\\\\\x"]
)
def test_a_link_that_leads_nowhere(user: User, link: str) -> None:
    with serving(linked({"/x": link})) as server:
        (error,) = items(user, server.url)
    assert isinstance(error, DecodeError)
    assert len(server.requests) == 1


def test_headers_with_links_in_circles(user: User) -> None:
    def script(peer: Peer) -> None:
        while peer.request():
            peer.json(b"[1]", 'link: </x>; rel="next"')

    with serving(script) as server:
        found = items(user, server.url, LinkHeader(), LIST)
    assert found[0] == 1
    assert isinstance(found[1], DecodeError)


# ----- jobs


def job(user: User, url: str, within: float | None = None, how: Any = None, **settings: Any) -> Any:
    asked = replace(
        call("POST", body=JsonBody({}), returns={"200": {"application/json": Inner}, "202": {}}),
        path="/start",
        auth=(("Key",),) if "credential" in settings else (),
    )
    how = how or LongRunning(interval=0.01)

    async def later(transport: Any) -> Any:
        poller = await transport.begin(asked, how)
        return await poller.result(within)

    def run(transport: Any) -> Any:
        return transport.begin(asked, how).result(within)

    (result,) = user.run(url, [run if user.kind == "sync" else later], **settings)
    return result


def answering(*answers: Callable[[Peer], None]) -> Callable[[Peer], None]:
    """A job whose status is told by the answers in turn, the last one for ever."""

    def script(peer: Peer) -> None:
        while request := peer.request():
            if request.startswith(b"POST"):
                peer.answer("202 Accepted", b"", "operation-location: /status")
                continue
            told = sum(b"POST" not in request for request in peer.server.requests)
            answers[min(told, len(answers)) - 1](peer)

    return script


def running(peer: Peer) -> None:
    peer.json(b'{"status":"Running"}', "x-request-id: r1")


def succeeded(peer: Peer) -> None:
    peer.json(b'{"status":"Succeeded","n":1}')


def hanging(peer: Peer) -> None:
    peer.linger()


def unfinished(peer: Peer) -> None:
    peer.send(b"HTTP/1.1 200 OK\r\nx-request-id: r1\r\ncontent-length: 9\r\n\r\n{")
    peer.linger()


@pytest.mark.parametrize("answers", [(hanging,), (running, unfinished)])
def test_a_job_is_held_to_its_time_though_a_call_may_take_longer(user: User, answers: Any) -> None:
    with serving(answering(*answers)) as server:
        error = job(user, server.url, 0.3, timeout=Timeout(attempt=60, read=60))
    assert type(error) is RequestTimeout
    assert error.operation == "op"


def test_a_result_is_held_to_the_time_of_its_job(user: User) -> None:
    with serving(answering(succeeded, hanging)) as server:
        error = job(user, server.url, 0.3, LongRunning(interval=0.01, final_state_via="original-uri"))
    assert type(error) is RequestTimeout


@pytest.mark.parametrize("told", ["retry-after: 3600", "retry-after-ms: 9999999999", "x: y"])
def test_a_job_that_never_ends_ends(user: User, told: str) -> None:
    now = [0.0]

    def forever(peer: Peer) -> None:
        now[0] += 20.0
        peer.json(b'{"status":"Running"}', "x-request-id: r1", told)

    def run(transport: Any) -> Any:
        transport.settings = replace(transport.settings, clock=lambda: now[0])
        return transport.begin(asked, LongRunning(interval=0.01)).result(100)

    async def later(transport: Any) -> Any:
        transport.settings = replace(transport.settings, clock=lambda: now[0])
        return await (await transport.begin(asked, LongRunning(interval=0.01))).result(100)

    asked = replace(call("POST", returns={"202": {}}), path="/start")
    with serving(answering(forever)) as server:
        (error,) = user.run(server.url, [run if user.kind == "sync" else later], timeout=None)
    assert type(error) is RequestTimeout
    assert str(error).startswith("op: ")
    assert error.operation == "op"
    assert len(server.requests) < 8


def test_locations_that_lead_on_for_ever_end(user: User) -> None:
    def script(peer: Peer) -> None:
        while peer.request():
            peer.answer("202 Accepted", b"", f"location: /wait{len(peer.server.requests)}")

    with serving(script) as server:
        error = job(user, server.url, 0.2)
    assert type(error) is RequestTimeout
    assert (error.operation, error.status_code) == ("op", 202) or "no response in time" in str(error)


def test_a_status_elsewhere_is_asked_for_with_nothing_secret(user: User, key: Any) -> None:
    def there(peer: Peer) -> None:
        while peer.request():
            succeeded(peer)

    with serving(there) as other:

        def here(peer: Peer) -> None:
            while peer.request():
                peer.answer("202 Accepted", b"", f"operation-location: {other.url}/status?a=b")

        with serving(here) as server:
            assert job(user, server.url, 20.0, **key).n == 1
    assert SECRET.encode() in server.requests[0]
    assert other.requests
    assert not any(SECRET.encode() in request for request in other.requests)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (
            lambda peer: peer.json(b'{"status":"Failed","error":{"message":"no more"}}', "x-request-id: r1"),
            OperationFailed,
        ),
        (lambda peer: peer.json(b'{"status":"Canceled"}', "x-request-id: r1"), OperationFailed),
        (lambda peer: peer.json(b'{"status":5}', "x-request-id: r1"), DecodeError),
        (lambda peer: peer.json(b"<html>", "x-request-id: r1"), DecodeError),
        (lambda peer: peer.json(b"", "x-request-id: r1"), DecodeError),
        (lambda peer: peer.json(b"[" * 100_000, "x-request-id: r1"), DecodeError),
    ],
)
def test_every_bad_end_of_a_job_tells_all(user: User, answer: Any, kind: Any) -> None:
    with serving(answering(running, answer)) as server:
        error = job(user, server.url, 20.0)
    assert type(error) is kind
    assert (error.operation, error.attempts, error.status_code, error.request_id) == ("op", 1, 200, "r1")
    assert str(error).startswith("op: 200 OK (request id r1, 1 attempt): ")


def test_a_status_that_cannot_be_asked_for(user: User) -> None:
    with serving(answering(lambda peer: peer.answer("500 No", b"", "x-request-id: r1"))) as server:
        error = job(user, server.url, 20.0)
    assert type(error) is ServerError
    assert (error.attempts, error.request_id) == (3, "r1")
    with serving(answering(lambda peer: peer.answer("404 No"))) as server:
        assert isinstance(job(user, server.url, 20.0), ApiError)
