"""What a body holds: the specification's own example where its schema takes it, else a value made of the schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from ...jsonvalue import is_array, is_object
from ...media import is_form, is_json, is_range
from ...model import Api, Content, Example, Header, Nullable, Operation, Record, Response, Scalar, Type
from ...raw import Description, Judge, schema_at
from ...sample import NoSample, sample
from .xml import xml_text

TEXT = "some text"
_OCTETS = bytes(range(256))


class NoExample(ValueError):  # noqa: N818 - it says what there is not
    """There is no example of that name; the names that there are."""


class Values:
    """The values of one version, each made once."""

    def __init__(self, api: Api, description: Description) -> None:
        self.api = api
        self.description = description
        self._known: dict[tuple[int, str, str, str | None], Any] = {}

    def of(self, operation: Operation, response: Response, content: Content, example: str | None) -> Any:
        """The value of a content: JSON for JSON, text or bytes for what is none.

        `example` is the name of the one wanted. Raises NoExample, NoSample.
        """
        key = (id(operation), response.status, content.media_type, example)
        if key not in self._known:
            self._known[key] = self._made(operation, response, content, example)
        return self._known[key]

    def _made(self, operation: Operation, response: Response, content: Content, wanted: str | None) -> Any:
        shown = list(self._examples(operation, response, content))
        if wanted is not None:
            for name, value in shown:
                if name == wanted:
                    return value
            raise NoExample(", ".join(dict.fromkeys(name for name, _ in shown)))
        resolved = self._resolved(content.type)
        is_file = isinstance(resolved, Scalar) and resolved.format == "binary"
        for _, value in shown:
            if not is_json(content.media_type):
                if isinstance(value, str):
                    return value
            elif is_file:
                return value.encode() if isinstance(value, str) else value
            elif self.takes(content, value):
                return value
        if is_file and is_json(content.media_type):
            return _OCTETS if is_range(content.media_type) else b"{}"
        if is_json(content.media_type) or is_form(content.media_type) or is_xml(content.media_type):
            return self.sampled(content.type, content)
        if is_text(content.media_type):
            return sample(self.api, resolved) if resolved == Scalar("string") else TEXT
        return _OCTETS

    def takes(self, content: Content, value: Any) -> bool:
        """True where the schema of a content, as it is written, has nothing against a value."""
        schema = schema_at(content.at)
        return schema is None or not Judge(self.description, formats=True).faults(schema, value, "response")

    def sampled(self, type_: Type, content: Content | None = None, *, full: bool = True) -> Any:
        """A value of a type, as full as its schema allows; the smallest without `full`. Raises NoSample."""
        first: list[Any] = []
        for whole in (True, False) if full else (False,):
            try:
                value = sample(self.api, type_, full=whole, direction="response")
            except NoSample:
                if whole or first:
                    continue
                raise
            if content is None or self.takes(content, value):
                return value
            first.append(value)
        return first[0]

    def _examples(
        self, operation: Operation, response: Response, content: Content
    ) -> Iterator[tuple[str, Any]]:
        for example in (*content.examples, *self._of_model(content)):
            if example.url is None:
                yield from _read(example)
        for exchange in operation.exchanges:
            raw = exchange.at.raw
            answers = raw.get("responses") if is_object(raw) else None
            answer = answers.get(response.status) if is_object(answers) else None
            if is_object(answer) and "body" in answer:
                yield exchange.name, answer["body"]

    def _of_model(self, content: Content) -> tuple[Example, ...]:
        resolved = self.api.resolve(content.type)
        return resolved.examples if isinstance(resolved, Record) else ()

    def _resolved(self, type_: Type) -> Any:
        resolved = self.api.resolve(type_)
        return self.api.resolve(resolved.of) if isinstance(resolved, Nullable) else resolved

    def header(self, header: Header) -> str | None:
        """The text of a described header; None where there is none that a header can have."""
        try:
            value = sample(self.api, header.type, direction="response")
        except NoSample:
            return None
        if header.media_type is not None:
            return json.dumps(value)
        if is_object(value):
            return ",".join(f"{name}={_text(item)}" for name, item in value.items())
        return ",".join(map(_text, value)) if is_array(value) else _text(value)


def _read(example: Example) -> Iterator[tuple[str, Any]]:
    try:
        yield example.name, example.value
    except KeyError:
        return  # what is not there shows nothing


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def octets(media_type: str, value: Any) -> bytes:
    """A value as a body of a media type."""
    if isinstance(value, bytes):
        return value
    if is_json(media_type):
        return json_octets(value)
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace")
    if is_form(media_type) and is_object(value):
        return urlencode({name: _text(item) for name, item in value.items()}, errors="replace").encode()
    return xml_text(value).encode("utf-8", "backslashreplace") if is_xml(media_type) else json_octets(value)


def json_octets(value: Any) -> bytes:
    """A value as JSON. Half a surrogate pair, which UTF-8 does not have, is escaped."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def is_text(media_type: str) -> bool:
    """True for what people can read."""
    kind = media_type.partition(";")[0]
    return kind.startswith("text/") or kind.endswith(("yaml", "csv", "javascript")) or is_xml(kind)


def is_xml(media_type: str) -> bool:
    """True for XML and what is built on it (RFC 7303)."""
    kind = media_type.partition(";")[0]
    return kind.endswith(("/xml", "+xml"))
