"""The mock server over a real socket. A case is a folder: `spec.yaml` or `specs/`, `calls.http` and `answers.http`."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from apivolve.emit import emit, write_tree
from apivolve.load import load_services
from apivolve.mock import Mock, Server, server
from apivolve.model import Service
from apivolve.overrides import Overrides, Pages
from conftest import CASES, ROOT, cases


@contextmanager
def serving(
    service: Service, overrides: Overrides | None = None, log: Callable[[str], None] = str
) -> Iterator[str]:
    """A server for as long as it is wanted; gives its address."""
    with Server(Mock(service, overrides), "127.0.0.1", 0, log) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield made.url
        finally:
            made.shutdown()
            thread.join()


def service_in(folder: Path) -> Service:
    spec = folder / "spec.yaml"
    (service,) = load_services(spec if spec.is_file() else folder / "specs")
    return service


def calls_in(text: str) -> Iterator[tuple[str, str, list[str], bytes]]:
    """The calls of a file: title, request line, headers, body."""
    for part in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        title, _, rest = part.partition("\n")
        head, _, body = rest.partition("\n\n")
        line, *headers = head.strip().split("\n")
        yield title, line, headers, body.strip().encode()


def ask(url: str, line: str, headers: list[str], body: bytes) -> str:
    """Make a call on a connection of its own, and tell its answer."""
    method, _, target = line.partition(" ")
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    with contextlib.closing(connection):
        connection.putrequest(method, target, skip_accept_encoding=True)
        for header in headers:
            connection.putheader(*header.split(": ", 1))
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        try:
            answer = connection.getresponse()
        except ConnectionResetError:
            return "(the connection is reset)"
        told = [f"{answer.status} {answer.reason}"]
        length = answer.getheader("content-length")
        told += [f"{name}: {value}" for name, value in answer.getheaders() if name != "content-length"]
        try:
            content, end = answer.read(), ""
        except http.client.IncompleteRead as error:
            content, end = error.partial, "(the body ends here)"
        except ConnectionResetError:
            content, end = b"", "(the connection is reset)"
    if method == "HEAD":
        end = f"({length} bytes that are not sent)"
    elif not end and length is not None:
        assert int(length) == len(content)  # an address in it has a port, and so no length of its own
    shown = content.decode() if content.isascii() or b"\x00" not in content else f"({len(content)} bytes)"
    return "\n".join([*told, "", shown, *([end] if end else [])]).rstrip("\n")


@pytest.mark.parametrize("folder", cases("mock"))
def test_mock(folder: Path, golden: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    paused: list[float] = []
    monkeypatch.setattr(server.time, "sleep", paused.append)
    told: list[str] = []
    with serving(service_in(folder)) as url:
        for title, *call in calls_in((folder / "calls.http").read_text(encoding="utf-8")):
            paused.clear()
            answer = ask(url, *call).replace(url, "http://mock").replace(folder.as_posix(), folder.name)
            waited = f"\n(waited {' '.join(map(str, paused))})" if paused else ""
            told.append(f"### {title}\n{answer}{waited}\n")

    golden(folder / "answers.http", "\n".join(told))


# --- what breaks the protocol, or tries to -----------------------------------------------------------------


def raw(url: str, octets: bytes) -> bytes:
    """Everything that is answered to some bytes."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=60) as connection:
        with contextlib.suppress(OSError):  # who has refused us reads no more
            connection.sendall(octets)
            connection.shutdown(socket.SHUT_WR)
        found = b""
        with contextlib.suppress(ConnectionResetError):
            while piece := connection.recv(65536):
                found += piece
    return found


@pytest.fixture(scope="module")
def checking() -> Iterator[str]:
    with serving(service_in(CASES / "mock" / "checking")) as url:
        yield url


