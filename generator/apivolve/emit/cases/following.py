"""What a service answers when one answer is not the end: items of a stream, further pages, the state of a job.

That there is a stream or a list in pages, and where their parts are, is `continuing.py`'s to find, for the client as for
these tests and the mock server. What is on the wire then, and what comes of it, is worked out here.
"""

from __future__ import annotations

from typing import Any

from ...continuing import EVENTS, Stream, item_of, list_of, stream_of
from ...jsonvalue import is_object
from ...media import is_json
from ...model import Anything, ListOf, Nullable, Operation, Record, Scalar, Type
from ...overrides import Pages
from ...sample import sample
from ..types.spelling import Spelling
from ..views import Kind
from .data import Data
from .payloads import Payloads
from .python_types import python_type

BASE = "{base-url}"
"""Stands in the data for the address of the service."""


class Following:
    """How the exchanges of one version go on. `data` is where payloads are kept."""

    def __init__(self, spelling: Spelling, payloads: Payloads, data: Data) -> None:
        self._spelling, self._payloads, self._data = spelling, payloads, data

    def after(self, operation: Operation, kind: Kind, first: dict[str, Any]) -> dict[str, Any]:
        """The first answer of a call, with `then` and `result` where it is not the whole.

        `first` is the answer to the call itself, its payload in place.
        """
        match kind:
            case "stream":
                return self.stream(operation) or first
            case "pages":
                return self._pages(operation, first)
            case "begin":
                return _job(operation, first)
            case "send":
                return first

    def at_once(
        self, operation: Operation, usual: dict[str, Any], answer: dict[str, Any]
    ) -> dict[str, Any] | None:
        """An answer to what begins a job that is done already: no header leads on, and its body is the result.

        None where that cannot be: it was accepted only (RFC 9110 section 15.3.3), says that it still runs, or tells of
        something else than the `usual` answer does.
        """
        body = answer.get("json")
        inner = body.get("properties") if is_object(body) else None
        is_running = is_object(inner) and inner.get("provisioningState", "Succeeded") != "Succeeded"
        if (
            answer["status"] == 202
            or is_running
            or ("json" in answer and answer.get("type") != usual.get("type"))
        ):
            return None
        return {**answer, "then": [], "result": body if operation.method != "DELETE" else None}

    def stream(self, operation: Operation) -> dict[str, Any] | None:
        """The answer of a call that gives a stream; None for one that gives none."""
        told = stream_of(self._spelling.api, operation)
        if told is None:
            return None
        item = self._item(told)
        status = int(told.status.replace("XX", "00"))
        answer: dict[str, Any] = {"status": status, "media_type": told.media_type, "accept": told.media_type}
        if item is None:
            # an event that nothing is said of is any text, unless it is a piece of a JSON answer
            texts = _is_events(told) and not told.whole
            lines = ["some text", "more text"] if texts else ['{"some":"text"}', "[]"]
            answer |= {"lines": lines, "result": lines if texts else [{"some": "text"}, []]}
        else:
            api = self._spelling.api
            items = [
                self._data.payload(sample(api, item, full=full, direction="response"), f"{operation.id} item")
                for full in (True, False)
            ]
            type_ = python_type(api, self._spelling.names, item)
            answer |= {"items": items, "result": items, **({"type": f"list[{type_}]"} if type_ else {})}
        if told.last_event is not None:
            answer["last_event"] = told.last_event
        return answer

    def _item(self, told: Stream) -> Type | None:
        """The type of what comes in a stream; None where that is text, or nothing is said of it."""
        if told.content is None:
            return told.piece
        api, item = self._spelling.api, told.content.item_type
        if item is None:
            whole = api.resolve(told.content.type)
            if isinstance(whole, Scalar):
                return None  # the text of the whole, not of an item
            item = item_of(whole) if isinstance(whole, ListOf) else told.content.type
        elif _is_events(told) and isinstance(api.resolve(item), Record):
            return None  # the schema is of the event, not of its data (OpenAPI 3.2, Sequential Media Types)
        what = api.resolve(item)
        is_text = isinstance(what, Scalar) and python_type(api, {}, item) == "str"
        return None if _is_events(told) and (is_text or what == Anything()) else item

    def _pages(self, operation: Operation, first: dict[str, Any]) -> dict[str, Any]:
        """Three pages: the sampled one with the way to the next, another such, and one that is the last."""
        listed = list_of(self._spelling.api, operation, self._spelling.table.overrides)
        if listed is None:
            return first
        told = listed.pages or Pages(())
        item = sample(self._spelling.api, listed.item, full=True, direction="response")
        kept = self._data.payload(item, f"{operation.id} item")
        type_ = python_type(self._spelling.api, self._spelling.names, listed.item)
        first = {**first, "type": f"list[{type_}]", "items_at": list(told.items)}
        first.pop("accept", None)

        def page(body: Any, count: int, **more: Any) -> dict[str, Any]:
            return {**first, "json": _with(body, told.items, [kept] * count), **more}

        counted = told.page or told.offset
        if listed.pages is not None and not (told.next_link or told.cursor or counted):
            return page({}, 2, result=[kept] * 2)
        if counted is not None:
            # what else the body tells could say that the first page is the last; where counting begins is not told
            two, last = (page({}, count, asked=[counted, None]) for count in (2, 0))
            return page({}, 1, then=[two, last], result=[kept] * 3)
        body = first["json"]
        result = [kept] * 4
        link, parameter = told.next_link or told.cursor, told.parameter
        if link is None:
            one, two = (
                page(body, 1, headers={"link": f'<{BASE}/page-{number}>; rel="next"'}) for number in (2, 3)
            )
            then = [{**two, "at": "/page-2"}, page(body, 2, at="/page-3")]
            return {**one, "then": then, "result": result}
        # a link is followed as it is, a cursor is sent back
        start = f"{BASE}/" if parameter is None else ""
        body = self._ended(operation, body, link)
        one, two = (page(_with(body, link, f"{start}page-{number}"), 1) for number in (2, 3))
        asked = [
            {"at": f"/page-{number}"} if parameter is None else {"asked": [parameter, f"page-{number}"]}
            for number in (2, 3)
        ]
        if listed.turning is not None and listed.turning.parameter.place == "path":
            end = listed.turning.operation.path.partition(f"{{{listed.turning.parameter.wire_name}}}")[2]
            asked = [{"at": f"page-{number}{end if '{' not in end else ''}"} for number in (2, 3)]
        then = [{**two, **asked[0]}, {**page(body, 2), **asked[1]}]
        return {**one, "then": then, "result": result}

    def _ended(self, operation: Operation, body: Any, path: tuple[str, ...]) -> Any:
        """The body of a page after which there is none: without what leads on, or with nothing in it where it is required."""
        api = self._spelling.api
        good = (response for response in operation.responses if response.status[0] == "2")
        for content in (one for response in good for one in response.contents if is_json(one.media_type)):
            type_, field = content.type, None
            for name in path:
                record = api.present(type_)
                known = record.fields if isinstance(record, Record) else ()
                field = next((one for one in known if one.wire_name == name), None)
                if field is None:
                    break
                type_ = field.type
            if field is not None and field.required:
                return _with(body, path, None if isinstance(api.resolve(type_), Nullable) else "")
        return _without(body, path)


