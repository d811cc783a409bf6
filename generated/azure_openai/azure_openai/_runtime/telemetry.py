"""Spans of OpenTelemetry around every attempt; needs the package ``opentelemetry-api``.

::

    client = Client(..., hooks=[OpenTelemetry()])
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from .hooks import Attempt


class OpenTelemetry:
    """A hook that makes a client span per attempt, and tells the server its trace.

    Names and attributes are those of the semantic conventions for HTTP clients. Neither query nor
    headers are recorded, which may hold secrets. ``tracer_provider`` is the global one by default.
    """

    def __init__(self, tracer_provider: object | None = None) -> None:
        # By name, as the package is no dependency: type checkers need not find it either.
        self._trace: Any = import_module("opentelemetry.trace")
        self._propagate: Any = import_module("opentelemetry.propagate")
        self._tracer = self._trace.get_tracer(__name__, tracer_provider=tracer_provider)

    @contextmanager
    def __call__(self, attempt: Attempt) -> Generator[None]:
        """Surround one attempt."""
        trace = self._trace
        span = self._tracer.start_span(
            f"{attempt.method} {attempt.operation}",
            kind=trace.SpanKind.CLIENT,
            attributes=_attributes(attempt),
        )
        carried: dict[str, str] = {}
        self._propagate.inject(carried, context=trace.set_span_in_context(span))
        for name, value in carried.items():
            attempt.headers.set(name, value)
        try:
            yield
        finally:
            if attempt.status_code is not None:
                span.set_attribute("http.response.status_code", attempt.status_code)
            failed = attempt.error is not None or (attempt.status_code or 0) >= 400
            if failed or attempt.response is None:
                kind = type(attempt.error).__name__ if attempt.error else attempt.status_code
                span.set_attribute("error.type", str(kind or "canceled"))
                span.set_status(trace.Status(trace.StatusCode.ERROR))
            span.end()


def _attributes(attempt: Attempt) -> dict[str, str | int]:
    parts = urlsplit(attempt.url)
    found: dict[str, str | int] = {
        "http.request.method": attempt.method,
        "url.full": attempt.shown_url,
        "server.address": parts.hostname or "",
        "server.port": parts.port or (443 if parts.scheme == "https" else 80),
    }
    if attempt.number > 1:
        found["http.request.resend_count"] = attempt.number - 1
    return found
