"""Where a call goes that has a server of its own."""

from __future__ import annotations

import httpx2
import pytest
from exchanges import call, reply
from sdk_runtime import BearerScheme, Transport


@pytest.mark.parametrize(
    ("server", "fixed", "url"),
    [
        ("", False, "https://api.test/v1/x"),
        ("https://files.test/up/", False, "https://files.test/up/x"),
        ("/v2", False, "https://api.test/v2/x"),
        ("https://files.test/up", True, "https://api.test/v1/x"),
    ],
)
def test_a_call_goes_to_its_own_server_unless_the_client_was_given_one(
    server: str, fixed: bool, url: str
) -> None:
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return reply(200, {"n": 1})

    with httpx2.Client(transport=httpx2.MockTransport(answer)) as http:
        transport = Transport(
            base_url="https://api.test/v1",
            schemes=(BearerScheme("t"),),
            credential="secret",
            http_client=http,
            fixed_server=fixed,
        )
        transport.send(call(server=server, auth=(("t",),)))

    assert [str(request.url) for request in seen] == [url]
    # the description itself names that server, so it gets the credential
    assert seen[0].headers["authorization"] == "Bearer secret"
