"""Credentials: is there one of every kind that an operation asks for? Which it is makes no difference."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from ...model import Api, Operation, SecurityScheme
from ..answers.problems import Objection
from .request import NotReadable, Request, plain


def missing_credentials(api: Api, operation: Operation, request: Request) -> Iterator[Objection]:
    """What is missing of the alternative that is nearest, where the operation has some and none is met."""
    schemes = {scheme.name: scheme for scheme in api.schemes}
    alternatives = [
        [schemes[name] for name, _ in requirement.schemes if name in schemes]
        for requirement in operation.security
    ]
    lacking = [[one for one in needed if not _shows(request, one)] for needed in alternatives]
    if not lacking or not all(lacking):
        return
    nearest = min(
        range(len(lacking)), key=lambda index: (lacking[index] == alternatives[index], len(lacking[index]))
    )
    for scheme in lacking[nearest]:
        yield Objection(401, "credentials", scheme.name, f"{_wanted(scheme)} is missing", scheme.at)


def challenges(api: Api, operation: Operation) -> str:
    """What `WWW-Authenticate` says (RFC 9110 section 11.6.1)."""
    schemes = {scheme.name: scheme for scheme in api.schemes}
    asked = (schemes[name] for one in operation.security for name, _ in one.schemes if name in schemes)
    return ", ".join(dict.fromkeys(_challenge(scheme) for scheme in asked))


def _challenge(scheme: SecurityScheme) -> str:
    if scheme.kind == "apiKey":
        return "ApiKey"
    if scheme.kind == "http" and scheme.scheme == "basic":
        return 'Basic realm="mock"'
    return "Bearer"


def _wanted(scheme: SecurityScheme) -> str:
    match scheme.kind:
        case "apiKey":
            return f"the {scheme.place} {scheme.wire_name!r}"
        case "http":
            return (
                f"the header 'Authorization' with {(scheme.scheme or 'bearer').capitalize()} and credentials"
            )
        case _:
            return "the header 'Authorization' with Bearer and a token"


def _shows(request: Request, scheme: SecurityScheme) -> bool:
    match scheme.kind:
        case "apiKey":
            return _has_key(request, scheme.place or "header", scheme.wire_name or "")
        case "mutualTLS":
            return True  # there is no TLS here, so nobody could
        case "http" if scheme.scheme == "basic":
            return _is_basic(request)
        case "http":
            return _token(request, scheme.scheme or "bearer") != ""
        case _:
            return _token(request, "bearer") != ""


def _has_key(request: Request, place: str, name: str) -> bool:
    try:
        match place:
            case "query":
                return any(plain(key) == name and value for key, value in request.query)
            case "cookie":
                return any(plain(key) == name and value for key, value in request.cookies)
            case _:
                return bool(request.header(name.lower()))
    except NotReadable:
        return False


def _token(request: Request, scheme: str) -> str:
    kind, _, token = (request.header("authorization") or "").partition(" ")
    return token.strip() if kind.lower() == scheme.lower() else ""


def _is_basic(request: Request) -> bool:
    try:
        return b":" in base64.b64decode(_token(request, "basic"), validate=True)
    except (binascii.Error, ValueError):
        return False
