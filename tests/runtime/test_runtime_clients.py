"""Clients: their options, threads and ends."""

from __future__ import annotations

import httpx2
import pytest
from exchanges import Send, Server, call, reply
from sdk_runtime import (
    AsyncBaseClient,
    BaseClient,
    RequestError,
    Transport,
)

# ----- clients


def test_timeout_is_passed_on(send: Send) -> None:
    for options, expected in (({}, 60.0), ({"timeout": 3.0}, 3.0), ({"timeout": None}, None)):
        server = Server(reply(200, {"n": 1}))
        send(server, call(), options)
        allowed = server.requests[0].extensions["timeout"]["read"]
        assert allowed == (None if expected is None else pytest.approx(expected, abs=1))


def test_closing() -> None:
    import asyncio

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
    from concurrent.futures import ThreadPoolExecutor

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
