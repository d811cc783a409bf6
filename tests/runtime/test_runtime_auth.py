"""Which credential is sent where, and that it is shown nowhere."""

from __future__ import annotations

import asyncio
import base64
import logging
import time
import traceback
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from exchanges import Server, reply
from sdk_runtime import (
    ApiKey,
    ApiKeyScheme,
    BasicAuth,
    BasicScheme,
    BearerScheme,
    BearerToken,
    Call,
    RequestError,
    SdkError,
    Transport,
)

SECRET = "s3cr3t/+ü"  # noqa: S105
HEADER_SECRET = "s3cr3t-value"  # noqa: S105
SCHEMES = (
    ApiKeyScheme("Key", "header", "api-key"),
    ApiKeyScheme("QueryKey", "query", "key"),
    ApiKeyScheme("CookieKey", "cookie", "session"),
    BearerScheme("OAuth", scopes=("https://scope/.default",)),
    BearerScheme("Odd", "Token"),
    BasicScheme("Basic"),
)


def request_of(credential: Any, *auth: tuple[str, ...], options: Any = None, **settings: Any) -> Any:
    server = Server(reply(204))
    call: Call[None] = Call(name="op", method="GET", path="/x", auth=auth, returns={"204": {}})
    server.send(call, options, schemes=SCHEMES, credential=credential, **settings)
    return server.requests[0]


def sent(credential: Any, *auth: tuple[str, ...]) -> dict[str, str]:
    request = request_of(credential, *auth)
    found = {k: v for k, v in request.headers.items() if k in ("api-key", "authorization", "cookie")}
    if request.url.query:
        found["query"] = request.url.query.decode()
    return found


@pytest.mark.parametrize(
    ("credential", "auth", "expected"),
    [
        ("k", [("Key",)], {"api-key": "k"}),
        ("k", [("QueryKey",)], {"query": "key=k"}),
        ("k&x=1", [("QueryKey",)], {"query": "key=k%26x%3D1"}),
        ("k;x", [("CookieKey",)], {"cookie": "session=k%3Bx"}),
        ("k", [("OAuth",)], {"authorization": "Bearer k"}),
        ("k", [("Odd",)], {"authorization": "Token k"}),
        # A plain string is an API key where one is accepted.
        ("k", [("OAuth",), ("Key",)], {"api-key": "k"}),
        (ApiKey("k"), [("OAuth",), ("Key",)], {"api-key": "k"}),
        (BearerToken("k"), [("Key",), ("OAuth",)], {"authorization": "Bearer k"}),
        (BearerToken(lambda: "k"), [("Key",), ("OAuth",)], {"authorization": "Bearer k"}),
        (BasicAuth("u", "p:ü"), [("Key",), ("Basic",)],
         {"authorization": "Basic " + base64.b64encode("u:p:ü".encode()).decode()}),
        # Several at once, and the first alternative that is whole.
        ({"Key": "a", "OAuth": "b"}, [("Key", "OAuth")], {"api-key": "a", "authorization": "Bearer b"}),
        ({"OAuth": "b"}, [("Key", "OAuth"), ("OAuth",)], {"authorization": "Bearer b"}),
        ({"OAuth": "b", "Key": "a"}, [("OAuth",), ("Key",)], {"authorization": "Bearer b"}),
        # Anonymous.
        ("k", [], {}),
        (None, [], {}),
        (None, [()], {}),
        (None, [("Key",), ()], {}),
        ("k", [(), ("Key",)], {"api-key": "k"}),
    ],
)  # fmt: skip
def test_what_is_sent(credential: Any, auth: Any, expected: Any) -> None:
    assert sent(credential, *auth) == expected


@pytest.mark.parametrize(
    ("credential", "auth"),
    [
        (None, [("Key",)]),
        (BasicAuth("u", "p"), [("Key",), ("OAuth",)]),
        (ApiKey("k"), [("OAuth",)]),
        (BearerToken("k"), [("Key",)]),
        ("k", [("Basic",)]),
        ("k", [("Key", "OAuth")]),
        ({"Key": "k"}, [("Key", "OAuth")]),
        ({"Key": BearerToken("k")}, [("Key",)]),
        ("k", [("Undeclared",)]),
        (BasicAuth("u:v", "p"), [("Basic",)]),
        ("", [("Key",)]),
    ],
)
def test_what_does_not_suit(credential: Any, auth: Any) -> None:
    with pytest.raises(RequestError, match=r"^op: ") as caught:
        sent(credential, *auth)
    assert caught.value.attempts == 0


