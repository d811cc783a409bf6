"""What the emitted tests know of webhooks: a payload of each, and what it is in Python."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...jsonvalue import is_object
from ...sample import NoSample
from ..names.identifiers import SafeName
from ..versions.sharing import Written
from .data import Data
from .payloads import Payloads
from .python_types import python_type


def received(
    one: Written, homes: Mapping[SafeName, SafeName], payloads: Payloads, data: Data, missing: dict[str, str]
) -> dict[str, Any]:
    """What is tested of the webhooks that a version introduces, by function; those without a payload are `missing`.

    `homes` tells which version introduced each function. With `tag`, another value there is a webhook that nobody knows.
    """
    found: dict[str, Any] = {}
    for name, hook in one.webhooks.hooks.items():
        if homes[name] != one.module:
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
        told["type"] = word
        if tag is not None and is_object(payload):
            told |= {"any": word, "tag": tag}
        found[name] = told
    return found
