"""Which credential a call sends, and where it stands in the request."""

from __future__ import annotations

import base64
import copy
import os
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeGuard, cast
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
from .errors import RequestError, RequestTimeout, SdkError
from .headers import Headers
from .steps import Acquire, Await, Event, Failure, Settings, Step

if TYPE_CHECKING:
    from .timeouts import Limits

# A token is renewed this many seconds before it expires, and for short ones in the last fifth of their life.
_EARLY = 300.0
_EARLY_SHARE = 0.2
# Seconds beyond which a time or a lifetime is taken for nonsense; also what NaN is not below.
_LONGEST = 1e11


class _Flight:
    """A token that one call is getting, while the others that need it wait."""

    __slots__ = ("event", "failure", "token")

    def __init__(self, event: Event) -> None:
        self.event = event
        self.token: str | None = None
        self.failure: SdkError | None = None


class Authenticator:
    """Holds the credential of one client and chooses what each call sends.

    A token that expires is had by one call for all: those that need it at the same time wait for that one.
    ``event`` makes what they wait with.
    """

    def __init__(
        self,
        schemes: tuple[Scheme, ...],
        credential: AnyCredential | None,
        event: Callable[[], Event],
    ) -> None:
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
        self.event = event
        # By process too: after a fork nobody is there to end what its parent has begun.
        self._flights: dict[tuple[str, int], _Flight] = {}

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
        self, scheme: Scheme, credential: Credential, settings: Settings, limits: Limits
    ) -> Generator[Step, Any, tuple[str, bool]]:
        """Give the secret, and whether it was had just now and not remembered.

        Raises `RequestError`, `ConnectionFailed` and `RequestTimeout`.
        """
        match credential:
            case str() | ApiKey(str()) | BearerToken(str()) | BasicAuth():
                return _plain_secret(credential), True
            case ApiKey(find) | BearerToken(find):
                # `find` is no string: those are matched above.
                return (yield from self._ask(scheme, cast("Callable[[], Any]", find), limits)), True
            case ClientCredentials() | TokenCredential():
                token = self._remembered(scheme)
                if token is not None:
                    return token, False
                return (yield from self._shared(scheme, credential, settings, limits)), True
            case _:
                return (yield from self._ask(scheme, credential, limits)), True

    def forget(self, secrets: Sequence[str]) -> None:
        """Ask for new tokens next time, after the server refused those among some secrets."""
        for name, (token, _) in list(self._tokens.items()):
            # Not one that another call has had meanwhile.
            if token in secrets:
                self._tokens.pop(name, None)

    def _shared(
        self,
        scheme: Scheme,
        credential: ClientCredentials | TokenCredential,
        settings: Settings,
        limits: Limits,
    ) -> Generator[Step, Any, str]:
        """Get a token, or wait for the call that is getting it and take what that one got."""
        key = (scheme.name, os.getpid())
        deadline = limits.attempt()
        while True:
            mine = _Flight(self.event())
            flight = self._flights.setdefault(key, mine)
            if flight is mine:
                try:
                    # Another call may have ended just now.
                    mine.token = self._remembered(scheme) or (
                        yield from self._fetch(scheme, credential, settings, limits)
                    )
                    return mine.token
                except SdkError as exc:
                    # A time limit is the call's own; whatever else went wrong goes wrong for all.
                    mine.failure = None if isinstance(exc, RequestTimeout) else copy.copy(exc)
                    raise
                finally:
                    # Also when it was cancelled: then another one goes on.
                    del self._flights[key]
                    mine.event.set()
            yield Await(flight.event, deadline)
            if flight.token is not None:
                return flight.token
            if flight.failure is not None:
                raise copy.copy(flight.failure)
            if deadline.left() == 0:
                raise RequestTimeout(f"no token for {scheme.name!r} in time")

    def _fetch(
        self,
        scheme: Scheme,
        credential: ClientCredentials | TokenCredential,
        settings: Settings,
        limits: Limits,
    ) -> Generator[Step, Any, str]:
        if isinstance(credential, ClientCredentials):
            from .oauth import fetch_token

            token, lifetime = yield from fetch_token(credential, scheme, settings, limits)
            self._remember(scheme, token, lifetime)
            return token
        scopes = scheme.scopes if isinstance(scheme, BearerScheme) else ()
        return (yield from self._ask(scheme, lambda: credential.get_token(*scopes), limits))

    def _ask(
        self, scheme: Scheme, find: Callable[[], Any], limits: Limits
    ) -> Generator[Step, Any, str]:
        answer = yield Acquire(find, limits.attempt())
        if isinstance(answer, Failure):
            why = f"raised {type(answer.cause).__name__}"
            if answer.error is RequestTimeout:
                why = "took too long"
            raise answer.error(f"the credential for {scheme.name!r} {why}") from answer.cause
        if isinstance(answer, str):
            return answer
        token = getattr(answer, "token", None)
        if not isinstance(token, str):
            raise RequestError(f"the credential for {scheme.name!r} gave no token")
        self._remember(scheme, token, seconds_of(getattr(answer, "expires_on", None)) - time.time())
        return token

    def _remembered(self, scheme: Scheme) -> str | None:
        token, until = self._tokens.get(scheme.name, ("", 0.0))
        return token if token and time.monotonic() < until else None

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
    if not secret.strip():
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


def seconds_of(told: object) -> float:
    """Read a lifetime or a time as somebody tells it; 0 for what is no number of seconds."""
    if isinstance(told, str) and told.isascii() and told.isdecimal():
        # Not as RFC 6749 has it, but as some servers do.
        told = float(told)
    if isinstance(told, int | float) and not isinstance(told, bool) and abs(told) <= _LONGEST:
        return float(told)
    return 0.0


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
        case str():  # asking whether it is a TokenCredential takes longer than all of this
            return isinstance(scheme, ApiKeyScheme | BearerScheme)
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
