"""The layout of generated code is that of black, to the byte."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from apivolve.errors import ApivolveError
from apivolve.layout import _AT_ONCE, _parse, _parts, black_laid_out, laid_out, layout
from conftest import CASES, ROOT

PARTS = 8
NAMES = st.sampled_from(["a", "name", "models.Thing", "a_name_of_some_length", "x" * 60])
VALUES = st.recursive(
    st.one_of(NAMES, st.sampled_from(['"text"', '"a, b"', "1", "None", '"' + "long " * 15 + '"'])),
    lambda inner: st.one_of(
        st.tuples(NAMES, st.lists(inner, max_size=5)).map(lambda call: f"{call[0]}({', '.join(call[1])})"),
        st.tuples(NAMES, st.lists(inner.map(lambda value: f"key={value}"), max_size=4)).map(
            lambda call: f"{call[0]}({', '.join(call[1])})"
        ),
        st.lists(inner, min_size=2, max_size=5).map(lambda items: f"({', '.join(items)})"),
        st.lists(inner, max_size=5).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda items: "{" + ", ".join(f'"{number}": {item}' for number, item in enumerate(items)) + "}"
        ),
    ),
    max_leaves=12,
)
STATEMENTS = st.one_of(
    VALUES,
    st.tuples(NAMES.map(lambda name: name.rpartition(".")[2]), VALUES).map(" = ".join),
    VALUES.map(lambda value: f"return {value}"),
)
UNIONS = st.lists(NAMES | st.just("models." + "y" * 40) | st.just("z" * 84), min_size=1, max_size=4).map(
    " | ".join
)
TYPES = st.one_of(UNIONS, UNIONS.map(lambda union: f"list[{union}]"))
PARAMETERS = st.tuples(TYPES, st.sampled_from(["", " = None", ' = "x"'])).map("".join)
DEFINITIONS = st.builds(
    lambda start, parameters, result: (
        f"{start}({', '.join(f'p{number}: {one}' for number, one in enumerate(parameters))}){result}: ..."
    ),
    st.sampled_from(["def f", "async def " + "f" * 40, "def " + "f" * 72]),
    st.lists(PARAMETERS, max_size=4),
    st.just("") | TYPES.map(lambda result: f" -> {result}"),
)
COMPREHENSIONS = st.builds(
    lambda item, what, arguments, end: f"return [{item} for {what}({', '.join(arguments)}){end}]",
    st.sampled_from(["item", "item.name", "item async"]),
    st.sampled_from(["item in items", "a, b in f", "item in client(exchange).things.list"]),
    st.lists(NAMES.map(lambda name: f"key={name}"), max_size=4),
    st.sampled_from(["", "", " if item", " for one in item"]),
)
SOURCES = sorted(
    path
    for folder in (ROOT / "generated", CASES / "emit")
    for path in folder.rglob("*.py")
    if not {"__pycache__", "_runtime"} & {*path.parts}  # the runtime is copied
)


@pytest.mark.parametrize("part", range(PARTS))
def test_what_is_generated_is_laid_out_as_black_does_it(part: int) -> None:
    for path in SOURCES[part::PARTS]:
        text = path.read_text(encoding="utf-8")
        assert black_laid_out(text) == text, path


@given(st.lists(st.tuples(STATEMENTS, st.integers(0, 3)), min_size=1, max_size=6))
def test_statements_are_laid_out_as_black_does_it(statements: list[tuple[str, int]]) -> None:
    body = "".join(f"{chr(10) * blank}    {text}\n" for text, blank in statements)
    source = f"def f():\n{body}"

    assert layout(source) == black_laid_out(source)


@given(st.lists(DEFINITIONS, min_size=1, max_size=3), st.lists(COMPREHENSIONS, max_size=2))
def test_definitions_are_laid_out_as_black_does_it(definitions: list[str], bodies: list[str]) -> None:
    body = "".join(f"    {text}\n" for text in bodies)
    source = f"class A:\n    {definitions[0]}\n\n" + "".join(f"{text}\n" for text in definitions[1:])
    source += f"async def g():\n{body}" if body else ""

    assert layout(source) == black_laid_out(source)


@pytest.mark.parametrize(
    "source",
    [
        "def f(self, body: models." + "a" * 40 + " | params." + "a" * 40 + " | None = None) -> None: ...\n",
        "def f() -> models." + "a" * 86 + ":\n    return 1\n",
        "async def f():\n    return [item async for item in a(b).c." + "d" * 40 + "(e=" + "e" * 40 + ")]\n",
    ],
)
def test_what_templates_print_often_is_laid_out_without_black(
    source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = black_laid_out(source)
    monkeypatch.setattr("apivolve.layout.asked", lambda *_: pytest.fail("black was asked"))

    assert layout(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "# a comment\nimport x\n# another\ndef f(): ...\n",
        "class A:\n\n\n    '''It says.'''\n    x: int\n\n\n\n    y: int\n    def f(self): ...\n",
        "x = {'a': \"b\"}\n",
        "if x:\n    y = 1\nelse:  # why\n    y = 2\n\n\n\n\nz = 3\n",
        "# fmt: off\nx = [1,\n  2]\n# fmt: on\n\ny = [1,\n  2]\n",
        "try:\n    x()\nexcept E:\n    pass\nfinally:\n    y()\n",
        "@overload\ndef f(a: int) -> int: ...\n@overload\ndef f(a: str) -> str: ...\ndef f(a):\n    return a\n",
        "def f():\n    '''One.\n\n      Two.\n    '''\n    return (1)\n",
        'def f():\n\n    "One."\n    "a".b()\n\n\n    "Two."\n',
        "x = f(" + "a" * 40 + ", " + "b" * 40 + ")[0] + 1\n",
        "assert f(" + "a" * 50 + ", " + "b" * 50 + "), 'no'\n",
        "from a import (b,)\nfrom a import " + ", ".join(f"name_{n}" for n in range(20)) + "\nx = 1\n",
        'x = "ä" * 3\n# ' + "ä" * 60 + "\n",
        "async def f():\n    async with a as b:\n        await c(" + "d" * 90 + ")\n",
        "import x\n\n# ----- y\n\n\n\ny = 1\n",
        'def f():\n    "One. "\n    return 1\n',
        "try:\n    def f(): ...\nexcept E:\n    def f(): ...\nelse:\n    x = 1\ny = 2\n",
        "class A:\n    x: T = '" + "a " * 60 + "'\n    y: " + "a" * 60 + " = " + "b" * 60 + "\n",
        "f(a='"
        + "a " * 60
        + "', b={'"
        + "b" * 60
        + "': "
        + "c" * 60
        + "}, c=lambda: ("
        + "d, " * 40
        + "))\n",
        "x = f(a=" + "a" * 100 + "(b, c=" + "c" * 100 + "(d)))\n",
        "x = [(n, v) for n, v in " + "a" * 40 + ".items() if " + "b" * 40 + "]\n",
        'def f():\n    """One.\n\n    ' + "a " * 60 + '\n    """\n',
    ],
)
def test_other_shapes_are_laid_out_as_black_does_it(source: str) -> None:
    assert layout(source) == black_laid_out(source)


MANY = "\n\n".join(f"def f{number}() -> None:\n    return None\n" for number in range(12_000))
"""A module that is parsed in parts."""


def test_a_large_file_is_parsed_in_parts_and_a_fault_in_any_of_them_is_told() -> None:
    assert len(MANY) > 2 * _AT_ONCE
    assert "".join(_parts(MANY)) == MANY
    assert len(list(_parts(MANY))) > 2

    line = MANY.count("\n") + 2
    with pytest.raises(ApivolveError, match=rf"large\.py would not be valid Python .*line {line}\)"):
        laid_out("large.py", f"{MANY}\nreturn )\n\n\n{MANY}")


def test_a_definition_in_a_text_is_none() -> None:
    text = f'{MANY}\nX = """\n{"." * _AT_ONCE}\n\nclass X:\n"""\n\n\n{MANY}'

    _parse("large.py", text)
