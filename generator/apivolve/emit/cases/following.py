"""What a service answers when one answer is not the end: items of a stream, further pages, the state of a job."""

from __future__ import annotations

from typing import Any

from ...jsonvalue import is_object
from ...model import Operation
from ...sample import sample
from ..calls.kinds import EVENTS, paged, streamed
from ..types.spelling import Spelling
from ..views import Kind

_BASE = "https://service.test/base"


def follow(spelling: Spelling, operation: Operation, kind: Kind, first: dict[str, Any]) -> dict[str, Any]:
    """The members of an exchange that say how it goes on: `response` changed, `then`, and `result` where it is another.

    `first` is the answer to the call itself.
    """
    match kind:
        case "stream":
            return _stream(spelling, operation)
        case "pages":
            return _pages(spelling, operation, first)
        case "begin":
            return _job(operation, first)
        case "send":
            return {}


def _stream(spelling: Spelling, operation: Operation) -> dict[str, Any]:
    told = streamed(spelling, operation)
    if told is None:
        return {}
    status = int(told.status.replace("XX", "00"))
    media_type = told.media_type
    if told.type is None:
        events = media_type.partition(";")[0] == EVENTS
        lines = ["some text", "more text"] if events else ['{"some":"text"}', "[]"]
        result: Any = lines if events else [{"some": "text"}, []]
        answer = {"status": status, "media_type": media_type, "lines": lines}
    else:
        result = [sample(spelling.api, told.type, full=full, direction="response") for full in (True, False)]
        answer = {"status": status, "media_type": media_type, "items": result}
    if told.last_event is not None:
        answer["last_event"] = told.last_event
    return {"response": answer, "result": result}


def _pages(spelling: Spelling, operation: Operation, first: dict[str, Any]) -> dict[str, Any]:
    """Two pages: the sampled one with the way to the next, and one more that is the last."""
    told = paged(spelling, operation)
    if told is None:
        return {}
    item = sample(spelling.api, told.item, full=True, direction="response")
    if told.is_counted:
        # what else the body tells could say that the first page is the last
        first = first | {"json": _with({}, told.items, [item])}
        return {"response": first, "then": [first | {"json": _with({}, told.items, [])}], "result": [item]}
    result = [item, item, item]
    if not told.link:
        link = {"link": f'<{_BASE}/next-page>; rel="next"'}
        one = first | {"json": _with(first["json"], told.items, [item]), "headers": link}
        last = first | {"json": _with(first["json"], told.items, [item, item])}
        return {"response": one, "then": [last], "result": result}
    # a link is followed as it is, a cursor is sent back
    following = f"{_BASE}/next-page" if told.source.startswith("NextLink") else "next-page"
    body = _with(first["json"], told.link, None)
    one = first | {"json": _with(_with(body, told.items, [item]), told.link, following)}
    return {
        "response": one,
        "then": [first | {"json": _with(body, told.items, [item, item])}],
        "result": result,
    }


def _with(body: Any, path: tuple[str, ...], value: Any) -> Any:
    """A body with another value at a path; without what is there where the value is None."""
    if not path:
        return value
    members: dict[str, Any] = dict(body) if is_object(body) else {}
    changed = _with(members.get(path[0]), path[1:], value)
    if changed is None:
        members.pop(path[0], None)
        return members
    return {**members, path[0]: changed}


def _job(operation: Operation, first: dict[str, Any]) -> dict[str, Any]:
    """A job that is done when it is first asked about; where its result is then found is the method's own rule."""
    via = operation.long_running.final_state_via if operation.long_running is not None else None
    headers = {"operation-location": f"{_BASE}/operations/1", "location": f"{_BASE}/results/1"}
    body: dict[str, Any] = {name: first[name] for name in ("json", "media_type") if name in first}
    done: dict[str, Any] = {"status": 200, "media_type": "application/json", "json": {"status": "Succeeded"}}
    in_status = operation.method == "POST" and via in ("azure-async-operation", "operation-location")
    if in_status and "json" in body:
        if not is_object(body["json"]):
            return {"response": first, "then": [], "result": body["json"]}
        done = done | {"json": {**body["json"], "status": "Succeeded"}}
        return {"response": first | {"headers": headers}, "then": [done], "result": done["json"]}
    then = [done]
    if not in_status and (
        operation.method in ("PUT", "PATCH", "POST") or via in ("location", "original-uri")
    ):
        then.append({"status": 200, **body})
    result = body.get("json") if operation.method != "DELETE" else None
    return {"response": first | {"headers": headers}, "then": then, "result": result}
