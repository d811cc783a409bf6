"""The long check of the gate's verdicts: real documents are edited at random, in ways whose effect is known.

APIVOLVE_CORPUS names a folder of services, each a folder of api-versions. Of each service the last version is taken; an edit
makes one schema of it allow more. Where the document itself, followed reference by reference, sends that schema to callers, a
break must be found that an independent validator confirms, and where callers only send it, none; and the other way round with
the sides swapped. Prints each miss; exits with 1 when there is one.
`python tests/sweep_edits.py NAME…` looks at some services only. EDITS sets how many edits are tried for each service.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from apivolve.diff import compare
from apivolve.errors import ApivolveError
from apivolve.finding import Finding
from apivolve.load import load_services
from apivolve.load.timeline import load_source
from apivolve.model import Api
from apivolve.source import Source

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
EDITS = int(os.environ.get("EDITS", "12"))
BIGGEST = 3_000_000
"""Characters of a document: each edit reads it anew."""


def main() -> int:
    """Edit the corpus."""
    corpus = os.environ.get("APIVOLVE_CORPUS")
    if not corpus:
        print("skipped: set APIVOLVE_CORPUS to a folder of services, each a folder of api-versions")
        return 0
    chosen = sys.argv[1:]
    folders = sorted(path for path in Path(corpus).iterdir() if path.is_dir() and path.name != "LICENSES")
    right = total = 0
    for folder in folders:
        if not chosen or folder.name in chosen:
            found = list(edited(folder))
            misses = [line for line in found if line]
            right += len(found) - len(misses)
            total += len(found)
            if found:
                print(
                    f"{folder.name:44} {len(found) - len(misses):4} of {len(found):4} judged right",
                    flush=True,
                )
            for line in misses:
                print(f"    MISS: {line}")
    print(f"{right} of {total} edits judged right")
    return 0 if right == total else 1


def edited(folder: Path) -> Iterator[str]:
    """One line for each edit and order: empty when it was judged right."""
    try:
        services = load_services(folder)
    except ApivolveError:
        return  # sweep_read.py says why
    sources = services[0].versions[-1].sources if services else ()
    documents = [one for one in sources if one.path.endswith((".json", ".yaml", ".yml"))]
    if len(documents) != 1 or len(documents[0].text) > BIGGEST:
        return
    before = documents[0].content
    try:
        whole = load(before)
    except ApivolveError:
        return
    chance = random.Random(folder.name)  # noqa: S311 (the same edits each time)
    reached = reach(before)
    places = [
        (pointer, name)
        for pointer, place in schemas(before)
        for name in WIDER
        if any(reached[pointer]) and WIDER[name](deepcopy(place), before)
    ]
    for pointer, name in chance.sample(places, min(EDITS, len(places))):
        after = deepcopy(before)
        WIDER[name](at(after, pointer), after)
        try:
            wide = load(after)
        except ApivolveError:
            continue
        sent, received = reached[pointer]
        if received is not None:
            yield judged(f"{name} at {pointer}", compare(whole, wide).findings, received)
        if sent is not None:
            yield judged(f"not {name} at {pointer}", compare(wide, whole).findings, sent)


def judged(what: str, findings: tuple[Finding, ...], expected: bool) -> str:
    """What is wrong with the findings of an edit."""
    # what more variants take, `oneOf` refuses
    errors = [one for one in findings if one.severity == "error" and one.rule != "union-overlap-changed"]
    if expected and not errors:
        told = "; ".join(one.message for one in findings if one.severity == "warning")
        return f"{what}: a break was not found ({told})"
    if errors and not expected:
        return f"{what}: {errors[0].rule} {errors[0].subject}: {errors[0].message} is no break"
    if errors and not any(one.witness is not None and one.witness.verified for one in errors):
        return f"{what}: {errors[0].rule} {errors[0].subject} is not proven"
    return ""


def load(document: Any) -> Api:
    """A document as a version."""
    text = json.dumps(document, indent=1)
    return load_source(Source("api.json", text, "json", document), Path("api.json"), service="sweep")


# --- the document, without the loader --------------------------------------------------------------------


def at(document: Any, pointer: str) -> Any:
    """The value at a JSON pointer."""
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        document = document[int(name)] if isinstance(document, list) else document[name]
    return document


def inside(schema: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    """The schemas inside a schema, itself first. Alternatives and conditions are left out: what they allow is not known."""
    if not isinstance(schema, dict) or any(
        word in schema for word in ("oneOf", "anyOf", "not", "if", "discriminator", "allOf")
    ):
        return
    yield pointer, schema
    properties = schema.get("properties")
    for name, member in properties.items() if isinstance(properties, dict) else ():
        if isinstance(member, dict) and not (member.get("readOnly") or member.get("writeOnly")):
            yield from inside(member, f"{pointer}/properties/{name.replace('~', '~0').replace('/', '~1')}")
    for word in ("items", "additionalProperties"):
        yield from inside(schema.get(word), f"{pointer}/{word}")


def schemas(document: Any) -> Iterator[tuple[str, Any]]:
    """The named schemas, and what is inside them."""
    path = "/definitions" if "swagger" in document else "/components/schemas"
    try:
        named = at(document, path)
    except KeyError:
        return
    for name, schema in named.items():
        yield from inside(schema, f"{path}/{name.replace('~', '~0').replace('/', '~1')}")


def reach(document: Any) -> dict[str, tuple[bool | None, bool | None]]:
    """Of each place inside a named schema: is it sent, is it received?

    None where it is only in one of several alternatives, or put together with others: what its edit does is not known.
    """
    plain: tuple[set[str], set[str]] = (set(), set())
    maybe: tuple[set[str], set[str]] = (set(), set())
    for item, swapped in items(document):
        if not isinstance(item, dict):
            continue
        for operation in (item[name] for name in METHODS if name in item):
            sent = [operation.get("requestBody")]
            received = list(operation.get("responses", {}).values())
            for index, roots in enumerate((received, sent) if swapped else (sent, received)):
                for root in roots:
                    follow(document, root, plain[index], maybe[index])
            for parameter in (*operation.get("parameters", ()), *item.get("parameters", ())):
                # the text of a parameter may say less than its schema: it has no null
                body = isinstance(parameter, dict) and parameter.get("in") == "body"
                follow(document, parameter, plain[swapped], maybe[swapped], sure=body)
    return {
        place: (
            True if place in plain[0] else None if place in maybe[0] else False,
            True if place in plain[1] else None if place in maybe[1] else False,
        )
        for place, _ in schemas(document)
    }


def items(document: Any) -> Iterator[tuple[Any, bool]]:
    """Path items; with True those in which the service asks."""
    yield from ((item, False) for item in document.get("paths", {}).values())
    for group in ("webhooks", "x-webhooks"):
        yield from ((item, True) for item in document.get(group, {}).values())
    for item in document.get("paths", {}).values():
        for operation in item.values() if isinstance(item, dict) else ():
            callbacks = operation.get("callbacks", {}) if isinstance(operation, dict) else {}
            for callback in callbacks.values():
                yield from ((inner, True) for inner in callback.values())


def follow(document: Any, node: Any, plain: set[str], maybe: set[str], *, sure: bool = True) -> None:
    """Note all places of named schemas that a node leads to, plainly or by way of alternatives."""
    stack = [(node, "", sure)]
    while stack:
        node, pointer, sure = stack.pop()
        found = plain if sure else maybe
        if isinstance(node, list):
            stack += [(part, "", sure) for part in node]
        if not isinstance(node, dict) or (pointer and pointer in found):
            continue
        if pointer:
            found.add(pointer)
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/"):
            stack.append((at(document, reference[1:]), reference[1:], sure))
            continue
        mixed = [word for word in ("oneOf", "anyOf", "allOf", "not", "if", "discriminator") if word in node]
        sure = sure and not mixed
        for word, part in node.items():
            if word == "properties" and isinstance(part, dict):
                for name, member in part.items():
                    token = name.replace("~", "~0").replace("/", "~1")
                    one_way = isinstance(member, dict) and (member.get("readOnly") or member.get("writeOnly"))
                    inner = f"{pointer}/properties/{token}" if pointer else ""
                    stack.append((member, inner, sure and not one_way))
            elif word in ("items", "additionalProperties"):
                stack.append((part, f"{pointer}/{word}" if pointer else "", sure))
            elif word not in ("example", "examples", "enum", "default") and not word.startswith("x-"):
                stack.append((part, "", sure))


# --- edits that allow more -------------------------------------------------------------------------------


def less_required(place: Any, _document: Any) -> bool:
    """A member need not be there."""
    required = place.get("required")
    properties = place.get("properties")
    if not isinstance(required, list) or not required or not isinstance(properties, dict):
        return False
    member = properties.get(required[0])
    if not isinstance(member, dict) or "$ref" in member or member.get("readOnly") or member.get("writeOnly"):
        return False
    place["required"] = required[1:]
    if not place["required"]:
        del place["required"]  # draft 4 wants one name at least
    return True


def more_values(place: Any, _document: Any) -> bool:
    """An enumeration has another value."""
    values = place.get("enum")
    if not isinstance(values, list) or place.get("type") != "string" or "x-ms-enum" in place:
        return False
    if "x-extensible-enum" in place or "pattern" in place or "format" in place:
        return False
    place["enum"] = [*values, "another-value"]
    return True


def null_allowed(place: Any, document: Any) -> bool:
    """The value may be null."""
    if not isinstance(place.get("type"), str) or place.get("nullable") or place.get("x-nullable"):
        return False
    if "enum" in place or "const" in place or place["type"] in ("null", "file"):
        return False
    if "swagger" in document:
        place["x-nullable"] = True
    elif str(document["openapi"]).startswith("3.0"):
        place["nullable"] = True
    else:
        place["type"] = [place["type"], "null"]
    return True


def limit_dropped(place: Any, _document: Any) -> bool:
    """A bound is gone."""
    for word in ("maximum", "minimum", "maxLength", "minLength", "maxItems", "minItems", "pattern"):
        if (
            word in place
            and place.get("type") in ("string", "integer", "number", "array")
            and "enum" not in place
        ):
            if word.startswith("min") and place[word] == 0 and word != "minimum":
                continue
            if place.get("format") or any(
                other in place for other in ("pattern", "multipleOf") if other != word
            ):
                continue
            del place[word]
            place.pop(
                "exclusiveMaximum" if word == "maximum" else "exclusiveMinimum" if word == "minimum" else "",
                None,
            )
            return True
    return False


def number_for_integer(place: Any, _document: Any) -> bool:
    """Numbers with a fraction are allowed."""
    if place.get("type") != "integer" or "enum" in place or place.get("multipleOf"):
        return False
    place["type"] = "number"
    place.pop("format", None)
    return True


WIDER: dict[str, Callable[[Any, Any], bool]] = {
    one.__name__.replace("_", " "): one
    for one in (less_required, more_values, null_allowed, limit_dropped, number_for_integer)
}


if __name__ == "__main__":
    sys.exit(main())
