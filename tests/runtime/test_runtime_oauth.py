"""Tokens of the client credentials grant, callables, and credentials from the environment."""

from __future__ import annotations

import base64
import traceback
from typing import Any
from urllib.parse import parse_qs

import httpx2
import pytest
from exchanges import Send, Server, call, reply
from runtime_models import Inner
from sdk_runtime import (
    ApiKey,
    ApiKeyScheme,
    BaseClient,
    BasicAuth,
    BasicScheme,
    BearerScheme,
    BearerToken,
    ClientCredentials,
    ConnectionFailed,
    RequestError,
    RequestTimeout,
    Transport,
    credential_from_environment,
    environment_variables,
)

OAUTH = BearerScheme("OAuth", scopes=("a", "b"), token_url="https://login.test/token")  # noqa: S106
SETTINGS: Any = {"schemes": (OAUTH, ApiKeyScheme("Key", "header", "api-key"))}
AUTH = (("OAuth",),)
CLIENT_SECRET = "s3cr3t-of-the-client"  # noqa: S105


def token(name: str = "t1", **more: Any) -> httpx2.Response:
    return reply(200, {"access_token": name, "token_type": "Bearer", **more})


def test_a_token_is_asked_for(send: Send) -> None:
    server = Server(token(expires_in=3600), reply(200, {"n": 1}))
    credential = ClientCredentials("id:1", "s3cr3t/ü")
    assert send(server, call(auth=AUTH), credential=credential, **SETTINGS) == Inner(n=1)
    asked, sent = server.requests
    assert (asked.method, str(asked.url)) == ("POST", "https://login.test/token")
    assert parse_qs(asked.content.decode()) == {"grant_type": ["client_credentials"], "scope": ["a b"]}
    pair = base64.b64decode(asked.headers["authorization"].removeprefix("Basic "))
    assert pair == b"id%3A1:s3cr3t%2F%C3%BC"
    assert asked.headers["accept"] == "application/json"
    assert sent.headers["authorization"] == "Bearer t1"


def test_a_client_that_identifies_itself_in_the_form(send: Send) -> None:
    server = Server(token(), reply(200, {"n": 1}))
    credential = ClientCredentials("id", "s3cr3t", "/own", scopes=(), in_body=True, extra={"audience": "x"})
    send(server, call(auth=AUTH), credential=credential, default_headers={"x-a": "b"}, **SETTINGS)
    asked = server.requests[0]
    assert str(asked.url) == "https://api.test/own"
    assert parse_qs(asked.content.decode()) == {
        "grant_type": ["client_credentials"], "client_id": ["id"], "client_secret": ["s3cr3t"], "audience": ["x"],
    }  # fmt: skip
    assert not {"authorization", "x-a"} & set(asked.headers)


def use(server: Server, times: int, credential: Any) -> None:
    def run(transport: Transport) -> None:
        for _ in range(times):
            transport.send(call(auth=AUTH))

    server.use(run, credential=credential, **SETTINGS)


@pytest.mark.parametrize(
    ("lifetime", "tokens"), [(3600, 1), (60, 1), ("3600", 1), (0, 3), (None, 3), (-5, 3), ("soon", 3)]
)
def test_a_token_is_kept_while_it_lives(lifetime: Any, tokens: int) -> None:
    answers = [token(expires_in=lifetime), reply(200, {"n": 1})] + [reply(200, {"n": 1})] * 2
    if tokens == 3:
        answers = [token(expires_in=lifetime), reply(200, {"n": 1})] * 3
    server = Server(*answers)
    use(server, 3, ClientCredentials("id", "s3cr3t"))
    assert sum(request.url.host == "login.test" for request in server.requests) == tokens


def test_a_token_is_renewed_before_it_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    from sdk_runtime import auth

    now = [0.0]
    monkeypatch.setattr(auth.time, "monotonic", lambda: now[0])
    good = reply(200, {"n": 1})
    server = Server(token("t1", expires_in=3600), good, good, token("t2", expires_in=3600), good)

    def run(transport: Transport) -> None:
        for now[0] in (0.0, 3299.0, 3301.0):
            transport.send(call(auth=AUTH))

    server.use(run, clock=lambda: 0.0, credential=ClientCredentials("id", "s3cr3t"), **SETTINGS)
    sent = [request.headers["authorization"] for request in server.requests if request.url.host == "api.test"]
    assert sent == ["Bearer t1", "Bearer t1", "Bearer t2"]


