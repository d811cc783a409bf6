"""What is measured on: the specifications shipped here, GitHub's description from a corpus, and both made larger or changed."""

from __future__ import annotations

import copy
import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
AZURE = ROOT / "specs" / "azure-openai"
NO_CORPUS = "APIVOLVE_CORPUS names no corpus with GitHub's description"


def biggest() -> Path | None:
    """The biggest OpenAPI document in JSON of the corpus that APIVOLVE_CORPUS names; None without one."""
    corpus = os.environ.get("APIVOLVE_CORPUS")
    sizes = sorted((path.stat().st_size, path) for path in Path(corpus).rglob("*.json")) if corpus else []
    return next((path for _, path in reversed(sizes) if b"openapi" in path.read_bytes()[:200]), None)


def read(path: Path) -> Any:
    """A document."""
    return json.loads(path.read_text(encoding="utf-8"))


def write(path: Path, document: Any) -> Path:
    """A document as JSON, as an editor would leave it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1), encoding="utf-8")
    return path


def shipped() -> Any:
    """The newest document shipped here that one client can be made of."""
    return read(AZURE / "2024-06-01" / "inference.json")


def with_changed_schemas(document: Any, count: int = 1, seed: str = "note") -> Any:
    """A copy in which some object schemas have one property more, those in the middle of the document."""
    changed = copy.deepcopy(document)
    schemas = changed["components"]["schemas"]
    objects = [name for name, schema in schemas.items() if "properties" in schema]
    start = max(0, (len(objects) - count) // 2)
    for name in objects[start : start + count]:
        schemas[name]["properties"][f"{seed}_added"] = {"type": "string", "description": "Added."}
    return changed


def scaled(document: Any, times: int) -> Any:
    """A document with all its paths, operations and components several times over, each under names of its own."""
    whole = copy.deepcopy(document)
    text = json.dumps({"paths": document["paths"], "components": _owned(document)})
    for number in range(1, times):
        part = json.loads(_renamed(text, number))
        for path, item in part["paths"].items():
            whole["paths"][f"/copy{number}{path}"] = item
        for kind, entries in part["components"].items():
            whole["components"].setdefault(kind, {}).update(
                {f"{name}Copy{number}": entry for name, entry in entries.items()}
            )
    return whole


def _owned(document: Any) -> Any:
    return {kind: entries for kind, entries in document["components"].items() if kind != "securitySchemes"}


def _renamed(text: str, number: int) -> str:
    text = re.sub(r'("\$ref": "#/components/[^"]+)"', rf'\1Copy{number}"', text)
    return re.sub(r'("operationId": "[^"]+)"', rf'\1Copy{number}"', text)


def cut(document: Any, paths: Mapping[str, Sequence[str]], webhooks: Sequence[str] = ()) -> Any:
    """The part of a document that some operations need, methods for each path, and some webhooks."""
    kept: dict[str, Any] = {
        name: document[name] for name in ("openapi", "info", "servers") if name in document
    }
    kept["paths"] = {
        path: {
            name: value for name, value in document["paths"][path].items() if name in (*methods, "parameters")
        }
        for path, methods in paths.items()
    }
    if webhooks:
        kept["x-webhooks"] = {name: document["x-webhooks"][name] for name in webhooks}
    kept["components"] = {}
    waiting: list[Any] = [kept["paths"], kept.get("x-webhooks")]
    for value in waiting:  # grows while it is walked
        if isinstance(value, dict):
            ref = value.get("$ref")
            if isinstance(ref, str) and ref.startswith("#/components/"):
                kind, name = ref.split("/", 3)[2:]
                if name not in kept["components"].setdefault(kind, {}):
                    kept["components"][kind][name] = document["components"][kind][name]
                    waiting.append(kept["components"][kind][name])
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return kept
