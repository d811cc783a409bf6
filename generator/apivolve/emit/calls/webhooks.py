"""What the service sends by itself → the functions that read it: webhooks, and the callbacks of operations.

One reads anything that may come. It tells by a member that all payloads have and that no two of them have alike, where there
is one, and else by their fields.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from ...media import is_json
from ...model import Api, Content, Enumeration, OneOf, Operation, Record, Type
from ...surface import SurfaceMethod, SurfaceParameter
from ..literals import literal, wrapped
from ..names.identifiers import SafeName, Scope, snake
from ..names.table import turn
from ..types.spelling import Spelling, joined
from ..views import WebhookView

MODULE = "webhooks"
ANY = SafeName("parse")
"""The function that reads whatever comes."""
ANYTHING = "Webhook"
"""What it gives, where there are several."""


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook or a callback whose body is JSON. `key` is what its name in Python is kept under."""

    key: str
    name: str
    label: str
    operation: Operation
    content: Content


class Webhooks:
    """The functions of one version. `spelling` must carry the prefix of the models module."""

    def __init__(self, spelling: Spelling) -> None:
        self.spelling = spelling
        self.api = spelling.api
        known = tuple(_hooks(self.api))
        wanted = sorted(
            ((hook.key, snake(hook.name, "webhook")) for hook in known), key=lambda pair: turn(*pair)
        )
        names = spelling.table.members("webhooks", "", wanted, Scope())
        self.hooks = {SafeName(f"{ANY}_{names[hook.key]}"): hook for hook in known}
        self.types = tuple(dict.fromkeys(hook.content.type for hook in known))
        tag = _tag(self.api, self.types)
        self.tag = tag[0] if tag is not None else None
        self._tagged = tag[1] if tag is not None else ()

    @property
    def has_several(self) -> bool:
        """True when what comes may be of several types."""
        return len(self.types) > 1

    def types_of(self, name: SafeName) -> tuple[Type, ...]:
        """What a function may give."""
        return (self.hooks[name].content.type,) if name in self.hooks else self.types

    def views(self) -> Iterator[WebhookView]:
        """The functions, the one for whatever comes first; none where the service sends nothing."""
        if self.hooks:
            given = joined(self._given(ANY))
            if self.has_several:
                yield WebhookView(ANY, ANYTHING, ANYTHING, self._doc_of_any(), self._union(), given)
            else:
                yield WebhookView(ANY, given, self.spelling.reading.text(self.types[0]), self._doc_of_any())
        for name, hook in self.hooks.items():
            yield WebhookView(
                name, joined(self._given(name)), self.spelling.reading.text(hook.content.type), _doc(hook)
            )

    def surface(self) -> Iterator[SurfaceMethod]:
        """The functions as the gate compares them."""
        prefix = self.spelling.prefix
        for view in self.views():
            hook = self.hooks.get(view.name)
            at = hook.operation.at if hook is not None else next(iter(self.hooks.values())).operation.at
            yield SurfaceMethod(
                name=view.name,
                parameters=(
                    SurfaceParameter("body", ("bytes", "str"), True, False, at),
                    SurfaceParameter("headers", ("HeaderItems", "None"), False, False, at),
                ),
                returns=tuple(part.replace(prefix, "") for part in self._given(view.name)),
                operation=hook.label if hook is not None else "any webhook",
                at=at,
                owner=MODULE,
            )

    def _given(self, name: SafeName) -> tuple[str, ...]:
        found = dict.fromkeys(
            part for type_ in self.types_of(name) for part in self.spelling.alternatives(type_)
        )
        if "Any" in found:
            return ("Any",)
        unknown = ("UnknownModel",) if name == ANY and self.tag is not None else ()
        return *found, *unknown

    def _union(self) -> str:
        if self.tag is None:
            variants = ", ".join(dict.fromkeys(map(self.spelling.reading.text, self.types)))
            return f'union("Webhook", variants=lambda: ({variants},))'
        pairs = ", ".join(
            f"({literal(value)}, {self.spelling.reading.text(type_)})" for value, type_ in self._tagged
        )
        return f'union("Webhook", tag={literal(self.tag)}, variants=lambda: ({pairs},))'

    def _doc_of_any(self) -> str:
        if len(self.types) == 1:
            return "Read whatever the service sends by itself."
        if self.tag is None:
            return "Read whatever the service sends by itself: what it is is told by its members."
        return wrapped(
            "Read whatever the service sends by itself; what this version does not know is an `UnknownModel`.\n\n"
            f"Told by the member {self.tag}."
        )


def _hooks(api: Api) -> Iterator[Hook]:
    for operation in api.webhooks:
        content = _json_of(operation)
        if content is not None:
            yield Hook(operation.label, operation.path, operation.label, operation, content)
    told: set[tuple[str, Type]] = set()
    for operation in api.operations:
        for callback in operation.callbacks:
            content = _json_of(callback.operation)
            # the same callback may be of many operations
            if content is not None and (callback.name, content.type) not in told:
                told.add((callback.name, content.type))
                label = f"{callback.operation.method} {callback.name}, a callback of {operation.label}"
                key = f"{operation.id}.{callback.operation.method} {callback.name}"
                yield Hook(key, callback.name, label, callback.operation, content)


def _json_of(operation: Operation) -> Content | None:
    contents = operation.body.contents if operation.body is not None else ()
    return next((one for one in contents if is_json(one.media_type)), None)


def _tag(api: Api, types: tuple[Type, ...]) -> tuple[str, tuple[tuple[str, Type], ...]] | None:
    """The member that tells some types apart, and its values with the type each is of; None where there is none."""
    if len(types) < 2:
        return None
    known = [(type_, _constants(api, type_)) for type_ in types]
    for name in known[0][1]:
        pairs = [(value, type_) for type_, constants in known for value in constants.get(name, ())]
        distinct = {value for value, _ in pairs}
        if all(name in constants for _, constants in known) and len(distinct) == len(pairs):
            return name, tuple(pairs)
    return None


def _constants(api: Api, type_: Type) -> dict[str, tuple[str, ...]]:
    """The members that a type always has, with the few texts that each may be."""
    what = api.resolve(type_)
    if isinstance(what, OneOf) and what.tag is not None and all(one.tags for one in what.variants):
        return {what.tag: tuple(dict.fromkeys(tag for one in what.variants for tag in one.tags))}
    found: dict[str, tuple[str, ...]] = {}
    for item in what.fields if isinstance(what, Record) else ():
        values = api.resolve(item.type)
        if item.required and isinstance(values, Enumeration) and values.base == "string":
            found[item.wire_name] = tuple(json.loads(one.value) for one in values.values)
    return found


def _doc(hook: Hook) -> str:
    operation = hook.operation
    summary, doc = operation.summary, operation.doc
    if summary and doc and not doc.startswith(summary.rstrip(".")):
        doc = f"{summary}\n\n{doc}"
    parts = [wrapped(doc or summary or f"Read {hook.name}."), wrapped(hook.label)]
    if operation.deprecated:
        parts.append("Deprecated by the service.")
    statuses = [one.status for one in operation.responses if not one.is_error]
    if statuses:
        parts.append(f"To be answered with {' or '.join(statuses)}.")
    return "\n\n".join(parts)
