"""Streams at every place where they may be cut, and those that are none or end too early."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from exchanges import call
from loopback import Peer, User, serving
from msgspec.structs import replace
from runtime_models import Inner
from sdk_runtime import (
    ConnectionFailed,
    DecodeError,
    JsonBody,
    SdkError,
    ServerSentEvent,
    StreamError,
)
from sdk_runtime.streams.events import EventReader
from sdk_runtime.streams.lines import LineReader, RecordReader, TooLongError

EVENTS = "text/event-stream"
MOST = 1_000_000


@pytest.fixture(params=["sync", "async"])
def user(request: pytest.FixtureRequest) -> User:
    return User(request.param)


def event(data: str, name: str = "message", last_id: str = "") -> ServerSentEvent:
    return ServerSentEvent(name, data, last_id)


STREAMS: dict[bytes, list[ServerSentEvent]] = {
    b"data: a\n\ndata: b\n\n": [event("a"), event("b")],
    b"data: a\r\n\r\ndata: b\r\n\r\n": [event("a"), event("b")],
    b"data: a\r\rdata: b\r\r": [event("a"), event("b")],
    b"data: a\r\ndata: b\rdata: c\n\r\n": [event("a\nb\nc")],
    b"data: a\n\r\n\rdata: b\r\n\n": [event("a"), event("b")],
    b"\xef\xbb\xbfdata: a\n\n": [event("a")],
    b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\ndata: b\n\n": [event("b")],
    "data: ü€😀\n\n".encode(): [event("ü€😀")],
    # None of these ends a line, though Python's splitlines() thinks so.
    "data: a\u2028b\u2029c\x85d\x0be\x0cf\x1cg\n\n".encode(): [event("a\u2028b\u2029c\x85d\x0be\x0cf\x1cg")],
    b": a comment\n:\ndata: a\n: another\n\n": [event("a")],
    b"id: 7\ndata: a\n\ndata: b\n\nid\ndata: c\n\n": [
        event("a", last_id="7"),
        event("b", last_id="7"),
        event("c"),
    ],
    b"id: a\0b\ndata: a\n\n": [event("a")],
    b"event: ping\ndata\n\n": [event("", "ping")],
    b"event: lost\n\ndata: a\n\n": [event("a")],
    b"data:a\ndata:  b\n\n": [event("a\n b")],
    b'retry: 1\nretry: x\nunknown: y\ndata: {"a":1}\n\n': [event('{"a":1}')],
    b"data: \xff\xfe\n\n": [event("\ufffd\ufffd")],
}


@pytest.mark.parametrize("sent", STREAMS)
def test_events_cut_at_every_place(sent: bytes) -> None:
    for cut in range(len(sent) + 1):
        reader = EventReader(MOST)
        found = [one for piece in (sent[:cut], b"", sent[cut:]) for one in reader.feed(piece)]
        assert found == STREAMS[sent], cut
        assert reader.rest() is None, cut
    reader = EventReader(MOST)
    assert [one for place in range(len(sent)) for one in reader.feed(sent[place : place + 1])] == STREAMS[
        sent
    ]


LINES = ['{"n":1}', '{"n":2,"text":"ü\u2028\x85😀"}', " ", '{"n":3}\r', "", '{"n":4}']


@pytest.mark.parametrize(
    ("make", "sent"),
    [
        (lambda: LineReader(MOST, lf_only=True), "\n".join(LINES).encode() + b"\n"),
        (lambda: RecordReader(MOST), "".join(f"\x1e{line}\n" for line in LINES).encode()),
    ],
)
def test_lines_and_records_cut_at_every_place(make: Callable[[], Any], sent: bytes) -> None:
    expected = [line.strip().encode() for line in LINES if line.strip()]
    for cut in range(len(sent) + 1):
        reader = make()
        found = [one for piece in (sent[:cut], sent[cut:]) for one in reader.feed(piece)]
        assert [one.strip() for one in found if one.strip()] == expected, cut
    reader = make()
    found = [one for place in range(len(sent)) for one in reader.feed(sent[place : place + 1])]
    assert [one.strip() for one in found if one.strip()] == expected


@pytest.mark.parametrize("line", [b"data\n", b"data:\n", b"data: x\n"])
def test_an_event_without_an_end_is_refused(line: bytes) -> None:
    reader = EventReader(1_000)
    with pytest.raises(TooLongError):
        list(reader.feed(line * 1_001))


def test_a_line_is_kept_in_its_own_size() -> None:
    import tracemalloc

    reader = LineReader(MOST)
    tracemalloc.start()
    for _ in range(20_000):
        assert not list(reader.feed(bytes([97, 98])))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reader.rest() == b"ab" * 20_000
    assert peak < 300_000


# ----- over a connection


def at_path(path: str, item: Any = Inner, media_type: str = EVENTS, **more: Any) -> Any:
    given = call("POST", returns={"200": {media_type: item}}, body=JsonBody({"stream": True}), **more)
    return replace(given, path=path)


def read(user: User, url: str, *calls: Any) -> list[Any]:
    """What each stream gives, and what ended it."""

    def reading(call: Any) -> Callable[[Any], Any]:
        def sync(transport: Any) -> Any:
            found: list[Any] = []
            try:
                with transport.stream(call) as stream:
                    found.extend(stream)
            except Exception as exc:
                found.append(exc)
            return found

        async def later(transport: Any) -> Any:
            found: list[Any] = []
            try:
                async with await transport.stream(call) as stream:
                    async for item in stream:
                        found.append(item)  # noqa: PERF401  # those before an exception count
            except Exception as exc:
                found.append(exc)
            return found

        return sync if user.kind == "sync" else later

    return user.run(url, [reading(call) for call in calls])


def chunked(content_type: str, *pieces: bytes, end: bytes = b"0\r\n\r\n") -> Callable[[Peer], None]:
    def script(peer: Peer) -> None:
        while peer.request():
            peer.send(f"HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\n".encode())
            peer.send(b"x-request-id: r1\r\ntransfer-encoding: chunked\r\n\r\n")
            peer.send(*(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces))
            if not end:
                return
            peer.send(end)

    return script


def test_events_that_come_byte_by_byte(user: User) -> None:
    for sent in (b"".join(STREAMS), b"".join(reversed(STREAMS))):
        pieces = [sent[place : place + 1] for place in range(len(sent))]
        whole = EventReader(MOST)
        expected = list(whole.feed(sent))
        with serving(chunked(EVENTS, *pieces)) as server:
            (found,) = read(user, server.url, at_path("/x", ServerSentEvent))
        assert found == expected


@pytest.mark.parametrize(
    ("media_type", "sent"),
    [
        ("application/jsonl", '{"n":1}\n\n{"n":2,"text":"ü\u2028"}\r\n{"n":3}'),
        ("application/json-seq", '\x1e{"n":1}\n\x1e{"n":2,"text":"ü\u2028"}\n\x1e{"n":\n3}\n'),
    ],
)
def test_items_that_come_byte_by_byte(user: User, media_type: str, sent: str) -> None:
    data = sent.encode()
    pieces = [data[place : place + 1] for place in range(len(data))]
    with serving(chunked(media_type, *pieces)) as server:
        (found,) = read(user, server.url, at_path("/x", media_type=media_type))
    assert found == [Inner(n=1), Inner(n=2, text="ü\u2028"), Inner(n=3)]


# ----- what is no stream


@pytest.mark.parametrize(
    ("content_type", "body", "said"),
    [
        ("application/json", b'{"error":{"message":"over quota"}}', "over quota"),
        ("text/html", b"<html>log in</html>", "text/event-stream"),
        ("", b"data: {}\n\n", "text/event-stream"),
    ],
)
def test_an_answer_that_is_no_stream_is_kept(user: User, content_type: str, body: bytes, said: str) -> None:
    def answer(peer: Peer) -> None:
        while peer.request():
            peer.answer("200 OK", body, f"content-type: {content_type}", "x-request-id: r1")

    with serving(answer) as server:
        results = read(user, server.url, *[at_path("/x")] * 3)
    assert server.connections == 1
    for (error,) in results:
        assert isinstance(error, DecodeError)
        assert error.response is not None
        assert error.response.content == body
        assert said in str(error)
        assert (error.operation, error.attempts, error.status_code, error.request_id) == ("op", 1, 200, "r1")


def test_no_content_is_no_stream(user: User) -> None:
    with serving(lambda peer: (peer.request(), peer.answer("204 No Content"))) as server:
        ((error,),) = read(user, server.url, at_path("/x"))
    assert isinstance(error, DecodeError)


# ----- ends


ITEM = b'data: {"n":1}\n\n'


@pytest.mark.parametrize(
    ("pieces", "end", "kind"),
    [
        ((ITEM, b"data: {"), b"", ConnectionFailed),
        ((ITEM, b"data: {"), b"0\r\n\r\n", ConnectionFailed),
        ((ITEM, b'data: {"n":2}'), b"0\r\n\r\n", ConnectionFailed),
        ((ITEM,), b"zz\r\n", ConnectionFailed),
        ((ITEM, b"event: error\ndata: {}\n\n"), b"0\r\n\r\n", StreamError),
        ((ITEM, b'data: {"error":{"message":"no"}}\n\n'), b"0\r\n\r\n", StreamError),
        ((ITEM, b"data: nonsense\n\n"), b"0\r\n\r\n", DecodeError),
        ((ITEM, b"data: null\n\n"), b"0\r\n\r\n", DecodeError),
        ((ITEM, b'data: {"n":NaN}\n\n'), b"0\r\n\r\n", DecodeError),
    ],
)
def test_every_bad_end_tells_all(user: User, pieces: Any, end: bytes, kind: Any) -> None:
    with serving(chunked(EVENTS, *pieces, end=end)) as server:
        (found,) = read(user, server.url, at_path("/x"))
    assert found[0] == Inner(n=1)
    error = found[1]
    assert type(error) is kind
    assert (error.operation, error.attempts, error.status_code, error.request_id) == ("op", 1, 200, "r1")
    assert str(error).startswith("op: 200 OK (request id r1, 1 attempt): ")


def test_a_stream_is_begun_again_only_before_it_has_begun(user: User) -> None:
    def busy_first(peer: Peer) -> None:
        peer.request()
        peer.answer("503 Busy")
        chunked(EVENTS, ITEM, end=b"")(peer)

    with serving(busy_first, chunked(EVENTS, ITEM)) as server:
        (found,) = read(user, server.url, at_path("/x"))
    assert found[0] == Inner(n=1)
    assert isinstance(found[1], SdkError)
    assert found[1].attempts == 2
    assert len(server.requests) == 2
