"""The runtime of a generated SDK: the same for every service and every api-version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
    PartEncoding,
    Path,
    Query,
    RawBody,
    Style,
    as_stream,
    chosen,
)
from .callers import AsyncCaller, AsyncClientSettings, Caller, ClientSettings
from .clients import AsyncBaseClient, BaseClient
from .codec import decode_json, encode_json, to_wire
from .credentials import (
    AccessToken,
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
from .errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    ConnectionFailed,
    DecodeError,
    NotFoundError,
    OperationFailed,
    PermissionDeniedError,
    RateLimitError,
    RequestError,
    RequestTimeout,
    SdkError,
    ServerError,
    SignatureError,
    StreamError,
    UnprocessableEntityError,
)
from .files import File, FileInput
from .models import RESERVED_NAMES, UNSET, Model, UnknownModel, Unset, unset, with_extra_fields
from .open_values import UnknownFloat, UnknownInt, UnknownStr
from .timeouts import Timeout
from .unions import union
from .urls import server_url
from .views import async_raw_response, async_streamed_response, raw_response, streamed_response

if TYPE_CHECKING:
    from .async_transport import AsyncTransport
    from .decimals import DecimalNumber, DecimalText
    from .environment import credential_from_environment, environment_variables
    from .hooks import Attempt, Hook
    from .pages import AsyncPager, Page, Pager
    from .patterns import (
        Cursor,
        LinkHeader,
        LongRunning,
        NextLink,
        NextOperation,
        Offset,
        OnePage,
        PageNumber,
    )
    from .polling import AsyncPoller, Poller
    from .raw import ApiResponse, AsyncStreamedResponse, ResponseHead, StreamedResponse
    from .streams import AsyncStream, ServerSentEvent, Stream
    from .telemetry import OpenTelemetry
    from .transport import Transport

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
    "DecimalNumber",
    "DecimalText",
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
    "PartEncoding",
    "RawBody",
    "as_stream",
    "chosen",
    "BaseClient",
    "AsyncBaseClient",
    "Transport",
    "AsyncTransport",
    "server_url",
    "Caller",
    "AsyncCaller",
    "ClientSettings",
    "AsyncClientSettings",
    "Timeout",
    "Attempt",
    "Hook",
    "OpenTelemetry",
    # responses
    "ResponseHead",
    "ApiResponse",
    "StreamedResponse",
    "AsyncStreamedResponse",
    "raw_response",
    "async_raw_response",
    "streamed_response",
    "async_streamed_response",
    # streams
    "Stream",
    "AsyncStream",
    "ServerSentEvent",
    # pages
    "Page",
    "Pager",
    "AsyncPager",
    "NextLink",
    "NextOperation",
    "OnePage",
    "LinkHeader",
    "Cursor",
    "PageNumber",
    "Offset",
    # long-running operations
    "Poller",
    "AsyncPoller",
    "LongRunning",
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
    "ClientCredentials",
    "credential_from_environment",
    "environment_variables",
    "TokenCredential",
    "AccessToken",
    # errors
    "SdkError",
    "RequestError",
    "ConnectionFailed",
    "RequestTimeout",
    "DecodeError",
    "StreamError",
    "SignatureError",
    "OperationFailed",
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


# What is loaded when it is first named. The transports import the HTTP library, which takes longer than
# all the rest; of the others a program uses few.
_LATER = {
    "DecimalNumber": "decimals",
    "DecimalText": "decimals",
    "Transport": "transport",
    "AsyncTransport": "async_transport",
    "credential_from_environment": "environment",
    "environment_variables": "environment",
    "Attempt": "hooks",
    "Hook": "hooks",
    "OpenTelemetry": "telemetry",
    "ResponseHead": "raw",
    "ApiResponse": "raw",
    "StreamedResponse": "raw",
    "AsyncStreamedResponse": "raw",
    "Stream": "streams",
    "AsyncStream": "streams",
    "ServerSentEvent": "streams",
    "Page": "pages",
    "Pager": "pages",
    "AsyncPager": "pages",
    "NextLink": "patterns",
    "NextOperation": "patterns",
    "OnePage": "patterns",
    "LinkHeader": "patterns",
    "Cursor": "patterns",
    "PageNumber": "patterns",
    "Offset": "patterns",
    "Poller": "polling",
    "AsyncPoller": "polling",
    "LongRunning": "patterns",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    found = getattr(importlib.import_module(f"{__name__}.{_LATER[name]}"), name)
    globals()[name] = found
    return found
