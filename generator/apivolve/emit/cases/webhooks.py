"""What the emitted tests know of webhooks: a payload of each, and under each tag, and what it is in Python."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ...jsonvalue import is_object
from ...model import Api, Enumeration, OneOf, Record
from ...sample import NoSample
from ..calls.webhooks import ANY
from ..names.identifiers import SafeName
from ..versions.sharing import Written
from .data import Data
from .payloads import Payloads
from .python_types import python_type
from .round_trips import of_variants


def received(
    one: Written, homes: Mapping[SafeName, SafeName], payloads: Payloads, data: Data, missing: dict[str, str]
) -> dict[str, Any]:
    """What is tested of the webhooks that a version introduces, by function; those without a payload are `missing`.

    `homes` tells which version introduced each function. What that for any must read, and no function of this version, is without
    `type`. With `tag`, another value there is a webhook that nobody knows; `tags` and `others` are values there, and payloads,
    of which the function for any makes the same.
    """
    found: dict[str, Any] = {}
    for name, hook in one.webhooks.hooks.items():
        is_own, is_read = homes[name] == one.module, homes.get(ANY) == one.module
        if not is_own and not is_read:
            continue
        content, tag = hook.content, one.webhooks.tag
        try:
            payload = payloads.of(
                content.type, content.at, examples=content.examples, full=True, direction="response"
            )
        except NoSample as error:
            missing[f"webhook {hook.label}"] = str(error)
            continue
        word = python_type(one.api, one.spelling.names, content.type)
        told: dict[str, Any] = {"payload": data.payload(payload, word.removeprefix("models.") or name)}
        told |= {"type": word} if is_own else {}
        if tag is not None and is_object(payload):
            told |= {"any": word, "tag": tag}
            what = one.api.resolve(content.type)
            if isinstance(what, Record):
                told["tags"] = [value for value in _values(one.api, what, tag) if value != payload.get(tag)]
            elif isinstance(what, OneOf):
                variants = of_variants(one.spelling, what, name, payloads, data)
                told["others"] = [other for other, word in variants if word]
        found[name] = told
    return found


def _values(api: Api, record: Record, tag: str) -> Iterator[Any]:
    """The values of a tag, each of which means the same object."""
    for item in record.fields:
        values = api.resolve(item.type)
        if item.wire_name == tag and isinstance(values, Enumeration):
            yield from (json.loads(value.value) for value in values.values)
