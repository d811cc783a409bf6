"""The code scope, over surfaces made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from worlds import AT, TEXT, api, member, record

from apivolve.diff import RULES, compare
from apivolve.finding import Direction, Verdict
from apivolve.model import (
    Api,
)
from apivolve.surface import (
    Surface,
    SurfaceAlias,
    SurfaceAttribute,
    SurfaceClass,
    SurfaceKey,
    SurfaceMethod,
    SurfaceParameter,
)

CALL = "POST /chat"


def attribute(name: str, *reads: str, required: bool = True) -> SurfaceAttribute:
    return SurfaceAttribute(name, reads, reads, required, AT)


def klass(
    name: str,
    *attributes: SurfaceAttribute,
    direction: Direction | None = "response",
    keys: tuple[SurfaceKey, ...] | None = None,
) -> SurfaceClass:
    return SurfaceClass(name, attributes, direction, (CALL,), repr((attributes, keys)), AT, keys)


def key(name: str, *takes: str, required: bool = True) -> SurfaceKey:
    return SurfaceKey(name, name, takes, required, AT)


def keyed(name: str, *keys: SurfaceKey, constant: tuple[str, ...] = ()) -> SurfaceClass:
    """A class with a dictionary of the same members; its constants need not be given to its constructor."""
    attributes = (
        attribute(one.name, *one.takes, required=one.required and one.name not in constant) for one in keys
    )
    return klass(name, *attributes, direction="request", keys=keys)


def method(name: str, *parameters: SurfaceParameter, returns: tuple[str, ...] = ("None",)) -> SurfaceMethod:
    return SurfaceMethod(name, parameters, returns, CALL, AT)


def argument(name: str, *takes: str, required: bool = True, keyword: bool = False) -> SurfaceParameter:
    return SurfaceParameter(name, takes, required, keyword, AT)


def surface(*parts: SurfaceMethod | SurfaceClass | SurfaceAlias, package: str = "shop.v1") -> Surface:
    return Surface(
        package,
        tuple(part for part in parts if isinstance(part, SurfaceMethod)),
        tuple(part for part in parts if isinstance(part, SurfaceClass)),
        tuple(part for part in parts if isinstance(part, SurfaceAlias)),
    )


def alias(name: str, *means: str, direction: Direction = "response") -> SurfaceAlias:
    return SurfaceAlias(name, means, direction, (CALL,), repr(means), AT)


def code(before: Surface, after: Surface) -> list[tuple[str, str, str]]:
    empty = Api("shop", "1", "stable", (), ())
    return [(f.severity, f.rule, f.subject) for f in compare(empty, empty, (before, after)).findings]


def test_usage_became_optional_with_the_line_that_stops_type_checking() -> None:
    usage = klass("CompletionsUsage", attribute("total", "int"))
    before = surface(usage, klass("ChatCompletions", attribute("usage", "CompletionsUsage")))
    after = surface(
        usage, klass("ChatCompletions", attribute("usage", "CompletionsUsage", "None", required=False))
    )
    empty = Api("shop", "1", "stable", (), ())
    [found] = compare(empty, empty, (before, after)).findings
    assert (found.severity, found.scope, found.rule) == ("error", "code", "attribute-became-optional")
    assert found.witness is not None
    assert (found.witness.kind, found.witness.accepted, found.witness.refused) == ("code", "before", "after")
    assert found.witness.text == (
        "from shop.v1.models import ChatCompletions, CompletionsUsage\n\n\n"
        "def read(value: ChatCompletions) -> CompletionsUsage:\n    return value.usage"
    )


def both(before: Any, after: Any) -> tuple[Surface, Surface]:
    return surface(*before), surface(*after)


CODE: dict[str, tuple[tuple[Surface, Surface], list[tuple[str, str, str]]]] = {
    "method-added": (both([], [method("a.b")]), [("info", "method-added", "a.b()")]),
    "method-removed": (both([method("a.b")], []), [("error", "method-removed", "a.b()")]),
    "method-renamed": (both([method("a.b")], [method("a.c")]), [("error", "method-renamed", "a.b()")]),
    "method-return-widened": (
        both([method("a", returns=("X",))], [method("a", returns=("X", "None"))]),
        [("error", "method-return-widened", "a()")],
    ),
    "method-return-narrowed": (
        both([method("a", returns=("X", "None"))], [method("a", returns=("X",))]),
        [("info", "method-return-narrowed", "a()")],
    ),
    "method-arguments-reordered": (
        both(
            [method("a", argument("x", "str"), argument("y", "str"))],
            [method("a", argument("y", "str"), argument("x", "str"))],
        ),
        [("error", "method-arguments-reordered", "a()")],
    ),
    "argument-added": (
        both(
            [method("a")],
            [method("a", argument("x", "str"), argument("y", "str", required=False, keyword=True))],
        ),
        [("error", "argument-added", "a(x)"), ("info", "argument-added", "a(y)")],
    ),
    "argument-removed": (
        both([method("a", argument("x", "str"))], [method("a")]),
        [("error", "argument-removed", "a(x)")],
    ),
    "argument-became-required": (
        both(
            [method("a", argument("x", "str", "None", required=False))], [method("a", argument("x", "str"))]
        ),
        [("error", "argument-became-required", "a(x)")],
    ),
    "argument-became-optional": (
        both(
            [method("a", argument("x", "str"))], [method("a", argument("x", "str", "None", required=False))]
        ),
        [("info", "argument-became-optional", "a(x)")],
    ),
    "argument-became-keyword": (
        both([method("a", argument("x", "str"))], [method("a", argument("x", "str", keyword=True))]),
        [("error", "argument-became-keyword", "a(x)")],
    ),
    "argument-became-positional": (
        both([method("a", argument("x", "str", keyword=True))], [method("a", argument("x", "str"))]),
        [("info", "argument-became-positional", "a(x)")],
    ),
    "argument-type-narrowed": (
        both([method("a", argument("x", "float"))], [method("a", argument("x", "int"))]),
        [("error", "argument-type-narrowed", "a(x)")],
    ),
    "argument-type-widened": (
        both([method("a", argument("x", "int"))], [method("a", argument("x", "float"))]),
        [("info", "argument-type-widened", "a(x)")],
    ),
    "class-added": (both([], [klass("X")]), [("info", "class-added", "X")]),
    "class-removed": (both([klass("X")], []), [("error", "class-removed", "X")]),
    "a class that became an alias": (
        both([klass("X")], [alias("X", "str")]),
        [("error", "class-removed", "X")],
    ),
    "an alias that became a class": (
        both([alias("X", "str")], [klass("X")]),
        [("error", "alias-removed", "X")],
    ),
    "an alias under another name": (
        both(
            [klass("X", attribute("a", "A")), alias("A", "Literal['a']"), klass("U", attribute("a", "A"))],
            [klass("X", attribute("a", "B")), alias("B", "Literal['a']"), alias("A", "Literal['a']")],
        ),
        [("error", "class-removed", "U"), ("info", "alias-added", "B")],
    ),
    "a class that went with its attribute": (
        both([klass("X", attribute("y", "Y")), klass("Y")], [klass("X")]),
        [("error", "attribute-removed", "X.y")],
    ),
    "dictionary-changed": (
        both(
            [keyed("X", key("a", "str"))],
            [keyed("X", key("a", "str"), key("kind", "Literal['x']"), constant=("kind",))],
        ),
        [("error", "dictionary-changed", "X"), ("info", "attribute-added", "X.kind")],
    ),
    "dictionary-changed: only the service sets it": (
        both(
            [
                klass(
                    "X",
                    attribute("a", "str", "None", required=False),
                    keys=(key("a", "str", required=False),),
                )
            ],
            [klass("X", attribute("a", "str", "None", required=False), keys=())],
        ),
        [("error", "dictionary-changed", "X")],
    ),
    "dictionary-changed: no null any more": (
        both(
            [
                klass(
                    "X",
                    attribute("a", "str", "None", required=False),
                    keys=(key("a", "str", "None", required=False),),
                )
            ],
            [
                klass(
                    "X",
                    attribute("a", "str", "None", required=False),
                    keys=(key("a", "str", required=False),),
                )
            ],
        ),
        [("error", "dictionary-changed", "X")],
    ),
    "a dictionary that changed as its class did": (
        both(
            [klass("X", attribute("a", "str", "int"), keys=(key("a", "str", "int"),), direction="request")],
            [
                klass(
                    "X",
                    attribute("a", "str"),
                    attribute("b", "str"),
                    keys=(key("a", "str"), key("b", "str")),
                    direction="request",
                )
            ],
        ),
        [("error", "attribute-type-changed", "X.a"), ("error", "attribute-added", "X.b")],
    ),
    "attribute-added": (
        both([klass("X", direction="request")], [klass("X", attribute("a", "str"), direction="request")]),
        [("error", "attribute-added", "X.a")],
    ),
    "attribute-added to what is only read": (
        both([klass("X")], [klass("X", attribute("a", "str"))]),
        [("info", "attribute-added", "X.a")],
    ),
    "attribute-removed": (
        both([klass("X", attribute("a", "str"))], [klass("X")]),
        [("error", "attribute-removed", "X.a")],
    ),
    "attribute-became-required": (
        both(
            [klass("X", attribute("a", "str", "None", required=False), direction="both")],
            [klass("X", attribute("a", "str"), direction="both")],
        ),
        [("error", "attribute-became-required", "X.a")],
    ),
    "attribute-became-optional": (
        both(
            [klass("X", attribute("a", "str"))], [klass("X", attribute("a", "str", "None", required=False))]
        ),
        [("error", "attribute-became-optional", "X.a")],
    ),
    "attribute-type-changed to fewer": (
        both(
            [klass("X", attribute("a", "str", "int"), direction="request")],
            [klass("X", attribute("a", "str"), direction="request")],
        ),
        [("error", "attribute-type-changed", "X.a")],
    ),
    "attribute-type-changed to more": (
        both([klass("X", attribute("a", "int"))], [klass("X", attribute("a", "float"))]),
        [("error", "attribute-type-changed", "X.a")],
    ),
    "attribute-type-changed": (
        both([klass("X", attribute("a", "list[int]"))], [klass("X", attribute("a", "list[str]"))]),
        [("error", "attribute-type-changed", "X.a")],
    ),
    "alias-added": (both([], [alias("A", "str")]), [("info", "alias-added", "A")]),
    "alias-removed": (both([alias("A", "str")], []), [("error", "alias-removed", "A")]),
    "alias-changed to less": (
        both([alias("A", "Literal['a']", "Literal['b']")], [alias("A", "Literal['a']")]),
        [("info", "alias-changed", "A")],
    ),
    "alias-changed to more": (
        both([alias("A", "Literal['a']")], [alias("A", "Literal['a']", "Literal['b']")]),
        [("error", "alias-changed", "A")],
    ),
    "alias-changed": (
        both([alias("A", "Literal['a']")], [alias("A", "Literal['b']")]),
        [("error", "alias-changed", "A")],
    ),
}


@pytest.mark.parametrize("name", CODE)
def test_code_rules(name: str) -> None:
    (before, after), expected = CODE[name]
    assert code(before, after) == expected
    assert code(before, before) == []


def test_every_code_rule_is_tested() -> None:
    assert {rule.id for rule in RULES if rule.scope == "code"} <= set(CODE)


@pytest.mark.parametrize("name", CODE)
def test_code_witnesses_are_python(name: str) -> None:
    (before, after), _ = CODE[name]
    empty = Api("shop", "1", "stable", (), ())
    for finding in compare(empty, empty, (before, after)).findings:
        if finding.severity == "error":
            assert finding.witness is not None
            compile(finding.witness.text, "witness", "exec")


def test_a_code_witness_imports_what_it_names() -> None:
    before = surface(
        klass("X", attribute("a", "datetime.datetime", "Literal['Y']", "UnknownStr", "Y", "None")), klass("Y")
    )
    after = surface(klass("X", attribute("a", "int")), klass("Y"))
    empty = Api("shop", "1", "stable", (), ())
    [found] = compare(empty, empty, (before, after)).findings
    assert found.witness is not None
    assert found.witness.text.split("\n\n\n")[0].split("\n") == [
        "import datetime",
        "from typing import Literal",
        "from shop._runtime import UnknownStr",
        "from shop.v1.models import X, Y",
    ]


def order(verdict: Verdict) -> Iterator[tuple[str, str]]:
    return ((finding.severity, finding.scope) for finding in verdict.findings)


def test_findings_come_worst_first_wire_before_code() -> None:
    before = api({"Thing": record(member("a", TEXT, True), member("b", TEXT))})
    after = api({"Thing": record(member("a", TEXT), member("b", TEXT, doc="new"))})
    verdict = compare(before, after, both([method("x"), method("y")], [method("y"), method("z")]))
    assert list(order(verdict)) == [("error", "wire"), ("error", "code"), ("info", "wire")]


def test_what_reads_a_webhook_is_told_from_a_method_of_the_same_name() -> None:
    gone = SurfaceMethod("parse_a", (argument("body", "bytes"),), ("X",), "POST a", AT, owner="webhooks")
    before = surface(klass("X"), gone, method("parse_a"))
    after = surface(klass("X"), method("parse_a"))
    empty = Api("shop", "1", "stable", (), ())
    found = next(
        one for one in compare(empty, empty, (before, after)).findings if one.rule == "method-removed"
    )
    assert (found.severity, found.subject) == ("error", "webhooks.parse_a()")
    assert found.witness is not None
    assert found.witness.text == (
        "from shop.v1 import webhooks\n\n\ndef call(body: bytes) -> None:\n    webhooks.parse_a(body=body)"
    )


def test_a_change_of_a_dictionary_points_at_the_key() -> None:
    gone = SurfaceKey("b-c", "b", ("str",), True, AT.child("key"))
    stays = SurfaceAttribute("b", ("str",), ("str",), False, AT.child("attribute"))
    new = SurfaceKey("kind", "kind", ("Literal['x']",), True, AT.child("constant"))
    before = surface(klass("X", stays, keys=(gone,), direction="request"))
    after = surface(klass("X", stays, attribute("kind", "Literal['x']", required=False), keys=(new,)))
    empty = Api("shop", "1", "stable", (), ())
    found = {
        one.detail: (one.before.pointer, one.after.pointer)
        for one in compare(empty, empty, (before, after)).findings
        if one.rule == "dictionary-changed" and one.before and one.after
    }
    assert found == {
        "b-c gone": ("/key", "/attribute"),
        "kind required": ("", "/constant"),
    }
