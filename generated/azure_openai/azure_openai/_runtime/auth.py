"""Which credential a call sends, and where it stands in the request."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Generator, Mapping
from typing import Any, TypeGuard, cast
from urllib.parse import quote

from .credentials import (
    AnyCredential,
    ApiKey,
    ApiKeyScheme,
    BasicAuth,
    BasicScheme,
    BearerScheme,
    BearerToken,
    ClientCredentials,
    Credential,
    Scheme,
    TokenCredential,
)
from .errors import RequestError
from .headers import Headers
from .steps import Acquire, Failure, Settings, Step

# A token is renewed this many seconds before it expires, and for short ones in the last fifth of their life.
_EARLY = 300.0
_EARLY_SHARE = 0.2


class Authenticator:
    """Holds the credential of one client and chooses what each call sends."""

    def __init__(self, schemes: tuple[Scheme, ...], credential: AnyCredential | None) -> None:
        self._schemes = {scheme.name: scheme for scheme in schemes}
        self._given = bool(credential)
        self._by_name: Mapping[str, Credential] | None = None
        self._single: Credential | None = None
        if _is_by_name(credential):
            self._by_name = credential
        else:
            self._single = cast("Credential | None", credential)
        # Token by scheme, and when to renew it by the monotonic clock: the other one may be set back.
        self._tokens: dict[str, tuple[str, float]] = {}

    def choose(
        self, auth: tuple[tuple[str, ...], ...], headers: Headers
    ) -> tuple[tuple[Scheme, Credential], ...]:
        """Choose the first alternative the credential satisfies.

        Nothing is chosen for an anonymous operation, and when the caller set the header already. A
        plain string or callable is taken for an API key where the operation accepts one, else for a
        token. Raises `RequestError` naming the accepted schemes.
        """
        if any(self._is_set(names, headers) for names in auth):
            return ()
        found = [pairs for names in auth if names and (pairs := self._satisfy(names))]
        if self._by_name is None:
            found.sort(key=lambda pairs: not isinstance(pairs[0][0], ApiKeyScheme))
        if found:
            return found[0]
        if not auth or () in auth:
            return ()
        raise RequestError(self._explain(auth))

    def secret(
        self, scheme: Scheme, credential: Credential, settings: Settings
    ) -> Generator[Step, Any, tuple[str, bool]]:
        """Give the secret, and whether it was had just now and not remembered; raises `RequestError`."""
        match credential:
            case str() | ApiKey(str()) | BearerToken(str()) | BasicAuth():
                return _plain_secret(credential), True
            case ApiKey(find) | BearerToken(find):
                # `find` is no string: those are matched above.
                return (yield from self._ask(scheme, cast("Callable[[], Any]", find))), True
            case ClientCredentials() | TokenCredential():
                remembered = self._tokens.get(scheme.name)
                if remembered and time.monotonic() < remembered[1]:
                    return remembered[0], False
                if isinstance(credential, ClientCredentials):
                    from .oauth import fetch_token

                    token, lifetime = yield from fetch_token(credential, scheme, settings)
                    self._remember(scheme, token, lifetime)
                    return token, True
                scopes = scheme.scopes if isinstance(scheme, BearerScheme) else ()
                return (yield from self._ask(scheme, lambda: credential.get_token(*scopes))), True
            case _:
                return (yield from self._ask(scheme, credential)), True

    def forget_tokens(self) -> None:
        """Ask for new tokens next time, after the server refused one."""
        self._tokens.clear()

    def _ask(self, scheme: Scheme, find: Callable[[], Any]) -> Generator[Step, Any, str]:
        answer = yield Acquire(find)
        if isinstance(answer, Failure):
            raise RequestError(
                f"the credential for {scheme.name!r} raised {type(answer.cause).__name__}"
            ) from answer.cause
        if isinstance(answer, str):
            return answer
        token = getattr(answer, "token", None)
        if not isinstance(token, str):
            raise RequestError(f"the credential for {scheme.name!r} gave no token")
        expires_on = getattr(answer, "expires_on", None)
        if isinstance(expires_on, int | float):
            self._remember(scheme, token, expires_on - time.time())
        return token

    def _remember(self, scheme: Scheme, token: str, lifetime: float) -> None:
        if lifetime > 0:
            fresh_for = lifetime - min(_EARLY, lifetime * _EARLY_SHARE)
            self._tokens[scheme.name] = (token, time.monotonic() + fresh_for)

    def _satisfy(self, names: tuple[str, ...]) -> tuple[tuple[Scheme, Credential], ...]:
        pairs: list[tuple[Scheme, Credential]] = []
        for name in names:
            scheme = self._schemes.get(name)
            if self._by_name is not None:
                credential = self._by_name.get(name)
            else:
                # One secret is never sent as two different ones.
                credential = self._single if len(names) == 1 else None
            if scheme is None or credential is None or not _suits(scheme, credential):
                return ()
            pairs.append((scheme, credential))
        return tuple(pairs)

    def _is_set(self, names: tuple[str, ...], headers: Headers) -> bool:
        schemes = [self._schemes.get(name) for name in names]
        return bool(schemes) and all(
            scheme is not None and _header_of(scheme) in headers for scheme in schemes
        )

    def _explain(self, auth: tuple[tuple[str, ...], ...]) -> str:
        ways = [" with ".join(self._describe(name) for name in names) for names in auth]
        given = "the credential does not suit" if self._given else "no credential was given"
        return f"{given}; accepted: {' or '.join(ways)}"

    def _describe(self, name: str) -> str:
        match self._schemes.get(name):
            case ApiKeyScheme(place=place, wire_name=wire_name):
                return f"{name} (API key in {place} {wire_name!r})"
            case BearerScheme():
                return f"{name} (bearer token)"
            case BasicScheme():
                return f"{name} (user name and password)"
            case None:
                return f"{name} (unknown to this SDK)"


def apply_secret(
    scheme: Scheme, secret: str, headers: Headers, query: dict[str, str], cookies: dict[str, str]
) -> None:
    """Put a secret where the scheme wants it; raises `RequestError` when it cannot stand there."""
    what = f"the credential for {scheme.name!r}"
    if not secret:
        raise RequestError(f"{what} is empty")
    match scheme:
        case ApiKeyScheme(place="query", wire_name=name):
            query[name] = secret
        case ApiKeyScheme(place="cookie", wire_name=name):
            cookies[name] = secret
        case ApiKeyScheme(wire_name=name):
            headers.set(name, secret, what=what)
        case BearerScheme(token_prefix=prefix):
            headers.set("authorization", f"{prefix} {secret}", what=what)
        case BasicScheme():
            headers.set("authorization", f"Basic {secret}", what=what)


def spellings(credential: Credential, secret: str) -> list[str]:
    """Give every spelling of a secret that must not be shown."""
    found = {secret, quote(secret, safe="", errors="replace")}
    if isinstance(credential, BasicAuth):
        found.add(credential.password)
    return sorted(found - {""}, key=len, reverse=True)


def _plain_secret(credential: str | ApiKey | BearerToken | BasicAuth) -> str:
    match credential:
        case str():
            return credential
        case BasicAuth(username, password):
            if ":" in username:
                raise RequestError("a user name for basic authentication must not hold a colon")
            return base64.b64encode(f"{username}:{password}".encode()).decode()
        case ApiKey(key):
            return str(key)
        case BearerToken(token):
            return str(token)


def _is_by_name(credential: AnyCredential | None) -> TypeGuard[Mapping[str, Credential]]:
    return isinstance(credential, Mapping)


def _suits(scheme: Scheme, credential: Credential) -> bool:
    match credential:
        case ApiKey():
            return isinstance(scheme, ApiKeyScheme)
        case BasicAuth():
            return isinstance(scheme, BasicScheme)
        case BearerToken() | ClientCredentials() | TokenCredential():
            return isinstance(scheme, BearerScheme)
        case _:
            return isinstance(scheme, ApiKeyScheme | BearerScheme)


def _header_of(scheme: Scheme) -> str:
    if isinstance(scheme, ApiKeyScheme):
        return scheme.wire_name if scheme.place == "header" else ""
    return "authorization"
