"""A call over the loopback interface: the generated client beside bare httpx2, blocking and not; and a stream, beside openai-python.

    python calls.py SETTINGS.json      prints a JSON list of measurements

Both sides send the same JSON and decode the same answer; the bare one with the means of httpx2. The time is that of the client's
process by the clock of its CPU: what the server needs, in a process of its own, is the same for both.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2
from timing import pairs, row


def main() -> None:
    settings = json.loads(Path(sys.argv[1]).read_text())
    sys.path[:0] = settings["path"]
    words = [
        sys.executable,
        str(Path(__file__).with_name("server.py")),
        settings["answer"],
        settings["chunk"],
    ]
    with subprocess.Popen([*words, str(settings["events"])], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            address = f"http://127.0.0.1:{server.stdout.readline().strip()}"
            print(json.dumps(measured(address, settings)))
        finally:
            server.kill()


def measured(address: str, settings: dict[str, Any]) -> list[dict[str, Any]]:
    package = importlib.import_module(settings["package"])
    models = importlib.import_module(f"{settings['package']}.{settings['module']}.models")
    version, runs, events = settings["version"], settings["runs"], settings["events"]
    asked = {"messages": [{"role": "user", "content": "Hello!"}]}
    options = models.ChatCompletionsOptions(messages=[models.ChatRequestUserMessage(content="Hello!")])
    url, headers = f"{address}/openai/deployments/d/chat/completions?api-version={version}", {"api-key": "k"}
    client = package.connect(api_version=version, endpoint=address, credential="k")
    bare = httpx2.Client(timeout=60)

    def plain() -> Any:
        response = bare.post(url, json=asked, headers=headers)
        response.raise_for_status()
        return response.json()

    found = [
        row(
            "call",
            "a call, blocking",
            "httpx2",
            pairs(lambda: client.get_chat_completions("d", options), plain, runs),
            limit=1.2,
        )
    ]
    found.append(asyncio.run(awaited(package, version, address, options, (url, headers, asked), runs)))

    def stream() -> None:
        count = sum(1 for _ in client.get_chat_completions("d", options, stream=True))
        assert count == events, count

    def lines() -> None:
        with bare.stream("POST", url, json={**asked, "stream": True}, headers=headers) as response:
            count = sum(
                1 for line in response.iter_lines() if line.startswith("data: {") and json.loads(line[6:])
            )
        assert count == events, count

    found.append(
        row(
            "stream",
            f"a stream of {events} events",
            "httpx2 iter_lines, json.loads",
            pairs(stream, lines, runs),
        )
    )
    try:
        from openai import AzureOpenAI
    except ImportError:
        print("openai is not installed", file=sys.stderr)
        return found
    other = AzureOpenAI(api_version=version, azure_endpoint=address, api_key="k")

    def openai_stream() -> None:
        asked_stream: Any = other.chat.completions.create(model="d", messages=asked["messages"], stream=True)
        assert sum(1 for _ in asked_stream) == events

    def openai_call() -> object:
        return other.chat.completions.create(model="d", messages=asked["messages"])

    found.append(
        row(
            "stream-peer", f"a stream of {events} events", "openai-python", pairs(stream, openai_stream, runs)
        )
    )
    calls = pairs(lambda: client.get_chat_completions("d", options), openai_call, runs)
    return [*found, row("call-peer", "a call, blocking", "openai-python", calls)]


async def awaited(
    package: Any,
    version: str,
    address: str,
    options: Any,
    request: tuple[str, dict[str, str], Any],
    runs: int,
) -> dict[str, Any]:
    """The same, awaited."""
    url, headers, asked = request
    async with (
        package.connect_async(api_version=version, endpoint=address, credential="k") as client,
        httpx2.AsyncClient(timeout=60) as bare,
    ):

        async def ours() -> object:
            return await client.get_chat_completions("d", options)

        async def plain() -> Any:
            response = await bare.post(url, json=asked, headers=headers)
            response.raise_for_status()
            return response.json()

        for work in (ours, plain):
            await work()
        found = [[await spent(work, 200) for work in (ours, plain)] for _ in range(runs)]
    return row("call-async", "a call, awaited", "httpx2", found, limit=1.2)


async def spent(work: Callable[[], Awaitable[object]], count: int) -> float:
    """CPU seconds of one call."""
    started = time.process_time()
    for _ in range(count):
        await work()
    return (time.process_time() - started) / count


if __name__ == "__main__":
    main()
