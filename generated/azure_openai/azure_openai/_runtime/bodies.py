"""Turning a body into bytes, parts or chunks."""

from __future__ import annotations

import io
import os
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, cast
from urllib.parse import quote_plus

import msgspec

from .call import Body, FormBody, JsonBody, MultipartBody, RawBody
from .codec import encode_json, to_wire
from .errors import RequestError
from .files import File
from .headers import Headers
from .models import Model
from .styles import is_absent, scalar_text
from .veil import Veiled

_CHUNK = 65_536

# Name and (file name, content, media type), as the HTTP library takes them.
Part = tuple[str, tuple[str | None, bytes | BinaryIO, str | None]]


class Payload(Veiled, msgspec.Struct):
    """A body ready to be sent.

    One of ``content`` and ``parts`` is set, or none when there is no body. ``media_type`` is None for
    multipart, whose boundary the HTTP library chooses. ``length`` in bytes, None when unknown.
    """

    __shown__: ClassVar[tuple[str, ...]] = ("media_type", "length")

    media_type: str | None = None
    content: bytes | BinaryIO | Iterable[bytes] | AsyncIterable[bytes] | None = None
    parts: list[Part] | None = None
    length: int | None = None
    replayable: bool = True
    # Files opened here are closed here; a caller's own stay open.
    files: list[BinaryIO] = msgspec.field(default_factory=list[BinaryIO])
    opened: list[BinaryIO] = msgspec.field(default_factory=list[BinaryIO])

    @property
    def is_empty(self) -> bool:
        """Whether there is no body at all."""
        return self.content is None and self.parts is None

    def rewind(self) -> None:
        """Go back to the beginning, before each attempt."""
        try:
            for file in self.files:
                file.seek(0)
        except (OSError, ValueError) as exc:
            raise RequestError("a file to send cannot be read from its beginning") from exc

    def close(self) -> None:
        """Close the files that were opened from paths."""
        for file in self.opened:
            file.close()

    def chunks(self) -> Iterator[bytes] | bytes | None:
        """Give the content for a blocking client."""
        content = self.content
        if content is None or isinstance(content, bytes):
            return content
        if isinstance(content, AsyncIterable):
            raise RequestError("an asynchronous body needs an asynchronous client")
        return _read(content) if isinstance(content, _Readable) else iter(content)

    def async_chunks(self) -> AsyncIterable[bytes] | bytes | None:
        """Give the content for an asynchronous client."""
        if isinstance(self.content, AsyncIterable):
            return self.content
        content = self.chunks()
        return _in_async(content) if isinstance(content, Iterator) else content


def payload_of(body: Body | None, extra: Mapping[str, Any] | None) -> Payload:
    """Encode a body. ``extra`` is merged into a JSON object or form; raises `RequestError`."""
    if body is not None and is_absent(body.content if isinstance(body, RawBody) else body.value):
        body = None
    if extra:
        body = _merged(body, extra)
    match body:
        case None:
            return Payload()
        case JsonBody(value, media_type):
            data = encode_json(value)
            return Payload(media_type, data, length=len(data))
        case FormBody(value):
            data = _form(value)
            return Payload("application/x-www-form-urlencoded", data, length=len(data))
        case MultipartBody(value):
            return _multipart(value)
        case RawBody(content, media_type):
            return _raw(content, media_type)


def _merged(body: Body | None, extra: Mapping[str, Any]) -> Body:
    match body:
        case None:
            return JsonBody(dict(extra))
        case JsonBody(value, media_type):
            plain = to_wire(value)
            if not isinstance(plain, dict):
                raise RequestError("extra_body needs a JSON object as the body")
            return JsonBody({**cast("dict[str, Any]", plain), **extra}, media_type)
        case FormBody(value):
            return FormBody({**_members(value), **extra})
        case MultipartBody(value):
            return MultipartBody({**_members(value), **extra})
        case RawBody():
            raise RequestError("extra_body needs a JSON object or a form as the body")


def _members(value: object) -> dict[str, Any]:
    """Give the values of a model or mapping by wire name, files as they are."""
    if isinstance(value, Model):
        cls = type(value)
        names = zip(cls.__struct_fields__, cls.__struct_encode_fields__, strict=True)
        true_names = cls.__true_names__
        return {
            true_names.get(attribute, wire): getattr(value, attribute) for attribute, wire in names
        }
    if isinstance(value, Mapping):
        members = cast("Mapping[object, Any]", value)
        return {str(name): each for name, each in members.items()}
    raise RequestError(f"a form needs a model or a mapping, not {type(value).__name__}")


