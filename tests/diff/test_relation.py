"""The relation under the rules: which values does one type take and another refuse?"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from worlds import AT, TEXT, WHOLE, api, member, record

from apivolve.accept import accepts
from apivolve.automata import NotRegularError, string_between
from apivolve.diff import compare
from apivolve.diff.relation import Escape, Unknown, escape
from apivolve.model import (
    Anything,
    Api,
    Content,
    Enumeration,
    EnumValue,
    Limits,
    ListOf,
    MapOf,
    ModelRef,
    Nothing,
    Nullable,
    OneOf,
    Operation,
    Response,
    Scalar,
    Type,
    Variant,
)
from apivolve.pattern import matches
from apivolve.reach import refs_in
from apivolve.sample import NoSample, sample


def types() -> st.SearchStrategy[Type]:
    small = st.integers(-3, 3)
    number_limits = st.builds(
        Limits,
        minimum=st.none() | small,
        maximum=st.none() | small.map(lambda n: n + 4),
        multiple_of=st.sampled_from([None, None, 2, 3]),
    )
    string_limits = st.builds(
        Limits,
        min_length=st.none() | st.integers(0, 3),
        max_length=st.none() | st.integers(3, 9),
        pattern=st.sampled_from([None, None, "^[a-z]*$", "^[0-9]+$"]),
    )
    scalars: st.SearchStrategy[Type] = st.one_of(
        st.builds(Scalar, st.just("string"), st.none(), string_limits),
        st.builds(Scalar, st.sampled_from(["integer", "number"]), st.none(), number_limits),
        st.just(Scalar("boolean")),
        st.sampled_from(
            [Anything(), ModelRef("Tree"), ModelRef("Color"), ModelRef("Shape"), ModelRef("Point")]
        ),
    )
    return st.recursive(
        scalars,
        lambda inner: st.one_of(
            st.builds(Nullable, inner),
            st.builds(
                ListOf, inner, st.none() | st.integers(0, 2), st.none() | st.integers(2, 4), st.booleans()
            ),
            st.builds(MapOf, inner),
        ),
        max_leaves=4,
    )


def worlds() -> st.SearchStrategy[Api]:
    """A version with a recursive record, an enumeration, a union and a record with drawn members."""

    def build(types_: list[Type], flags: list[bool], values: list[str]) -> Api:
        types_[1:3] = [type_ if "Shape" not in refs_in(type_) else Anything() for type_ in types_[1:3]]
        models = {
            "Tree": record(member("kids", ListOf(ModelRef("Tree"))), member("value", types_[0], flags[0])),
            "Color": Enumeration("", (), "string", tuple(EnumValue(f'"{v}"', AT) for v in values), AT),
            "Shape": OneOf("", (), (Variant(types_[1], AT), Variant(types_[2], AT)), AT, exclusive=flags[1]),
            "Point": record(
                member("x", types_[3], flags[2]),
                member("y", types_[4], flags[3]),
                extra=Nothing() if flags[4] else Anything(),
            ),
        }
        return api(models, None, None)

    return st.builds(
        build,
        st.lists(types(), min_size=5, max_size=5),
        st.lists(st.booleans(), min_size=5, max_size=5),
        st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, unique=True),
    )


@settings(max_examples=300)
@given(worlds(), types(), st.booleans())
def test_a_sample_is_an_instance(world: Api, type_: Type, full: bool) -> None:
    try:
        value = sample(world, type_, full=full)
    except NoSample:
        return
    if not _overlaps(world):
        assert accepts(world, type_, value)


def _overlaps(world: Api) -> bool:
    """A `oneOf` may have no value at all that fits exactly one variant."""
    return any(isinstance(model, OneOf) and model.exclusive for model in world.models)


@settings(max_examples=300)
@given(worlds(), worlds(), types(), types())
def test_an_escape_is_in_one_and_not_in_the_other(one: Api, other: Api, inner: Type, outer: Type) -> None:
    found = escape(one, inner, other, outer)
    if isinstance(found, Escape):
        assert accepts(one, inner, found.value)
        assert not accepts(other, outer, found.value)


@settings(max_examples=200)
@given(worlds(), types())
def test_a_type_is_included_in_itself(world: Api, type_: Type) -> None:
    assert not isinstance(escape(world, type_, world, type_), Escape)


@settings(max_examples=300)
@given(worlds(), worlds(), types(), types())
def test_what_is_included_has_its_samples_accepted(one: Api, other: Api, inner: Type, outer: Type) -> None:
    if escape(one, inner, other, outer) is not None:
        return
    for full in (False, True):
        try:
            value = sample(one, inner, full=full)
        except NoSample:
            continue
        if accepts(one, inner, value):
            assert accepts(other, outer, value)


@settings(max_examples=150)
@given(worlds(), worlds())
def test_compare_of_any_two_worlds(one: Api, other: Api) -> None:
    def reached(world: Api) -> Api:
        contents = tuple(Content(f"a/{m.key.lower()}", ModelRef(m.key), AT) for m in world.models)
        operation = Operation("put", "PUT", "/", AT, responses=(Response("200", contents, AT),))
        return replace(world, operations=(operation,))

    before, after = reached(one), reached(other)
    assert compare(before, before).findings == ()
    there, back = compare(before, after), compare(after, before)
    assert bool(there.findings) == bool(back.findings)
    assert len({f.fingerprint for f in there.findings}) == len(there.findings)


TABLE: list[tuple[Type, Type, Any]] = [
    (WHOLE, Scalar("number"), None),
    (Scalar("number"), WHOLE, 0.5),
    (Nullable(TEXT), TEXT, Escape(None)),
    (TEXT, Nullable(TEXT), None),
    (
        Scalar("integer", limits=Limits(exclusive_maximum=11)),
        Scalar("integer", limits=Limits(maximum=10)),
        None,
    ),
    (
        Scalar("number", limits=Limits(exclusive_maximum=11)),
        Scalar("number", limits=Limits(maximum=10)),
        "some",
    ),
    (Scalar("integer", limits=Limits(multiple_of=6)), Scalar("integer", limits=Limits(multiple_of=3)), None),
    (
        Scalar("integer", limits=Limits(multiple_of=3)),
        Scalar("integer", limits=Limits(multiple_of=6)),
        "some",
    ),
    (Scalar("string", limits=Limits(pattern="^a$")), Scalar("string", limits=Limits(pattern="^b$")), "a"),
    (
        Scalar("string", limits=Limits(pattern="^a$")),
        Scalar("string", limits=Limits(pattern="^[a-b]$")),
        None,
    ),
    (Scalar("string", "uuid"), TEXT, None),
    (TEXT, Scalar("string", "uuid"), Escape("string", by_format=True)),
    (TEXT, Scalar("string", "decimal"), Escape("string", by_format=True)),
    (Scalar("string", "decimal"), Scalar("string", "decimal128"), None),
    (Scalar("number"), Scalar("number", "decimal"), None),
    (Scalar("integer", "int32"), Scalar("integer", "int64"), None),
    (Scalar("integer", "int64"), Scalar("integer", "int32"), Escape(2**31, by_format=True)),
    (TEXT, Scalar("string", "moon-phase"), Unknown),
    (ListOf(WHOLE), ListOf(TEXT), "some"),
    (ListOf(TEXT, max_items=0), ListOf(WHOLE), None),
    (ListOf(TEXT), ListOf(TEXT, unique=True), ["string", "string"]),
    (MapOf(WHOLE), MapOf(Scalar("number")), None),
    (MapOf(TEXT), MapOf(WHOLE), {"key": "string"}),
    (Anything(), TEXT, "some"),
    (TEXT, Anything(), None),
]


@pytest.mark.parametrize(("inner", "outer", "expected"), TABLE, ids=lambda value: str(value)[:60])
def test_escape(inner: Type, outer: Type, expected: Any) -> None:
    empty = Api("", "", "stable", (), ())
    found = escape(empty, inner, empty, outer)
    if expected is None or isinstance(expected, Escape):
        assert found == expected
    elif expected is Unknown:
        assert isinstance(found, Unknown)
    else:
        assert isinstance(found, Escape)
        assert expected in ("some", found.value)


PATTERNS: list[tuple[str | None, str, int, int | None, str | None]] = [
    ("^[a-z]{3}$", "^[a-z]+$", 0, None, None),
    ("^[a-z]+$", "^[a-z]{3}$", 0, None, "a"),
    ("^[a-z]+$", "^[a-z]{3}$", 3, 3, None),
    ("^(ab|cd)+$", "^[a-d]*$", 0, None, None),
    ("^[a-d]*$", "^(?:ab|cd)*$", 1, None, "a"),
    ("a|b", "^a|b$", 0, None, "Aa"),
    ("^\\d{4}-\\d\\d$", "^[0-9-]{7}$", 0, None, None),
    ("^[^/]+$", "^[^/?]+$", 0, None, "?"),
    (None, "^.*$", 0, None, "\n"),
    ("^\\u0041$", "^A$", 0, None, None),
]


@pytest.mark.parametrize(("inner", "outer", "least", "most", "expected"), PATTERNS)
def test_a_string_between_two_patterns(
    inner: str | None, outer: str, least: int, most: int | None, expected: str | None
) -> None:
    assert string_between(inner, outer, least, most) == expected


@pytest.mark.parametrize(
    "pattern",
    ["^(?=a)b$", "(a)\\1", "\\bword\\b", "(", "[z-a]", "((a{1000}){1000}){1000}", "(" * 5000 + ")" * 5000],
    ids=["look", "back", "word", "open", "range", "big", "deep"],
)
def test_what_is_not_regular_is_not_decided(pattern: str) -> None:
    with pytest.raises(NotRegularError):
        string_between(None, pattern)


def test_a_search_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(NotRegularError):
        string_between("a.{300}b.{300}c", "a.{299}b.{299}c")


@settings(max_examples=200)
@given(st.sampled_from(PATTERNS), st.data())
def test_what_a_pattern_includes_it_matches(case: Any, data: st.DataObject) -> None:
    """A string drawn from the inner pattern is matched by the outer one, where nothing is between them."""
    inner, outer = case[0] or "", case[1]
    if string_between(inner, outer) is None:
        dialect = re.compile(inner.replace("$", r"\Z"), re.ASCII)  # of ECMA 262, as far as these patterns go
        assert matches(outer, data.draw(st.from_regex(dialect)))
