"""The runtime of a generated SDK: the same for every service and every api-version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .auth import (
    AccessToken,
    AnyCredential,
    ApiKey,
    ApiKeyScheme,
    BasicAuth,
    BasicScheme,
    BearerScheme,
    BearerToken,
    Credential,
    Scheme,
    TokenCredential,
)
from .call import (
    Body,
    Call,
    CallOptions,
    Cookie,
    FormBody,
    Header,
    JsonBody,
    MultipartBody,
    Parameter,
    Path,
    Query,
    RawBody,
    Style,
)
from .callers import AsyncCaller, AsyncClientSettings, Caller, ClientSettings
from .clients import AsyncBaseClient, BaseClient
from .codec import decode_json, encode_json, to_wire
from .errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    ConnectionFailed,
    DecodeError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RequestError,
    RequestTimeout,
    SdkError,
    ServerError,
    UnprocessableEntityError,
)
from .files import File, FileInput
from .models import RESERVED_NAMES, UNSET, Model, UnknownModel, Unset, unset, with_extra_fields
from .open_values import UnknownFloat, UnknownInt, UnknownStr
from .unions import union
from .urls import server_url

if TYPE_CHECKING:
    from .transport import AsyncTransport, Transport

__all__ = [
    # models
    "Model",
    "UnknownModel",
    "Unset",
    "UNSET",
    "unset",
    "RESERVED_NAMES",
    "with_extra_fields",
    "UnknownStr",
    "UnknownInt",
    "UnknownFloat",
    "union",
    "File",
    "FileInput",
    "decode_json",
    "encode_json",
    "to_wire",
    # calls
    "Call",
    "CallOptions",
    "Parameter",
    "Path",
    "Query",
    "Header",
    "Cookie",
    "Style",
    "Body",
    "JsonBody",
    "FormBody",
    "MultipartBody",
    "RawBody",
    "BaseClient",
    "AsyncBaseClient",
    "Transport",
    "AsyncTransport",
    "server_url",
    "Caller",
    "AsyncCaller",
    "ClientSettings",
    "AsyncClientSettings",
    # credentials
    "Scheme",
    "ApiKeyScheme",
    "BearerScheme",
    "BasicScheme",
    "Credential",
    "AnyCredential",
    "ApiKey",
    "BearerToken",
    "BasicAuth",
    "TokenCredential",
    "AccessToken",
    # errors
    "SdkError",
    "RequestError",
    "ConnectionFailed",
    "RequestTimeout",
    "DecodeError",
    "ApiError",
    "BadRequestError",
    "AuthenticationError",
    "PermissionDeniedError",
    "NotFoundError",
    "ConflictError",
    "UnprocessableEntityError",
    "RateLimitError",
    "ServerError",
]


def __getattr__(name: str) -> Any:
    # The transports import the HTTP library, which takes longer than all the rest.
    if name in ("Transport", "AsyncTransport"):
        from . import transport

        return getattr(transport, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
