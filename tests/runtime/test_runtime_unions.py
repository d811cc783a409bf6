"""Unions: by tag, by best match, and what fits nowhere."""

from __future__ import annotations

import json
from typing import Any, Literal

import msgspec
import pytest
from runtime_models import (
    BasedMessage,
    Everything,
    Inner,
    Left,
    Message,
    MessageBase,
    Prompt,
    Right,
    System,
    Tree,
    User,
)
from sdk_runtime import (
    DecodeError,
    FileInput,
    Model,
    UnknownModel,
    decode_json,
    encode_json,
    union,
)


def decode(value: Any, kind: Any, *, strict: bool = False) -> Any:
    return decode_json(json.dumps(value).encode(), kind, strict=strict)


def wire(value: Any) -> Any:
    return json.loads(encode_json(value))


def test_tagged_union() -> None:
    sent = {
        "id": "a",
        "messages": [
            {"role": "system", "content": "s"},
            {"role": "user", "content": [{"n": 1}], "parts": [{"role": "later", "x": 1}]},
            {"role": "user", "content": "s", "new": 1},
            {"no": "role"},
            {"role": ["odd"]},
        ],
    }
    got = decode(sent, Everything)
    kinds = [type(each).__mro__[:2] for each in got.messages]
    assert [System in kinds[0], User in kinds[1], User in kinds[2]] == [True] * 3
    assert isinstance(got.messages[1].content[0], Inner)
    assert isinstance(got.messages[1].parts[0], UnknownModel)
    assert isinstance(got.messages[3], UnknownModel)
    assert got.messages[4].extra_fields == {"role": ["odd"]}
    assert wire(got) == sent


def test_union_fallback() -> None:
    got = decode({"role": "later", "x": 1}, BasedMessage)
    assert isinstance(got, MessageBase)
    assert got.role == "later"
    assert wire(got) == {"role": "later", "x": 1}
    assert isinstance(decode({"role": "system", "content": ""}, BasedMessage), System)


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        ("text", str),
        (["a", "b"], list),
        ([1, 2], list),
        ([[1], [2]], list),
        ({"n": 1}, Inner),
        ({"n": 1, "new": 2}, Inner),
        ({"nothing": "alike"}, dict),
        (True, bool),
        (None, type(None)),
    ],
)
def test_untagged_union(sent: Any, kind: type) -> None:
    got = decode(sent, Prompt)
    assert isinstance(got, kind)
    assert wire(got) == sent


def test_union_takes_the_first_that_accepts_and_else_the_closest() -> None:
    assert isinstance(decode({"child": 1, "right": 1}, Tree), Right)
    assert isinstance(decode({"child": 1, "right": 1, "new": 1}, Tree), Right)
    assert isinstance(decode({"child": 1, "left": "x"}, Tree), Left)


def test_a_constant_of_another_value_speaks_against_a_variant() -> None:
    kind = union("ByConstant", variants=lambda: (System, User))
    assert decode({"role": "later", "content": "x"}, kind) == {"role": "later", "content": "x"}
    assert isinstance(decode({"role": "user", "content": "x", "new": 1}, kind), User)


def test_unions_do_not_leave_the_fast_path(monkeypatch: pytest.MonkeyPatch) -> None:
    from sdk_runtime import lenient

    def fail(*_: object) -> None:
        raise AssertionError("the slow path was taken")

    monkeypatch.setattr(lenient.Converter, "_walk", fail)
    sent = {"id": "a", "prompt": [1], "messages": [{"role": "user", "content": [{"n": 1}]}]}
    assert wire(decode(sent, Everything)) == sent


@pytest.mark.parametrize("bottom", ["1", '"wrong"', '{"left": 1, "child": {}, "new": 1}'])
def test_nested_unions_take_time_by_size_not_by_depth(bottom: str) -> None:
    document = bottom
    for _ in range(40):
        document = f'{{"child": {document}, "right": 1, "new": 1}}'
    # Doubling with each level would take years: no clock is needed to see it.
    got = decode_json(document.encode(), Tree)
    assert wire(got) == json.loads(document)


def test_tagged_unions_with_problems_at_the_bottom_are_linear_too() -> None:
    document = '{"role": "user", "content": 3}'
    for _ in range(40):
        document = f'{{"role": "user", "content": "", "new": 1, "parts": [{document}]}}'
    got = decode_json(document.encode(), Message)
    assert wire(got) == json.loads(document)
    with pytest.raises(DecodeError) as caught:
        decode_json(document.encode(), Message, strict=True)
    assert caught.value.path == "$" + ".parts[0]" * 40 + ".content"


def test_file_in_json() -> None:
    assert decode_json(b'"QQ=="', FileInput) == b"A"
    assert decode_json(b'"not base64!"', FileInput) == "not base64!"
    assert encode_json({"f": b"A"}) == b'{"f":"QQ=="}'


def test_a_variant_that_would_give_what_was_not_sent_is_not_meant() -> None:
    class Account(Model, kw_only=True):
        id: str
        object: Literal["account"] = msgspec.field(default_factory=lambda: "account")

    class Plain(Model, kw_only=True):
        id: str

    either = union("either", variants=lambda: (Account, Plain))

    for sent, meant in (
        ({"id": "a"}, Plain),
        ({"id": "a", "more": 1}, Plain),
        ({"id": "a", "object": "account"}, Account),
        ({"id": 1, "object": "account"}, Account),
    ):
        got = decode(sent, either)
        assert isinstance(got, meant)
        assert wire(got) == sent
    assert isinstance(decode({"id": "a"}, union("one", variants=lambda: (Account, Inner))), Account)


def test_a_tag_is_of_objects_alone() -> None:
    either = union("either", tag="role", variants=lambda: (("many", list[Inner]), ("user", User)))

    got = decode([{"n": 1}], either, strict=True)

    assert isinstance(got[0], Inner)
    assert isinstance(decode({"role": "user", "content": "x"}, either, strict=True), User)
    with pytest.raises(DecodeError, match=r"^\$\[1\]\.n: "):
        decode([{"n": 1}, {"n": "x"}], either, strict=True)
    assert decode("text", either) == "text"


def test_what_some_variant_takes_as_it_is_is_no_fault() -> None:
    class Rich(Model, kw_only=True):
        id: str
        inner: Inner

    class Poor(Model, kw_only=True):
        id: str

    either = union("either", variants=lambda: (Rich, Poor))
    sent = {"id": "a", "inner": {"text": "n is missing"}}

    assert isinstance(decode(sent, either), Rich)
    got = decode(sent, either, strict=True)
    assert isinstance(got, Poor)
    assert wire(got) == wire(decode(sent, either)) == sent
    with pytest.raises(DecodeError, match=r"^\$\.id: "):
        decode({"id": 1, "inner": {"text": ""}}, either, strict=True)

    class Silent(Model, kw_only=True):
        """Takes any object, and says nothing of what these have."""

        page: int | None = None

    sent = {"id": 1, "inner": {"n": 1}}
    got = decode(sent, union("either", variants=lambda: (Silent, Rich)), strict=True)
    assert isinstance(got, Silent)
    assert wire(got) == sent
