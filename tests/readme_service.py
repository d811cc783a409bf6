"""Runs a file of code, and answers every request that it makes as `routes.json` says; prints the calls that were asked for.

`python readme_service.py PACKAGE_FOLDER ROUTES_JSON FILE`
"""

from __future__ import annotations

import json
import re
import runpy
import sys
import time
from pathlib import Path
from typing import Any

import httpx2

ROUTES: list[dict[str, Any]] = json.loads(Path(sys.argv[2]).read_text())
waiting: list[dict[str, Any]] = []
asked: list[str] = []


def respond(request: httpx2.Request) -> httpx2.Response:
    """The answer to a request: that of its route, else the next of those that follow on the one before."""
    path = request.url.raw_path.decode().partition("?")[0]
    route = next(
        (one for one in ROUTES if request.method == one["method"] and re.fullmatch(one["path"], path)), None
    )
    if route is None or (waiting and route["call"] == asked[-1]):
        return made(waiting.pop(0))
    asked.append(route["call"])
    waiting[:] = route["then"]
    stream, answer = route["stream"], route["answer"]
    if stream and stream["media_type"] in request.headers["accept"]:
        return made({**answer, **stream, "items": [answer["json"]]})
    return made(answer)


def made(answer: dict[str, Any]) -> httpx2.Response:
    """A response as the data of the emitted tests tells it."""
    headers = {**answer.get("headers", {}), "content-type": answer.get("media_type", "text/plain")}
    lines = [*answer.get("lines", []), *map(json.dumps, answer.get("items", []))]
    if lines:
        last = [answer["last_event"]] if answer.get("last_event") else []
        events = answer["media_type"].startswith("text/event-stream")
        framed = [f"data: {line}\n\n" if events else f"{line}\n" for line in [*lines, *last]]
        return httpx2.Response(answer["status"], content="".join(framed), headers=headers)
    text = json.dumps(answer["json"]) if "json" in answer else answer.get("text", answer.get("binary", ""))
    return httpx2.Response(answer["status"], content=text, headers=headers)


class Transport(httpx2.MockTransport):
    """What clients connect by here."""

    def __init__(self, *_: object, **__: object) -> None:
        super().__init__(respond)


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    for module in (httpx2, httpx2._client):  # pyright: ignore[reportPrivateUsage]
        vars(module).update(HTTPTransport=Transport, AsyncHTTPTransport=Transport)
    time.sleep = lambda _: None
    runpy.run_path(sys.argv[3], run_name="__main__")
    sys.stdout.write(json.dumps(asked) + "\n")
