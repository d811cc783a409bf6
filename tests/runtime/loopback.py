"""A server on a socket that misbehaves on purpose: each connection is given to a script."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Generator, Sequence
from typing import Any

from sdk_runtime import AsyncTransport, Transport

Script = Callable[["Peer"], None]


class Peer:
    """One connection as a script sees it."""

    def __init__(self, server: Loopback, connection: socket.socket) -> None:
        self.server = server
        self.connection = connection
        self._buffer = b""

    def request(self) -> bytes:
        """Read one request with its body, and keep it; b"" when the client has gone."""
        while b"\r\n\r\n" not in self._buffer:
            if not self._more():
                return b""
        head, _, rest = self._buffer.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        while len(rest) < length:
            if not self._more():
                return b""
            rest = self._buffer.partition(b"\r\n\r\n")[2]
        if b"transfer-encoding: chunked" in head.lower():
            while b"0\r\n\r\n" not in rest:
                if not self._more():
                    return b""
                rest = self._buffer.partition(b"\r\n\r\n")[2]
            length = rest.index(b"0\r\n\r\n") + 5
        self._buffer = rest[length:]
        request = head + b"\r\n\r\n" + rest[:length]
        self.server.requests.append(request)
        return request

    def _more(self) -> bool:
        with contextlib.suppress(OSError):
            data = self.connection.recv(65_536)
            self._buffer += data
            return bool(data)
        return False

    def send(self, *pieces: bytes) -> None:
        """Send pieces, each in a packet of its own."""
        for piece in pieces:
            self.connection.sendall(piece)

    def answer(self, status: str, body: bytes = b"", *headers: str) -> None:
        """Send a whole response."""
        lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def json(self, body: bytes = b'{"n":1}', *headers: str) -> None:
        self.answer("200 OK", body, "content-type: application/json", *headers)

    def drip(self, data: bytes) -> None:
        """Send byte by byte until the client has gone or the test is over."""
        for place in range(len(data)):
            if self.server.over.wait(0.01):
                return
            self.send(data[place : place + 1])

    def linger(self) -> None:
        """Say nothing until the test is over."""
        self.server.over.wait(30)

    def reset(self) -> None:
        """Break the connection off with a TCP reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.connection.close()


class Loopback:
    """Listens on 127.0.0.1; the n-th connection is given to the n-th script, the last one serves all further."""

    def __init__(self, *scripts: Script) -> None:
        self.scripts = list(scripts)
        self.requests: list[bytes] = []
        self.connections = 0
        self.over = threading.Event()
        #: Released once for each connection that its script is done with.
        self.closed = threading.Semaphore(0)
        self._open: list[socket.socket] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            script = self.scripts[min(self.connections, len(self.scripts) - 1)]
            self.connections += 1
            self._open.append(connection)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            thread = threading.Thread(target=self._serve, args=(script, connection), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, script: Script, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            script(Peer(self, connection))
        connection.close()
        self.closed.release()

    def close(self) -> None:
        self.over.set()
        # Closing alone does not wake the thread that accepts.
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)


@contextlib.contextmanager
def serving(*scripts: Script) -> Generator[Loopback]:
    server = Loopback(*scripts)
    try:
        yield server
    finally:
        server.close()


class User:
    """Does the same thing with a transport of its own kind, blocking or asynchronous; nothing is waited for."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.pauses: list[float] = []

    def transport(self, url: str, **settings: Any) -> Transport:
        transport = Transport(base_url=url, **settings)
        transport.sleep = self.pauses.append
        return transport

    def run(
        self, url: str, does: Sequence[Callable[[Any], Any]], *, closing: bool = True, **settings: Any
    ) -> list[Any]:
        """Do things one after the other on one transport; exceptions are results.

        An ``http_client`` that is given is closed as well.
        """
        if self.kind == "sync":
            transport = self.transport(url, **settings)
            results: list[Any] = []
            for do in does:
                try:
                    results.append(do(transport))
                except Exception as exc:
                    results.append(exc)
            if closing:
                transport.network.client.close()
            return results
        return asyncio.run(self._run(url, does, closing, settings))

    async def _run(
        self, url: str, does: Sequence[Callable[[Any], Any]], closing: bool, settings: Any
    ) -> list[Any]:
        async def pause(seconds: float) -> None:
            self.pauses.append(seconds)

        transport = AsyncTransport(base_url=url, **settings)
        transport.sleep = pause
        results: list[Any] = []
        for do in does:
            try:
                results.append(await do(transport))
            except Exception as exc:
                results.append(exc)
        if closing:
            await transport.network.client.aclose()
        return results

    def send(self, url: str, call: Any, options: Any = None, **settings: Any) -> Any:
        """Make one call; raises what it raises."""
        (result,) = self.run(url, [lambda transport: transport.send(call, options)], **settings)
        if isinstance(result, Exception):
            raise result
        return result
