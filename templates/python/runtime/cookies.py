"""Which cookies a client of ours keeps: those of the server it is for, and none of a link to elsewhere."""

from __future__ import annotations

from contextvars import ContextVar
from http.cookiejar import Cookie, DefaultCookiePolicy
from typing import Any

_elsewhere: ContextVar[bool] = ContextVar("_elsewhere", default=False)


class _OwnCookies(DefaultCookiePolicy):
    """Takes no cookie while `cookies_refused`: hosts on several ports share theirs, as do those below one domain.

    Nor one beyond ASCII: it could not be sent back, and no other request after it.
    """

    def set_ok(self, cookie: Cookie, request: Any) -> bool:
        if _elsewhere.get() or not f"{cookie.name}{cookie.value}".isascii():
            return False
        return super().set_ok(cookie, request)


def keep_own_cookies(client: Any) -> None:
    """Prepare a client of the HTTP library."""
    client.cookies.jar.set_policy(_OwnCookies())


class cookies_refused:  # noqa: N801  # used like a function
    """Take no cookies from responses within the block, if ``refused``."""

    __slots__ = ("_refused", "_token")

    def __init__(self, refused: bool) -> None:
        self._refused = refused

    def __enter__(self) -> None:
        self._token = _elsewhere.set(self._refused)

    def __exit__(self, *_: object) -> None:
        _elsewhere.reset(self._token)
