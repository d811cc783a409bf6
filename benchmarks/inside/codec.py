"""Decode and encode real payloads with the generated models, beside orjson and beside the models of the peers.

    python codec.py SETTINGS.json      prints a JSON list of measurements

Runs in the environment that has the peers. A value is decoded and encoded by what a program calls: for ours `decode_json` and
`encode_json` of the runtime, with all their promises.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
from timing import pairs, row


def payload_rows(name: str, one: dict[str, Any], runs: int) -> Iterator[dict[str, Any]]:
    data = orjson.dumps(orjson.loads(Path(one["file"]).read_bytes()))
    plain = orjson.loads(data)
    size = f"{len(data) / 1000:.1f} kB" if len(data) < 100_000 else f"{len(data) / 1000:.0f} kB"
    module = importlib.import_module(f"{one['package']}.{one['module']}")
    runtime = importlib.import_module(f"{one['package']}._runtime")
    model: Any = getattr(module, one["model"])
    kind = list[model] if one["many"] else model
    value = runtime.decode_json(data, kind)
    if orjson.loads(runtime.encode_json(value)) != plain:
        raise SystemExit(f"{name}: it does not come back as it was")
    yield row(
        "decode", f"decode {name}, {size}", "orjson.loads",
        pairs(lambda: runtime.decode_json(data, kind), lambda: orjson.loads(data), runs), limit=0.8,
    )  # fmt: skip
    yield row(
        "encode", f"encode {name}, {size}", "orjson.dumps",
        pairs(lambda: runtime.encode_json(value), lambda: orjson.dumps(plain), runs), limit=1.4,
    )  # fmt: skip
    for peer, work in peers(one, data, plain):
        yield row(
            "decode-peer",
            f"decode {name}, {size}",
            peer,
            pairs(lambda: runtime.decode_json(data, kind), work, runs),
        )


def peers(one: dict[str, Any], data: bytes, plain: Any) -> Iterator[tuple[str, Callable[[], object]]]:
    """What the models of others do with the same bytes. One that cannot read them says so and is left out."""
    for peer, find in (
        ("openai-python", openai),
        ("openapi-python-client", attrs),
        ("datamodel-code-generator", pydantic),
    ):
        try:
            work = find(one, data)
            if work is not None:
                work()
                yield peer, work
        except Exception as error:
            print(
                f"{peer} cannot read {Path(one['file']).stem}: {type(error).__name__}: {str(error)[:80]!r}",
                file=sys.stderr,
            )
    del plain


def openai(one: dict[str, Any], data: bytes) -> Callable[[], object] | None:
    if "openai" not in one:
        return None
    from openai._models import construct_type

    module, _, name = one["openai"].rpartition(".")
    model: Any = getattr(importlib.import_module(module), name)
    return lambda: construct_type(type_=model, value=json.loads(data))  # what its client does


def attrs(one: dict[str, Any], data: bytes) -> Callable[[], object] | None:
    if "client" not in one:
        return None
    model: Any = getattr(importlib.import_module(f"{one['client']}.models"), one["model"])
    if one["many"]:
        return lambda: [model.from_dict(each) for each in json.loads(data)]
    return lambda: model.from_dict(json.loads(data))


def pydantic(one: dict[str, Any], data: bytes) -> Callable[[], object] | None:
    if "models" not in one:
        return None
    from pydantic import TypeAdapter

    model: Any = getattr(importlib.import_module(one["models"]), one["model"])
    adapter: Any = TypeAdapter(list[model] if one["many"] else model)
    return lambda: adapter.validate_json(data)


def main() -> None:
    settings = json.loads(Path(sys.argv[1]).read_text())
    sys.path[:0] = settings["path"]
    found = [
        found
        for name, one in settings["payloads"].items()
        for found in payload_rows(name, one, settings["runs"])
    ]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
