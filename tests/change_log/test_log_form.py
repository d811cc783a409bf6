"""A change log is read and written in one form."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from logs import FLAG, MARK, REVISION, SCALAR, UUID4, A, R, read

from apivolve.delta import delta
from apivolve.errors import LoadError
from apivolve.load import load_api
from apivolve.report.change_log import change_logs

LOGS: dict[str, Any] = {
    "an attribute of a property": {"$responses": {"200": {"$properties": [{"#name": "usage", "Required": FLAG}]}}},
    "the operation's description": {"Description": SCALAR},
    "a parameter": {"$parameters": [{"#name": "uri", "Description": SCALAR, "Required": FLAG}]},
    "a body by its name": {
        "$parameters": {"account": {"$properties": {"properties": [{"#name": "rules", "Type": SCALAR}]}}}
    },
    "a body and its schema": {"$parameters": [{"#name": "body", "Required": FLAG, "$schema": {"Description": SCALAR}}]},
    "objects in objects": {
        "$responses": {"200": {"$properties": {"a": [{"b": [{"c": [{"#name": "d", "Format": SCALAR}]}]}]}}}
    },
    "the items of an array": {
        "$responses": {"200": {"$properties": {"value": {"Description": SCALAR, "$properties": {"p": [{R: {"#name": "x"}}]}}}}}
    },
    "an array and its items": {
        "$responses": {"200": {"$properties": [{"#name": "v", "Required": FLAG, "$items": {"$properties": {A: {"#name": "w"}}}}]}}
    },
    "names and marks in one object": {
        "$responses": {"200": {"$properties": {"p": [{"#name": "q", "Type": SCALAR}], A: {"#name": "t", "Type": "object"}}}}
    },
    "a mixed list": {
        "$responses": {"200": {"$properties": [{"acls": [{"rules": {"Type": SCALAR}}, {A: {"#name": "x"}}]}, {"#name": "y", "Type": SCALAR}]}}
    },
    "a response that came": {"$responses": {A: {"default": {"Type": "object", "$properties": [{"#name": "e", "Type": "string"}]}}}},
    "a response that went": {"$responses": {R: {"204": {}}}},
    "headers alone": {"$responses": {"202": [{A: {"#name": "retry-after", "Type": "integer"}}]}},
    "headers and schema": {"$responses": {"202": {"$headers": [{"#name": "h", "Type": SCALAR}], "$schema": {"Type": SCALAR}}}},
    "a response with headers that went": {"$responses": {R: {"202": {"$headers": [{"#name": "h"}], "$schema": {"Type": "string"}}}}},
    "values with texts": {"$parameters": [{"#name": "k", "Enum": {"new": [["a", ""], ["b", "B"]], "old": []}}]},
    "a parameter that came": {"$parameters": {A: {"#name": "k", "Required": False, "Type": "string"}}},
    "names like our own words": {"$responses": {"200": {"$properties": [{"#name": "[]", "Type": SCALAR}, {"#name": "$headers", "Type": SCALAR}]}}},
}  # fmt: skip


@pytest.mark.parametrize("log", LOGS.values(), ids=LOGS)
def test_a_log_that_is_read_is_written_as_it_was(log: dict[str, Any]) -> None:
    log = {"#id": "X", **log}

    (written,) = change_logs(read(log))

    assert re.sub(MARK, r"@\1", json.dumps(written)) == re.sub(MARK, r"@\1", json.dumps(log))
    assert all(UUID4.fullmatch(mark[0]) for mark in MARK.finditer(json.dumps(written)))


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        ({"$parameters": {"p": {"Requird": FLAG}}}, "/$parameters/p/Requird 'Requird' has no meaning here"),
        ({"$responses": {"2000": {}}}, "/$responses/2000 '2000' has no meaning here"),
        (
            {"$parameters": [{"a": {}, "b": {}}]},
            "/$parameters/0 an element with several members needs `#name`",
        ),
        ({"$parameters": {A: {"Type": "string"}}}, f"/$parameters/{A} what came or went needs `#name`"),
        (
            {"$parameters": {A: {"#name": "a", "In": "query"}}},
            f"/$parameters/{A}/In 'In' has no meaning here",
        ),
        ({"Description": {"new": 1, "old": "x"}}, "/Description/new expected a string, found a number"),
        (
            {"$parameters": {"p": {"Enum": {"new": [["a"]], "old": []}}}},
            '/$parameters/p/Enum/new/0 a value of an enumeration is a pair: the value, and its description or ""',
        ),
        ({"$headers": []}, "/$headers '$headers' has no meaning here"),
    ],
)
def test_what_is_not_in_the_grammar_is_named_with_its_path(part: dict[str, Any], problem: str) -> None:
    with pytest.raises(LoadError) as caught:
        read({"#id": "X", **part})

    assert [f"{one.at.pointer} {one.message}" for one in caught.value.problems if one.at] == [problem]


def test_the_seed_is_written_as_it_is_published() -> None:
    changed = delta(load_api(REVISION / "before.json"), load_api(REVISION / "after.json"))
    logs = {log["#id"]: log for log in change_logs(changed.changes)}

    published = json.loads((REVISION / "GetChatCompletions.json").read_text())
    assert logs["GetChatCompletions"]["$responses"] == published["$responses"]
    assert logs["GetCompletions"] == json.loads((REVISION / "GetCompletions.json").read_text())
