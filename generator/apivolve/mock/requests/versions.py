"""Which api-version is meant? The one that a request names where the specification says that it is named."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...model import Api, Enumeration, Parameter, Service
from .request import Request, plain
from .routing import Found, Router

_NAMED = re.compile(r"(.*[-_])?api[-_]?version", re.IGNORECASE)
_IN_PATH = re.compile(r"(api[-_]?)?version", re.IGNORECASE)
_LIKELY = re.compile(r".+-version|(.+-)?revision", re.IGNORECASE)
"""Headers that name a version where they hold one that there is: `X-Ms-Version`, `Stripe-Version`, `revision`."""
_KINDS = (re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"v?\d+(\.\d+)*$"))


class UnknownVersion(ValueError):  # noqa: N818 - it says what there is not
    """A request names a version that there is not; the message says which there are."""


@dataclass(frozen=True)
class Chosen:
    """A version, and what its paths have for a request."""

    api: Api
    router: Router
    found: Found


class Versions:
    """The versions of a service; those that are asked first come first: stable before previews, newest before older."""

    def __init__(self, service: Service) -> None:
        newest_first = reversed(service.versions)
        ordered = sorted(newest_first, key=lambda api: api.stage != "stable")
        self.routers = [(api, Router(api)) for api in ordered]
        self.names = [api.version for api in service.versions]
        self.carried = _carried(service)

    def choose(self, request: Request, wanted: str | None) -> Chosen:
        """The version for a request; `wanted` is the one that a preference names. Raises UnknownVersion, NotReadable."""
        candidates = self._named(request, wanted)
        most = max(router.prefix_of(request.path) for _, router in candidates)
        candidates = [pair for pair in candidates if pair[1].prefix_of(request.path) == most]
        first: Chosen | None = None
        for api, router in candidates:
            found = router.find(request.method, request.path, request.query)
            chosen = Chosen(api, router, found)
            if found.matches and self._agrees(api, found):
                return chosen
            if first is None or _worth(found) > _worth(first.found):
                first = chosen
        if first is None:
            raise UnknownVersion("there is no api-version")
        return first

    def _agrees(self, api: Api, found: Found) -> bool:
        """False where a variable of the path names another version that there is."""
        named = (
            value
            for name, value in found.matches[0].captured
            if _IN_PATH.fullmatch(name) and value in self.names
        )
        return all(value == api.version for value in named)

    def elsewhere(self, request: Request) -> list[str]:
        """The versions that have the path of a request, the oldest first."""
        have = {
            api.version
            for api, router in self.routers
            if (found := router.find(request.method, request.path, request.query)).matches or found.allowed
        }
        return [name for name in self.names if name in have]

    def _named(self, request: Request, wanted: str | None) -> list[tuple[Api, Router]]:
        if wanted is not None:
            found = [pair for pair in self.routers if pair[0].version == wanted]
            if not found:
                raise UnknownVersion(f"there is no api-version {wanted!r}: {self._known()}")
            return found
        for place, name in self.carried:
            value = self._value(request, place, name)
            if value is None:
                continue
            found = [pair for pair in self.routers if pair[0].version == value]
            found = found or [
                pair for pair in self.routers if value in self.carried[place, name].get(pair[0].version, ())
            ]
            if found:
                return found
            if _NAMED.fullmatch(name) and any(_kind(value) == _kind(known) != 0 for known in self.names):
                raise UnknownVersion(f"{place} {name} names {value!r}: {self._known()}")
        return self.routers

    def _known(self) -> str:
        return (
            f"there is {', '.join(self.names)}"
            if len(self.names) == 1
            else f"there are {', '.join(self.names)}"
        )

    def _value(self, request: Request, place: str, name: str) -> str | None:
        if place == "header":
            return request.header(name.lower())
        return next((plain(value) for key, value in request.query if plain(key) == name), None)


def _worth(found: Found) -> int:
    return 2 if found.matches else 1 if found.allowed else 0


def _carried(service: Service) -> dict[tuple[str, str], dict[str, set[str]]]:
    """The parameters that carry an api-version, by place and name, and what each version lists for them."""
    found: dict[tuple[str, str], dict[str, set[str]]] = {}
    for api in service.versions:
        for operation in api.operations:
            for one in operation.parameters:
                if _carries_version(one):
                    listed = found.setdefault((one.place, one.wire_name), {}).setdefault(api.version, set())
                    type_ = api.resolve(one.type)
                    if isinstance(type_, Enumeration):
                        listed |= {value.value.strip('"') for value in type_.values}
                    elif one.default is not None and one.default.startswith('"'):
                        listed.add(one.default.strip('"'))
    return found


def _carries_version(one: Parameter) -> bool:
    likely = one.place == "header" and _LIKELY.fullmatch(one.wire_name) is not None
    return likely or (one.place in ("query", "header") and _NAMED.fullmatch(one.wire_name) is not None)


def _kind(version: str) -> int:
    """How a version is written: 1 like a date, 2 like numbers, 0 otherwise."""
    return next((index for index, pattern in enumerate(_KINDS, 1) if pattern.match(version)), 0)
