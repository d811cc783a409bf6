"""Where redirects lead, and what goes along."""

from __future__ import annotations

import httpx2
import pytest
from exchanges import Send, Server, call, reply
from runtime_models import Inner
from sdk_runtime import (
    ApiError,
    JsonBody,
    RawBody,
    ServerError,
)

# ----- redirects


def redirect(status: int, location: str) -> httpx2.Response:
    return reply(status, None, location=location)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_of_get(send: Send, status: int) -> None:
    server = Server(redirect(status, "/y?a=1"), reply(200, {"n": 1}))
    assert send(server, call()) == Inner(n=1)
    assert str(server.requests[1].url) == "https://api.test/y?a=1"
    assert server.pauses == []


@pytest.mark.parametrize("status", [307, 308])
def test_redirects_with_a_body(send: Send, status: int) -> None:
    server = Server(redirect(status, "https://api.test:443/y"), reply(200, {"n": 1}))
    send(server, call("POST", body=JsonBody(Inner(n=3))))
    assert [(r.method, r.content) for r in server.requests] == [("POST", b'{"n":3}')] * 2


@pytest.mark.parametrize(
    ("status", "location", "method"),
    [
        (302, "http://evil.test/", "GET"),
        (307, "https://evil.test/", "POST"),
        (307, "//evil.test/", "DELETE"),
        (307, "https://api.test:444/", "POST"),
        (307, "http://api.test/", "POST"),
        (302, "https://user:pw@api.test/", "GET"),
        (302, "https://api.test\\@evil.test/", "GET"),
        (302, "https://[x", "GET"),
        (302, "javascript:alert(1)", "GET"),
        (302, "", "GET"),
        (302, "/y", "POST"),
        (303, "/y", "POST"),
    ],
)
def test_redirects_that_are_not_followed(send: Send, status: int, location: str, method: str) -> None:
    server = Server(redirect(status, location))
    with pytest.raises(ApiError, match="redirect") as caught:
        send(server, call(method))
    assert caught.value.status_code == status
    assert "pw" not in str(caught.value)


def test_redirect_loops_end(send: Send) -> None:
    server = Server(*[redirect(302, "/x") for _ in range(9)])
    with pytest.raises(ApiError, match="more than 5 redirects") as caught:
        send(server, call())
    assert len(server.requests) == 6
    assert caught.value.attempts == 1


def test_redirects_do_not_hide_attempts(send: Send) -> None:
    server = Server(*[redirect(302, "/y"), reply(500)] * 3)
    with pytest.raises(ServerError) as caught:
        send(server, call())
    assert caught.value.attempts == 3
    assert [request.url.path for request in server.requests] == ["/x", "/y"] * 3


def test_redirect_of_a_body_that_cannot_be_sent_again(send: Send) -> None:
    server = Server(redirect(307, "/y"))
    with pytest.raises(ApiError, match="cannot be sent again"):
        send(server, call("POST", body=RawBody(iter([b"a"]))))


def test_to_https_of_the_same_host(send: Send) -> None:
    server = Server(redirect(301, "https://api.test/y"), reply(200, {"n": 1}))
    assert send(server, call(), base_url="http://api.test") == Inner(n=1)
