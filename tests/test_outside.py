"""What a specification may reach: files inside of its project, and nothing of the network that was not allowed."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import re
import signal
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from apivolve import cli
from apivolve.errors import LoadError
from apivolve.load import load_api, load_services, load_url, network
from apivolve.load.document import root_of
from apivolve.load.parse import MAX_BYTES
from test_cli import SPEC

SECRET = "CANARY-7f3a: [not yaml"  # noqa: S105 (what must not be shown)
REFERS = """\
openapi: 3.1.0
info: {title: Small, version: "1.0"}
paths: {}
components: {schemas: {Thing: {$ref: %s}}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project beside a secret, with links, pipes and folders where files are due."""
    (tmp_path / "secret.yaml").write_text(SECRET)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.yaml").write_text(SECRET)
    made = tmp_path / "project"
    (made / "api" / "folder.yaml").mkdir(parents=True)
    (made / "pyproject.toml").touch()
    (made / "inside.yaml").write_text("Thing: {type: string}\n")
    (made / ".env").write_text(SECRET)
    (made / ".git").mkdir()
    (made / ".git" / "config").write_text(SECRET)
    (made / "api" / "link.yaml").symlink_to("../../secret.yaml")
    (made / "api" / "linked").symlink_to("../../outside")
    (made / "api" / "chain.yaml").symlink_to("link.yaml")
    (made / "api" / "loop.yaml").symlink_to("loop.yaml")
    (made / "api" / "hidden.yaml").symlink_to("../.git/config")
    (made / "api" / "dangling.yaml").symlink_to("nothing.yaml")
    (made / "api" / "device.yaml").symlink_to("/dev/zero")
    os.mkfifo(made / "api" / "pipe.yaml")
    with (made / "api" / "large.yaml").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    return made


@pytest.fixture(autouse=True)
def _no_hang() -> Iterator[None]:
    """A read that blocks ends the test, not the run."""
    signal.alarm(60)
    yield
    signal.alarm(0)


OUTSIDE = [
    "../../secret.yaml", "../../secret.yaml#/x", "./../../secret.yaml", "../api/../../secret.yaml", "..//..//secret.yaml",
    "%2e%2e/%2e%2e/secret.yaml", "..%2f..%2fsecret.yaml", "%2E%2E%2F%2E%2E%2Fsecret.yaml", ".%2e/.%2e/secret.yaml",
    "folder.yaml/../../../secret.yaml", "nowhere/../../../secret.yaml", "link.yaml", "chain.yaml", "linked/secret.yaml",
    "linked/../secret.yaml", "link.yaml#/x", "../../outside", "../../outside/secret.yaml", "../../nothing.yaml",
    "/etc/passwd", "%2fetc%2fpasswd", "/etc/passwd#/x", "/proc/self/environ", "/dev/zero", "/dev/stdin", "device.yaml",
    "../.env", "../.git/config", "%2e%2e/%2egit/config", "hidden.yaml", "linked/../../project/.env",
]  # fmt: skip
ELSEWHERE = [
    "file:///etc/passwd", "file:/etc/passwd", "FILE:///etc/passwd", "file://localhost/etc/passwd", "file:../../secret.yaml",
    "//host/share/x.yaml", "%2f%2fhost/share/x.yaml", "/%2fhost/share", "\\\\host\\share\\x.yaml", "%5c%5chost%5cshare", "/%5chost/x",
    "http://127.0.0.1:1/x.yaml", "https://169.254.169.254/latest/meta-data", "ftp://host/x.yaml", "HTTP://host/x.yaml",
    "gopher://host/x", "http://user:word@host/x.yaml", "data:application/json,{}", "jar:file:///x!/y", "netdoc:///etc/passwd",
    "c:/windows/win.ini",
]  # fmt: skip
NOTHING = [
    "folder.yaml", "pipe.yaml", "dangling.yaml", "loop.yaml", "..\\..\\secret.yaml", "..%5c..%5csecret.yaml", "\u2024\u2024/secret.yaml",
    "~/secret.yaml", "$HOME/x.yaml", "inside%00.yaml", "../../secret.yaml%00.yaml", "x" * 5000, "a/" * 3000, "%ff%fe.yaml", ".", "..", "./",
    "inside.yaml%20", "http:", "http://[", "\uff0e\uff0e/secret.yaml", "%252e%252e/secret.yaml", "pipe.yaml#/x",
]  # fmt: skip


def refused(project: Path, ref: str) -> LoadError:
    spec = project / "api" / "openapi.yaml"
    spec.write_text(REFERS % json.dumps(ref))
    with pytest.raises(LoadError) as caught:
        load_api(spec)
    text = "\n".join(problem.render() for problem in caught.value.problems)
    assert "CANARY" not in text
    assert "root:" not in text
    assert "openapi.yaml:4:" in text
    return caught.value


def rules(error: LoadError) -> set[str]:
    return {problem.rule for problem in error.problems}


@pytest.mark.parametrize("ref", OUTSIDE)
def test_a_reference_stays_in_the_project(project: Path, ref: str) -> None:
    assert rules(refused(project, ref)) == {"ref-outside"}


@pytest.mark.parametrize("ref", ELSEWHERE)
def test_a_reference_is_no_address(project: Path, ref: str) -> None:
    assert rules(refused(project, ref)) == {"ref-to-network"}


@pytest.mark.parametrize("ref", NOTHING, ids=range(len(NOTHING)))
def test_a_reference_is_a_file_that_is_there(project: Path, ref: str) -> None:
    assert rules(refused(project, ref)) <= {"ref-not-found", "ref-outside", "ref-to-network"}


def test_a_file_is_read_up_to_a_size(project: Path) -> None:
    spec = project / "api" / "openapi.yaml"
    spec.write_text(REFERS % "large.yaml")
    with pytest.raises(LoadError) as caught:
        load_api(spec)

    assert rules(caught.value) == {"file-too-large"}
    assert "64 MiB" in str(caught.value)


def test_a_reference_reaches_what_is_inside(project: Path) -> None:
    spec = project / "api" / "openapi.yaml"
    for ref in (
        "../inside.yaml#/Thing",
        "%2e%2e/inside.yaml#/Thing",
        (project / "inside.yaml").as_posix() + "#/Thing",
    ):
        spec.write_text(REFERS % json.dumps(ref))
        assert [model.key for model in load_api(spec).models]


@pytest.mark.parametrize("name", ["pipe.yaml", "folder.yaml", "device.yaml", "nothing.yaml", "large.yaml"])
def test_what_is_named_and_is_no_file(project: Path, name: str) -> None:
    with pytest.raises(LoadError) as caught:
        load_api(project / "api" / name)

    assert rules(caught.value) <= {"file-not-found", "file-too-large", "no-spec"}


def test_a_pipe_that_takes_the_place_of_a_file_does_not_block(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "is_file", lambda _: True)
    with pytest.raises(LoadError):
        load_api(project / "api" / "pipe.yaml")


def test_a_change_log_is_no_link_out_of_the_project(project: Path) -> None:
    versions = project / "versions"
    (versions / "changes" / "2024-01-01").mkdir(parents=True)
    (versions / "2024-01-01.yaml").write_text(SPEC)
    (versions / "changes" / "2024-01-01" / "log.yaml").symlink_to(project.parent / "secret.yaml")
    with pytest.raises(LoadError) as caught:
        load_services(versions)

    assert rules(caught.value) == {"ref-outside"}
    assert "CANARY" not in "".join(problem.render() for problem in caught.value.problems)


def test_the_home_directory_is_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    (home / "downloads").mkdir(parents=True)
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.setenv("HOME", str(home))
    for here in (home, tmp_path, Path("/")):
        monkeypatch.chdir(here)
        assert root_of(home / "downloads" / "spec.yaml") == home / "downloads"
    (home / "pyproject.toml").touch()
    assert root_of(home / "downloads" / "spec.yaml") == home


# --- the network --------------------------------------------------------------------------------------------


class Server(socketserver.ThreadingTCPServer):
    """A loopback server that answers what a test wants, and notes what it was asked."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, Callable[[http.server.BaseHTTPRequestHandler], None]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.at = f"http://127.0.0.1:{self.server_address[1]}"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        with contextlib.suppress(OSError):  # the client had enough of it
            self.server.answers[self.path](self)

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def gives(status: int = 200, body: bytes = SPEC.encode(), **headers: str) -> Callable[[Handler], None]:
    return lambda handler: handler.answer(status, body, **headers)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server on this machine, whose address is taken for a public one."""
    looked_at = network.are_public
    monkeypatch.setattr(
        network, "are_public", lambda found: looked_at([one for one in found if one != "127.0.0.1"])
    )
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        running.answers["/openapi.yaml"] = gives()
        yield running
        running.shutdown()
        thread.join()


def not_fetched(address: str) -> str:
    with pytest.raises(LoadError) as caught:
        load_url(address)
    assert rules(caught.value) == {"not-fetched"}
    return caught.value.problems[0].render()


def test_an_address_is_read_when_that_is_allowed(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("http_proxy", "http://user:word@127.0.0.1:1")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login user password word\n")
    (tmp_path / "new.yaml").write_text(SPEC.replace("required: [name], ", ""))
    with pytest.raises(SystemExit) as stop:
        cli.main(["diff", f"{server.at}/openapi.yaml", "new.yaml", "--allow-network"])
    (path, headers), *others = server.asked

    assert stop.value.code == 1
    assert "attribute-became-optional" in capsys.readouterr().out
    assert (path, others) == ("/openapi.yaml", [])
    assert set(headers) == {"Host", "Accept", "Accept-Encoding"}


@pytest.mark.parametrize(
    "types",
    ["", "application/json", "text/plain; charset=utf-8", "application/vnd.oai.openapi", "text/x-yaml"],
)
def test_the_types_that_specifications_come_as(server: Server, types: str) -> None:
    server.answers["/x"] = gives(**({"Content_Type": types} if types else {}))

    assert load_url(f"{server.at}/x").title == "Small"


def test_redirects_are_followed_with_every_address_looked_at(server: Server) -> None:
    server.answers["/moved"] = gives(302, b"", Location="openapi.yaml", Set_Cookie="a=b")
    for count in range(8):
        server.answers[f"/{count}"] = gives(307, b"", Location=f"/{count + 1}")
    server.answers["/8"] = gives()

    assert load_url(f"{server.at}/moved").title == "Small"
    assert load_url(f"{server.at}/3").title == "Small"
    assert "redirects more than 5 times" in not_fetched(f"{server.at}/2")
    assert all("Cookie" not in headers for _, headers in server.asked)


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("file:///etc/passwd", "only http and https"),
        ("ftp://127.0.0.1/x", "only http and https"),
        ("http://user:word@127.0.0.1/x", "user name or password"),
        ("http://127.0.0.2:1/x", "private network"),
        ("http://[::1]:1/x", "private network"),
        ("//169.254.169.254/latest", "private network"),
        ("http://0x7f000002/x", "private network"),
        ("http://2130706434/x", "private network"),
        ("http://[::ffff:10.0.0.1]/x", "private network"),
        ("http://[/x", "Invalid IPv6 URL"),
        ("http://127.0.0.1:99999/", "Port out of range"),
        ("/again", "redirects more than 5 times"),
    ],
)
def test_where_a_redirect_does_not_lead(server: Server, to: str, why: str) -> None:
    server.answers["/again"] = gives(302, b"", Location=to)
    shown = not_fetched(f"{server.at}/again")

    assert why in shown
    assert "word" not in shown.replace("password", "")


def test_https_is_not_left(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    class Plain:
        def wrap_socket(self, opened: object, **_: object) -> object:
            return opened

    monkeypatch.setattr("ssl.create_default_context", Plain)
    server.answers["/down"] = gives(302, b"", Location=f"{server.at}/openapi.yaml")
    server.answers["/kept"] = gives(302, b"", Location="/openapi.yaml")
    secure = server.at.replace("http:", "https:")

    assert load_url(f"{secure}/kept").title == "Small"
    assert "redirects from https" in not_fetched(f"{secure}/down")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (gives(404), "answers 404"),
        (gives(204, b""), "answers 204"),
        (gives(302, b""), "answers 302"),
        (gives(Content_Type="text/html"), "text/html, neither JSON nor YAML"),
        (gives(Content_Type="image/png"), "neither JSON nor YAML"),
        (gives(Content_Encoding="gzip"), "not asked for"),
        (gives(Content_Length="100000"), "IncompleteRead|ended before"),
        (gives(X="y" * 70_000), "header line|line"),
        (lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH\r\n"), "SSH|Status|status"),
        (lambda _: None, "without response|closed|Remote end"),
    ],
)
def test_an_answer_that_is_no_document(server: Server, answer: Callable[[Handler], None], why: str) -> None:
    server.answers["/x"] = answer

    assert re.search(why, not_fetched(f"{server.at}/x"))


def test_an_answer_is_bounded_in_size(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "MAX_BYTES", 1 << 20)

    def endless(handler: Handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"#" * 65536)

    server.answers["/x"] = endless
    with pytest.raises(LoadError) as caught:
        load_url(f"{server.at}/x")

    assert rules(caught.value) == {"file-too-large"}


@pytest.mark.parametrize("where", ["status", "headers", "body", "never"])
def test_an_answer_is_bounded_in_time(server: Server, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    monkeypatch.setattr(network, "TIMEOUT", 0.3)
    closed = threading.Event()

    def slow(handler: Handler) -> None:
        if where != "status":
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"" if where == "headers" else b"\r\n"))
        while not closed.wait(0.02):
            handler.wfile.write(b"" if where == "never" else b"x")

    server.answers["/x"] = slow
    begun = time.monotonic()
    shown = not_fetched(f"{server.at}/x")
    closed.set()

    assert time.monotonic() - begun < 10
    assert "no answer in" in shown or "timed out" in shown


@pytest.mark.parametrize(
    "address",
    [
        "http://user:word@127.0.0.1/x",
        "https://word@host.invalid/x",
        "http://host.invalid/x?key=word",
        "http://h\u00e9\udcff/",
        "http://",
    ],
)
def test_no_secret_of_an_address_is_told(address: str) -> None:
    assert "word" not in not_fetched(address).replace("user name or password", "")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1",
        "255.255.255.255", "192.0.0.1", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254",
        "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::",
        "2001:0:7f00:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_private_addresses(address: str) -> None:
    assert not network.are_public([address])
    assert not network.are_public(["8.8.8.8", address])


def test_public_addresses() -> None:
    assert network.are_public(["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])


def test_a_name_is_looked_up_once_and_called_by_what_was_found(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is public when it is looked at and private when it is called gains nothing."""
    import socket

    port = server.server_address[1]
    answers = iter([[(2, 1, 6, "", ("127.0.0.1", port))], [(2, 1, 6, "", ("10.0.0.1", port))]])
    looked = socket.getaddrinfo

    def found(host: str, *rest: Any, **others: Any) -> object:
        return next(answers) if host == "api.example" else looked(host, *rest, **others)

    monkeypatch.setattr("socket.getaddrinfo", found)

    assert load_url(f"http://api.example:{port}/openapi.yaml").title == "Small"
    assert server.asked[0][1]["Host"] == f"api.example:{port}"
    assert "private network" in not_fetched(f"http://api.example:{port}/openapi.yaml")
