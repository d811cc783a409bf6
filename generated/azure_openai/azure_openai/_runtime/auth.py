"""Credentials, and which of them an operation takes."""

from __future__ import annotations

import base64
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable
from urllib.parse import quote

from .errors import RequestError
from .headers import Headers

# A token is renewed this many seconds before it expires.
_EARLY = 300.0


@dataclass(frozen=True, slots=True)
class ApiKeyScheme:
    """A key in a header, the query or a cookie (OpenAPI 3.1 "Security Scheme Object", apiKey)."""

    name: str
    place: Literal["header", "query", "cookie"]
    wire_name: str


@dataclass(frozen=True, slots=True)
class BearerScheme:
    """A token in the Authorization header (RFC 6750): http bearer, oauth2 and openIdConnect.

    ``scopes`` are asked of a credential with ``get_token``.
    """

    name: str
    token_prefix: str = "Bearer"  # noqa: S105  # not a secret
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BasicScheme:
    """User name and password in the Authorization header (RFC 7617)."""

    name: str


Scheme: TypeAlias = ApiKeyScheme | BearerScheme | BasicScheme


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key for an `ApiKeyScheme`."""

    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class BearerToken:
    """A token for a `BearerScheme`.

    A callable is asked before each attempt; an asynchronous client also takes one that is a
    coroutine function.
    """

    token: str | Callable[[], str] | Callable[[], Awaitable[str]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class BasicAuth:
    """User name and password for a `BasicScheme`; the name must not hold a colon."""

    username: str
    password: str = field(repr=False)


class AccessToken(Protocol):
    """What ``get_token`` gives: the token and when it expires, in seconds since 1970."""

    @property
    def token(self) -> str:
        """The token."""
        ...

    @property
    def expires_on(self) -> int:
        """When it expires, in seconds since 1970."""
        ...


@runtime_checkable
class TokenCredential(Protocol):
    """Anything with ``get_token``, such as the credentials of azure-identity.

    An asynchronous client takes a coroutine function too.
    """

    def get_token(self, *scopes: str) -> Any:
        """Give an `AccessToken`, or an awaitable of one."""
        ...


Credential: TypeAlias = str | ApiKey | BearerToken | BasicAuth | TokenCredential
#: One credential, or several by the name of the security scheme.
AnyCredential: TypeAlias = Credential | Mapping[str, Credential]


class Authenticator:
    """Holds the credential of one client and chooses what each call sends."""

    def __init__(self, schemes: tuple[Scheme, ...], credential: AnyCredential | None) -> None:
        self._schemes = {scheme.name: scheme for scheme in schemes}
        self._credential = credential
        self._tokens: dict[str, tuple[str, float]] = {}

    def choose(
        self, auth: tuple[tuple[str, ...], ...], headers: Headers
    ) -> tuple[tuple[Scheme, Credential], ...]:
        """Choose the first alternative the credential satisfies.

        Nothing is chosen for an anonymous operation, and when the caller set the header already. A
        plain string is taken for an API key where the operation accepts one, else for a token.
        Raises `RequestError` naming the accepted schemes.
        """
        if any(self._is_set(names, headers) for names in auth):
            return ()
        found = [pairs for names in auth if names and (pairs := self._satisfy(names))]
        if isinstance(self._credential, str):
            found.sort(key=lambda pairs: not isinstance(pairs[0][0], ApiKeyScheme))
        if found:
            return found[0]
        if not auth or () in auth:
            return ()
        raise RequestError(self._explain(auth))

    def acquire(self, scheme: Scheme, credential: Credential) -> str | Callable[[], Any]:
        """Give the secret, or what must be called (and perhaps awaited) to get it."""
        match credential:
            case str():
                return credential
            case ApiKey(key):
                return key
            case BasicAuth(username, password):
                if ":" in username:
                    raise RequestError("a user name for basic authentication must not hold a colon")
                return base64.b64encode(f"{username}:{password}".encode()).decode()
            case BearerToken(token):
                return token
            case _:
                cached = self._tokens.get(scheme.name)
                if cached and time.time() < cached[1] - _EARLY:
                    return cached[0]
                scopes = scheme.scopes if isinstance(scheme, BearerScheme) else ()
                return lambda: credential.get_token(*scopes)

    def accept(self, scheme: Scheme, answer: object) -> str:
        """Take what the callable gave, and remember a token until shortly before it expires."""
        if isinstance(answer, str):
            return answer
        token = getattr(answer, "token", None)
        if not isinstance(token, str):
            raise RequestError(f"the credential for {scheme.name!r} gave no token")
        expires_on = getattr(answer, "expires_on", None)
        if isinstance(expires_on, int | float):
            self._tokens[scheme.name] = (token, float(expires_on))
        return token

    def forget_tokens(self) -> None:
        """Ask for new tokens next time, after the server refused one."""
        self._tokens.clear()

    def _satisfy(self, names: tuple[str, ...]) -> tuple[tuple[Scheme, Credential], ...]:
        pairs: list[tuple[Scheme, Credential]] = []
        for name in names:
            scheme = self._schemes.get(name)
            if isinstance(self._credential, Mapping):
                credential = self._credential.get(name)
            else:
                # One secret is never sent as two different ones.
                credential = self._credential if len(names) == 1 else None
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
        given = "the credential does not suit" if self._credential else "no credential was given"
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


def _suits(scheme: Scheme, credential: Credential) -> bool:
    match credential:
        case str():
            return isinstance(scheme, ApiKeyScheme | BearerScheme)
        case ApiKey():
            return isinstance(scheme, ApiKeyScheme)
        case BasicAuth():
            return isinstance(scheme, BasicScheme)
        case _:
            return isinstance(scheme, BearerScheme)


def _header_of(scheme: Scheme) -> str:
    if isinstance(scheme, ApiKeyScheme):
        return scheme.wire_name if scheme.place == "header" else ""
    return "authorization"
