from __future__ import annotations

import copy
import datetime
import gc
import json
import pickle
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from runtime_models import (
    BasedMessage,
    Everything,
    Inner,
    Left,
    Message,
    Prompt,
    Right,
    System,
    Tree,
    User,
)
from sdk_runtime import (
    UNSET,
    DecodeError,
    RequestError,
    UnknownFloat,
    UnknownInt,
    UnknownModel,
    UnknownStr,
    decode_json,
    encode_json,
    to_wire,
    with_extra_fields,
)


def decode(value: Any, kind: Any, *, strict: bool = False) -> Any:
    return decode_json(json.dumps(value).encode(), kind, strict=strict)


def wire(value: Any) -> Any:
    return json.loads(encode_json(value))


# ----- what a model keeps


def test_unknown_fields_are_kept_and_sent_back() -> None:
    sent = {"n": 1, "new": [1], "x-odd name": {"a": None}, "class": 1, "__class__": 2, "_x": 3}
    got = decode(sent, Inner)
    assert isinstance(got, Inner)
    assert got.n == 1
    assert got.extra_fields == {k: v for k, v in sent.items() if k != "n"}
    assert got.new == [1]
    assert type(got).__name__ == "Inner"
    assert wire(got) == sent
    assert to_wire(got) == sent


def test_known_objects_have_no_extra_fields() -> None:
    got = decode({"n": 1}, Inner)
    assert type(got) is Inner
    assert got.extra_fields == {}


def test_hostile_names_hide_no_attribute() -> None:
    sent = {"n": 1, "extra_fields": 5, "__struct_fields__": 6, "__init__": 7, "_extra_0": 8}
    got = decode(sent, Inner)
    assert got.extra_fields == {k: v for k, v in sent.items() if k != "n"}
    assert wire(got) == sent


def test_names_the_encoder_cannot_write_are_kept() -> None:
    sent = {"n": 1, 'a"b': {"c\\d": 1}, "\x00": 2, "unspeakable name 0": 3, "plain": [{"x": 4}]}
    got = decode(sent, Inner)
    assert got.extra_fields == {k: v for k, v in sent.items() if k != "n"}
    assert wire(got) == to_wire(got) == sent
    assert wire({"many": [got, (got,)], "other": Inner(n=2)}) == {
        "many": [sent, [sent]],
        "other": {"n": 2},
    }
    assert pickle.loads(pickle.dumps(got)) == got  # noqa: S301


def test_nested_unknown_fields_are_kept() -> None:
    sent = {"id": "a", "inner": {"n": 1, "deep": {"x": 1}}, "inners": [{"n": 2}, {"n": 3, "y": 0}]}
    got = decode(sent, Everything)
    assert got.inner.extra_fields == {"deep": {"x": 1}}
    assert type(got.inners[0]) is Inner
    assert wire(got) == sent


def test_unknown_enumeration_value_is_kept() -> None:
    got = decode({"id": "a", "color": "ultraviolet"}, Everything, strict=True)
    assert got.color == "ultraviolet"
    match got.color:
        case "red":
            pytest.fail("not red")
        case UnknownStr():
            pass
        case _:
            pytest.fail("every string is an UnknownStr")


def test_open_values_are_plain_values() -> None:
    assert type(UnknownStr("x")) is str
    assert type(UnknownInt(3)) is int
    assert type(UnknownFloat(3)) is float
    assert isinstance(3, UnknownInt)
    assert not isinstance(True, UnknownInt)
    assert not isinstance("3", UnknownInt)
    assert isinstance(3.0, UnknownFloat)
    assert not isinstance(3, UnknownStr)


