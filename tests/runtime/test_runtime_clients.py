"""Clients: their options, threads and ends."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
from exchanges import Send, Server, call, reply
from loopback import Peer, serving
from runtime_models import Inner
from sdk_runtime import (
    AsyncBaseClient,
    AsyncTransport,
    BaseClient,
    BasicAuth,
    JsonBody,
    RequestError,
    RequestTimeout,
    Timeout,
    Transport,
)


def test_timeout_is_passed_on(send: Send) -> None:
    for options, expected in (({}, 60.0), ({"timeout": 3.0}, 3.0), ({"timeout": None}, None)):
        server = Server(reply(200, {"n": 1}))
        send(server, call(), options)
        allowed = server.requests[0].extensions["timeout"]["read"]
        assert allowed == (None if expected is None else pytest.approx(expected, abs=1))


def test_closing() -> None:
    with BaseClient(base_url="https://api.test") as client:
        assert repr(client) == "BaseClient(base_url='https://api.test')"
    with pytest.raises(RequestError, match="closed"):
        client._transport.send(call())

    async def run() -> None:
        async with AsyncBaseClient(base_url="https://u:secret@api.test/?k=secret") as client:
            assert "secret" not in repr(client)
        with pytest.raises(RequestError, match="closed"):
            await client._transport.send(call())

    asyncio.run(run())


def test_a_given_client_stays_open() -> None:
    given = httpx2.Client()
    BaseClient(base_url="https://api.test", http_client=given).close()
    assert not given.is_closed
    given.close()


def test_many_threads() -> None:
    def handle(request: httpx2.Request) -> httpx2.Response:
        return reply(200, {"n": 1, request.url.params["q"]: 1})

    with httpx2.Client(transport=httpx2.MockTransport(handle)) as given:
        transport = Transport(base_url="https://api.test", http_client=given)
        with ThreadPoolExecutor(8) as pool:
            jobs = [
                pool.submit(transport.send, call(), {"extra_query": {"q": f"k{n % 20}"}}) for n in range(200)
            ]
            got = [job.result().extra_fields for job in jobs]
    assert got == [{f"k{n % 20}": 1} for n in range(200)]


def test_importing_takes_no_http_library() -> None:
    import subprocess
    import sys

    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import runtime, runtime.codec;"
        "assert not {'httpx', 'httpx2', 'asyncio', 'email', 'mimetypes'} & set(sys.modules);"
        "runtime.Transport; assert 'httpx2' in sys.modules"
    )
    from pathlib import Path

    folder = Path(__file__).parents[2] / "templates/python"
    subprocess.run([sys.executable, "-c", code, str(folder)], check=True)


# ----- own HTTP clients


def test_a_client_of_the_other_library_works_whole() -> None:
    httpx = pytest.importorskip("httpx")

    def good(peer: Peer) -> None:
        while peer.request():
            peer.json()

    def slow(peer: Peer) -> None:
        peer.request()
        peer.drip(b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 10_000)

    with serving(good, slow) as server, httpx.Client() as client:
        transport = Transport(base_url=server.url, http_client=client)
        assert transport.send(call()) == Inner(n=1)
        assert transport.send(call("POST", body=JsonBody({"a": 1}))) == Inner(n=1)
        client.close()
    with serving(slow) as server, httpx.Client() as client:
        transport = Transport(base_url=server.url, http_client=client, timeout=Timeout(attempt=0.2))
        with pytest.raises(RequestTimeout):
            transport.send(call(), {"max_retries": 0})


def test_what_a_given_client_holds_stays_with_its_origin() -> None:
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        if request.url.host == "api.test":
            return reply(302, None, location="https://evil.test/")
        return reply(200, {"n": 1})

    held: Any = {"headers": {"x-key": "s3cr3t"}, "cookies": {"session": "s3cr3t"}, "auth": ("u", "s3cr3t")}
    with httpx2.Client(transport=httpx2.MockTransport(answer), **held) as client:
        Transport(base_url="https://api.test", http_client=client).send(call())
    assert seen[0].headers["x-key"] == "s3cr3t"
    assert seen[0].headers["cookie"] == "session=s3cr3t"
    assert seen[0].headers["authorization"].startswith("Basic ")
    assert not {"cookie", "authorization", "x-key"} & set(seen[1].headers)


def test_senseless_settings_are_refused() -> None:
    for settings in ({"timeout": 0}, {"default_headers": {"a": "b\r\nc"}}, {"user_agent": "a\nb"}):
        with pytest.raises(RequestError):
            BaseClient(base_url="https://api.test", **settings)


def test_basic_credentials_show_no_password() -> None:
    assert "s3cr3t" not in repr(BasicAuth("u", "s3cr3t"))


# ----- processes, threads and cancellation


def polite(peer: Peer) -> None:
    while peer.request():
        peer.json()


def test_a_child_process_has_connections_of_its_own() -> None:
    with serving(polite) as server:
        transport = Transport(base_url=server.url)
        transport.send(call())
        view = transport.with_options({"max_retries": 0})
        child = os.fork()
        if child == 0:
            # Nothing but the exit code leaves the child: not even pytest's own ending.
            ended = 1
            try:
                ended = 0 if transport.send(call()) == view.send(call()) == Inner(n=1) else 2
            finally:
                os._exit(ended)
        assert os.waitpid(child, 0)[1] == 0
        assert transport.send(call()) == Inner(n=1)
        transport.close()
    assert server.connections == 2


def test_many_threads_on_real_connections() -> None:
    def echo(peer: Peer) -> None:
        while request := peer.request():
            number = request.partition(b"?n=")[2].partition(b" ")[0]
            peer.json(b'{"n":%s}' % number)

    with serving(echo) as server:
        limits = httpx2.Limits(max_connections=3)
        with httpx2.Client(limits=limits) as given, ThreadPoolExecutor(12) as pool:
            transport = Transport(base_url=server.url, http_client=given)
            jobs = [pool.submit(transport.send, call(), {"extra_query": {"n": n}}) for n in range(120)]
            assert [job.result().n for job in jobs] == list(range(120))
    assert server.connections == 3


@pytest.mark.parametrize("stage", ["connect", "headers", "body", "pause"])
def test_a_cancelled_call_leaves_the_pool_usable(stage: str) -> None:
    def stall(peer: Peer) -> None:
        peer.request()
        if stage == "body":
            peer.send(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{")
        if stage == "pause":
            peer.answer("503 Busy", b"", "retry-after: 100")
            polite(peer)
        peer.linger()

    async def run(url: str) -> Any:
        async with httpx2.AsyncClient(limits=httpx2.Limits(max_connections=1)) as given:
            transport = AsyncTransport(base_url=url, http_client=given)
            task = asyncio.ensure_future(transport.send(call()))
            if stage == "connect":
                await asyncio.sleep(0)
            else:
                await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return await transport.send(call(), {"timeout": 5})

    scripts = [polite] if stage == "connect" else [stall, polite]
    with serving(*scripts) as server:
        assert asyncio.run(run(server.url)) == Inner(n=1)


def test_cookies_of_another_origin_stay_there() -> None:
    def there(peer: Peer) -> None:
        while peer.request():
            peer.json(b'{"n":1}', "set-cookie: there=1; Path=/")

    with serving(there) as other:

        def here(peer: Peer) -> None:
            while request := peer.request():
                if b"GET /x" in request:
                    peer.answer("302 Found", b"", f"location: {other.url}/y", "set-cookie: here=1; Path=/")

        with serving(here) as server:
            transport = Transport(base_url=server.url)
            for _ in range(2):
                assert transport.send(call()) == Inner(n=1)
            transport.close()
        assert len(other.requests) == 2
        assert not any(b"cookie" in request.lower() for request in other.requests)