def _is_events(told: Stream) -> bool:
    return told.media_type.partition(";")[0] == EVENTS


def _with(body: Any, path: tuple[str, ...], value: Any) -> Any:
    """A body with another value at a path."""
    if not path:
        return value
    members: dict[str, Any] = dict(body) if is_object(body) else {}
    return {**members, path[0]: _with(members.get(path[0]), path[1:], value)}


def _without(body: Any, path: tuple[str, ...]) -> Any:
    """A body with nothing at a path."""
    first, rest = path[0], path[1:]
    if not is_object(body) or first not in body:
        return body
    if rest:
        return {**body, first: _without(body[first], rest)}
    return {name: value for name, value in body.items() if name != first}


def _job(operation: Operation, first: dict[str, Any]) -> dict[str, Any]:
    """A job that runs when it is first asked about, and then is done; where its result is found is the method's own rule."""
    via = operation.long_running.final_state_via if operation.long_running is not None else None
    headers = {"operation-location": f"{BASE}/operations/1", "location": f"{BASE}/results/1"}
    body: dict[str, Any] = {name: first[name] for name in ("json", "media_type") if name in first}
    done: dict[str, Any] = {"status": 200, "media_type": "application/json", "json": {"status": "Succeeded"}}
    running = {**done, "json": {"status": "Running"}}
    in_status = operation.method == "POST" and via in ("azure-async-operation", "operation-location")
    if in_status and "json" in body:
        if not is_object(body["json"]):
            return {**first, "result": body["json"]}
        done["json"] = {**body["json"], "status": "Succeeded"}
        return {**first, "headers": headers, "then": [running, done], "result": done["json"]}
    then = [running, done]
    if not in_status and (
        operation.method in ("PUT", "PATCH", "POST") or via in ("location", "original-uri")
    ):
        then.append({"status": 200, **body})
    result = body.get("json") if operation.method != "DELETE" else None
    return {**first, "headers": headers, "then": then, "result": result}
