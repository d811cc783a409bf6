"""Runs a file of code whose HTTP client is answered by the mock server of a specification; prints what it asked for.

`python readme_service.py PACKAGE_FOLDER SPECIFICATION NAME FILE`. A request that the specification does not allow is told on
stderr, and the run fails.
"""

from __future__ import annotations

import json
import runpy
import sys
import time
from pathlib import Path

import httpx2

from apivolve.load import load_api, load_services
from apivolve.mock.requests.request import Request
from apivolve.mock.service import Mock
from apivolve.model import Service


def service_at(spec: Path, name: str) -> Service:
    """The service of a specification, or of a folder of api-versions."""
    if spec.is_file():
        return Service(name, (load_api(spec, service=name),))
    (service,) = load_services(spec)
    return service


class Transport(httpx2.MockTransport):
    """What clients connect by here."""

    mock: Mock
    asked: list[str]
    refused: list[str]

    def __init__(self, *_: object, **__: object) -> None:
        super().__init__(self.respond)

    def respond(self, request: httpx2.Request) -> httpx2.Response:
        """The answer of the mock server."""
        target = request.url.raw_path.decode()
        headers = tuple((name.lower(), value) for name, value in request.headers.items())
        origin = f"{request.url.scheme}://{request.url.netloc.decode()}"
        answer, _ = self.mock.answer(Request(request.method, target, headers, request.read(), origin))
        self.asked.append(f"{request.method} {target.partition('?')[0]}")
        if answer.status >= 400:
            self.refused.append(f"{self.asked[-1]}: {answer.status} {answer.body.decode()}")
        return httpx2.Response(answer.status, headers=list(answer.headers), content=answer.body)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The same, asynchronously."""
        await request.aread()
        return self.respond(request)


if __name__ == "__main__":
    folder, spec, name, file = sys.argv[1:]
    Transport.mock, Transport.asked, Transport.refused = Mock(service_at(Path(spec), name)), [], []
    sys.path.insert(0, folder)
    for module in (httpx2, httpx2._client):  # pyright: ignore[reportPrivateUsage]
        vars(module).update(HTTPTransport=Transport, AsyncHTTPTransport=Transport)
    time.sleep = lambda _: None
    runpy.run_path(file, run_name="__main__")
    if Transport.refused:
        sys.exit("\n".join(Transport.refused))
    sys.stdout.write(json.dumps(Transport.asked) + "\n")