@pytest.mark.parametrize(
    "sent",
    [
        {"id": 5},
        {"id": None},
        {"id": "a", "count": "many"},
        {"id": "a", "count": 1.5},
        {"id": "a", "inner": 3},
        {"id": "a", "inner": {"n": "x", "text": 7}},
        {"id": "a", "inners": {"n": 1}},
        {"id": "a", "by_name": {"k": 1, "l": {"n": 1}}},
        {"id": "a", "by_name": []},
        {"id": "a", "message": "hello"},
        {"id": "a", "when": "yesterday"},
        {"id": "a", "data": "not base64!"},
    ],
)
def test_wrong_types_are_kept_but_refused_when_strict(sent: Any) -> None:
    assert wire(decode(sent, Everything)) == sent
    with pytest.raises(DecodeError) as caught:
        decode(sent, Everything, strict=True)
    assert caught.value.path.startswith("$.")


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        ({"id": "a", "inners": [{"n": 1}, {"n": "x"}]}, "$.inners[1].n"),
        ({"id": "a", "by_name": {"odd name": {"n": []}}}, "$.by_name['odd name'].n"),
        ({"id": "a", "messages": [{"role": "user", "parts": []}]}, "$.messages[0].content"),
        ({"id": "a", "messages": [{"role": "system", "content": 3}]}, "$.messages[0].content"),
        ({}, "$.id"),
        ([], "$"),
    ],
)
def test_strict_names_the_path(sent: Any, path: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(sent, Everything, strict=True)
    assert caught.value.path == path
    assert path in str(caught.value)


def test_missing_required_field_stays_missing() -> None:
    got = decode({"text": "a"}, Inner)
    assert got.n is UNSET
    assert not got.n
    assert wire(got) == {"text": "a"}


def test_omitted_and_null_differ_where_null_is_allowed() -> None:
    assert decode({"n": 1}, Inner).note is UNSET
    assert decode({"n": 1, "note": None}, Inner).note is None
    assert wire(decode({"n": 1, "note": None}, Inner)) == {"n": 1, "note": None}
    assert wire(Inner(n=1, text=None)) == {"n": 1}


def test_constant_is_sent() -> None:
    assert wire(System(content="x")) == {"role": "system", "content": "x"}


def test_integer_written_as_float_is_an_integer() -> None:
    got = decode_json(b'{"n": 2.0}', Inner, strict=True)
    assert type(got.n) is int


def test_equal_fields_make_equal_objects() -> None:
    one = decode_json(b'{"n": 1, "a": 1, "b": 2}', Inner)
    two = decode_json(b'{"b": 2, "a": 1, "n": 1}', Inner)
    assert one == two
    assert one != decode_json(b'{"n": 1, "a": 1, "b": 3}', Inner)


def test_made_classes_stay_one_while_in_use_and_do_not_pile_up() -> None:
    kept = decode({"n": 1, "kept": 1}, Inner)
    for number in range(700):
        decode({"n": 1, f"name{number}": 1}, Inner)
    assert decode({"n": 1, "kept": 1}, Inner) == kept
    gc.collect()
    from sdk_runtime.models import _alive

    assert len(_alive) < 600


def test_copies_and_pickles() -> None:
    got = decode({"n": 1, "new": 2, "odd name": 3}, Inner)
    assert copy.copy(got) == got
    assert copy.deepcopy(got) == got
    assert pickle.loads(pickle.dumps(got)) == got  # noqa: S301
    assert msgspec.structs.replace(got, n=5).extra_fields == got.extra_fields


def test_with_extra_fields() -> None:
    got = with_extra_fields(Inner(n=1), {"new": 2})
    again = with_extra_fields(got, {"odd name": 3})
    assert wire(again) == {"n": 1, "new": 2, "odd name": 3}
    with pytest.raises(ValueError, match="declares"):
        with_extra_fields(got, {"n": 2})


# ----- nothing is lost

_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(-1e9, 1e9) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
_WIRE_NAMES = [
    field.encode_name
    for model in (Everything, Inner, User, Left, Right)
    for field in msgspec.structs.fields(model)
]
_known = st.sampled_from(sorted(set(_WIRE_NAMES)))
_shaped = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["system", "user", "later", "", "é"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(_known | st.text(max_size=3), inner, max_size=5)
    ),
    max_leaves=25,
)


def same(sent: Any, got: Any) -> bool:
    """Equal, but for what the contract allows: null for absent, constants added."""
    if isinstance(sent, dict) and isinstance(got, dict):
        lost = {name for name in sent if name not in got}
        added = {name for name in got if name not in sent}
        return (
            all(sent[name] is None for name in lost)
            and all(name == "role" for name in added)
            and all(same(sent[name], got[name]) for name in got if name in sent)
        )
    if isinstance(sent, list) and isinstance(got, list):
        return len(sent) == len(got) and all(map(same, sent, got))
    if isinstance(sent, bool) or isinstance(got, bool):
        return sent is got
    if isinstance(sent, int | float) and isinstance(got, int | float):
        # A number field is an IEEE double.
        return sent == got or float(sent) == float(got)
    return type(sent) is type(got) and sent == got


@pytest.mark.parametrize("kind", [Any, Everything, Inner, Message, Prompt, Tree, BasedMessage])
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(sent=_json | _shaped)
def test_nothing_is_lost(kind: Any, sent: Any) -> None:
    document = json.dumps(sent).encode()
    got = decode_json(document, kind)
    back = json.loads(encode_json(got))
    assert same(sent, back), (sent, back)
    # Once more changes nothing.
    assert json.loads(encode_json(decode_json(encode_json(got), kind))) == back


