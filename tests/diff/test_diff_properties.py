"""Laws that hold for any document: refactorings say nothing, allowing more breaks receivers only, and the other way round."""

from __future__ import annotations

from copy import deepcopy

from documents import KEEPING, Schema, document, load, objects, schemas, widenings
from hypothesis import given, settings, strategies as st

from apivolve.diff import compare
from apivolve.finding import Finding
from apivolve.model import Api

ANY = objects(schemas(1))


def breaks(before: Api, after: Api) -> list[Finding]:
    return [one for one in compare(before, after).findings if one.severity == "error"]


@settings(max_examples=150)
@given(ANY, st.lists(st.tuples(st.sampled_from(sorted(KEEPING)), st.integers(0, 9)), min_size=1, max_size=3))
def test_an_edit_that_keeps_the_meaning_says_nothing(schema: Schema, edits: list[tuple[str, int]]) -> None:
    before = document(schema)
    after = deepcopy(before)
    for name, index in edits:
        if "Thing" in after["components"]["schemas"]:  # it has been inlined or renamed
            KEEPING[name](after, index)
    assert [one.message for one in compare(load(before), load(after)).findings] == []


@settings(max_examples=100)
@given(ANY, st.data())
def test_null_is_the_same_in_each_dialect(schema: Schema, data: st.DataObject) -> None:
    old, new = deepcopy(schema), deepcopy(schema)
    name = data.draw(st.sampled_from(sorted(schema["properties"])))
    if "enum" in schema["properties"][name]:
        old["properties"][name]["enum"].append(None)
        new["properties"][name]["enum"].append(None)
    old["properties"][name]["nullable"] = True
    if data.draw(st.booleans()):
        new["properties"][name]["type"] = [new["properties"][name]["type"], "null"]
    else:
        new["properties"][name] = {"anyOf": [schema["properties"][name], {"type": "null"}]}
    before, after = load(document(old, version="3.0.3")), load(document(new))
    assert [one.message for one in compare(before, after).findings] == []


@settings(max_examples=150)
@given(ANY, st.data())
def test_more_is_allowed(schema: Schema, data: st.DataObject) -> None:
    found = list(widenings(schema))
    name, wide = data.draw(st.sampled_from(found), label="edit") if found else ("", schema)
    sent, sent_wide = (load(document(one, received=False)) for one in (schema, wide))
    received, received_wide = (load(document(one, sent=False)) for one in (schema, wide))
    assert breaks(sent, sent_wide) == []
    assert breaks(received_wide, received) == []
    if name:
        for before, after in ((received, received_wide), (sent_wide, sent)):
            told = breaks(before, after)
            assert told, name
            assert all(one.witness is not None and one.witness.verified for one in told), told


@settings(max_examples=50)
@given(ANY, ANY)
def test_a_fingerprint_outlives_what_is_around_it(one: Schema, other: Schema) -> None:
    def grown(schema: Schema) -> Api:
        """The same document with more before it: other lines, other numbers, other texts."""
        made = document(schema)
        new = {"get": {"responses": {"200": {"description": "new"}}}}
        made["paths"] = {"/new": new, **made["paths"]}
        schemas = made["components"]["schemas"]
        made["components"]["schemas"] = {"New": {"type": "string"}, **schemas}
        schemas["Thing"]["description"] = "Told at length.\n" * 5
        schemas["Thing"]["properties"] = {"new": {"type": "string"}, **schemas["Thing"]["properties"]}
        return load(made)

    plain = compare(load(document(one)), load(document(other))).findings
    among = compare(grown(one), grown(other)).findings
    assert {finding.fingerprint for finding in plain} <= {finding.fingerprint for finding in among}
    assert len({finding.fingerprint for finding in among}) == len(among)


@settings(max_examples=150)
@given(ANY, ANY)
def test_swapped_sides_swap_the_verdicts(one: Schema, other: Schema) -> None:
    def rules(before: Schema, after: Schema, sent: bool) -> set[str]:
        sides = (load(document(side, sent=sent, received=not sent)) for side in (before, after))
        return {finding.subject for finding in breaks(*sides)}

    assert rules(one, other, True) == rules(other, one, False)
