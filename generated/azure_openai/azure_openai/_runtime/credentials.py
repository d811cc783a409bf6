"""What a caller proves who they are with, and the security schemes that ask for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, Literal, Protocol, TypeAlias, runtime_checkable

import msgspec

from .veil import Veiled


class ApiKeyScheme(msgspec.Struct, frozen=True):
    """A key in a header, the query or a cookie (OpenAPI 3.1 "Security Scheme Object", apiKey)."""

    name: str
    place: Literal["header", "query", "cookie"]
    wire_name: str


class BearerScheme(msgspec.Struct, frozen=True):
    """A token in the Authorization header (RFC 6750): http bearer, oauth2 and openIdConnect.

    ``scopes`` are asked of a credential with ``get_token`` and of the token endpoint. ``token_url`` is that of
    the client credentials flow (OpenAPI 3.1 "OAuth Flow Object"), possibly relative to the server.
    """

    name: str
    token_prefix: str = "Bearer"  # noqa: S105  # not a secret
    scopes: tuple[str, ...] = ()
    token_url: str = ""


class BasicScheme(msgspec.Struct, frozen=True):
    """User name and password in the Authorization header (RFC 7617)."""

    name: str


Scheme: TypeAlias = ApiKeyScheme | BearerScheme | BasicScheme

#: Gives a key or a token when asked, before each attempt; a coroutine function in an asynchronous client.
SecretSource: TypeAlias = Callable[[], str] | Callable[[], Awaitable[str]]


class ApiKey(Veiled, msgspec.Struct, frozen=True):
    """A key for an `ApiKeyScheme`, or what is called for it before each attempt."""

    key: str | SecretSource


class BearerToken(Veiled, msgspec.Struct, frozen=True):
    """A token for a `BearerScheme`, or what is called for it before each attempt.

    An asynchronous client also takes a coroutine function.
    """

    token: str | SecretSource


class BasicAuth(Veiled, msgspec.Struct, frozen=True):
    """User name and password for a `BasicScheme`; the name must not hold a colon."""

    __shown__: ClassVar[tuple[str, ...]] = ("username",)

    username: str
    password: str


class ClientCredentials(Veiled, msgspec.Struct, frozen=True):
    """An OAuth 2.0 client (RFC 6749 §4.4) for a `BearerScheme`.

    The token is asked for when it is first needed and again shortly before it expires. ``token_url``
    and ``scopes`` are by default those of the API description. With ``in_body`` the client
    identifies itself in the form instead of the Authorization header (RFC 6749 §2.3.1). ``extra``
    goes into the form: ``audience`` or ``resource``, where a server wants them.
    """

    __shown__: ClassVar[tuple[str, ...]] = ("client_id", "token_url", "scopes")

    client_id: str
    client_secret: str
    token_url: str | None = None
    scopes: tuple[str, ...] | None = None
    in_body: bool = False
    extra: Mapping[str, str] = msgspec.field(default_factory=dict[str, str])


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


Credential: TypeAlias = (
    str | ApiKey | BearerToken | BasicAuth | ClientCredentials | TokenCredential | SecretSource
)
#: One credential, or several by the name of the security scheme.
AnyCredential: TypeAlias = Credential | Mapping[str, Credential]