@settings(max_examples=100)
@given(sent=st.dictionaries(st.text(), _json))
def test_nothing_is_lost_of_unknown_objects(sent: Any) -> None:
    assert same(sent, wire(decode(sent, UnknownModel)))
    assert decode(sent, UnknownModel).extra_fields == sent


@settings(max_examples=100)
@given(sent=_shaped)
def test_strict_accepts_what_it_would_keep_without_problem(sent: Any) -> None:
    try:
        strict = decode(sent, Everything, strict=True)
    except DecodeError as exc:
        assert exc.path.startswith("$")  # noqa: PT017
    else:
        assert strict == decode(sent, Everything)


# ----- odd documents


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"<html>", b"NaN", b"1e400", b"1" * 5000, b'"\xff"', b'"\\ud800"', b"[" * 100_000],
    ids=lambda data: data[:6].hex(),
)
@pytest.mark.parametrize("kind", [Any, Inner, list[Inner], Message])
def test_what_is_no_json_is_refused(data: bytes, kind: Any) -> None:
    with pytest.raises(DecodeError):
        decode_json(data, kind)


def test_deep_json_is_refused_or_kept() -> None:
    document = b'{"role":"user","content":"","new":1,"parts":[' * 400 + b"]}" * 400
    with pytest.raises(DecodeError, match="too deeply"):
        decode_json(document, Message)


def test_defined_outcomes() -> None:
    assert decode_json(b'{"n": 1, "n": 2}', Inner).n == 2
    assert decode_json(b'\xef\xbb\xbf{"n": 1}', Inner).n == 1
    assert decode_json(b"123456789012345678901234567890", Any) == 123456789012345678901234567890
    assert encode_json(123456789012345678901234567890) == b"123456789012345678901234567890"
    assert encode_json(Decimal("1.10")) == b"1.10"
    assert encode_json(MappingProxyType({"a": 1})) == b'{"a":1}'
    assert encode_json("null") == b'"null"'
    assert encode_json([None, "NaN"]) == b'[null,"NaN"]'
    assert (
        encode_json([2**70, 1.7976931348623157e308, None])
        == b"[1180591620717411303424,1.7976931348623157e308,null]"
    )
    assert encode_json(["\u02ff\u7fff", 0xCB7FF0, 1.5]) == '["\u02ff\u7fff",13336560,1.5]'.encode()


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        [1, float("inf")],
        {"beyond 64 bits": 2**70, "x": float("nan")},
        {"a": Decimal("NaN")},
        Inner(n=1, text=float("nan")),  # type: ignore[arg-type]
        "\ud800",
        object(),
        {"a": UNSET},
    ],
)
def test_what_cannot_be_sent_is_refused(value: Any) -> None:
    with pytest.raises(RequestError):
        encode_json(value)


def test_deep_values_are_refused() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(RequestError, match="deep"):
        encode_json(deep)
    with pytest.raises(RequestError, match="deep"):
        to_wire(deep)


def test_a_repr_shows_what_is_there() -> None:
    assert repr(Everything(id="a", nullable=None)) == "Everything(id='a', nullable=None)"
    assert repr(decode({"n": 1, "new": None}, Inner)) == "Inner(n=1, new=None)"
    assert repr(System(content="x")) == "System(role='system', content='x')"


def test_to_wire() -> None:
    when = datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC)
    assert to_wire(Everything(id="a", when=when, kebab="k")) == {
        "id": "a",
        "when": "2024-01-02T00:00:00Z",
        "kebab-case": "k",
    }


def test_what_the_last_document_had_beyond_the_description_changes_nothing() -> None:
    """One with other undeclared fields, or none, is what it is without one before it."""
    plain, more, other = (b'{"n":1%b}' % rest for rest in (b"", b',"a":1,"b":null', b',"a":1'))
    first = [decode_json(data, Inner) for data in (plain, more, other)]
    for at in (1, 1, 2, 0, 1):
        data = (plain, more, other)[at]
        again = decode_json(data, Inner)
        assert again == first[at]
        assert type(again) is type(first[at])
        assert encode_json(again) == data
    assert decode_json(b"[" + more + b"," + plain + b"]", list[Inner]) == [first[1], first[0]]
    assert decode_json(b"[" + more + b"," + more + b"]", list[Inner]) == [first[1]] * 2
    assert decode_json(b"[" + more + b"," + other + b"]", list[Inner]) == [first[1], first[2]]
    assert [decode_json(b"[" + more + b"]", kind) for kind in (list[Inner], Any)] == [
        [first[1]],
        [{"n": 1, "a": 1, "b": None}],
    ]
