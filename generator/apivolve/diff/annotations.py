"""Python annotations as the surfaces hold them: which alternatives would a type checker refuse?

An annotation is a tuple of alternatives. What is known here is what PEP 484 says of the types that generated code
uses: `int` goes where `float` is expected, a literal where its type is, `Any` everywhere; containers are invariant.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Set
from functools import lru_cache

from ..surface import Annotation, Surface

ABSENT = ("None", "Unset")
"""What stands for a value that is not there."""

_WIDER = {
    "bool": ("int", "float"),
    "int": ("float",),
    "datetime.datetime": ("datetime.date",),
    "UnknownStr": ("str",),
    "UnknownInt": ("int", "float"),
}
_LITERAL = re.compile(r"Literal\[(.*)\]$", re.DOTALL)
_CONTAINER = re.compile(r"(list|dict|tuple|Sequence|Mapping)\[.*\]$", re.DOTALL)


def lost(surfaces: tuple[Surface, Surface], before: Annotation, after: Annotation) -> Annotation:
    """The alternatives of before that do not go where after is expected: what is no longer taken."""
    return _refused(before, surfaces[0], after, surfaces[1])


def gained(surfaces: tuple[Surface, Surface], before: Annotation, after: Annotation) -> Annotation:
    """The alternatives of after that do not go where before is expected: what may newly be read."""
    return _refused(after, surfaces[1], before, surfaces[0])


def _refused(given: Annotation, mine: Surface, wanted: Annotation, other: Surface) -> Annotation:
    directly = set(wanted)
    left = tuple(part for part in given if not _fits(part, directly))
    if not left:
        return ()
    # an alias under another name may mean the same
    targets = {*wanted, *_expanded(wanted, other)}
    return tuple(
        part for part in left if not all(_fits(inner, targets) for inner in _expanded((part,), mine))
    )


def _expanded(annotation: Annotation, surface: Surface) -> Annotation:
    """An annotation with the aliases of its surface replaced by what they mean."""
    means = {alias.name: alias.means for alias in surface.aliases}
    queue, found, seen = list(annotation), dict[str, None](), set(annotation)
    for part in queue:  # grows while it is walked
        if part in means:
            queue.extend(inner for inner in means[part] if inner not in seen)
            seen.update(means[part])
        else:
            found[part] = None
    return tuple(found)


def present(annotation: Annotation) -> Annotation:
    """An annotation without what stands for absence."""
    return tuple(part for part in annotation if part not in ABSENT)


def spell(annotation: Iterable[str]) -> str:
    """An annotation as Python source."""
    parts = list(annotation)
    literals = [match[1] for part in parts if (match := _LITERAL.match(part))]
    rest = [part for part in parts if not _LITERAL.match(part)]
    return " | ".join([*([f"Literal[{', '.join(literals)}]"] if literals else []), *rest])


@lru_cache(maxsize=65536)  # most attributes of a description have one of a few thousand annotations
def names(source: str) -> tuple[str, ...]:
    """The dotted names in a piece of source, in order, each once. A text that does not parse has none."""
    try:
        tree = ast.parse(source, mode="eval")
    except SyntaxError:
        return ()
    found: dict[str, None] = {}
    quoted = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal"
        for inner in ast.walk(node.slice)
    }
    for node in ast.walk(tree):
        if id(node) not in quoted and isinstance(node, ast.Name | ast.Attribute):
            found[ast.unparse(node)] = None
    return tuple(found)


def _fits(given: str, wanted: Set[str]) -> bool:
    """True when one alternative goes where any of some others is expected."""
    if given in wanted or given == "Any" or "Any" in wanted or "object" in wanted:
        return True
    kinds = _WIDER.get(given, ())
    if match := _LITERAL.match(given):
        kind = "str" if match[1][:1] in "'\"" else "bool" if match[1] in ("True", "False") else "int"
        kinds = (kind, *_WIDER.get(kind, ()))
    if any(kind in wanted for kind in kinds):
        return True
    return _CONTAINER.match(given) is not None and any(
        _containers_fit(given, target) for target in wanted if _CONTAINER.match(target)
    )


def _containers_fit(given: str, wanted: str) -> bool:
    """Equal but for `Any`, and for the order of alternatives."""
    try:
        one, other = (ast.parse(side, mode="eval").body for side in (given, wanted))
    except SyntaxError:
        return False
    return _same(one, other)


def _same(one: ast.expr, other: ast.expr) -> bool:
    if "Any" in (ast.unparse(one), ast.unparse(other)):
        return True
    if isinstance(one, ast.Subscript) and isinstance(other, ast.Subscript):
        return _same(one.value, other.value) and _same(one.slice, other.slice)
    if isinstance(one, ast.Tuple) and isinstance(other, ast.Tuple):
        pairs = zip(one.elts, other.elts, strict=False)
        return len(one.elts) == len(other.elts) and all(_same(*pair) for pair in pairs)
    return sorted(ast.unparse(one).split(" | ")) == sorted(ast.unparse(other).split(" | "))
