"""The response behind a stream, for ``with_raw_response``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..raw import ApiResponse
from .stream import AsyncStream, Stream

if TYPE_CHECKING:
    from ..async_transport import AsyncTransport
    from ..call import Call, CallOptions
    from ..transport import Transport


class _StreamResponse(ApiResponse[Any]):
    """A response whose body is a stream: `parse` gives the stream, and there is no content."""

    def __init__(self, stream: Stream[Any] | AsyncStream[Any]) -> None:
        super().__init__(stream.answer)
        self._stream = stream

    def parse(self) -> Any:
        return self._stream


def raw_stream(
    transport: Transport, call: Call[Any], options: CallOptions | None
) -> ApiResponse[Any]:
    """Make a call whose response is a stream, and give the response."""
    return _StreamResponse(transport.stream(call, options))


async def raw_stream_async(
    transport: AsyncTransport, call: Call[Any], options: CallOptions | None
) -> ApiResponse[Any]:
    """Make a call whose response is a stream, and give the response."""
    return _StreamResponse(await transport.stream(call, options))
