"""Getting a token with the client credentials grant (RFC 6749 §4.4)."""

from __future__ import annotations

import base64
from collections.abc import Generator
from typing import Any, cast
from urllib.parse import quote_plus, urljoin

import msgspec

from .auth import Authenticator, seconds_of
from .call import Call, CallOptions, FormBody
from .credentials import BearerScheme, ClientCredentials, Scheme
from .errors import ApiError, ConnectionFailed, RequestError, RequestTimeout, SdkError
from .responses import quoted
from .steps import Settings, Step
from .timeouts import Limits
from .urls import checked_base_url


def fetch_token(
    credential: ClientCredentials, scheme: Scheme, settings: Settings, limits: Limits
) -> Generator[Step, Any, tuple[str, float]]:
    """Ask the token endpoint; gives the token and its lifetime in seconds.

    Raises `RequestError` that tells what the endpoint answered, without the client's secret, and
    `ConnectionFailed` and `RequestTimeout` when it did not answer.
    """
    from .exchange import exchange

    declared = scheme if isinstance(scheme, BearerScheme) else BearerScheme(scheme.name)
    url = credential.token_url or declared.token_url
    if not url:
        raise RequestError(f"the credential for {scheme.name!r} needs a token_url")
    scopes = declared.scopes if credential.scopes is None else credential.scopes
    form = {"grant_type": "client_credentials", "scope": " ".join(scopes) or None}
    headers: dict[str, str] = {}
    secrets = [credential.client_secret, quote_plus(credential.client_secret)]
    if credential.in_body:
        form |= {"client_id": credential.client_id, "client_secret": credential.client_secret}
    else:
        # RFC 6749 §2.3.1: both are form-encoded before they are joined.
        pair = f"{quote_plus(credential.client_id)}:{quote_plus(credential.client_secret)}"
        secrets.append(base64.b64encode(pair.encode()).decode())
        headers["authorization"] = f"Basic {secrets[-1]}"
    call: Call[Any] = Call(
        name="token",
        method="POST",
        path="",
        body=FormBody({**form, **credential.extra}),
        returns={"200": {"application/json": dict[str, Any]}},
    )
    # Nothing of the client's own goes along: the endpoint is another party.
    asking = msgspec.structs.replace(
        settings,
        base_url=checked_base_url(urljoin(settings.base_url + "/", url)),
        authenticator=Authenticator((), None, settings.authenticator.event),
        default_headers={},
        strict=False,
    )
    options: CallOptions = {
        "extra_headers": headers,
        "timeout": limits.timeout,
        "max_retries": limits.max_retries,
    }
    try:
        answer = yield from exchange(
            call,
            options,
            asking,
            link=asking.base_url,
            deadline=limits.attempt(),
            secrets=[each for each in secrets if each],
        )
        members: object = answer.value()
    except SdkError as exc:
        said = exc.body if isinstance(exc, ApiError) else None
        code = cast("dict[str, Any]", said).get("error") if isinstance(said, dict) else None
        text = f"no token for {scheme.name!r}: {exc}"
        if isinstance(code, str):
            text += f": {quoted(code, secrets)}"
        kind = type(exc) if isinstance(exc, ConnectionFailed | RequestTimeout) else RequestError
        # Without its cause, whose response shows what was sent.
        raise kind(text, status_code=exc.status_code, request_id=exc.request_id) from None
    return _read_answer(members, scheme)


def _read_answer(members: object, scheme: Scheme) -> tuple[str, float]:
    found = cast("dict[str, Any]", members) if isinstance(members, dict) else {}
    # RFC 6749 §5.1 only recommends to tell how long it lives; one that is not told is asked for each time.
    token, lifetime = found.get("access_token"), found.get("expires_in")
    if not isinstance(token, str) or not token:
        raise RequestError(f"no token for {scheme.name!r}: the endpoint answered without one")
    return token, seconds_of(lifetime)
