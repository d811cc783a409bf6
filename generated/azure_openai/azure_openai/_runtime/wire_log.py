"""Keeping secrets out of the log of the HTTP library, which writes whole addresses at level INFO."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

from .urls import shown_url

_inside: ContextVar[bool] = ContextVar("_inside", default=False)


class _HideQuery(logging.Filter):
    """Cuts addresses short in records written during our calls; other records stay as they are."""

    def filter(self, record: logging.LogRecord) -> bool:
        if _inside.get() and isinstance(record.args, tuple):
            record.args = tuple(
                shown_url(str(each)) if type(each).__name__ == "URL" else each
                for each in record.args
            )
        return True


_hide_query = _HideQuery()


def guard(library_name: str) -> None:
    """Prepare the logger of the HTTP library; doing so again changes nothing."""
    logging.getLogger(library_name).addFilter(_hide_query)


@contextmanager
def query_hidden() -> Generator[None]:
    """Hide queries in what the HTTP library logs within the block."""
    token = _inside.set(True)
    try:
        yield
    finally:
        _inside.reset(token)
