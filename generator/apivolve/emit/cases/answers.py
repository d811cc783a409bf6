"""What a service answers: each declared status, each content type of it, and what must come of it.

Worked out from the specification alone: which statuses are errors, which bodies are JSON and which type a body has is decided
here anew, so that a fault of `calls` shows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ...media import BODILESS, concrete, is_binary, is_json
from ...model import Anything, Content, Model, Operation, Response, Scalar, Type
from ...sample import NoSample
from ..types.spelling import Spelling
from .data import Data
from .payloads import Payloads
from .python_types import python_type

TEXT = "some text"


class Answers:
    """The answers of one version's operations."""

    def __init__(self, spelling: Spelling, payloads: Payloads, data: Data) -> None:
        self._spelling, self._payloads, self._data = spelling, payloads, data
        self.missing: dict[str, str] = {}

    def of(self, operation: Operation, name: str, *, whole: bool) -> list[dict[str, Any]]:
        """The answers, the one that a caller hopes for first. With `whole`, only those that are no sequence of items.

        An answer has `status`, and where it has a body `media_type`, `accept` (the media type as declared), one of `json`,
        `text` and `binary`, and `type`. What has no payload is left out. Raises NoSample where that is all.
        """
        found: list[dict[str, Any]] = []
        reason: NoSample | None = None
        for response in self._ordered(operation):
            for content in self._contents(operation, response):
                if content is not None and whole and _is_sequence(content):
                    continue
                try:
                    found.append(self.one(operation, response, content, name, full=not found))
                except NoSample as error:
                    self.missing[f"{operation.label} {response.status}"] = str(error)
                    reason = error
        if not found and reason is not None:
            raise reason
        if operation.responses and all(one.status[0] == "1" for one in operation.responses):
            raise NoSample("its only answers are informational, or change to another protocol")
        return found or [{"status": 200}]

    def _ordered(self, operation: Operation) -> Iterator[Response]:
        """The responses, successes first; `default` is one where nothing else is (OpenAPI 3.x, Responses Object)."""
        good = [one for first in "23" for one in operation.responses if one.status[0] == first]
        good = good or [one for one in operation.responses if one.status == "default"]
        yield from good
        yield from (one for one in operation.responses if one.status[0] in "45d" and one not in good)

    def _contents(self, operation: Operation, response: Response) -> tuple[Content | None, ...]:
        """The bodies of a response: none after HEAD and with some statuses (RFC 9110 sections 9.3.2 and 6.4.1).

        Of objects that come as JSON only that.
        """
        if not response.contents or operation.method == "HEAD" or response.status in BODILESS:
            return (None,)
        known = {one.type for one in response.contents if is_json(one.media_type)}
        known -= {one for one in known if isinstance(one, Scalar | Anything)}
        return tuple(
            one
            for one in response.contents
            if one.type not in known or is_json(one.media_type) or _is_sequence(one)
        )

    def one(
        self, operation: Operation, response: Response, content: Content | None, name: str, *, full: bool
    ) -> dict[str, Any]:
        """One answer."""
        status = _status(operation, response)
        if content is None:
            return {"status": status}
        media_type = concrete(content.media_type, [one.media_type for one in response.contents])
        told = {"status": status, "media_type": media_type, "accept": content.media_type}
        resolved = self._spelling.api.resolve(content.type)
        if resolved == Anything() and is_json(content.media_type) and not is_json(media_type):
            return {**told, "text": TEXT}  # anything, and no JSON
        is_file = isinstance(resolved, Scalar) and resolved.format == "binary"
        if not is_json(content.media_type) or is_file:
            # the body of an error is read somehow where nothing is told of it: a text that would then be JSON shows that
            shown = json.dumps(TEXT) if status >= 400 else TEXT
            return {**told, ("text" if _is_text(content, resolved) else "binary"): shown}
        value = self._shown(operation, response, content)
        if value is None:
            value = self._payloads.of(
                content.type, content.at, examples=content.examples, full=full, direction="response"
            )
        api = self._spelling.api
        type_ = python_type(api, self._spelling.names, content.type)
        payload = self._data.payload(value, type_.removeprefix("models.") or f"{name} {response.status}")
        return {**told, "json": payload, **({"type": type_} if type_ else {})}

    def _shown(self, operation: Operation, response: Response, content: Content) -> Any:
        """The body that a whole call of the specification shows for a status."""
        place = self._payloads.exchange(operation, "responses", response.status, "body")
        if place is None:
            return None
        return next(iter(self._payloads.example(place, content.type, content.at, "response")), None)


def _status(operation: Operation, response: Response) -> int:
    """A status that a response is for. `default` stands for those that nothing else is for."""
    if response.status != "default":
        return int(response.status.upper().replace("XX", "00"))
    told = {one.status.upper() for one in operation.responses}
    if not any(status[0] in "23" for status in told if status != "DEFAULT"):
        return 200
    return next(
        (one for one in (500, 418, 599, 499) if str(one) not in told and f"{one // 100}XX" not in told), 500
    )


def _is_text(content: Content, resolved: Type | Model) -> bool:
    """True for a body that is text and no file."""
    if is_binary(content.media_type):
        return False
    if isinstance(resolved, Scalar) and resolved.kind == "string":
        return resolved.format not in ("binary", "byte") or (
            resolved.format == "byte" and content.media_type.startswith("text/")
        )
    return content.media_type.startswith("text/")


def _is_sequence(content: Content) -> bool:
    kind = content.media_type.partition(";")[0]
    return content.item_type is not None or kind == "text/event-stream" or kind.endswith(_LINES)


_LINES = ("jsonl", "ndjson", "jsonlines", "json-lines", "json-stream", "json-seq")