def test_the_accepted_schemes_are_named() -> None:
    with pytest.raises(RequestError) as caught:
        sent(None, ("Key",), ("OAuth", "Basic"))
    text = "accepted: Key (API key in header 'api-key') or OAuth (bearer token) with Basic (user name"
    assert text in str(caught.value)


def test_a_header_set_by_the_caller_is_enough() -> None:
    request = request_of(None, ("Key",), options={"extra_headers": {"Api-Key": "mine"}})
    assert request.headers["api-key"] == "mine"
    request = request_of(None, ("OAuth",), default_headers={"authorization": "Mine"})
    assert request.headers["authorization"] == "Mine"


class Token:
    def __init__(self, token: str, expires_on: float) -> None:
        self.token = token
        self.expires_on = expires_on


class Credential:
    """As azure-identity has them."""

    def __init__(self, lifetime: float) -> None:
        self.lifetime = lifetime
        self.asked: list[tuple[str, ...]] = []

    def get_token(self, *scopes: str) -> Any:
        self.asked.append(scopes)
        return Token(f"token{len(self.asked)}", time.time() + self.lifetime)


class AsyncCredential(Credential):
    async def get_token(self, *scopes: str) -> Any:
        return super().get_token(*scopes)


@pytest.mark.parametrize(("lifetime", "asked"), [(3600, 1), (10, 1), (0, 3)])
def test_tokens_are_kept_until_shortly_before_they_expire(lifetime: float, asked: int) -> None:
    credential = Credential(lifetime)
    with httpx2.Client(transport=httpx2.MockTransport(lambda _: reply(204))) as client:
        transport = Transport(
            base_url="https://api.test", schemes=SCHEMES, credential=credential, http_client=client
        )
        call: Call[None] = Call(name="op", method="GET", path="/x", auth=(("OAuth",),), returns={"204": {}})
        for _ in range(3):
            transport.send(call)
    assert credential.asked == [("https://scope/.default",)] * asked


def test_a_refused_token_is_forgotten() -> None:
    credential = Credential(3600)
    answers = [reply(401), reply(204)]
    with httpx2.Client(transport=httpx2.MockTransport(lambda _: answers.pop(0))) as client:
        transport = Transport(
            base_url="https://api.test", schemes=SCHEMES, credential=credential, http_client=client
        )
        call: Call[None] = Call(name="op", method="GET", path="/x", auth=(("OAuth",),), returns={"204": {}})
        with pytest.raises(SdkError):
            transport.send(call)
        transport.send(call)
    assert len(credential.asked) == 2


def test_asynchronous_credentials() -> None:
    async def token() -> str:
        return "later"

    call: Call[None] = Call(name="op", method="GET", path="/x", auth=(("OAuth",),), returns={"204": {}})
    for credential, expected in (
        (AsyncCredential(60), "Bearer token1"),
        (BearerToken(token), "Bearer later"),
        (BearerToken(lambda: "now"), "Bearer now"),
    ):
        server = Server(reply(204))
        server.send_async(call, schemes=SCHEMES, credential=credential)
        assert server.requests[0].headers["authorization"] == expected
    for wrong in (AsyncCredential(60), BearerToken(token)):
        with pytest.raises(RequestError, match="TypeError"):
            Server().send(call, schemes=SCHEMES, credential=wrong)


def test_a_token_is_asked_for_before_each_attempt() -> None:
    tokens = iter(["one", "two"])
    call: Call[None] = Call(name="op", method="GET", path="/x", auth=(("OAuth",),), returns={"204": {}})
    server = Server(reply(500), reply(204))
    server.send(call, schemes=SCHEMES, credential=BearerToken(lambda: next(tokens)))
    found = [request.headers["authorization"] for request in server.requests]
    assert found == ["Bearer one", "Bearer two"]


def boom() -> str:
    raise ValueError("boom")


def stop() -> str:
    raise StopIteration


@pytest.mark.parametrize("failing", [boom, stop, lambda: 5, lambda: None, lambda: ""])
@pytest.mark.parametrize("mode", ["send", "send_async"])
def test_a_credential_that_fails(failing: Any, mode: str) -> None:
    call: Call[None] = Call(name="op", method="GET", path="/x", auth=(("OAuth",),))
    with pytest.raises(RequestError, match=r"^op: .*'OAuth'"):
        getattr(Server(), mode)(call, schemes=SCHEMES, credential=BearerToken(failing))


# ----- secrets are shown nowhere


def everything_shown(error: BaseException) -> str:
    return "".join([*traceback.format_exception(error), repr(error), str(vars(error))])


