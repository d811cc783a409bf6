"""Texts that are no ordinary document, by family: name, bytes, and what is said of them; empty where they are to be read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"
Cases = Iterator[tuple[str, bytes, str]]


def _yaml(text: str) -> bytes:
    return (HEAD + text).encode()


def alias_bombs() -> Cases:
    """What aliases stand for is counted, not how many there are."""
    for wide, deep in ((2, 40), (3, 30), (9, 9), (9, 12), (10, 8), (50, 6), (100, 5), (1000, 3)):
        for kind, start, item, end in (("list", "[", "*a{0}", "]"), ("map", "{", "k{1}: *a{0}", "}")):
            lines = ["x-a0: &a0 {type: string}"]
            for level in range(1, deep):
                inner = ", ".join(item.format(level - 1, at) for at in range(wide))
                lines.append(f"x-a{level}: &a{level} {start}{inner}{end}")
            yield f"{kind}-{wide}-{deep}", _yaml("\n".join([*lines, "paths: {}\n"])), "too-large"
    for deep in (30, 60, 200):
        said = "too-large" if deep == 30 else "too-deep"
        merged = "\n".join(
            f"x-m{at}: &m{at} {{<<: [*m{at - 1}, *m{at - 1}], k{at}: *m{at - 1}}}" for at in range(1, deep)
        )
        yield f"merge-{deep}", _yaml(f"x-m0: &m0 {{a: 1}}\n{merged}\npaths: {{}}\n"), said
        schemas = "\n".join(
            f"    S{at}: &s{at} {{type: object, properties: {{l: *s{at - 1}, r: *s{at - 1}}}}}"
            for at in range(1, deep)
        )
        yield (
            f"schemas-{deep}",
            _yaml(f"paths: {{}}\ncomponents:\n  schemas:\n    S0: &s0 {{type: string}}\n{schemas}\n"),
            said,
        )
    for name, text in {
        "itself-list": "&a [*a]",
        "itself-map": "&a {b: *a}",
        "each-other": "&a [&b [*a, *b]]",
        "merge-itself": "&a {<<: *a}",
    }.items():
        yield name, _yaml(f"x-a: {text}\npaths: {{}}\n"), "alias"
    for count in (10, 1000, 5000):
        many = "\n".join(f"  S{at}: *s" for at in range(count))
        yield f"many-harmless-{count}", _yaml(f"paths: {{}}\nx-s: &s {{type: string}}\nx-many:\n{many}\n"), ""


def twice() -> Cases:
    """A member that stands twice is told with both places."""
    members = (
        "openapi", "info", "paths", "components", "x-a", "servers", "tags", "security", "webhooks", "x-\u4e2d", "x b", "", "1", "true", "null",
    )  # fmt: skip
    for member in members:
        name = json.dumps(member)
        yield f"yaml-{member}", f"{name}: {{}}\n{HEAD}{name}: {{}}\n".encode(), "duplicate-name"
        pair = f"{name}: {{}}, {name}: {{}}"
        text = f'{{"x-w": {{{pair}}}, "openapi": "3.1.0", "info": {{"title": "T", "version": "1"}}, "paths": {{}}}}'
        yield f"json-{member}", text.encode(), "duplicate-name"
    for name, one, other in (
        ("quoted", "a", "'a'"),
        ("escaped", '"a"', '"\\x61"'),
        ("number", "1", "'1'"),
        ("tagged", "a", "!!str a"),
    ):
        yield name, _yaml(f"paths: {{}}\nx-w:\n  {one}: 1\n  {other}: 2\n"), "duplicate-name"


def scalars() -> Cases:
    """What YAML takes for something else than a text, at places of texts, of numbers and of names."""
    odd = (
        ".nan", ".inf", "-.inf", "1e999", "-1e999", "1" + "0" * 400, "0x" + "f" * 400, "0o17", "017", "1_000", "12:30:45", "2024-01-01", "2024-13-45",
        "2024-01-01T00:00:00Z", "yes", "no", "on", "off", "~", "null", "''", "!!binary aGk=", "!!timestamp 2024-01-01", "!!set {a, b}", "!!omap [a: 1]", "=", "<<",
        "!!int '1'", "!!float 'x'", "!!null ''", "!!bool maybe", "!local x", "!!python/object/apply:os.system [id]", "!!python/name:os.system", "&anchor x",
    )  # fmt: skip
    for value in odd:
        yield (
            f"default {value[:20]}",
            _yaml(f"paths: {{}}\ncomponents: {{schemas: {{A: {{type: string, default: {value}}}}}}}\n"),
            "any",
        )
        yield (
            f"maximum {value[:20]}",
            _yaml(f"paths: {{}}\ncomponents: {{schemas: {{A: {{type: integer, maximum: {value}}}}}}}\n"),
            "any",
        )
        yield (
            f"enum {value[:20]}",
            _yaml(f"paths: {{}}\ncomponents: {{schemas: {{A: {{enum: [{value}, x]}}}}}}\n"),
            "any",
        )
        yield (
            f"version {value[:20]}",
            f"openapi: 3.1.0\ninfo: {{title: {value}, version: {value}}}\npaths: {{}}\n".encode(),
            "any",
        )
        yield (
            f"key {value[:20]}",
            _yaml(
                f"paths: {{}}\ncomponents: {{schemas: {{A: {{type: object, properties: {{{value}: {{type: string}}}}}}}}}}\n"
            ),
            "any",
        )
        yield (
            f"status {value[:20]}",
            _yaml(f"paths: {{/a: {{get: {{responses: {{{value}: {{description: d}}}}}}}}}}\n"),
            "any",
        )


def encodings() -> Cases:
    """Bytes that are no UTF-8, or UTF-8 of what is no text."""
    good = HEAD + "paths: {}\nx-a: "
    for name, bad in {
        "lone": b"\xff", "overlong": b"\xc0\x80", "surrogate": b"\xed\xa0\x80", "cut": b"\xe4\xb8", "beyond": b"\xf5\x80\x80\x80", "latin": "\u00e9".encode("latin-1"),
        "continuation": b"\x80", "cp1252": b"\x93x\x94", "sjis": "\u65e5\u672c".encode("shift_jis"), "gbk": "\u4e2d\u6587".encode("gbk"),
    }.items():  # fmt: skip
        yield f"{name}-value", good.encode() + bad + b"\n", "error"
        yield f"{name}-start", bad + good.encode() + b"x\n", "error"
        yield f"{name}-json", b'{"openapi": "3.1.0", "x-a": "' + bad + b'"}', "error"
    for code in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "gb18030", "utf-7"):
        yield f"whole-{code}", (good + "\u4e2d\n").encode(code), "any"
    for name, odd in {
        "nul": "\x00",
        "bell": "\x07",
        "escape": "\x1b",
        "delete": "\x7f",
        "c1": "\x9b",
        "bom": "\ufeff",
        "noncharacter": "\uffff",
    }.items():
        yield f"raw-{name}", f"{good}a{odd}b\n".encode(), "any"
    yield "empty", b"", "error"
    yield "blank", b" \n\t\n", "error"
    yield "binary", bytes(range(256)) * 40, "error"
    yield "bom-only", b"\xef\xbb\xbf", "error"
    yield "with-bom", b"\xef\xbb\xbf" + good.encode() + b"x\n", ""


def shapes() -> Cases:
    """Documents that are something else, or have something else where an object is due."""
    for value in (
        "null",
        "1",
        "true",
        "text",
        "[]",
        "{}",
        "[[]]",
        "- a\n- b",
        "--- a\n--- b",
        "{openapi: 3.1.0}",
        "openapi: 3.1.0",
        "openapi: []",
        "openapi: {}",
        "swagger: 2",
        "swagger: '9'",
        "openapi: 4.0.0",
        "openapi: '3'",
    ):
        yield f"whole {value[:20]!r}", value.encode(), "error"
    for member in ("info", "paths", "components", "servers", "tags", "security", "webhooks", "externalDocs"):
        for value in ("null", "1", "text", "[]", "{}", "[1]", "[[]]", "{a: 1}", "[{}]", "{'': null}"):
            yield (
                f"{member} {value}",
                f"openapi: 3.1.0\n{'' if member == 'info' else 'info: {title: T, version: 1.0.0}'}\n{'' if member == 'paths' else 'paths: {}'}\n{member}: {value}\n".encode(),
                "any",
            )


def depths() -> Cases:
    """What goes on inside itself for long."""
    for depth in (40, 1000, 10_000, 200_000):
        for name, start, end in (("list", "[", "]"), ("map", "{a: ", "}"), ("pair", "[{a: ", "}]")):
            said = "" if depth == 40 else "too-deep"
            yield f"flow-{name}-{depth}", _yaml(f"paths: {{}}\nx-a: {start * depth}1{end * depth}\n"), said
            yield f"unended-{name}-{depth}", _yaml(f"paths: {{}}\nx-a: {start * depth}"), "error"
    for depth in (100, 1000, 3000):
        yield (
            f"block-{depth}",
            _yaml("paths: {}\n" + "".join(f"{' ' * at}x-a:\n" for at in range(depth))),
            "any",
        )
        yield f"dashes-{depth}", _yaml("paths: {}\nx-a:\n  " + "- " * depth + "a\n"), "any"
    for depth in (100, 5000, 100_000):
        yield f"json-{depth}", ('{"openapi":"3.1.0","x":' + "[" * depth + "]" * depth + "}").encode(), "error"
        yield f"question-{depth}", _yaml("paths: {}\n" + "? " * depth + "a\n"), "any"


def found() -> Cases:
    """What the fuzzing found."""
    yield "twice-then-broken-json", b'{"x": {"a": 1, "a": 2}, "y": }', "duplicate-name"
    yield "twice-then-deep-json", b'{"x": {"a": 1, "a": 2}, "y": ' + b"[" * 300_000, "too-deep"
    yield "twice-then-control-json", b'{"x": {"a": 1, "a": 2}, "y": "\x12"}', "duplicate-name"
    yield "control-in-yaml", b"openapi: 3.1.0\n\x12paths: {}\n", "invalid-yaml"
    yield "delete-in-yaml", "openapi: 3.1.0\nx-\u4e2d: a\x7fb\n".encode(), "invalid-yaml"
    yield "long-version", b"openapi: 3.1.0\ninfo: {title: T, version: '" + b"1" * 400 + b"'}\npaths: {}\n", ""
    yield (
        "odd-letters-in-the-log",
        _yaml(
            "paths: {/a: {get: {parameters: [{name: 'a\u2028b', in: query}], responses: {'200': {description: d}}}}}\n"
        ),
        "",
    )


FAMILIES: Mapping[str, Callable[[], Cases]] = {
    "alias-bombs": alias_bombs, "twice": twice, "scalars": scalars, "encodings": encodings, "shapes": shapes, "depths": depths, "found": found,
}  # fmt: skip
