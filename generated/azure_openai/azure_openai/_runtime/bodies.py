"""Turning a body into bytes, parts or chunks."""

from __future__ import annotations

import io
import os
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, cast
from urllib.parse import quote_plus, unquote

import msgspec

from .call import Body, FormBody, JsonBody, MultipartBody, PartEncoding, Query, RawBody
from .codec import encode_json, to_wire
from .errors import RequestError
from .files import File
from .headers import Headers
from .models import Model
from .styles import in_brackets, is_absent, query_pieces, scalar_text
from .veil import Veiled

_CHUNK = 65_536

# File name, content, media type and headers of a part, as the HTTP library takes them.
Content = tuple[str | None, bytes | BinaryIO, str | None, Mapping[str, str]]
Part = tuple[str, Content]


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
        body = body if isinstance(body, JsonBody) and body.null and body.value is None else None
    if extra:
        body = _merged(body, extra)
    match body:
        case None:
            return Payload()
        case JsonBody(value, media_type):
            data = encode_json(value)
            return Payload(media_type, data, length=len(data))
        case FormBody(value, encoding):
            return _form(value, encoding)
        case MultipartBody(value, encoding):
            return _multipart(value, encoding)
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
        case FormBody(value, encoding):
            return FormBody({**_members(value), **extra}, encoding)
        case MultipartBody(value, encoding):
            return MultipartBody({**_members(value), **extra}, encoding)
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


def _flat(
    value: object, encoding: tuple[PartEncoding, ...]
) -> Iterator[tuple[str, Any, PartEncoding]]:
    """Give the members of a form, a list item by item, what a style writes as plain text."""
    known = {one.wire_name: one for one in encoding}
    for name, each in _members(value).items():
        told = known.get(name) or PartEncoding(name)
        if is_absent(each):
            continue
        if told.is_styled and not _is_file(each):
            for inner, text in _styled(name, each, told):
                yield inner, text, PartEncoding(inner)
        elif isinstance(each, list | tuple):
            for item in cast("list[Any]", each):
                if not is_absent(item):
                    yield name, item, told
        else:
            yield name, each, told


def _styled(name: str, value: object, told: PartEncoding) -> Iterator[tuple[str, str]]:
    """Write a member as a query parameter is written; gives names and texts that are not yet encoded."""
    if told.style == "deepObject":
        yield from in_brackets(name, to_wire(value))
        return
    written = Query(name, value, told.style or "form", told.explode, told.allow_reserved)
    for piece in query_pieces(written):
        inner, _, text = piece.partition("=")
        yield unquote(inner), unquote(text)


def _form(value: object, encoding: tuple[PartEncoding, ...]) -> Payload:
    read = Payload()
    try:
        data = "&".join(
            f"{quote_plus(name)}={_field(each, told, read)}"
            for name, each, told in _flat(value, encoding)
        ).encode()
    except UnicodeEncodeError:
        raise RequestError("a form value holds a lone surrogate, which cannot be sent") from None
    finally:
        read.close()
    return Payload("application/x-www-form-urlencoded", data, length=len(data))


def _field(value: Any, told: PartEncoding, read: Payload) -> str:
    """Write one value of a form that is all text; of a file its octets (WHATWG URL section 1.3)."""
    if not _is_file(value) or (told.base64 and isinstance(value, bytes)):
        return quote_plus(_text(value, told)[0])
    content, _ = _opened(value.content if isinstance(value, File) else value, read)
    return quote_plus(content if isinstance(content, bytes) else b"".join(_read(content)))


def _text(value: object, told: PartEncoding) -> tuple[str, str | None]:
    """Write one value of a form; gives its media type too, None for plain text."""
    plain = to_wire(value, told.type)
    media_type = _media_types(told)[0] if told.media_type else None
    if media_type is None or "*" in media_type:
        media_type = "application/json" if isinstance(plain, dict | list | tuple) else None
    if media_type is not None and media_type.partition(";")[0].endswith("json"):
        return encode_json(plain).decode(), media_type
    if isinstance(plain, dict | list | tuple):
        raise RequestError(f"{told.wire_name!r} cannot be written as {media_type}: give a file")
    return scalar_text(plain), media_type


def _media_types(told: PartEncoding) -> list[str]:
    return [one.strip() for one in told.media_type.split(",")]


def _multipart(value: object, encoding: tuple[PartEncoding, ...]) -> Payload:
    payload = Payload(parts=[])
    parts: list[Part] = []
    try:
        for name, each, told in _flat(value, encoding):
            if _is_file(each) and not (told.base64 and isinstance(each, bytes)):
                parts.append((name, _file_part(told, each, payload)))
                continue
            text, media_type = _text(each, told)
            parts.append((name, (None, text.encode(), media_type, {})))
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


def _is_file(value: object) -> bool:
    return isinstance(value, bytes | Path | File | _Readable)


def _file_part(told: PartEncoding, value: Any, payload: Payload) -> Content:
    file = value if isinstance(value, File) else File(value)
    content, found_name = _opened(file.content, payload)
    name = file.name or found_name or told.wire_name
    media_type = file.media_type or _suiting(name, told)
    headers = {"content-type": media_type, **(file.headers or {})}
    Headers(headers)  # refuses line breaks
    return name, content, media_type, file.headers or {}


def _suiting(name: str, told: PartEncoding) -> str:
    """Choose the media type of a file: what its name suggests, as far as that is asked for."""
    import mimetypes

    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if not told.media_type:
        return guessed
    wanted = _media_types(told)
    if any(fnmatchcase(guessed, one) for one in wanted):
        return guessed
    return next((one for one in wanted if "*" not in one), guessed)


def _raw(content: object, media_type: str) -> Payload:
    name = None
    if isinstance(content, File):
        media_type = content.media_type or media_type
        name, content = content.name, content.content
    payload = Payload(media_type)
    is_range = "*" in media_type.partition(";")[0]
    if isinstance(content, str):
        if is_range:
            payload.media_type = "text/plain"
            is_range = False
        try:
            content = content.encode()
        except UnicodeEncodeError:
            raise RequestError("the text holds a lone surrogate, which cannot be sent") from None
    if isinstance(content, bytes | bytearray):
        payload.content = bytes(content)
        payload.length = len(payload.content)
    elif isinstance(content, Path | _Readable):
        opened, found_name = _opened(content, payload)
        payload.content = opened
        payload.length = _size(opened)
        name = name or found_name
    elif isinstance(content, Iterable | AsyncIterable):
        payload.content = cast("Iterable[bytes] | AsyncIterable[bytes]", content)
        payload.replayable = False
    else:
        raise RequestError(f"a body cannot be made of {type(content).__name__}")
    if is_range:
        payload.media_type = _suiting(name or "", PartEncoding("", media_type=media_type))
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
