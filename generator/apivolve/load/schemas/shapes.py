"""Schemas and the references between them: what each says in all, what it is another name for, and what extends it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

from ...errors import Level, LoadError
from ...jsonvalue import is_array, is_object
from ...source import Location, split_pointer
from ..dialect import Dialect
from ..document import Documents
from ..node import Node, Problems
from ..parse import fail
from .shape import ANNOTATIONS, Parts, Shape, merge, null_flag

_NO_SCHEMA = re.compile(
    r"^/(?:responses|parameters|securityDefinitions)/[^/]+$|^/components/(?!schemas/)\w+/[^/]+$|^/paths(?:/[^/]+){0,3}$"
)
"""Places of a document where something else than a schema stands."""
MOST_PROPERTIES = 50
"""How many properties schemas may have on average by `allOf`: a chain of them, each with one more, has the square of its length."""
FREE_PROPERTIES = 10_000
"""What they may have in all before that is asked."""


@dataclass
class Shapes:
    """The schemas of one version: what each says, and which extend which.

    Schemas are known by the identity of their parsed value, which lives as long as its document.
    """

    documents: Documents
    problems: Problems
    _known: dict[int, Shape] = field(default_factory=dict)
    _children: dict[int, list[Node]] = field(default_factory=dict)
    _discriminated: dict[int, bool] = field(default_factory=dict)
    _targets: dict[tuple[int, str], Node | None] = field(default_factory=dict)
    _ends: dict[int, Node | bool] = field(default_factory=dict)
    _spread: int = 0

    # --- references -------------------------------------------------------------------------------------

    def follow(self, node: Node, word: str = "$ref") -> Node | None:
        """The schema that a reference in a schema points to; reports it and returns None when there is none."""
        ref = node.value[word]
        if not isinstance(ref, str):
            node.child(word).expect(str)
            return None
        return self.find(ref, node.at, word)

    def find(self, ref: str, owner: Location, *word: str, level: Level = "error") -> Node | None:
        """The schema that a reference points to, written at a place or at a member of it; None when there is none."""
        key = (id(owner.source), ref)
        absolute = ref.startswith("#/") and not self.documents.has_ids(owner.source)
        if absolute and key in self._targets:
            return self._targets[key]
        at = owner.child(*word)
        try:
            target = self.documents.resolve(ref, at)
        except LoadError as error:
            for problem in error.problems:
                self.problems.add(problem.rule, problem.message, problem.at or at, problem.help, level)
            return None
        found = Node(target.raw, target, self.problems)
        if _NO_SCHEMA.match(target.pointer):
            self.problems.warn(
                "ref-to-no-schema",
                f"{ref} is no schema: read as any value",
                at,
                "refer to the schema inside it",
            )
            return None
        if absolute:
            self._targets[key] = found
        return found

    def reference(self, node: Node) -> Node | None:
        """The target when a schema is nothing but a reference, plain or as the only member of `allOf`, at any depth."""
        value = node.value
        if "$ref" in value or "$dynamicRef" in value:
            word = "$ref" if "$ref" in value else "$dynamicRef"
            if len(value) > 1 and self._siblings(node):
                return None
            return self.follow(node, word)
        parts, whole = value.get("allOf"), node
        while is_array(parts) and len(parts) == 1 and is_object(parts[0]) and set(parts[0]) == {"allOf"}:
            whole = whole.child("allOf").child(0)
            parts = parts[0]["allOf"]
        if is_array(parts) and len(parts) == 1 and is_object(parts[0]) and set(parts[0]) == {"$ref"}:
            if any(
                name not in ANNOTATIONS and name != "type" and not name.startswith("x-") for name in value
            ):
                return None
            target = self.follow(whole.child("allOf").child(0))
            if target is not None and not self._is_child(node, target):
                return target
        return None

    def _siblings(self, node: Node) -> bool:
        """True when what stands beside a reference counts: since OpenAPI 3.1. Before, it is named in a warning."""
        names = [name for name in node.value if name not in ANNOTATIONS and not name.startswith("x-")]
        if not names:
            return False
        if self.documents.dialect(node.at.source) >= Dialect.OPENAPI_3_1:
            return True
        if names != ["type"]:  # which only repeats what the target says
            self.problems.warn(
                "ref-siblings",
                f"what stands beside a reference has no effect before OpenAPI 3.1: {', '.join(names)}",
                node.at.child(names[0]),
                "put the reference into an `allOf`",
            )
        return False

    def may_be_null(self, target: Node) -> bool:
        """True when a named schema, or what it is another name for, allows null."""
        end = self._end(target)
        return self.of(end).nullable if isinstance(end, Node) else end

    def _end(self, target: Node) -> Node | bool:
        """The schema that a name finally stands for; True when null is allowed on the way there, False when there is none."""
        way: dict[int, None] = {}
        end: Node | bool | None = None
        while end is None:
            identity = id(target.value)
            if not target.is_object or identity in way:
                end = False
            elif identity in self._ends:
                end = self._ends[identity]
            else:
                way[identity] = None
                further = None if null_flag(target) else self.reference(target)
                if further is None:
                    end = null_flag(target) or target
                else:
                    target = further
        self._ends.update(dict.fromkeys(way, end))
        return end

    # --- shapes -----------------------------------------------------------------------------------------

    def of(self, node: Node) -> Shape:
        """A schema and all it includes by `allOf` and by `$ref` with siblings, merged."""
        known = self._known.get(id(node.value))
        if known is None:
            known = self._known[id(node.value)] = self._merged((node,), node)
            self._settle(known)
        return known

    def of_all(self, parts: Parts) -> Shape:
        """Several schemas that all hold, merged as `allOf` would."""
        shape = self._merged(parts, parts[-1])
        self._settle(shape)
        return shape

    def _settle(self, shape: Shape) -> None:
        """Take null out of the alternatives of a shape, and of those they lead to before. A cycle is cut where it closes."""
        stack = [(shape, False)]
        while stack:
            one, ready = stack.pop()
            if ready:
                self._take_out_null(one)
                continue
            stack.append((one, True))
            for part in one.alternatives:
                target = self.reference(part) if is_object(part.value) and "$ref" in part.value else None
                end = self._end(target) if target is not None else None
                if isinstance(end, Node) and id(end.value) not in self._known:
                    made = self._known[id(end.value)] = self._merged((end,), end)
                    stack.append((made, False))

    def _merged(self, nodes: Parts, own: Node) -> Shape:
        shape = Shape(own.at, own)
        done: set[int] = set()
        for node in nodes:
            if "allOf" in node.value or "$ref" in node.value or "$dynamicRef" in node.value:
                for part in self._parts(node, done):
                    self._take(shape, part, own=part is node)
            elif id(node.value) not in done:
                done.add(id(node.value))
                self._take(shape, node, own=node is own)
        votes = shape.null_votes
        shape.nullable = shape.nullable or (bool(votes) and all(votes))
        if len(done) > 1:
            self._report_closed(shape)
            self._spread += len(shape.properties)
            if self._spread > FREE_PROPERTIES + MOST_PROPERTIES * len(self._known):
                fail(
                    "too-large",
                    f"`allOf` gives its schemas more than {MOST_PROPERTIES} properties each",
                    own.at,
                    "let schemas refer to each other instead of including each other",
                )
        if any(isinstance(item.value, dict | list) for item in shape.values or ()):
            self.problems.warn(
                "not-modelled", "an enumeration of objects or arrays is read by its type alone", own.at
            )
            shape.values = None
        return shape

    def _take(self, shape: Shape, part: Node, *, own: bool) -> None:
        merge(shape, part, self.follow, own=own)
        if shape.discriminator is not None:
            self._take_tag(shape, part)

    def _parts(self, node: Node, done: set[int]) -> Iterator[Node]:
        """The schemas merged into one, bases first, each once. Cycles are cut."""
        stack: list[tuple[Node, bool]] = [(node, False)]
        while stack:
            part, ready = stack.pop()
            if ready:
                yield part
                continue
            if not part.is_object or id(part.value) in done:
                continue
            done.add(id(part.value))
            stack.append((part, True))
            inner: list[Node] = []
            for word in ("$ref", "$dynamicRef"):
                if word in part.value and (target := self.follow(part, word)) is not None:
                    if not self._counts_beside(part):
                        stack.pop()
                    inner.append(target)
            if "allOf" in part.value:
                inner.extend(part.list("allOf"))
            stack.extend((child, False) for child in reversed(inner))

    def _counts_beside(self, part: Node) -> bool:
        return "allOf" in part.value or self._siblings(part)

    def _report_closed(self, shape: Shape) -> None:
        """Warn of an included schema that refuses the members that others declare."""
        for extra in shape.extra:
            if extra.value is not False or extra.at.pointer.endswith("/unevaluatedProperties"):
                continue
            owner = extra.at.source.get(extra.at.pointer.rpartition("/")[0])
            allowed = owner.get("properties")
            names = [name for name in shape.properties if not is_object(allowed) or name not in allowed]
            if names and not owner.get("patternProperties"):
                self.problems.warn(
                    "all-of-conflict",
                    f"a part of `allOf` allows no other members, and others declare {', '.join(names[:3])}",
                    extra.at,
                    "close the whole with `unevaluatedProperties: false`, or none of the parts",
                )

    def _take_out_null(self, shape: Shape) -> None:
        """Null as an alternative, in whichever way it is written, is the same as `nullable`."""
        kept: list[Node] = []
        for part in shape.alternatives:
            value = part.value
            if is_object(value):
                types = value.get("type")
                if (
                    types == "null"
                    or value.get("enum") == [None]
                    or ("const" in value and value["const"] is None)
                ):
                    shape.nullable = True
                    continue
                if null_flag(part) or (is_array(types) and "null" in types):
                    shape.nullable = True
                elif "$ref" in value:
                    target = self.reference(part)
                    shape.nullable = shape.nullable or (target is not None and self.may_be_null(target))
            kept.append(part)
        if (shape.alternatives and not kept) or (shape.values == [] and shape.nullable):
            shape.types, shape.values = ("null",), None
        shape.alternatives = kept

    # --- families: a base with a discriminator, and what extends it --------------------------------------

    def declare(self, node: Node) -> None:
        """Take note of a named schema that extends others through `allOf`."""
        parts = node.value.get("allOf") if node.is_object else None
        for index, part in enumerate(parts if is_array(parts) else ()):
            if is_object(part) and isinstance(part.get("$ref"), str):
                base = self.follow(node.child("allOf").child(index))
                if base is not None and base.is_object:
                    self._children.setdefault(id(base.value), []).append(node)

    def _is_child(self, node: Node, base: Node) -> bool:
        """True when a named schema is one of the children of a discriminated base, and not another name for it."""
        children = self._children.get(id(base.value), ())
        return any(child.value is node.value for child in children) and self._is_discriminated(base)

    def _is_discriminated(self, node: Node) -> bool:
        """True when a schema has a discriminator, its own or that of one that it extends."""
        extended_by: dict[int, int] = {}
        queue = [node]
        for part in queue:  # grows while it is walked
            known = self._discriminated.get(id(part.value))
            if known or "discriminator" in part:
                way: int | None = id(part.value)
                while way is not None:
                    self._discriminated[way] = True
                    way = extended_by.get(way)
                return True
            parts = part.value.get("allOf") if known is None else None
            for index, inner in enumerate(parts if is_array(parts) else ()):
                base = (
                    self.follow(part.child("allOf").child(index))
                    if is_object(inner) and "$ref" in inner
                    else None
                )
                if (
                    base is not None
                    and base.is_object
                    and base.value is not node.value
                    and id(base.value) not in extended_by
                ):
                    extended_by[id(base.value)] = id(part.value)
                    queue.append(base)
        self._discriminated |= dict.fromkeys((id(part.value) for part in queue), False)
        return False

    def descendants(self, node: Node) -> list[Node]:
        """The schemas that extend one through `allOf`, transitively, nearest first."""
        found: list[Node] = []
        seen = {id(node.value)}
        queue = [node]
        for base in queue:  # grows while it is walked
            for child in self._children.get(id(base.value), ()):
                if id(child.value) not in seen:
                    seen.add(id(child.value))
                    found.append(child)
                    queue.append(child)
        return found

    def extends(self, node: Node, base: Node) -> bool:
        """True when a schema includes another by `allOf`, at any depth."""
        return any(part.value is base.value for part in self._parts(node, set()))

    def _take_tag(self, shape: Shape, node: Node) -> None:
        """A child of a discriminated base has one value for the tag: its own."""
        discriminator = shape.discriminator
        if discriminator is None or node.value.get("discriminator") is discriminator.value:
            return
        tag = tag_of(shape)
        if tag is None or not _is_component(node.at):
            return
        explicit = node.text_or_none("x-ms-discriminator-value")
        mapped = self.mapping(shape).get(id(node.value))
        shape.constants[tag] = (explicit or (mapped[0] if mapped else name_of(node.at)), node.at)

    def mapping(self, shape: Shape) -> dict[int, tuple[str, ...]]:
        """The discriminator values of each schema that the explicit mapping names, by the schema's identity."""
        found: dict[int, tuple[str, ...]] = {}
        mapping = shape.discriminator.object("mapping") if has_mapping(shape.discriminator) else None
        for value, node in mapping.members() if mapping is not None else ():
            if (
                node.expect(str)
                and (target := self.find(_as_ref(node.value), node.at, level="warning")) is not None
            ):
                found[id(target.value)] = (*found.get(id(target.value), ()), value)
        return found

    def fallback(self, shape: Shape) -> Node | None:
        """The schema of a value whose tag no variant has (OpenAPI 3.2, `defaultMapping`)."""
        discriminator = shape.discriminator
        if discriminator is None or "defaultMapping" not in discriminator:
            return None
        ref = discriminator.text("defaultMapping")
        return self.find(_as_ref(ref), discriminator.at, "defaultMapping", level="warning")

    def tag_values(self, target: Node, tag: str) -> tuple[str, ...]:
        """The discriminator values of a schema without a mapping: what its tag property allows, else its name."""
        if target.is_object:
            explicit = target.get("x-ms-discriminator-value")
            if explicit is not None and explicit.expect(str):
                return (explicit.value,)
        return self.allowed_tags(target, tag) or (name_of(target.at),)

    def allowed_tags(self, target: Node, tag: str) -> tuple[str, ...]:
        """What the tag property of a schema allows; nothing where that is not said."""
        prop = self.of(target).properties.get(tag) if target.is_object else None
        if prop is None or not all(part.is_object for part in prop):
            return ()
        values = self.of_all(prop).values
        told = tuple(item.value for item in values or () if isinstance(item.value, str))
        return told if values and len(told) == len(values) <= 8 else ()


