"""Credentials from environment variables, by names that the documentation of a package can list."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from .credentials import (
    ApiKey,
    ApiKeyScheme,
    BasicAuth,
    BasicScheme,
    BearerScheme,
    BearerToken,
    ClientCredentials,
    Credential,
    Scheme,
)


def environment_variables(prefix: str, schemes: tuple[Scheme, ...]) -> dict[str, tuple[str, ...]]:
    """Tell the variables that are read, by scheme name.

    ``PREFIX_API_KEY``; ``PREFIX_TOKEN``, or ``PREFIX_CLIENT_ID`` with ``PREFIX_CLIENT_SECRET`` where the
    description names a token endpoint; ``PREFIX_USERNAME`` with ``PREFIX_PASSWORD``. Where there are several
    schemes of one kind the name of the scheme is put in between: ``PREFIX_SCHEME_API_KEY``.
    """
    kinds = [type(scheme) for scheme in schemes]
    found: dict[str, tuple[str, ...]] = {}
    for scheme in schemes:
        start = prefix
        if kinds.count(type(scheme)) > 1:
            words = re.findall(r"OAuth[0-9]*|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", scheme.name)
            start = "_".join([prefix, *words]).upper()
        found[scheme.name] = tuple(f"{start}_{ending}" for ending in _endings(scheme))
    return found


def credential_from_environment(
    prefix: str, schemes: tuple[Scheme, ...], environ: Mapping[str, str] = os.environ
) -> dict[str, Credential] | None:
    """Read the credentials that `environment_variables` names; None when there are none."""
    found: dict[str, Credential] = {}
    names = environment_variables(prefix, schemes)
    for scheme in schemes:
        values = [environ.get(name, "").strip() for name in names[scheme.name]]
        match scheme:
            case ApiKeyScheme() if values[0]:
                found[scheme.name] = ApiKey(values[0])
            case BasicScheme() if values[0]:
                found[scheme.name] = BasicAuth(values[0], values[1])
            case BearerScheme() if values[0]:
                found[scheme.name] = BearerToken(values[0])
            case BearerScheme() if values[1:] and all(values[1:]):
                found[scheme.name] = ClientCredentials(values[1], values[2])
            case _:
                pass
    return found or None


def _endings(scheme: Scheme) -> tuple[str, ...]:
    match scheme:
        case ApiKeyScheme():
            return ("API_KEY",)
        case BasicScheme():
            return ("USERNAME", "PASSWORD")
        case BearerScheme(token_url=url):
            return ("TOKEN", "CLIENT_ID", "CLIENT_SECRET") if url else ("TOKEN",)
