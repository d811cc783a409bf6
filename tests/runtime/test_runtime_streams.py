"""Streams: server-sent events by the HTML standard, JSON Lines and JSON text sequences, cut anywhere."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from exchanges import reply
from hypothesis import given, strategies as st
from loopback import Peer, User, serving
from runtime_models import Inner
from sdk_runtime import (
    ApiKeyScheme,
    AsyncTransport,
    Call,
    ConnectionFailed,
    DecodeError,
    JsonBody,
    RequestError,
    RequestTimeout,
    ServerError,
    ServerSentEvent,
    StreamError,
    Timeout,
    Transport,
    UnknownModel,
    union,
)
from sdk_runtime.streams.events import EventReader

EVENTS = "text/event-stream"
Chunk = union("Chunk", tag="type", variants=lambda: (("inner", Inner), ("error", Inner)))


@pytest.fixture(params=["sync", "async"])
def user(request: pytest.FixtureRequest) -> User:
    return User(request.param)


def call(item: Any = Inner, media_type: str = EVENTS, **more: Any) -> Call[Any]:
    given = {"returns": {"200": {media_type: item}}, "body": JsonBody({"stream": True}), **more}
    return Call(name="op", method="POST", path="/x", **given)


def streaming(
    *pieces: bytes, content_type: str = EVENTS, end: bytes = b"0\r\n\r\n"
) -> Callable[[Peer], None]:
    """A script that sends the pieces as chunks; without `end` the connection breaks off."""

    def script(peer: Peer) -> None:
        while peer.request():
            peer.send(f"HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\n".encode())
            peer.send(b"transfer-encoding: chunked\r\nx-request-id: r1\r\n\r\n")
            for piece in pieces:
                peer.send(b"%x\r\n%s\r\n" % (len(piece), piece))
            if not end:
                return
            peer.send(end)

    return script


def everything(user: User, script: Any, call: Any, options: Any = None, **settings: Any) -> list[Any]:
    """All items, and the exception that ended them."""

    def read(transport: Transport) -> list[Any]:
        found: list[Any] = []
        try:
            with transport.stream(call, options) as stream:
                found.extend(stream)
        except Exception as exc:
            found.append(exc)
        return found

    async def read_async(transport: AsyncTransport) -> list[Any]:
        found: list[Any] = []
        try:
            async with await transport.stream(call, options) as stream:
                async for item in stream:
                    found.append(item)  # noqa: PERF401  # those before an exception count
        except Exception as exc:
            found.append(exc)
        return found

    with serving(script) as server:
        (found,) = user.run(server.url, [read if user.kind == "sync" else read_async], **settings)
    return found


# ----- the standard


def events(*pieces: bytes) -> list[tuple[str, str, str]]:
    reader = EventReader(1_000_000)
    return [(one.event, one.data, one.id) for piece in pieces for one in reader.feed(piece)]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"data: a\n\n", [("message", "a", "")]),
        (b"data: a\r\r", [("message", "a", "")]),
        (b"data: a\r\n\r\n", [("message", "a", "")]),
        (b"data: a\r\n\rdata: b\n\r\n", [("message", "a", ""), ("message", "b", "")]),
        (b"data:a\ndata:  b\n\n", [("message", "a\n b", "")]),
        (b"data\n\n", [("message", "", "")]),
        (b"data\ndata\n\n", [("message", "\n", "")]),
        (b"data:", []),
        (b"data: a\n", []),
        (b": comment\n\n:\n\ndata: a\n\n", [("message", "a", "")]),
        (b"event: e\ndata: a\n\ndata: b\n\n", [("e", "a", ""), ("message", "b", "")]),
        (b"event: e\n\ndata: b\n\n", [("message", "b", "")]),
        (b"id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
         [("message", "a", "1"), ("message", "b", "1"), ("message", "c", "")]),
        (b"id: 1\nid: x\0y\ndata: a\n\n", [("message", "a", "1")]),
        (b"Data: no\nother: no\ndata: a\n\n", [("message", "a", "")]),
        (b"\xef\xbb\xbfdata: a\n\n", [("message", "a", "")]),
        (b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\ndata: b\n\n", [("message", "b", "")]),
        (b"data: \xff\xc3\n\n", [("message", "\ufffd\ufffd", "")]),
        ("data: a\u2028b\u2029c\x85d\x0be\x0cf\x1cg\n\n".encode(),
         [("message", "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg", "")]),
        ("data: é😀\n\n".encode(), [("message", "é😀", "")]),
        (b"data: {\"a\": \"b: c\"}\n\n", [("message", '{"a": "b: c"}', "")]),
    ],
)  # fmt: skip
def test_events_by_the_standard(sent: bytes, expected: Any) -> None:
    assert events(sent) == expected
    assert events(*[sent[place : place + 1] for place in range(len(sent))]) == expected
    for place in range(len(sent)):
        assert events(sent[:place], sent[place:]) == expected


def test_retry_is_read() -> None:
    reader = EventReader(1000)
    assert list(reader.feed(b"retry: 10\nretry: x\nretry: -1\n\n")) == []
    assert reader.retry == 10


LINES = st.sampled_from(["data: é😀", "data:", "data", "id: 7", "event: \u2028", ": c", "", "", "retry: 3"])
ENDS = st.sampled_from(["\n", "\r", "\r\n"])


@given(st.lists(st.tuples(LINES, ENDS), max_size=12), st.lists(st.integers(0, 200), max_size=6))
def test_where_the_bytes_are_cut_does_not_matter(lines: Any, cuts: list[int]) -> None:
    sent = "".join(line + end for line, end in lines).encode()
    places = [0, *sorted(min(cut, len(sent)) for cut in cuts), len(sent)]
    assert events(*[sent[a:b] for a, b in pairwise(places)]) == events(sent)


# ----- typed items


def test_items_are_decoded_and_keep_what_they_do_not_declare(user: User) -> None:
    script = streaming(b'data: {"n":1,"new":[2]}\n\ndata: {"n":"x"}\n\ndata: [DONE]\n\n')
    first, second = everything(user, script, call(last_event="[DONE]"))
    assert isinstance(first, Inner)
    assert first.extra_fields == {"new": [2]}
    assert second.n == "x"


def test_variants_of_a_union(user: User) -> None:
    script = streaming(b'data: {"type":"inner","n":1}\n\ndata: {"type":"later"}\n\n')
    first, second = everything(user, script, call(Chunk))
    assert isinstance(first, Inner)
    assert isinstance(second, UnknownModel)


def test_strict(user: User) -> None:
    found = everything(user, streaming(b'data: {"n":"x"}\n\n'), call(), strict=True)
    assert isinstance(found[0], DecodeError)
    assert found[0].path == "$.n"


def test_raw_events_and_text(user: User) -> None:
    sent = b"event: e\nid: 1\ndata: a\n\n"
    assert everything(user, streaming(sent), call(ServerSentEvent)) == [ServerSentEvent("e", "a", "1")]
    assert everything(user, streaming(sent), call(str)) == ["a"]


def test_nothing_is_given_after_the_end_that_the_protocol_marks(user: User) -> None:
    script = streaming(b'data: {"n":1}\n\ndata: [DONE]\n\ndata: {"n":2}\n\n')
    for last in ("[DONE]", None):
        assert everything(user, script, call(last_event=last)) == [Inner(n=1)]


@pytest.mark.parametrize("last", [b"data: [DONE]", b"data: [DONE]\n", b"data:[DONE]\r\n\r\n"])
def test_an_end_without_its_empty_line(user: User, last: bytes) -> None:
    script = streaming(b'data: {"n":1}\n\n' + last)
    assert everything(user, script, call(last_event="[DONE]")) == [Inner(n=1)]


@pytest.mark.parametrize("cut", range(1, 30))
def test_a_typed_stream_cut_anywhere(cut: int) -> None:
    sent = 'data: {"n":1,"text":"é😀"}\r\n\r\n'.encode()
    script = streaming(sent[:cut], sent[cut:])
    assert everything(User("sync"), script, call()) == [Inner(n=1, text="é😀")]


@pytest.mark.parametrize(
    ("media_type", "sent", "expected"),
    [
        ("application/jsonl", b'{"n":1}\n{"n":2}', [1, 2]),
        ("application/jsonl", b'{"n":1}\r\n\r\n\n{"n":\r2}\n', [1, 2]),
        ("application/x-ndjson", '{"n":1,"text":"\u2028"}\n{"n":2}\n'.encode(), [1, 2]),
        ("application/json-seq", b'\x1e{"n":1}\n\x1e{\n"n":2}\n', [1, 2]),
        ("application/json-seq", b'\x1e{"n":1}\x1e\x1e{"n":2}', [1, 2]),
    ],
)  # fmt: skip
def test_lines_and_sequences(user: User, media_type: str, sent: bytes, expected: list[int]) -> None:
    for size in (1, 3, 1000):
        pieces = [sent[place : place + size] for place in range(0, len(sent), size)]
        script = streaming(*pieces, content_type=media_type)
        assert [item.n for item in everything(user, script, call(media_type=media_type))] == expected


def test_an_item_of_a_sequence_does_not_wait_for_the_next(user: User) -> None:
    from sdk_runtime.streams.lines import RecordReader

    reader = RecordReader(1000)
    assert list(reader.feed(b'\x1e{"n":\n')) == []
    assert list(reader.feed(b"1}\n")) == [b'{"n":\n1}\n']


# ----- what goes wrong


@pytest.mark.parametrize("content_type", ["application/json", "text/html; charset=utf-8", "text/plain"])
def test_a_response_that_is_no_stream(user: User, content_type: str) -> None:
    script = streaming(b'{"n":1}', content_type=content_type)
    (error,) = everything(user, script, call())
    assert isinstance(error, DecodeError)
    assert "unexpected content type" in str(error)
    assert "expected text/event-stream" in str(error)


def test_an_error_status_is_an_api_error(user: User) -> None:
    def refuse(peer: Peer) -> None:
        while peer.request():
            peer.answer("500 No", b'{"error":{"message":"broken"}}', "content-type: application/json")

    (error,) = everything(user, refuse, call())
    assert isinstance(error, ServerError)
    assert "broken" in str(error)


@pytest.mark.parametrize("item", [b"{", b"null", b"[]", b"nonsense", b'"x"'])
def test_an_item_that_is_none(user: User, item: bytes) -> None:
    found = everything(user, streaming(b'data: {"n":1}\n\ndata: ' + item + b"\n\n"), call())
    assert found[0] == Inner(n=1)
    assert isinstance(found[1], DecodeError)
    assert "item 2" in str(found[1])


@pytest.mark.parametrize(
    ("sent", "body"),
    [
        (b'data: {"error":{"message":"overloaded"}}\n\n', {"error": {"message": "overloaded"}}),
        (b'event: error\ndata: {"message":"overloaded"}\n\n', {"message": "overloaded"}),
        (b"event: error\ndata: overloaded\n\n", "overloaded"),
    ],
)
def test_errors_inside_a_stream(user: User, sent: bytes, body: Any) -> None:
    found = everything(user, streaming(b'data: {"n":1}\n\n' + sent), call())
    assert found[0] == Inner(n=1)
    assert isinstance(found[1], StreamError)
    assert found[1].body == body
    assert "overloaded" in str(found[1])


def test_an_error_that_is_a_declared_item(user: User) -> None:
    script = streaming(b'event: error\ndata: {"type":"error","n":1}\n\n')
    assert everything(user, script, call(Chunk))[0].n == 1


def test_an_item_that_mentions_an_error_is_no_error(user: User) -> None:
    script = streaming(b'data: {"n":1,"text":"\\"error\\"","error":null}\n\n')
    assert everything(user, script, call())[0].n == 1


@pytest.mark.parametrize(
    ("script", "last_event"),
    [
        (streaming(b'data: {"n":1}\n\n', end=b""), None),
        (streaming(b'data: {"n":1}\n\n', b"data: {"), None),
        (streaming(b'data: {"n":1}\n\n', b'data: {"n":2}\n'), None),
        (streaming(b'data: {"n":1}\n\n', b"dat"), None),
        (streaming(b'data: {"n":1}\n\n'), "[DONE]"),
    ],
)
def test_a_stream_that_ends_early(user: User, script: Any, last_event: str | None) -> None:
    found = everything(user, script, call(last_event=last_event))
    assert found[0] == Inner(n=1)
    assert isinstance(found[1], ConnectionFailed)
    assert found[1].operation == "op"


def test_lines_that_end_early(user: User) -> None:
    script = streaming(b'{"n":1}\n{"n":', content_type="application/jsonl")
    found = everything(user, script, call(media_type="application/jsonl"))
    assert isinstance(found[1], ConnectionFailed)


@pytest.mark.parametrize("timeout", [Timeout(read=0.2), Timeout(total=0.2)])
def test_a_stream_that_stalls(user: User, timeout: Timeout) -> None:
    def stall(peer: Peer) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n", b'data: {"n":1}\n\n')
        peer.linger()

    found = everything(user, stall, call(), {"timeout": timeout})
    assert found[0] == Inner(n=1)
    assert isinstance(found[1], RequestTimeout)


def test_a_slow_stream_may_take_longer_than_an_attempt(user: User) -> None:
    def slow(peer: Peer) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n")
        for _ in range(30):
            peer.server.over.wait(0.01)
            peer.send(b'data: {"n":1}\n\n')

    assert everything(user, slow, call(), {"timeout": 0.2}) == [Inner(n=1)] * 30


def test_a_line_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch, user: User) -> None:
    from sdk_runtime.streams import items

    monkeypatch.setattr(items, "MAX_RESPONSE_BYTES", 1000)
    for sent in (b"x" * 2000, b"data: xxxxxxxxx\n" * 200):
        (error,) = everything(user, streaming(sent), call())
        assert isinstance(error, DecodeError)
        assert "longer than 1000 bytes" in str(error)


def test_secrets_are_not_in_errors(user: User) -> None:
    secret = "s3cr3t-value"  # noqa: S105
    script = streaming(f'data: {{"error":{{"message":"key {secret}"}}}}\n\n'.encode())
    (error,) = everything(
        user,
        script,
        call(auth=(("Key",),)),
        schemes=(ApiKeyScheme("Key", "header", "api-key"),),
        credential=secret,
    )
    assert secret not in str(error)


# ----- connections


def test_a_connection_is_used_again_after_the_end(user: User) -> None:
    script = streaming(b'data: {"n":1}\n\ndata: [DONE]\n\n')

    def read(transport: Transport) -> Any:
        return list(transport.stream(call()))

    async def read_async(transport: AsyncTransport) -> Any:
        return [item async for item in await transport.stream(call())]

    do: Any = read if user.kind == "sync" else read_async
    with serving(script) as server:
        results = user.run(server.url, [do] * 3)
    assert results == [[Inner(n=1)]] * 3
    assert server.connections == 1


def test_a_server_that_stays_after_the_end_is_not_waited_for(user: User) -> None:
    def stay(peer: Peer) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n", b"data: [DONE]\n\n")
        peer.linger()

    assert everything(user, stay, call(), {"timeout": 20}) == []


def test_a_stream_that_is_left_closes_its_connection() -> None:
    import httpx2

    limits = httpx2.Limits(max_connections=1)
    script = streaming(b'data: {"n":1}\n\n' * 100)
    with serving(script) as server, httpx2.Client(limits=limits) as client:
        transport = Transport(base_url=server.url, http_client=client, timeout=5)
        for _ in range(2):
            for item in transport.stream(call()):
                assert item == Inner(n=1)
                break
        transport.stream(call())
        with transport.stream(call()) as stream:
            next(stream)
            assert stream.response.status_code == 200
            assert stream.response.request_id == "r1"
        with pytest.raises(RequestError, match="closed"):
            next(stream)


def test_cancelling_a_stream_leaves_the_pool_usable() -> None:
    import asyncio

    def stall(peer: Peer) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n")
        peer.linger()

    async def run(url: str) -> Any:
        import httpx2

        async with httpx2.AsyncClient(limits=httpx2.Limits(max_connections=1)) as client:
            transport = AsyncTransport(base_url=url, http_client=client, timeout=5)

            async def read() -> list[Any]:
                return [item async for item in await transport.stream(call())]

            task = asyncio.ensure_future(read())
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return await read()

    with serving(stall, streaming(b'data: {"n":1}\n\n')) as server:
        assert asyncio.run(run(server.url)) == [Inner(n=1)]


def test_a_stream_of_a_test_transport() -> None:
    import httpx2

    answer = reply(200, b'data: {"n":1}\n\n', content_type=EVENTS)
    with httpx2.Client(transport=httpx2.MockTransport(lambda _: answer)) as client:
        transport = Transport(base_url="https://api.test", http_client=client)
        assert list(transport.stream(call())) == [Inner(n=1)]