HEAD = b"Host: x\r\nX-Key: k\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    ("octets", "status", "told"),
    [
        (b"nonsense\r\n\r\n", 400, "this is no HTTP"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400, "this is no HTTP"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n", 400, "this is no HTTP"),
        (b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 431, "this is no HTTP"),
        (b"POST /things HTTP/1.1\r\n" + HEAD + b"Content-Length: x\r\n\r\n", 400, "this is no HTTP"),
        (b"POST /things HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: gzip\r\n\r\n", 501, "this is no HTTP"),
        (b"POST /things HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 400, "'name' is a required"),
        (b"POST /things HTTP/1.1\r\n" + HEAD + b"Content-Length: 3\r\n\r\n\xff\xfe\xfd", 400, "it is no UTF-8"),
        (b"POST /things HTTP/1.1\r\n" + HEAD + b"Content-Length: 200000\r\n\r\n" + b"[" * 200_000, 400, "it is no JSON"),
        (b"POST /things HTTP/1.1\r\n" + HEAD + b"Content-Length: 9001\r\n\r\n" + b'{"name":"n","a/b":[' + b"9" * 8980 + b"]}", 400, "it is no JSON"),
        (b"GET /things?limit=1\xff HTTP/1.1\r\nHost: x\r\n\r\n", 400, "this is no HTTP"),
        (b"GET /%00%0d%0aX:1 HTTP/1.1\r\nHost: x\r\n\r\n", 404, "has no path"),
        (b"GET http://x/things?limit=1 HTTP/1.1\r\nHost: x\r\n\r\n", 204, ""),
        (b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 404, "has no path"),
        (b"GET /secrets HTTP/1.1\r\nHost: x\r\nAuthorization: Basic dTpw\r\nPrefer: " + b"a" * 60_000 + b"\r\n\r\n", 204, ""),
        (b"GET /things?limit=1&" + b"tags=a&" * 8_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 400, "query tags"),
        (b"", 0, ""),
        (b"GET /things?limit=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf", 0, ""),
    ],
)  # fmt: skip
def test_whatever_is_sent_is_answered_or_the_connection_ends(
    checking: str, octets: bytes, status: int, told: str
) -> None:
    answer = raw(checking, octets)

    assert answer.startswith(f"HTTP/1.1 {status} ".encode() if status else b"")
    assert told.encode() in answer
    assert b"\r\nX:1" not in answer
    assert ask(checking, "GET /things?limit=1", [], b"") == "204 No Content"


def test_a_body_that_is_too_large_is_refused(checking: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_BODY", 10)

    for framing in (
        b"Content-Length: 11\r\n\r\n0123456789a",
        b"Transfer-Encoding: chunked\r\n\r\nb\r\n0123456789a\r\n0\r\n\r\n",
    ):
        assert b"HTTP/1.1 413 " in raw(checking, b"POST /things HTTP/1.1\r\n" + HEAD + framing)


def test_a_caller_may_wait_before_the_body(checking: str) -> None:
    head = b"POST /things HTTP/1.1\r\n" + HEAD + b"Expect: 100-continue\r\nContent-Length: 14\r\n\r\n"
    answer = raw(checking, head + b'{"name":"cat"}')

    assert answer.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n").startswith(b"HTTP/1.1 204 ")


def test_a_connection_takes_one_request_after_another(checking: str) -> None:
    one = b"GET /things?limit=1 HTTP/1.1\r\nHost: x\r\n\r\n"

    assert raw(checking, one * 3).count(b"HTTP/1.1 204 ") == 3


HOSTILE = """
openapi: 3.1.0
info: {title: "\\e[31mred", version: "1\\r\\nX: 1"}
paths:
  /a:
    get:
      operationId: "op\\r\\nX-Injected: 1"
      responses:
        "200":
          description: fine
          headers:
            "X-Bad\\r\\nX-Injected": {required: true, schema: {const: a}}
            X-Worse: {required: true, schema: {const: "a\\r\\nX-Injected: 1"}}
            X-Good: {required: true, schema: {const: "grün"}}
          content:
            "text/x\\r\\nX-Injected: 1": {example: some}
  /b:
    get:
      responses: {"200": {description: fine, content: {text/event-stream: {itemSchema: {type: object, required: [data, event], properties: {data: {const: "a\\nevent: b"}, event: {const: "c\\rid: d"}}}}}}}
  /c:
    get:
      parameters: [{name: n, in: query, schema: {pattern: "(a+)+$"}}]
      responses: {"204": {description: fine}}
  /d:
    post:
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Loop"}}}}
      responses: {"204": {description: fine}}
components: {schemas: {Loop: {anyOf: [{$ref: "#/components/schemas/Loop"}]}}}
"""


def test_texts_of_a_specification_stay_data(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(HOSTILE)
    log: list[str] = []
    with serving(service_in(tmp_path), log=log.append) as url:
        shown = ask(url, "GET /a", [], b"")
        assert "x-good: gr" in shown
        assert not re.search(r"^x-injected", shown, re.IGNORECASE | re.MULTILINE)
        assert ask(url, "GET /b", [], b"").count("\nevent: b") == 0
        assert ask(url, f"GET /c?n={'a' * 60}b", [], b"").startswith(("204", "400"))
        assert ask(url, "POST /d", ["Content-Type: application/json"], b"{}").startswith(("204", "400"))
        ask(url, "GET /\x1b[31m".replace("\x1b", "%1b"), [], b"")

    assert len(log) == 5
    assert all(line.isprintable() for line in log)


# --- pages as the configuration tells them -------------------------------------------------------------------


COUNTED = """
openapi: 3.1.0
info: {title: Counted, version: "1"}
paths:
  /things:
    get:
      operationId: things
      parameters: [{name: page, in: query, schema: {type: integer}}, {name: skip, in: query, schema: {type: integer}}]
      responses: {"200": {description: ok, content: {application/json: {schema: {type: object, required: [data], properties: {data: {type: array, items: {type: integer}}, total: {type: integer}, more: {type: boolean}}}}}}}
"""


@pytest.mark.parametrize(
    ("pages", "asked"),
    [
        (
            Pages(("data",), page="page", total=("total",), more=("more",)),
            ["", "?page=2", "?page=3", "?page=4"],
        ),
        (
            Pages(("data",), offset="skip", total=("total",), more=("more",)),
            ["", "?skip=1", "?skip=2", "?skip=3"],
        ),
    ],
)
def test_pages_that_the_caller_counts_end(pages: Pages, asked: list[str], tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(COUNTED)
    with serving(service_in(tmp_path), Overrides(pages={"things": pages})) as url:
        found = [json.loads(ask(url, f"GET /things{query}", [], b"").rpartition("\n")[2]) for query in asked]

    assert [len(page["data"]) for page in found] == [1, 1, 1, 0]
    assert [page["more"] for page in found] == [True, True, False, False]
    assert {page["total"] for page in found} == {3}


# --- the command ---------------------------------------------------------------------------------------------


@contextmanager
def command(*arguments: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    run = subprocess.Popen(
        [sys.executable, "-m", "apivolve", "mock", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT / "generator")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # what runs in the background of a shell is deaf to Ctrl-C, and so are its children
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        yield run
    finally:
        run.kill()
        run.communicate()


def test_the_readme_shows_real_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\$ (curl .*)\n((?:.*\n)*?)```", readme, re.MULTILINE)
    assert len(shown) == 2
    monkeypatch.chdir(ROOT)
    (service,) = load_services(Path("specs/azure-openai"))
    with serving(service) as url:
        for line, told in shown:
            _, address, _, header, _, body = shlex.split(line)
            target = address.removeprefix("http://127.0.0.1:8080")
            answer = ask(url, f"POST {target}", [header, "Content-Type: application/json"], body.encode())
            assert answer.partition("\n\n")[2] == told.strip()


def test_the_command_tells_its_address_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    specs = CASES / "mock" / "versions" / "specs"
    with command(str(specs), "--version", "2023-01-01", folder=tmp_path) as run:
        assert run.stdout is not None
        url = run.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", url)
        assert ask(url, "GET /things", [], b"").endswith("of 2023-01-01")
        assert "there is 2023-01-01" in ask(url, "GET /things?api-version=2024-01-01", [], b"")
        run.send_signal(signal.SIGINT)
        rest, log = run.communicate(timeout=60)

    assert run.returncode == 0
    assert rest == ""
    assert "GET /things -> 200" in log
    assert "Traceback" not in log


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["broken.yaml"], "error[not-openapi]"),
        ([str(CASES / "mock" / "versions" / "specs"), "--version", "1"], "error[no-version]"),
        ([str(CASES / "mock" / "versions" / "specs"), "--host", "192.0.2.1"], "error[cannot-listen]"),
        ([], "error[no-spec]"),
    ],
)
def test_what_keeps_the_server_from_its_work_is_told(arguments: list[str], told: str, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("a: 1")
    with command(*arguments, folder=tmp_path) as run:
        out, log = run.communicate(timeout=60)

    assert run.returncode == 2
    assert out == ""
    assert told in log


# --- the emitted tests over real connections -----------------------------------------------------------------


def emitted(service: Service, folder: Path) -> Path:
    write_tree(folder, emit(service, tool="test"))
    return folder


def run_live(package: Path, url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "--tb=line",
            "-p",
            "no:cacheprovider",
            "--live",
            url,
            str(package),
        ],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def going_on(tmp_path_factory: pytest.TempPathFactory) -> tuple[Service, Path]:
    (service,) = load_services(CASES / "emit" / "going-on" / "spec.yaml")
    return service, emitted(service, tmp_path_factory.mktemp("live"))


def test_the_emitted_tests_pass_over_real_connections(going_on: tuple[Service, Path]) -> None:
    service, package = going_on
    log: list[str] = []
    with serving(service, log=log.append) as url:
        run = run_live(package, url)

    assert run.returncode == 0, run.stdout
    assert "skipped" not in run.stdout
    for what in ("events 1.0.0 stream", "cursor=page-3", "mock-page=3", "Running", "Succeeded"):
        assert any(what in line for line in log), what


def test_the_emitted_tests_see_a_service_that_drifts(going_on: tuple[Service, Path], tmp_path: Path) -> None:
    _, package = going_on
    spec = (CASES / "emit" / "going-on" / "spec.yaml").read_text(encoding="utf-8")
    drifted = spec.replace("properties: {text: {type: string}}", "properties: {text: {type: integer}}")
    assert drifted != spec
    (tmp_path / "spec.yaml").write_text(drifted)
    with serving(service_in(tmp_path)) as url:
        run = run_live(package, url)

    failed = set(re.findall(r"^FAILED .*::test_([a-z_]+?)(?:_async|_minimal)*\[", run.stdout, re.MULTILINE))
    assert failed == {"create_chat", "begin_create_job"}