def _flat(value: object) -> Iterator[tuple[str, Any]]:
    for name, each in _members(value).items():
        if isinstance(each, list | tuple):
            for item in cast("list[Any]", each):
                if not is_absent(item):
                    yield name, item
        elif not is_absent(each):
            yield name, each


def _form(value: object) -> bytes:
    try:
        return "&".join(
            f"{quote_plus(name)}={quote_plus(scalar_text(to_wire(each)))}"
            for name, each in _flat(value)
        ).encode()
    except UnicodeEncodeError:
        raise RequestError("a form value holds a lone surrogate, which cannot be sent") from None


def _multipart(value: object) -> Payload:
    payload = Payload(parts=[])
    parts: list[Part] = []
    try:
        for name, each in _flat(value):
            if isinstance(each, bytes | Path | File | _Readable):
                parts.append((name, _file_part(name, each, payload)))
                continue
            plain = to_wire(each)
            json = isinstance(plain, dict | list | tuple)
            data = encode_json(plain) if json else scalar_text(plain).encode()
            parts.append((name, (None, data, "application/json" if json else None)))
    except UnicodeEncodeError:
        payload.close()
        raise RequestError("a form value holds a lone surrogate, which cannot be sent") from None
    except BaseException:
        payload.close()
        raise
    if not parts:
        # The HTTP library would send no body at all, and no boundary.
        empty = b"--apivolve-empty--\r\n"
        media_type = "multipart/form-data; boundary=apivolve-empty"
        return Payload(media_type, empty, length=len(empty))
    payload.parts = parts
    return payload


def _file_part(
    wire_name: str, value: Any, payload: Payload
) -> tuple[str | None, bytes | BinaryIO, str | None]:
    file = value if isinstance(value, File) else File(value)
    content, found_name = _opened(file.content, payload)
    name = file.name or found_name or wire_name
    media_type = file.media_type
    if media_type is None:
        import mimetypes

        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    Headers({"content-type": media_type})  # refuses line breaks
    return name, content, media_type


def _raw(content: object, media_type: str) -> Payload:
    if isinstance(content, File):
        media_type = content.media_type or media_type
        content = content.content
    payload = Payload(media_type)
    if isinstance(content, str):
        try:
            content = content.encode()
        except UnicodeEncodeError:
            raise RequestError("the text holds a lone surrogate, which cannot be sent") from None
    if isinstance(content, bytes | bytearray):
        payload.content = bytes(content)
        payload.length = len(payload.content)
    elif isinstance(content, Path | _Readable):
        opened, _ = _opened(content, payload)
        payload.content = opened
        payload.length = _size(opened)
    elif isinstance(content, Iterable | AsyncIterable):
        payload.content = cast("Iterable[bytes] | AsyncIterable[bytes]", content)
        payload.replayable = False
    else:
        raise RequestError(f"a body cannot be made of {type(content).__name__}")
    return payload


class _ReadableType(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return callable(getattr(instance, "read", None)) and not isinstance(instance, type)


class _Readable(metaclass=_ReadableType):
    """Anything with ``read``."""

    def read(self, size: int) -> bytes:
        # Never called: this class only stands for others in isinstance() and in annotations.
        raise NotImplementedError


def _opened(content: object, payload: Payload) -> tuple[Any, str | None]:
    """Give bytes or an open file, and its name."""
    if isinstance(content, bytes | bytearray):
        return bytes(content), None
    if isinstance(content, Path):
        try:
            file = content.open("rb")
        except OSError as exc:
            raise RequestError(f"cannot read the file {str(content)!r}: {exc.strerror}") from exc
        payload.opened.append(file)
        payload.files.append(file)
        return file, content.name
    if isinstance(content, io.TextIOBase):
        raise RequestError("a file must be open in binary mode")
    if not isinstance(content, _Readable):
        raise RequestError(f"a file cannot be made of {type(content).__name__}")
    given = cast("BinaryIO", content)
    if _is_seekable(given):
        payload.files.append(given)
    else:
        payload.replayable = False
    name = getattr(given, "name", None)
    return given, Path(name).name if isinstance(name, str) else None


def _is_seekable(file: BinaryIO) -> bool:
    try:
        return file.seekable()
    except (AttributeError, ValueError):
        return False


def _size(file: BinaryIO) -> int | None:
    if not _is_seekable(file):
        return None
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    return size


def _read(file: _Readable) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


async def _in_async(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk
