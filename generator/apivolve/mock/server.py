"""Connections: HTTP/1.1 on a socket, by h11.

h11 reads and writes the protocol and refuses what breaks it; http.server would read no chunked bodies and write any
header. Each connection has a thread. What goes wrong by request goes wrong here, on the wire.
"""

from __future__ import annotations

import contextlib
import re
import socket
import socketserver
import struct
import time
from collections.abc import Callable, Iterable, Iterator

import h11

from ..errors import printable
from .answer import Answer
from .preferences import LONGEST, Faults
from .problems import phrase, problem
from .request import Request
from .service import Mock

MOST_BODY = 32 * 1024 * 1024
"""Bytes of a request body."""
_MOST_HEAD = 64 * 1024
_IDLE = 60.0
"""Seconds that a connection may say nothing."""
_READ = 64 * 1024
_LINGER = 2.0
_MOST_UNREAD = 256 * 1024 * 1024
"""Seconds and bytes for which a caller who was refused is still read."""
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")
_LONGEST_LINE = 300

Log = Callable[[str], None]


class Server(socketserver.ThreadingTCPServer):
    """A server of a mock at an address. `log` is told a line for each request."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, mock: Mock, host: str, port: int, log: Log) -> None:
        self.mock = mock
        self.log = log
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__((host, port), _Connection)

    @property
    def url(self) -> str:
        """The address that it listens at: `http://127.0.0.1:8080`."""
        host, port = self.socket.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002
        """Say that a connection broke: a fault of ours ends no server, and shows no traceback."""
        self.log("apivolve: a connection ended with an internal error")


class _Connection(socketserver.BaseRequestHandler):
    request: socket.socket

    def handle(self) -> None:
        assert isinstance(self.server, Server)  # noqa: S101 - typeshed knows no other
        self.mock, self.log, self.url = self.server.mock, self.server.log, self.server.url
        self.request.settimeout(_IDLE)
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # whoever has gone away, or says nothing any more, needs no answer
        with contextlib.suppress(OSError):
            self._serve(h11.Connection(h11.SERVER, max_incomplete_event_size=_MOST_HEAD))

    def _serve(self, connection: h11.Connection) -> None:
        while True:
            try:
                request = self._read(connection)
            except h11.RemoteProtocolError as error:
                self._refuse(connection, error.error_status_hint, str(error))
                return
            if request is None:
                return
            if isinstance(request, Answer):
                self._say("?", request)
                self._write(connection, request, Faults())
                self._linger()
                return
            try:
                answer, faults = self.mock.answer(request)
            except Exception as error:  # a document that is not well formed somewhere; told, and not the end
                answer, faults = problem(500, f"internal error: {type(error).__name__}"), Faults()
            self._say(f"{request.method} {request.target}", answer)
            if not self._write(connection, answer, faults):
                return
            if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                return
            connection.start_next_cycle()

    # --- requests ----------------------------------------------------------------------------------------

    def _read(self, connection: h11.Connection) -> Request | Answer | None:
        """The next request; an answer where it is too large; None where no more come."""
        head: h11.Request | None = None
        body: list[bytes] = []
        size = 0
        while True:
            event = self._event(connection)
            if isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                size += len(event.data)
                if size > MOST_BODY:
                    return problem(413, f"the body is larger than {MOST_BODY} bytes")
                body.append(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                return self._request(head, b"".join(body))
            elif not isinstance(event, h11.EndOfMessage):
                return None

    def _event(self, connection: h11.Connection) -> object:
        while True:
            event = connection.next_event()
            if event is not h11.NEED_DATA:
                return event
            if connection.they_are_waiting_for_100_continue:
                informational = h11.InformationalResponse(status_code=100, headers=[], reason="Continue")
                self.request.sendall(connection.send(informational) or b"")
            connection.receive_data(self.request.recv(_READ))

    def _request(self, head: h11.Request, body: bytes) -> Request:
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers)
        host = dict(headers).get("host", "")
        origin = f"http://{host}" if _HOST.fullmatch(host) else self.url
        target = "".join(chr(octet) if 32 < octet < 127 else f"%{octet:02X}" for octet in head.target)
        return Request(head.method.decode("latin-1"), target, headers, body, origin)

    # --- answers -----------------------------------------------------------------------------------------

    def _refuse(self, connection: h11.Connection, status: int, detail: str) -> None:
        answer = problem(status, f"this is no HTTP: {detail}")
        self._say("?", answer)
        with contextlib.suppress(h11.LocalProtocolError):
            self._write(connection, answer, Faults())
        self._linger()

    def _linger(self) -> None:
        """Let a caller who still sends read the answer first: a connection that ends with bytes unread is reset."""
        self.request.shutdown(socket.SHUT_WR)
        self.request.settimeout(_LINGER)
        for _ in range(_MOST_UNREAD // _READ):
            if not self.request.recv(_READ):
                return

    def _say(self, what: str, answer: Answer) -> None:
        note = f"  {answer.note}" if answer.note else ""
        line = f"{what} -> {answer.status}{note}".replace("\n", " ")
        self.log(printable(line[:_LONGEST_LINE]))

    def _write(self, connection: h11.Connection, answer: Answer, faults: Faults) -> bool:
        """Send an answer, with what is to go wrong; False where the connection is to end."""
        if faults.delay:
            time.sleep(faults.delay)
        if faults.cut == "reset":
            self._reset()
            return False
        no_body = answer.status in (204, 304) or answer.status < 200
        headers = _writable(answer.headers)
        if answer.streamed:
            headers.append((b"transfer-encoding", b"chunked"))
        elif not no_body and answer.header("content-length") is None:
            headers.append((b"content-length", str(len(answer.body)).encode()))
        reason = phrase(answer.status).encode("ascii", "replace")
        self._send(connection, h11.Response(status_code=answer.status, headers=headers, reason=reason))
        pieces = () if no_body else answer.pieces
        if faults.cut:
            self._half(connection, pieces)
            if faults.cut == "reset body":
                self._reset()
            return False
        for piece in self._paced(pieces, faults.drip):
            self._send(connection, h11.Data(data=piece))
        self._send(connection, h11.EndOfMessage())
        return True

    def _half(self, connection: h11.Connection, pieces: tuple[bytes, ...]) -> None:
        """The first half of a body, in the chunks that it has."""
        left = sum(map(len, pieces)) // 2
        for piece in pieces:
            if left:
                self._send(connection, h11.Data(data=piece[:left]))
                left -= len(piece[:left])

    def _paced(self, pieces: tuple[bytes, ...], pause: float) -> Iterable[bytes]:
        return _Slow(pieces, pause) if pause else pieces

    def _send(self, connection: h11.Connection, event: h11.Event) -> None:
        self.request.sendall(connection.send(event) or b"")

    def _reset(self) -> None:
        """End the connection so that the other side sees a reset: what is not yet sent is dropped (SO_LINGER 0)."""
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.request.close()


class _Slow:
    """Bytes one by one with pauses between, for a minute at most; then what is left."""

    def __init__(self, pieces: tuple[bytes, ...], pause: float) -> None:
        self.body = b"".join(pieces)
        self.pause = pause

    def __iter__(self) -> Iterator[bytes]:
        slow = min(len(self.body), int(LONGEST / self.pause))
        for index in range(slow):
            time.sleep(self.pause)
            yield self.body[index : index + 1]
        if self.body[slow:]:
            yield self.body[slow:]


def _writable(headers: tuple[tuple[str, str], ...]) -> list[tuple[bytes, bytes]]:
    """Those headers that can be written: a specification's text may hold what would end one (RFC 9110 section 5.5)."""
    found: list[tuple[bytes, bytes]] = []
    for name, value in headers:
        octets = value.strip(" \t").encode("utf-8", "backslashreplace")
        if re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", name, re.ASCII) and not re.search(
            rb"[\x00-\x08\x0a-\x1f\x7f]", octets
        ):
            found.append((name.encode("ascii"), octets))
    return found
