"""How a call goes on after its request, in Python: a stream of items, pages of a list.

`continuing.py` finds it in the specification; here it is spelled for the runtime.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...continuing import EVENTS, Turning, is_sequence, item_of, list_of, stream_of
from ...model import Anything, Content, ListOf, Operation, Record, Scalar, Type
from ...overrides import Pages
from ...surface import Annotation
from ..literals import literal
from ..types.spelling import Spelling

__all__ = ["Paged", "Streamed", "is_sequence", "paged", "streamed"]


@dataclass(frozen=True, slots=True)
class Streamed:
    """A response that is a sequence of items. `member` is that of the body that asks for it, empty where nothing does."""

    status: str
    media_type: str
    item: Annotation
    last_event: str | None
    switched: bool
    member: str


@dataclass(frozen=True, slots=True)
class Paged:
    """A list that comes in pages: the type of its items, and the runtime's words for where they and the next page are."""

    item: Type
    source: str


def streamed(spelling: Spelling, operation: Operation) -> Streamed | None:
    """The stream that an operation gives, always or when it is asked for; None where it gives none."""
    found = stream_of(spelling.api, operation)
    if found is None:
        return None
    if found.content is not None:
        item = _item(spelling, found.content)
    else:
        item = spelling.alternatives(found.piece) if found.piece is not None else ("Any",)
    return Streamed(found.status, found.media_type, item, found.last_event, found.whole, found.member)


def _item(spelling: Spelling, content: Content) -> Annotation:
    """What an item of a stream is in Python."""
    type_ = content.item_type or content.type
    resolved = spelling.api.resolve(type_)
    events = content.media_type.partition(";")[0] == EVENTS
    if content.item_type is None and isinstance(resolved, ListOf):
        type_ = item_of(resolved)
        resolved = spelling.api.resolve(type_)
    if events and isinstance(resolved, Record) and content.item_type is not None:
        # the schema is of the event, not of its data (OpenAPI 3.2, Sequential Media Types)
        return ("ServerSentEvent",)
    # what has a name of its own may still be any text
    plain = resolved if isinstance(resolved, Scalar | Anything) else type_
    if events and spelling.alternatives(plain) in (("str",), ("Any",)):
        return ("ServerSentEvent",)
    if isinstance(resolved, Scalar) and content.item_type is None:
        return ("Any",)  # the text of the whole, not of an item
    return spelling.alternatives(type_)


def paged(spelling: Spelling, operation: Operation) -> Paged | None:
    """The pages that an operation gives; None where it gives a whole. Raises UsageError for an override that cannot be."""
    listed = list_of(spelling.api, operation, spelling.table.overrides)
    if listed is None:
        return None
    source = _source(listed.pages, listed.turning) if listed.pages is not None else "LinkHeader()"
    return Paged(listed.item, source)


def _source(told: Pages, turning: Turning | None) -> str:
    """How pages are told apart, in the runtime's words."""
    parts = [f"items={literal(told.items)}"]
    more = [f"more={literal(told.more)}"] if told.more is not None else []
    size = [f"size={literal(told.size)}"] if told.size is not None else []
    if told.next_link is not None and turning is not None:
        kind = "NextOperation"
        parts += [f"link={literal(told.next_link)}", *_turned(turning)]
    elif told.next_link is not None:
        kind, parts = "NextLink", [*parts, f"link={literal(told.next_link)}"]
    elif told.cursor is not None:
        kind = "Cursor"
        parts += [f"cursor={literal(told.cursor)}", f"parameter={literal(told.parameter)}", *more]
    elif told.page is not None:
        kind = "PageNumber"
        pages = [f"pages={literal(told.total)}"] if told.total is not None else []
        parts += [f"parameter={literal(told.page)}", *size, *pages, *more]
    elif told.offset is None:
        kind = "OnePage"
    else:
        kind = "Offset"
        total = [f"total={literal(told.total)}"] if told.total is not None else []
        parts += [f"parameter={literal(told.offset)}", *size, *total, *more]
    return f"{kind}({', '.join(parts)})"


def _turned(turning: Turning) -> list[str]:
    parameter = turning.parameter
    parts = [f"path={literal(turning.operation.path)}", f"parameter={literal(parameter.wire_name)}"]
    if turning.operation.method != "GET":
        parts.append(f"method={literal(turning.operation.method)}")
    if parameter.place != "path":
        parts.append(f"place={literal(parameter.place)}")
    if parameter.allow_reserved:
        parts.append("allow_reserved=True")
    if turning.kept:
        parts.append(f"kept={literal(turning.kept)}")
    return parts
