"""The long check of reading: what each document of a corpus has, counted by itself, beside what was understood.

APIVOLVE_CORPUS names a folder of specifications. Each root document is counted twice: here, from its plain JSON or YAML, and
by the loader. A difference, or a refusal, is a fault of ours unless the document itself explains it; the reason is printed.
Where the folder has an `INDEX.tsv` (columns `root`, `operations`, `schemas`), its numbers are compared too.
`python tests/sweep_read.py NAME…` looks at the documents whose path holds one of the names.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml

from apivolve.errors import LoadError, Problem
from apivolve.load import load_api, services_in, versions_of
from apivolve.model import Api

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


def main() -> int:
    """Read the corpus; 1 when something is not explained."""
    corpus = os.environ.get("APIVOLVE_CORPUS")
    if not corpus:
        print("skipped: set APIVOLVE_CORPUS to a folder of specifications")
        return 0
    os.chdir(corpus)
    told = indexed(Path("INDEX.tsv"))
    roots = list(told) or [
        file.as_posix()
        for _, folder in services_in(Path())
        for version in versions_of(folder)
        for file in version.files
    ]
    roots = [root for root in roots if not sys.argv[1:] or any(name in root for name in sys.argv[1:])]
    results = [Read(root, told.get(root)) for root in roots]
    for result in results:
        print(result.line(), flush=True)
    return summary(results)


def indexed(index: Path) -> dict[str, tuple[int, int]]:
    """The numbers of operations and schemas that an index tells."""
    if not index.is_file():
        return {}
    with index.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {row["root"]: (int(row["operations"]), int(row["schemas"])) for row in rows}


class Read:
    """One root document: counted, loaded and compared."""

    def __init__(self, root: str, told: tuple[int, int] | None) -> None:
        self.root = root
        self.reasons: list[str] = []
        self.faults: list[str] = []
        self.warnings: Counter[str] = Counter()
        document = parsed(root)
        counted = dict(operations(document, root)), set(schemas(document))
        self.counts = f"{len(counted[0])}/{len(counted[1])}"
        if told is not None and told != (len(counted[0]), len(counted[1])):
            self.faults.append(f"the index says {told[0]}/{told[1]}")
        try:
            api = load_api(root)
        except LoadError as error:
            self.understood = "refused"
            for problem in error.problems:
                (self.reasons if confirmed(problem) else self.faults).append(problem.headline())
            return
        self.warnings.update(problem.rule for problem in api.problems)
        self.understood = f"{len(api.operations)}/{len(named(api, root))}"
        self.compare_operations(counted[0], api)
        self.compare_schemas(counted[1], api, document)

    def compare_operations(self, counted: dict[tuple[str, str], list[str]], api: Api) -> None:
        """Each operation of the document is in the model, with all its responses, and no other."""
        there = {(operation.method.lower(), operation.path): operation for operation in api.operations}
        for (method, path), statuses in counted.items():
            known = there.get((method.lower(), path))
            if known is None:
                twins = [one for one in counted if one[0] == method and same_path(one[1], path)]
                if len(twins) > 1:
                    self.reasons.append(f"{method} {path} is {method} {twins[0][1]} again")
                else:
                    self.faults.append(f"{method} {path} is missing")
            elif statuses != [response.status.lower() for response in known.responses]:
                self.faults.append(f"{method} {path} answers {statuses}")
        known_keys = {(method.lower(), path) for method, path in counted}
        self.faults += [
            f"{method} {path} is invented" for method, path in there if (method, path) not in known_keys
        ]

    def compare_schemas(self, counted: set[str], api: Api, document: Any) -> None:
        """Each named schema of the document is a model."""
        there = named(api, self.root)
        for name in sorted(counted - there):
            schema = schemas(document)[name]
            if isinstance(schema, dict) and "$ref" in schema:
                self.reasons.append(f"schema {name} is {schema['$ref']}")
            else:
                self.faults.append(f"schema {name} is missing")

    def line(self) -> str:
        """The document in one line, and a line for each thing to tell."""
        warned = ", ".join(f"{count} {rule}" for rule, count in sorted(self.warnings.items()))
        head = f"{self.root:100} has {self.counts:>9} understood {self.understood:>9}"
        notes = [f"    explained: {reason}" for reason in shortened(self.reasons)]
        notes += [f"    FAULT: {fault}" for fault in shortened(self.faults)]
        return "\n".join([f"{head}  {warned}".rstrip(), *notes])


def shortened(lines: list[str]) -> list[str]:
    """The first lines, and how many more there are."""
    return lines[:5] + ([f"and {len(lines) - 5} more"] if len(lines) > 5 else [])


def summary(results: list[Read]) -> int:
    """The last lines; 1 when there is a fault."""
    warnings = sum((result.warnings for result in results), Counter[str]())
    refused = [result for result in results if result.understood == "refused"]
    faulty = [result for result in results if result.faults]
    print()
    for rule, count in warnings.most_common():
        print(f"{count:7} {rule}, in {sum(rule in result.warnings for result in results)} documents")
    print(
        f"{len(results)} documents: {len(results) - len(refused)} read, {len(refused)} refused, "
        f"{sum(bool(result.reasons) for result in results)} with a difference that is explained, {len(faulty)} with a fault"
    )
    return 1 if faulty else 0


# --- counting, without the loader ------------------------------------------------------------------------


@lru_cache(maxsize=64)
def parsed(path: str) -> Any:
    """A document as plain data; every scalar of a YAML document is a text."""
    text = Path(path).read_text(encoding="utf-8-sig")
    if path.endswith(".json"):
        return json.loads(text)
    return yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506 (makes texts only)


def operations(document: Any, path: str) -> Iterator[tuple[tuple[str, str], list[str]]]:
    """Method and path of each operation that a document describes, and the statuses it answers."""
    newest = str(document.get("openapi", "")).startswith("3.2")
    methods = METHODS | {"query"} if newest else METHODS
    for group in ("paths", "x-ms-paths"):
        for name, item in (document.get(group) or {}).items():
            if name.startswith("/"):
                whole, home = followed(item, path)
                found = {method: node for method, node in whole.items() if method in methods}
                if newest:
                    found |= whole.get("additionalOperations", {})
                for method, node in found.items():
                    responses = followed(node, home)[0].get("responses") or {}
                    yield (method, name), [code.lower() for code in responses if not code.startswith("x-")]


def schemas(document: Any) -> dict[str, Any]:
    """The named schemas of a document."""
    if "swagger" in document:
        return document.get("definitions") or {}
    return (document.get("components") or {}).get("schemas") or {}


def followed(node: Any, path: str) -> tuple[Any, str]:
    """The object, or what its reference points to; and the file it is in."""
    for _ in range(20):
        if not isinstance(node, dict) or "$ref" not in node:
            break
        address, _, fragment = node["$ref"].partition("#")
        path = os.path.normpath(Path(path).parent / unquote(address)) if address else path
        node = at_pointer(parsed(path), unquote(fragment))
    return node or {}, path


def at_pointer(value: Any, pointer: str) -> Any:
    """The value at a JSON pointer. Raises KeyError, IndexError, ValueError or TypeError when there is none."""
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        value = value[int(name)] if isinstance(value, list) else value[name]
    return value


def named(api: Api, root: str) -> set[str]:
    """The named schemas of a document that became a model."""
    places = [model.at.pointer.split("/") for model in api.models if model.at.file == root]
    return {
        place[-1].replace("~1", "/").replace("~0", "~")
        for place in places
        if place[1:-1] in (["definitions"], ["components", "schemas"])
    }


def same_path(one: str, other: str) -> bool:
    """True for paths that differ in the names of their variables only."""
    blank = [["{}" if part.startswith("{") else part for part in path.split("/")] for path in (one, other)]
    return blank[0] == blank[1]


def confirmed(problem: Problem) -> bool:
    """True when the document itself shows that a refusal is right."""
    if problem.at is None:
        return False
    value = at_pointer(parsed(problem.at.file), problem.at.pointer)
    if problem.rule == "ref-to-network":
        return str(value).startswith(("http://", "https://"))
    if problem.rule == "ref-not-found":
        address, _, fragment = str(value).partition("#")
        target = Path(problem.at.file).parent / unquote(address) if address else Path(problem.at.file)
        try:
            at_pointer(parsed(os.path.normpath(target)), unquote(fragment))
        except (OSError, KeyError, IndexError, ValueError, TypeError):
            return True
        return False
    found = {dict: "an object", list: "an array"}.get(type(value), "a scalar")
    wanted = problem.message.removeprefix("expected ").partition(",")[0]
    return problem.rule == "wrong-type" and wanted in ("an object", "an array") and wanted != found


if __name__ == "__main__":
    sys.exit(main())