def has_mapping(discriminator: Node | None) -> TypeGuard[Node]:
    """True for a discriminator with an explicit mapping."""
    return discriminator is not None and "mapping" in discriminator


def tag_of(shape: Shape) -> str | None:
    """The wire name of the discriminator: a string in Swagger 2.0, `propertyName` since OpenAPI 3.0."""
    if shape.discriminator is None:
        return None
    if isinstance(shape.discriminator.value, str):
        return shape.discriminator.value
    return shape.discriminator.text("propertyName") or None


def name_of(at: Location) -> str:
    """The name of a schema by its place: its key, or the stem of its file."""
    tokens = split_pointer(at.pointer)
    return tokens[-1] if tokens else at.file.rpartition("/")[2].partition(".")[0]


def _as_ref(written: str) -> str:
    """What a mapping says, as a reference: a plain name is that of a component."""
    return written if any(mark in written for mark in "/#.") else f"#/components/schemas/{written}"


def _is_component(at: Location) -> bool:
    return len(split_pointer(at.pointer)) in (2, 3) and "/allOf/" not in at.pointer


def distinct(parts: Sequence[Node]) -> Parts:
    """The schemas without repetitions of the same text."""
    kept: list[Node] = []
    for part in parts:
        if not any(part.value == other.value for other in kept):
            kept.append(part)
    return tuple(kept)
