"""What is logged and traced."""

from __future__ import annotations

import logging
import sys
from types import ModuleType
from typing import Any

import httpx2
import pytest
from exchanges import Send, Server, call, reply
from sdk_runtime import (
    OpenTelemetry,
)


def test_logs_tell_the_attempts_and_no_secret(caplog: pytest.LogCaptureFixture, send: Send) -> None:
    caplog.set_level(logging.DEBUG)
    server = Server(reply(500), reply(200, {"n": 1}))
    send(server, call(), {"extra_query": {"key": "s3cr3t"}, "extra_headers": {"x-key": "s3cr3t"}})
    own = [record.getMessage() for record in caplog.records if record.name == "sdk_runtime"]
    assert own[0].startswith("GET https://api.test/x: 500 (")
    assert own[1].startswith("op: again in 0.")
    assert own[2].startswith("GET https://api.test/x: 200 (")
    assert "s3cr3t" not in caplog.text


class Span:
    def __init__(self, name: str, **given: Any) -> None:
        self.name, self.given, self.set, self.ended = name, given, {}, False
        self.status: Any = None

    def set_attribute(self, name: str, value: Any) -> None:
        self.set[name] = value

    def set_status(self, status: Any) -> None:
        self.status = status

    def end(self) -> None:
        self.ended = True


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> list[Span]:
    """Stands for the package opentelemetry-api, as far as it is used."""
    made: list[Span] = []
    trace, propagate = ModuleType("opentelemetry.trace"), ModuleType("opentelemetry.propagate")

    class Tracer:
        def start_span(self, name: str, **given: Any) -> Span:
            made.append(Span(name, **given))
            return made[-1]

    names: dict[str, Any] = {
        "get_tracer": lambda _, **__: Tracer(),
        "SpanKind": type("SpanKind", (), {"CLIENT": "client"}),
        "StatusCode": type("StatusCode", (), {"ERROR": "error"}),
        "Status": lambda code: code,
        "set_span_in_context": lambda span: span,
    }
    vars(trace).update(names)
    vars(propagate)["inject"] = lambda carrier, **_: carrier.update(traceparent=f"00-{len(made)}")
    monkeypatch.setitem(sys.modules, "opentelemetry", ModuleType("opentelemetry"))
    monkeypatch.setitem(sys.modules, "opentelemetry.trace", trace)
    monkeypatch.setitem(sys.modules, "opentelemetry.propagate", propagate)
    return made


def test_spans(send: Send, spans: list[Span]) -> None:
    server = Server(reply(500), httpx2.ConnectError("no"), reply(200, {"n": 1}))
    send(server, call(), {"hooks": [OpenTelemetry()], "extra_query": {"key": "s3cr3t"}})
    assert [span.name for span in spans] == ["GET op"] * 3
    assert all(span.ended for span in spans)
    assert spans[2].given["attributes"] == {
        "http.request.method": "GET",
        "url.full": "https://api.test/x",
        "server.address": "api.test",
        "server.port": 443,
        "http.request.resend_count": 2,
    }
    assert spans[0].set == {"http.response.status_code": 500, "error.type": "500"}
    assert spans[1].set == {"error.type": "ConnectError"}
    assert spans[2].set == {"http.response.status_code": 200}
    assert [span.status for span in spans] == ["error", "error", None]
    assert [request.headers["traceparent"] for request in server.requests] == ["00-1", "00-2", "00-3"]


def test_without_the_package_there_are_no_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.trace", None)
    with pytest.raises(ImportError):
        OpenTelemetry()
