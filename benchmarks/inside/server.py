"""A server on the loopback interface that answers every POST alike: JSON, or server-sent events where `stream` is asked for.

python server.py ANSWER.json CHUNK.json COUNT      prints its port
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path


def answers() -> tuple[bytes, bytes]:
    """The two responses, as they go over the wire."""
    body, chunk = (Path(name).read_bytes() for name in sys.argv[1:3])
    events = b"".join(b"data: %b\n\n" % chunk for _ in range(int(sys.argv[3]))) + b"data: [DONE]\n\n"
    head = b"HTTP/1.1 200 OK\r\ncontent-type: %b\r\ncontent-length: %d\r\n\r\n"
    return head % (b"application/json", len(body)) + body, head % (b"text/event-stream", len(events)) + events


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    whole, stream = answers()
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            body = await reader.readexactly(int(lengths[0].partition(b":")[2])) if lengths else b""
            writer.write(stream if b'"stream":true' in body.replace(b" ", b"") else whole)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