@pytest.mark.parametrize(
    ("credential", "scheme", "secret"),
    [
        (HEADER_SECRET, "Key", HEADER_SECRET),
        (ApiKey(HEADER_SECRET), "Key", HEADER_SECRET),
        (SECRET, "QueryKey", SECRET),
        (SECRET, "CookieKey", SECRET),
        (BearerToken(HEADER_SECRET), "OAuth", HEADER_SECRET),
        (BearerToken(lambda: HEADER_SECRET), "OAuth", HEADER_SECRET),
        (BasicAuth("user", HEADER_SECRET), "Basic", HEADER_SECRET),
        ({"Key": HEADER_SECRET}, "Key", HEADER_SECRET),
    ],
)
@pytest.mark.parametrize("mode", ["send", "send_async"])
def test_no_secret_in_texts(
    credential: Any, scheme: str, secret: str, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    call: Call[None] = Call(name="op", method="GET", path="/x", auth=((scheme,),))

    def echo(request: httpx2.Request) -> httpx2.Response:
        heard = f"{request.url} {dict(request.headers)} {secret}"
        return reply(400, {"error": {"message": f"wrong key: {heard}"[:290]}})

    def fail(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError(f"cannot reach {request.url} {secret}")

    for answer in (echo, fail):
        with pytest.raises(SdkError) as caught:
            getattr(Server(*[answer] * 3), mode)(call, schemes=SCHEMES, credential=credential)
        for spelling in (secret, quote(secret, safe="")):
            assert spelling not in str(caught.value)
            assert spelling not in repr(caught.value)
    own = [record for record in caplog.records if record.name == "sdk_runtime"]
    assert own
    spellings = {secret, quote(secret, safe="")}
    for record in caplog.records:
        assert not any(spelling in record.getMessage() for spelling in spellings), record
    assert any(record.name == "httpx2" for record in caplog.records)
    assert "https://api.test/x" in own[0].getMessage()
    if not isinstance(credential, str | dict):
        assert secret not in repr(credential)


@pytest.mark.parametrize("scheme", ["Key", "OAuth"])
def test_a_key_with_a_line_break_is_refused_unseen(scheme: str) -> None:
    with pytest.raises(RequestError, match="line break") as caught:
        sent(f"{HEADER_SECRET}\nx: y", (scheme,))
    assert HEADER_SECRET not in everything_shown(caught.value)


def test_transport_and_settings_show_no_secret() -> None:
    transport = Transport(base_url="https://api.test", schemes=SCHEMES, credential=HEADER_SECRET)
    settings = transport.settings
    for shown in (repr(transport), repr(transport.network), repr(settings), str(settings)):
        assert HEADER_SECRET not in shown
    transport.close()


def test_secrets_do_not_leave_with_a_redirect() -> None:
    call: Call[None] = Call(name="op", method="GET", path="/x", auth=(("QueryKey",),), returns={"204": {}})
    server = Server(reply(302, None, location="https://evil.test/x"), reply(204))
    server.send(call, schemes=SCHEMES, credential=HEADER_SECRET)
    assert str(server.requests[1].url) == "https://evil.test/x"
    server = Server(reply(302, None, location="/y?a=1"), reply(204))
    server.send(call, schemes=SCHEMES, credential=HEADER_SECRET)
    assert server.requests[1].url.query.decode() == f"a=1&key={HEADER_SECRET}"


def test_cancellation_closes_the_response() -> None:
    closed: list[bool] = []

    class Endless(httpx2.AsyncByteStream):
        async def __aiter__(self) -> Any:
            yield b"["
            await asyncio.sleep(3600)

        async def aclose(self) -> None:
            closed.append(True)

    async def handle(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, stream=Endless())

    async def run() -> None:
        from sdk_runtime import AsyncTransport

        async with httpx2.AsyncClient(transport=httpx2.MockTransport(handle)) as client:
            transport = AsyncTransport(base_url="https://api.test", http_client=client)
            call: Call[None] = Call(name="op", method="GET", path="/x", returns={"200": {}})
            task = asyncio.ensure_future(transport.send(call))
            await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert closed == [True]

    asyncio.run(run())


def test_other_log_records_of_the_http_library_stay_whole(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    request_of("k", ("QueryKey",))
    with httpx2.Client(transport=httpx2.MockTransport(lambda _: reply(204))) as client:
        client.get("https://api.test/mine?a=b")
    texts = [record.getMessage() for record in caplog.records if record.name == "httpx2"]
    assert "https://api.test/x " in texts[0]
    assert "https://api.test/mine?a=b " in texts[1]
