"""Decimals: of each kind what is read, what is kept, and what is sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sdk_runtime import (
    UNSET,
    DecimalNumber,
    DecimalText,
    DecodeError,
    Model,
    RequestError,
    Unset,
    decode_json,
    encode_json,
    to_wire,
    union,
)

LONG = "12345678901234567890.123456789012345678901234567890"


class Price(Model, kw_only=True):
    text: DecimalText
    number: DecimalNumber
    texts: list[DecimalText] | None = None
    numbers: list[DecimalNumber] | None = None
    by_name: dict[str, DecimalText] | None = None
    maybe: DecimalText | Unset | None = UNSET
    either: Either | None = None
    later: Later | None = None
    inner: Price | None = None
    ratio: float | None = None
    anything: Any = None


class Card(Model, kw_only=True):
    kind: str
    fee: DecimalText


class Cash(Model, kw_only=True):
    kind: str
    fee: DecimalNumber


Either = union("Either", variants=lambda: (DecimalNumber, str))
Later = union("Later", variants=lambda: (int, DecimalText, str))
Tagged = union("Tagged", tag="kind", variants=lambda: (("card", Card), ("cash", Cash)))
Untagged = union("Untagged", variants=lambda: (Card, list[DecimalText], dict[str, DecimalNumber]))


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize(
    "more",
    [
        "",
        ',"ratio":0.1,"anything":[0.1,{"a":1.5}]',
        ',"unknown":0.1',  # the slow path
        f',"texts":["1.10","-0.00"],"numbers":[1.10,1E+2,7,{LONG}],"by_name":{{"a":"2.50"}},"maybe":null',
        ',"either":1.10,"later":"1.10"',
        ',"either":"1.10","later":"soon"',
        ',"inner":{"text":"1.10","number":1.10,"unknown":[true]}',
    ],
)
def test_digits_go_there_and_back(more: str, strict: bool) -> None:
    data = f'{{"text":"{LONG}","number":{LONG}{more}}}'.encode()
    for _ in range(2):  # the second time the type is known
        price = decode_json(data, Price, strict=strict)
        assert price.text == price.number == Decimal(LONG)
        assert type(price.text) is type(price.number) is Decimal
        assert encode_json(price) == data


def test_other_numbers_are_floats() -> None:
    price = decode_json(b'{"text":"1","number":1.5,"ratio":0.10,"anything":[0.10],"new":0.10}', Price)
    assert [type(one) for one in (price.ratio, price.anything[0], price.extra_fields["new"])] == [float] * 3


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", "1.5"),
        ("text", "1"),
        ("text", '"NaN"'),
        ("text", '"Infinity"'),
        ("text", '" 1"'),
        ("text", '"1_000"'),
        ("text", '"\u0661"'),
        ("text", '""'),
        ("text", '"1,5"'),
        ("text", '"1e9999999999999999999"'),
        ("text", "null"),
        ("text", "[1]"),
        ("number", '"1.5"'),
        ("number", "true"),
        ("number", "null"),
        ("either", "true"),
    ],
)
def test_what_is_no_decimal_is_kept_or_refused(field: str, value: str) -> None:
    members = {"text": '"1"', "number": "1", field: value}
    data = b"{" + ",".join(f'"{name}":{each}' for name, each in members.items()).encode() + b"}"
    price = decode_json(data, Price)
    assert not isinstance(getattr(price, field), Decimal)
    assert encode_json(price) == data
    with pytest.raises(DecodeError) as caught:
        decode_json(data, Price, strict=True)
    assert caught.value.path == f"$.{field}"


def test_numbers_out_of_range_are_refused() -> None:
    for _ in range(2):
        with pytest.raises(DecodeError):
            decode_json(b'{"text":"1","number":1.5,"anything":1e400}', Price)


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("-Infinity")])
def test_what_is_no_number_is_not_sent(value: Decimal) -> None:
    for price in (Price(text=value, number=Decimal(1)), Price(text=Decimal(1), number=value)):
        with pytest.raises(RequestError):
            encode_json(price)


ONE = Decimal("1.0")


@pytest.mark.parametrize(
    ("value", "type_", "sent"),
    [
        (ONE, DecimalText, b'"1.0"'),
        (ONE, DecimalNumber, b"1.0"),
        (ONE, Any, b"1.0"),
        (ONE, DecimalText | None, b'"1.0"'),
        (ONE, Either, b"1.0"),
        (ONE, Later, b'"1.0"'),
        ([ONE], list[DecimalText], b'["1.0"]'),
        ((ONE,), list[DecimalText], b'["1.0"]'),
        ({"a": ONE}, dict[str, DecimalText], b'{"a":"1.0"}'),
        ({"text": ONE, "number": ONE, "x": ONE}, Price, b'{"text":"1.0","number":1.0,"x":1.0}'),
        ({"inner": {"text": ONE, "later": ONE}}, Price, b'{"inner":{"text":"1.0","later":"1.0"}}'),
        ({"kind": "card", "fee": ONE}, Tagged, b'{"kind":"card","fee":"1.0"}'),
        ({"kind": "cash", "fee": ONE}, Tagged, b'{"kind":"cash","fee":1.0}'),
        ({"kind": "else", "fee": ONE}, Tagged, b'{"kind":"else","fee":1.0}'),
        ({"kind": "card", "fee": ONE}, Untagged, b'{"kind":"card","fee":"1.0"}'),
        ({"a": ONE}, Untagged, b'{"a":1.0}'),
        ([ONE], Untagged, b'["1.0"]'),
        ({"a": Card(kind="card", fee=ONE)}, dict[str, Any], b'{"a":{"kind":"card","fee":"1.0"}}'),
        ({"inner": Card(kind="card", fee=ONE)}, Price, b'{"inner":{"kind":"card","fee":"1.0"}}'),
    ],
)
def test_a_dictionary_is_written_as_what_it_stands_for(value: Any, type_: Any, sent: bytes) -> None:
    assert encode_json(to_wire(value, type_)) == sent


def test_what_is_absent_stays_so() -> None:
    assert to_wire(None, Price) is None
    assert to_wire(UNSET, Price) is UNSET
