"""The generated client of the seed service against a fake server of chat completions on a socket."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import Any

import pytest

from conftest import ROOT

WORDS = ["Guten", " Tag", ", wie", " geht\u2019s", "? \u2028 \U0001f642"]
VERSION = "2024-06-01"


def chunk(word: str) -> dict[str, Any]:
    delta = {"index": 0, "delta": {"role": "assistant", "content": word}, "finish_reason": None}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [delta],
    }


class Chat(BaseHTTPRequestHandler):
    """Answers with events, in packets that end anywhere."""

    asked: list[dict[str, Any]]
    cut: bool

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        type(self).asked.append({"path": self.path, "key": self.headers["api-key"], "body": asked})
        events = [json.dumps(chunk(word), ensure_ascii=False) for word in WORDS]
        text = ": hello\r\n\r\n" + "".join(f"data: {event}\r\n\r\n" for event in events)
        body = (text + ("" if self.cut else "data: [DONE]\n\n")).encode()
        self.send_response(200)
        self.send_header("content-type", "text/event-stream; charset=utf-8")
        self.send_header("connection", "close")
        self.end_headers()
        for at in range(0, len(body), 7):
            self.wfile.write(body[at : at + 7])
            self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def sdk() -> Iterator[ModuleType]:
    sys.path.insert(0, str(ROOT / "generated" / "azure_openai"))
    try:
        yield importlib.import_module("azure_openai")
    finally:
        sys.path.pop(0)


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    handler = type("Handler", (Chat,), {"asked": [], "cut": False})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def address(server: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}/openai"


def options(sdk: ModuleType) -> Any:
    models = importlib.import_module(f"{sdk.__name__}.v2024_06_01").models
    return models.ChatCompletionsOptions(messages=[models.ChatRequestUserMessage(content="Hallo")])


def test_chat_completions_are_streamed(sdk: ModuleType, server: ThreadingHTTPServer) -> None:
    with (
        sdk.connect(
            api_version=VERSION, base_url=address(server), endpoint="unused", credential="k"
        ) as client,
        client.get_chat_completions("gpt", options(sdk), stream=True) as chunks,
    ):
        words = [one.choices[0].delta.content for one in chunks]

    handler: Any = server.RequestHandlerClass
    (asked,) = handler.asked
    assert words == WORDS
    assert asked["path"] == f"/openai/deployments/gpt/chat/completions?api-version={VERSION}"
    assert asked["key"] == "k"
    assert asked["body"]["stream"] is True
    assert asked["body"]["messages"][0]["content"] == "Hallo"


def test_chat_completions_are_streamed_to_an_async_client(
    sdk: ModuleType, server: ThreadingHTTPServer
) -> None:
    async def run() -> list[str]:
        async with (
            sdk.connect_async(
                api_version=VERSION, base_url=address(server), endpoint="unused", credential="k"
            ) as client,
            await client.get_chat_completions("gpt", options(sdk), stream=True) as chunks,
        ):
            return [one.choices[0].delta.content async for one in chunks]

    assert asyncio.run(run()) == WORDS


def test_without_asking_for_a_stream_events_are_an_error(
    sdk: ModuleType, server: ThreadingHTTPServer
) -> None:
    with (
        sdk.connect(
            api_version=VERSION, base_url=address(server), endpoint="unused", credential="k"
        ) as client,
        pytest.raises(sdk.DecodeError, match="text/event-stream"),
    ):
        client.get_chat_completions("gpt", options(sdk))
