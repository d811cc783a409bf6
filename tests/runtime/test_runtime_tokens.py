"""Tokens under load and under faults: had once for all who need one, within the time of the call."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from exchanges import call
from loopback import Peer, User, serving
from msgspec.structs import replace
from runtime_models import Inner
from sdk_runtime import (
    ApiError,
    AsyncTransport,
    AuthenticationError,
    BearerScheme,
    BearerToken,
    ClientCredentials,
    ConnectionFailed,
    RequestError,
    RequestTimeout,
    SdkError,
    Timeout,
    Transport,
)

CALL = call(auth=(("OAuth",),))
SECRET = "s3cr3t-of-the-client"  # noqa: S105
SETTINGS: Any = {
    "schemes": (BearerScheme("OAuth", token_url="/token"),),  # noqa: S106
    "credential": ClientCredentials("id", SECRET),
}
MANY = 8


@pytest.fixture(params=["sync", "async"])
def user(request: pytest.FixtureRequest) -> User:
    return User(request.param)


class Endpoint:
    """A server with a token endpoint, which counts how often it is asked, and takes the tokens it has not refused."""

    def __init__(self, answer: Callable[[Peer, int], None]) -> None:
        self.answer = answer
        self.asked = 0
        self.refused: set[bytes] = set()
        self.sent: list[bytes] = []
        self.refusals = threading.Barrier(MANY)

    def __call__(self, peer: Peer) -> None:
        while request := peer.request():
            if request.startswith(b"POST /token"):
                self.asked += 1
                # Long enough for the others to come; were they late, they would find the token remembered.
                peer.server.over.wait(0.1)
                self.answer(peer, self.asked)
                continue
            token = request.lower().partition(b"authorization: bearer ")[2].partition(b"\r\n")[0]
            self.sent.append(token)
            if token in self.refused:
                self.refusals.wait(10)
                peer.answer("401 Unauthorized")
            else:
                peer.json()


def give(peer: Peer, number: int, lifetime: str = "3600") -> None:
    peer.json(b'{"access_token":"t%d","expires_in":%s}' % (number, lifetime.encode()))


def fail(peer: Peer, number: int) -> None:
    peer.answer("400 Bad Request", b'{"error":"invalid_client"}', "content-type: application/json")


def at_once(kind: str, url: str, times: int = MANY, **settings: Any) -> list[Any]:
    """Make the same call many times at once; exceptions are results."""
    given = {**SETTINGS, **settings}
    if kind == "sync":
        transport = Transport(base_url=url, **given)

        def send(_: int) -> Any:
            try:
                return transport.send(CALL)
            except SdkError as exc:
                return exc

        with ThreadPoolExecutor(times) as pool:
            results = list(pool.map(send, range(times)))
        transport.close()
        return results

    async def run() -> list[Any]:
        transport = AsyncTransport(base_url=url, **given)
        calls = [transport.send(CALL) for _ in range(times)]
        results = await asyncio.gather(*calls, return_exceptions=True)
        await transport.aclose()
        return results

    return asyncio.run(run())


@pytest.mark.parametrize("lifetime", ["3600", "null"])
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_token_is_asked_for_once_for_all_who_need_it(kind: str, lifetime: str) -> None:
    endpoint = Endpoint(lambda peer, number: give(peer, number, lifetime))
    with serving(endpoint) as server:
        assert at_once(kind, server.url) == [Inner(n=1)] * MANY
    # One whose life is not told is had anew by whoever comes after it was given.
    assert endpoint.asked == 1 if lifetime == "3600" else endpoint.asked < MANY


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_credential_is_asked_once_for_all_who_need_it(kind: str) -> None:
    asked: list[int] = []

    class Slow:
        def get_token(self, *_: str) -> Any:
            asked.append(1)
            if kind == "sync":
                time.sleep(0.1)
                return SimpleNamespace(token="t", expires_on=time.time() + 3600)  # noqa: S106

            async def later() -> Any:
                await asyncio.sleep(0.1)
                return SimpleNamespace(token="t", expires_on=time.time() + 3600)  # noqa: S106

            return later()

    with serving(Endpoint(give)) as server:
        assert at_once(kind, server.url, credential=Slow()) == [Inner(n=1)] * MANY
    assert len(asked) == 1


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_refusal_is_for_all_who_waited(kind: str) -> None:
    endpoint = Endpoint(fail)
    with serving(endpoint) as server:
        results = at_once(kind, server.url)
    assert {type(result) for result in results} == {RequestError}
    assert all("invalid_client" in str(result) for result in results)
    assert all(
        (result.operation, result.attempts, result.status_code) == ("op", 0, 400) for result in results
    )
    # Their own, each: what one adds to its error is not in that of another one.
    assert len({id(result) for result in results}) == MANY
    assert endpoint.asked < MANY


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_withdrawn_token_is_renewed_once_for_all(kind: str) -> None:
    endpoint = Endpoint(give)
    with serving(endpoint) as server:
        given = {**SETTINGS, "base_url": server.url}
        if kind == "sync":
            transport = Transport(**given)
            transport.send(CALL)
            endpoint.refused.add(b"t1")
            with ThreadPoolExecutor(MANY) as pool:
                results: list[Any] = list(pool.map(lambda _: transport.send(CALL), range(MANY)))
            transport.close()
        else:

            async def run() -> list[Any]:
                transport = AsyncTransport(**given)
                await transport.send(CALL)
                endpoint.refused.add(b"t1")
                results = await asyncio.gather(*[transport.send(CALL) for _ in range(MANY)])
                await transport.aclose()
                return results

            results = asyncio.run(run())
    assert results == [Inner(n=1)] * MANY
    assert endpoint.asked == 2
    assert endpoint.sent.count(b"t2") == MANY


def test_a_token_that_is_new_already_is_not_asked_for_again() -> None:
    arrived, renewed = threading.Event(), threading.Event()
    asked: list[int] = []

    def script(peer: Peer) -> None:
        while request := peer.request():
            if b"/token" in request:
                asked.append(1)
                give(peer, len(asked))
            elif b"Bearer t2" in request:
                peer.json()
            else:
                if b"/slow" in request:
                    arrived.set()
                    renewed.wait(20)
                peer.answer("401 Unauthorized")

    with serving(script) as server, ThreadPoolExecutor(1) as pool:
        transport = Transport(base_url=server.url, **SETTINGS)
        # What is remembered may be refused once, what is fresh is not asked for again.
        with pytest.raises(AuthenticationError):
            transport.send(CALL)
        assert asked == [1]
        transport.settings.authenticator._tokens["OAuth"] = ("t0", time.monotonic() + 1000)
        slow = pool.submit(transport.send, replace(CALL, path="/slow"))
        assert arrived.wait(20)
        assert transport.send(CALL) == Inner(n=1)
        renewed.set()
        assert slow.result() == Inner(n=1)
        transport.close()
    assert asked == [1, 1]


def test_who_waits_goes_on_when_the_one_that_asked_is_cancelled() -> None:
    async def run(url: str) -> Any:
        transport = AsyncTransport(base_url=url, **SETTINGS)
        first = asyncio.ensure_future(transport.send(CALL))
        second = asyncio.ensure_future(transport.send(CALL))
        await asyncio.sleep(0.05)
        first.cancel()
        result = await asyncio.wait_for(second, 10)
        await transport.aclose()
        return result

    with serving(Endpoint(give)) as server:
        assert asyncio.run(run(server.url)) == Inner(n=1)


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_who_waits_is_held_to_its_own_time(kind: str) -> None:
    asked = threading.Event()

    def hang(peer: Peer) -> None:
        peer.request()
        asked.set()
        peer.linger()

    impatient = {"timeout": Timeout(attempt=0.1), "max_retries": 0}
    with serving(hang) as server:
        if kind == "sync":
            transport = Transport(base_url=server.url, timeout=Timeout(attempt=1), max_retries=0, **SETTINGS)
            with ThreadPoolExecutor(1) as pool:
                patient = pool.submit(transport.send, CALL)
                assert asked.wait(10)
                with pytest.raises(RequestTimeout, match="no token for 'OAuth' in time"):
                    transport.send(CALL, impatient)
                assert not patient.done()
                with pytest.raises(RequestTimeout):
                    patient.result()
            transport.close()
            return

        async def run() -> None:
            transport = AsyncTransport(
                base_url=server.url, timeout=Timeout(attempt=1), max_retries=0, **SETTINGS
            )
            patient = asyncio.ensure_future(transport.send(CALL))
            await asyncio.sleep(0.05)
            with pytest.raises(RequestTimeout, match="no token for 'OAuth' in time"):
                await transport.send(CALL, impatient)
            assert not patient.done()
            with pytest.raises(RequestTimeout):
                await patient
            await transport.aclose()

        asyncio.run(run())


def test_a_child_process_does_not_wait_for_its_parent() -> None:
    asked = threading.Event()
    go_on = threading.Event()

    class Slow:
        def get_token(self, *_: str) -> Any:
            if os.getpid() == parent:
                asked.set()
                go_on.wait(30)
            return SimpleNamespace(token="t", expires_on=time.time() + 3600)  # noqa: S106

    parent = os.getpid()
    with serving(Endpoint(give)) as server, ThreadPoolExecutor(1) as pool:
        transport = Transport(base_url=server.url, **{**SETTINGS, "credential": Slow()})
        waiting = pool.submit(transport.send, CALL)
        assert asked.wait(10)
        child = os.fork()
        if child == 0:
            ended = 1
            try:
                ended = 0 if transport.send(CALL, {"timeout": 20}) == Inner(n=1) else 2
            finally:
                os._exit(ended)
        assert os.waitpid(child, 0)[1] == 0
        go_on.set()
        assert waiting.result() == Inner(n=1)
        transport.close()


# ----- endpoints and credentials that fail


def silent(peer: Peer) -> None:
    peer.request()
    peer.linger()


def dripping(peer: Peer) -> None:
    peer.request()
    peer.drip(b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 10_000)


def cut(peer: Peer) -> None:
    peer.request()
    peer.send(b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{")


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (silent, RequestTimeout),
        (dripping, RequestTimeout),
        (cut, ConnectionFailed),
        (Peer.reset, ConnectionFailed),
    ],
)
@pytest.mark.parametrize("timeout", [Timeout(attempt=0.3), Timeout(total=0.3)])
def test_a_token_endpoint_is_held_to_the_time_of_the_call(
    user: User, fault: Any, kind: Any, timeout: Timeout
) -> None:
    with serving(fault) as server, pytest.raises(kind, match=r"^op: no token for 'OAuth': token: ") as caught:
        user.send(server.url, CALL, {"timeout": timeout, "max_retries": 0}, **SETTINGS)
    assert (caught.value.operation, caught.value.attempts) == ("op", 0)
    assert server.connections == 1
    assert SECRET not in f"{caught.value!r}"


@pytest.mark.parametrize(
    "lifetime", ["1" + "0" * 400, "1e300", "-1e300", "true", '"' + "9" * 400 + '"', "[]", "1e99"]
)
def test_senseless_lifetimes(user: User, lifetime: str) -> None:
    with serving(Endpoint(lambda peer, number: give(peer, number, lifetime))) as server:
        assert user.send(server.url, CALL, **SETTINGS) == Inner(n=1)


@pytest.mark.parametrize("told", [10**400, float("nan"), float("inf"), "soon", None, True, b"1"])
def test_senseless_times_of_a_credential(user: User, told: Any) -> None:
    credential = SimpleNamespace(get_token=lambda *_: SimpleNamespace(token="t", expires_on=told))  # noqa: S106
    with serving(Endpoint(give)) as server:
        assert user.send(server.url, CALL, **{**SETTINGS, "credential": credential}) == Inner(n=1)


@pytest.mark.parametrize("token", ["a\r\nx: y", "a\nb", "a\0b", "\ud800", " \t ", "", None, 5, b"bytes"])
@pytest.mark.parametrize("way", ["endpoint", "callable", "get_token"])
def test_a_token_that_is_none(user: User, token: Any, way: str) -> None:
    import json

    def tell(peer: Peer, _: int) -> None:
        told = token.decode() + "\r\n" if isinstance(token, bytes) else token
        peer.json(json.dumps({"access_token": told}).encode())

    credential: Any = {
        "endpoint": SETTINGS["credential"],
        "callable": BearerToken(lambda: token),
        "get_token": SimpleNamespace(get_token=lambda *_: SimpleNamespace(token=token, expires_on=0)),
    }[way]
    endpoint = Endpoint(tell)
    with serving(endpoint) as server, pytest.raises(RequestError, match=r"^op: ") as caught:
        user.send(server.url, CALL, **{**SETTINGS, "credential": credential})
    assert caught.value.attempts == 0
    assert endpoint.sent == []


def test_a_slow_credential_of_an_asynchronous_client_ends() -> None:
    async def forever() -> str:
        await asyncio.sleep(20)
        return ""

    with serving(Endpoint(give)) as server, pytest.raises(RequestTimeout, match="took too long") as caught:
        User("async").send(
            server.url, CALL, {"timeout": Timeout(attempt=0.1)}, **{**SETTINGS, "credential": forever}
        )
    assert (caught.value.operation, caught.value.attempts) == ("op", 0)


def test_a_slow_credential_counts_in_the_time_of_the_call() -> None:
    def slow() -> str:
        time.sleep(0.2)
        return "t"

    endpoint = Endpoint(give)
    with serving(endpoint) as server, pytest.raises(RequestTimeout):
        User("sync").send(
            server.url, CALL, {"timeout": Timeout(total=0.1)}, **{**SETTINGS, "credential": slow}
        )
    assert endpoint.sent == []


@pytest.mark.parametrize(
    "raised", [ValueError(SECRET), KeyError("x"), ApiError("x", status_code=404), TimeoutError()]
)
def test_a_credential_that_raises(user: User, raised: Exception) -> None:
    def find() -> str:
        raise raised

    with (
        serving(Endpoint(give)) as server,
        pytest.raises(RequestError, match=type(raised).__name__) as caught,
    ):
        user.send(server.url, CALL, **{**SETTINGS, "credential": find})
    assert SECRET not in f"{caught.value!r}"
    assert caught.value.__cause__ is raised


def test_a_refused_token_is_an_error_in_the_end(user: User) -> None:
    def refuse(peer: Peer) -> None:
        while request := peer.request():
            if b"/token" in request:
                peer.json(b'{"access_token":"t1","expires_in":3600}')
            else:
                peer.answer("401 Unauthorized", b"", "x-request-id: r1")

    with serving(refuse) as server, pytest.raises(AuthenticationError) as caught:
        user.send(server.url, CALL, **SETTINGS)
    assert (caught.value.request_id, caught.value.attempts) == ("r1", 1)
