"""Keeping secrets out of the log of the HTTP library.

At level INFO it writes whole addresses, and at DEBUG the headers of responses, which may hold cookies and what
was sent.
"""

from __future__ import annotations

import logging
from contextvars import ContextVar

from .urls import shown_url

_inside: ContextVar[bool] = ContextVar("_inside", default=False)
# The loggers below that of the library's core; what a filter of theirs does not see, none further up does.
_CORE = ("connection", "http11", "http2", "proxy", "socks")


class _HideSecrets(logging.Filter):
    """Cuts addresses and results short in records written during our calls; other records stay as they are."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not _inside.get():
            return True
        if isinstance(record.args, tuple) and record.args:
            record.args = tuple(
                shown_url(str(each)) if type(each).__name__ == "URL" else each
                for each in record.args
            )
        elif isinstance(record.msg, str):
            record.msg = record.msg.partition(" return_value=")[0].partition(" exception=")[0]
        return True


_hide_secrets = _HideSecrets()


def guard(library_name: str) -> None:
    """Prepare the loggers of the HTTP library; doing so again changes nothing."""
    core = library_name.replace("httpx", "httpcore")
    for name in (library_name, *(f"{core}.{part}" for part in _CORE)):
        logging.getLogger(name).addFilter(_hide_secrets)


class secrets_hidden:  # noqa: N801  # used like a function
    """Hide what may be secret in what the HTTP library logs within the block."""

    __slots__ = ("_token",)

    def __enter__(self) -> None:
        self._token = _inside.set(True)

    def __exit__(self, *_: object) -> None:
        _inside.reset(self._token)
