"""Paths: which of them are the same on the wire, however they are written."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Hashable, Iterable
from urllib.parse import urlsplit

from ...model import Api, Enumeration, Operation, Server
from ..relation import Frame

_TEMPLATE = re.compile(r"\{[^{}]*\}")
_MOST_WAYS = 64


def path_key(operation: Operation) -> tuple[str, str]:
    """Method and path, with the names of path parameters erased: they are nowhere on the wire."""
    return operation.method.upper(), _TEMPLATE.sub("{}", operation.path)


def path_words(label: str) -> str:
    """`METHOD path` with the names of path parameters erased."""
    return _TEMPLATE.sub("{}", label)


def whole_key(api: Api, operation: Operation) -> Hashable:
    """Method and path with the path of the server before it: a part may move from one to the other."""
    base = next((server_path(server) for server in operation.servers or api.servers), "")
    method, path = path_key(operation)
    return method, base + path


def server_path(server: Server) -> str:
    """The path of a server's URL, its variables at their defaults."""
    url = server.url
    for variable in server.variables:
        url = url.replace(f"{{{variable.name}}}", variable.default or "")
    return urlsplit(url).path.rstrip("/")


def positions(before: str, after: str) -> tuple[dict[str, Hashable], dict[str, Hashable]]:
    """Where the variables of two paths stand: counted, or by segment where one side has a text for a variable."""
    old, new = (_TEMPLATE.findall(path) for path in (before, after))
    if len(old) == len(new):
        return _counted(old), _counted(new)
    return _placed(before), _placed(after)


def _counted(names: list[str]) -> dict[str, Hashable]:
    return {name[1:-1]: index for index, name in enumerate(names)}


def _placed(path: str) -> dict[str, Hashable]:
    return {
        name[1:-1]: (index, number)
        for index, segment in enumerate(path.split("/"))
        for number, name in enumerate(_TEMPLATE.findall(segment))
    }


def is_same_place(frame: Frame, before: Operation, after: Operation) -> bool:
    """True when all URLs of an operation are still described, by the other one or together with others."""
    if whole_key(frame.before, before) == whole_key(frame.after, after):
        return True
    known = {path_key(one) for one in frame.before.operations}
    return bool(covering(frame.before, before, frame.after, known))


def covering(
    before: Api, operation: Operation, after: Api, known: Iterable[Hashable] = ()
) -> list[Operation]:
    """The operations that all URLs of an operation now belong to; none where some URL belongs to nothing.

    A variable with a closed list of values may have become paths for each of them, or the other way round. An
    operation that was there before (`known`) took none of these URLs, so it is no heir.
    """
    candidates = [
        one
        for one in after.operations
        if one.method == operation.method
        and one.path.partition("?")[0].count("/") == operation.path.partition("?")[0].count("/")
        and path_key(one) not in known
    ]
    heirs: dict[str, Operation] = {}
    for way in _ways(before, operation) if candidates else ():
        heir = next((one for one in candidates if _lands(way, operation, after, one)), None)
        if heir is None:
            return []
        heirs[heir.label] = heir
    return list(heirs.values())


def stray_values(frame: Frame, operation: Operation) -> dict[str, str]:
    """Values of path variables whose URL belongs to no operation any more; empty where any will do."""
    segments = operation.path.partition("?")[0].split("/")
    for way in _ways(frame.before, operation):
        if not any(
            one.method == operation.method
            and one.path.partition("?")[0].count("/") == len(segments) - 1
            and _lands(way, operation, frame.after, one)
            for one in frame.after.operations
        ):
            pairs = zip(segments, way, strict=True)
            return {f"path {mine[1:-1]}": text for mine, text in pairs if text is not None and mine != text}
    return {}


def _ways(api: Api, operation: Operation) -> list[tuple[str | None, ...]]:
    """The path as segments, once for each combination of listed values; None is a variable of any value."""
    choices: list[list[str | None]] = []
    for segment in operation.path.partition("?")[0].split("/"):
        if not _TEMPLATE.search(segment):
            choices.append([segment])
            continue
        values = _listed(api, operation, segment)
        choices.append([*values] if values else [None])
    ways = itertools.product(*choices)
    return list(itertools.islice(ways, _MOST_WAYS))


def _listed(api: Api, operation: Operation, segment: str) -> list[str]:
    """The values of a segment that is one variable with a closed list of them."""
    for parameter in operation.parameters:
        if parameter.place == "path" and segment == f"{{{parameter.wire_name}}}":
            type_ = api.resolve(parameter.type)
            if isinstance(type_, Enumeration) and not type_.open:
                return [str(json.loads(item.value)) for item in type_.values]
    return []


def _lands(way: tuple[str | None, ...], operation: Operation, api: Api, heir: Operation) -> bool:
    same_name = operation.named and operation.id == heir.id
    path, _, query = heir.path.partition("?")
    if query and query != operation.path.partition("?")[2]:
        return False
    for mine, theirs in zip(way, path.split("/"), strict=True):
        if not _TEMPLATE.search(theirs):
            if mine != theirs:
                return False
        # a text that became a variable of any value is the same place only where it is called the same
        elif not (mine is None or mine in _listed(api, heir, theirs) or same_name):
            return False
    return True