def test_a_withdrawn_token_is_replaced_once(send: Send) -> None:
    good, withdrawn = reply(200, {"n": 1}), reply(401)

    def run(transport: Transport) -> Any:
        transport.send(call(auth=AUTH))
        return transport.send(call("POST", auth=AUTH))

    server = Server(token("t1", expires_in=60), good, withdrawn, token("t2", expires_in=60), good)
    assert server.use(run, credential=ClientCredentials("id", "s3cr3t"), **SETTINGS) == Inner(n=1)
    server = Server(token("t1", expires_in=60), good, withdrawn, token("t2", expires_in=60), withdrawn)
    with pytest.raises(Exception, match="op: 401"):
        server.use(run, credential=ClientCredentials("id", "s3cr3t"), **SETTINGS)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (reply(401, {"error": "invalid_client"}), "401 Unauthorized.*invalid_client"),
        (reply(400, {"error": "invalid_scope", "error_description": "s3cr3t"}), "400"),
        (reply(200, {}), "without one"),
        (reply(200, []), "expected an object"),
        (reply(200, "<html>"), "token: 200"),
        (reply(302, None, location="https://evil.test/"), "would change POST"),
        (reply(307, None, location="https://evil.test/"), "another host"),
    ],
)
def test_a_token_that_is_not_given(send: Send, answer: Any, told: str) -> None:
    server = Server(answer)
    with pytest.raises(RequestError, match=f"^op: no token for 'OAuth': .*{told}") as caught:
        send(server, call(auth=AUTH), credential=ClientCredentials("id", "s3cr3t"), **SETTINGS)
    shown: BaseException | None = caught.value
    while shown is not None:
        assert "s3cr3t" not in f"{shown} {shown!r}"
        shown = shown.__cause__
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (httpx2.ReadError(f"reset {CLIENT_SECRET}"), ConnectionFailed),
        (httpx2.ReadTimeout(f"late {CLIENT_SECRET}"), RequestTimeout),
    ],
)
def test_a_token_endpoint_that_does_not_answer(send: Send, raised: Exception, kind: Any) -> None:
    with pytest.raises(kind, match=r"^op: no token for 'OAuth': ") as caught:
        send(Server(raised), call(auth=AUTH), credential=ClientCredentials("id", CLIENT_SECRET), **SETTINGS)
    assert CLIENT_SECRET not in "".join(traceback.format_exception(caught.value))
    assert (caught.value.operation, caught.value.attempts) == ("op", 0)


def test_a_token_endpoint_that_is_busy_is_asked_again(send: Send) -> None:
    server = Server(reply(503), token(), reply(200, {"n": 1}))
    send(server, call(auth=AUTH), credential=ClientCredentials("id", "s3cr3t"), **SETTINGS)
    assert len(server.requests) == 3


def test_a_token_endpoint_is_needed() -> None:
    settings = {"schemes": (BearerScheme("OAuth"),), "credential": ClientCredentials("id", "s3cr3t")}
    with pytest.raises(RequestError, match="needs a token_url"):
        Server().send(call(auth=AUTH), **settings)


# ----- callables


def test_callables_give_keys_and_tokens(send: Send) -> None:
    for auth, header, value in (
        (AUTH, "authorization", "Bearer k"), ((("Key",),), "api-key", "k"), ((("OAuth",), ("Key",)), "api-key", "k"),
    ):  # fmt: skip
        for credential in (lambda: "k", "k"):
            server = Server(reply(200, {"n": 1}))
            send(server, call(auth=auth), credential=credential, **SETTINGS)
            assert server.requests[0].headers[header] == value
    server = Server(reply(200, {"n": 1}))
    send(server, call(auth=(("Key",),)), credential=ApiKey(lambda: "k"), **SETTINGS)
    assert server.requests[0].headers["api-key"] == "k"


def test_coroutine_functions_give_them_too() -> None:
    async def find() -> str:
        return "k"

    for auth, header in ((AUTH, "authorization"), ((("Key",),), "api-key")):
        server = Server(reply(200, {"n": 1}))
        server.send_async(call(auth=auth), credential=find, **SETTINGS)
        assert server.requests[0].headers[header].endswith("k")


# ----- the environment


def test_names_of_variables() -> None:
    key, basic = ApiKeyScheme("Key", "header", "api-key"), BasicScheme("Basic")
    assert environment_variables("X", (key, basic, BearerScheme("Token"))) == {
        "Key": ("X_API_KEY",), "Basic": ("X_USERNAME", "X_PASSWORD"), "Token": ("X_TOKEN",),
    }  # fmt: skip
    assert environment_variables("X", (OAUTH,)) == {"OAuth": ("X_TOKEN", "X_CLIENT_ID", "X_CLIENT_SECRET")}
    several = (key, ApiKeyScheme("adminApiKey2", "header", "admin"), ApiKeyScheme("X-User_key", "query", "u"))
    assert environment_variables("X", several) == {
        "Key": ("X_KEY_API_KEY",), "adminApiKey2": ("X_ADMIN_API_KEY_2_API_KEY",), "X-User_key": ("X_X_USER_KEY_API_KEY",),
    }  # fmt: skip


def test_credentials_from_the_environment() -> None:
    schemes = (ApiKeyScheme("Key", "header", "api-key"), BasicScheme("Basic"), OAUTH)
    given = {
        "X_API_KEY": " k ",
        "X_USERNAME": "u",
        "X_PASSWORD": "p",
        "X_CLIENT_ID": "i",
        "X_CLIENT_SECRET": "s",
    }
    assert credential_from_environment("X", schemes, given) == {
        "Key": ApiKey("k"), "Basic": BasicAuth("u", "p"), "OAuth": ClientCredentials("i", "s"),
    }  # fmt: skip
    assert credential_from_environment("X", schemes, {**given, "X_TOKEN": "t"}) == {
        "Key": ApiKey("k"), "Basic": BasicAuth("u", "p"), "OAuth": BearerToken("t"),
    }  # fmt: skip
    assert credential_from_environment("X", schemes, {"X_API_KEY": "", "X_CLIENT_ID": "i"}) is None


def test_a_client_reads_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICE_API_KEY", "from-env")
    server = Server(*[reply(200, {"n": 1})] * 2)
    http_client = httpx2.Client(transport=httpx2.MockTransport(server._answer))
    given: Any = {
        "base_url": "https://api.test",
        "http_client": http_client,
        "environment": "SERVICE",
        **SETTINGS,
    }
    client = BaseClient(**given)
    client._transport.send(call(auth=(("Key",),)))
    assert "from-env" not in f"{client!r} {client._transport.settings!r}"
    BaseClient(**given, credential="own")._transport.send(call(auth=(("Key",),)))
    assert [request.headers["api-key"] for request in server.requests] == ["from-env", "own"]
