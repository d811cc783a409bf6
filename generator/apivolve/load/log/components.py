"""Copies of shared components, made while a document is rewritten, and named when all are known.

An operation that a log changes may reach a component that other operations reach too. So nothing is edited in place: who
needs a component otherwise gets a *copy*, one for all that need it in the same way. When the whole document is rewritten,
copies that turned out equal are one; where nobody needs the original any more, a copy takes its place and name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ...delta import ChangeTree
from ...jsonvalue import is_array, is_object, to_json
from ...source import split_pointer

Above: TypeAlias = Mapping[str, str]
"""The components that a place is inside of and that are being rewritten: pointer → reference to the copy."""
Edit: TypeAlias = Callable[[Any, ChangeTree, Above], Any]

NO_CHANGE = ChangeTree()
_COPY = "#copy:"
_LOCAL = ("#/", _COPY)


@dataclass
class Components:
    """The components of one document, by JSON pointer, and the copies of them."""

    document: dict[str, Any]
    copies: list[tuple[str, Any]] = field(default_factory=list[tuple[str, Any]])
    _waiting: list[tuple[int, ChangeTree, Above, Edit]] = field(
        default_factory=list[tuple[int, ChangeTree, Above, Edit]]
    )
    _known: dict[tuple[Any, ...], str] = field(default_factory=dict[tuple[Any, ...], str])
    _reach: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])

    def at(self, pointer: str) -> Any:
        """The value at a pointer; None when there is none."""
        value: Any = self.document
        for token in split_pointer(pointer):
            if is_object(value) and token in value:
                value = value[token]
            elif is_array(value) and token.isdecimal() and int(token) < len(value):
                value = value[int(token)]
            else:
                return None
        return value

    def target(self, ref: str) -> Any:
        """What a reference of the document as it was points to; None for another one."""
        return self.at(ref[1:]) if ref.startswith("#/") else None

    def resolved(self, raw: Any) -> Any:
        """A value with its own references followed."""
        seen: set[str] = set()
        while is_object(raw) and isinstance(ref := raw.get("$ref"), str) and ref not in seen:
            seen.add(ref)
            raw = self.target(ref)
        return raw

    def copy(self, ref: str, tree: ChangeTree, above: Above, edit: Edit, *, inside: bool = True) -> str:
        """The reference to the component with some changes made. `inside` false: a part of the same object (`allOf`)."""
        pointer = ref[1:]
        if self.target(ref) is None:
            return ref
        if not tree and pointer in above:
            return above[pointer]
        reach = self.reach(pointer) | {pointer}
        bound = {inner: copy for inner, copy in above.items() if inner in reach}
        if not tree and not bound:
            return ref
        key = (pointer, tree.key if tree else "", tuple(sorted(bound.items())), edit.__name__)
        if key not in self._known:
            number = len(self.copies)
            self._known[key] = f"{_COPY}{number}"
            self.copies.append((pointer, None))
            further = {**above, pointer: self._known[key]} if inside and tree else above
            self._waiting.append((number, tree, further, edit))
        return self._known[key]

    def settle(self) -> None:
        """Make the copies that were asked for, and those that they ask for."""
        while self._waiting:
            number, tree, above, edit = self._waiting.pop()
            pointer, _ = self.copies[number]
            self.copies[number] = (pointer, edit(self.at(pointer), tree, above))

    def follow(self, raw: Any, above: Above, edit: Edit) -> Any:
        """A value that does not change itself, with its references led to the copies that it is inside of."""
        if not above:
            return raw
        if is_array(raw):
            return [self.follow(item, above, edit) for item in raw]
        if not is_object(raw):
            return raw
        made = {name: self.follow(value, above, edit) for name, value in raw.items()}
        for name, ref in _refs_of(raw):
            made[name] = self.copy(ref, NO_CHANGE, above, edit)
        return made

    def reach(self, pointer: str) -> frozenset[str]:
        """The pointers of the components that one leads to."""
        if pointer not in self._reach:
            seen: dict[str, None] = {}
            queue = [pointer]
            for one in queue:  # grows while it is walked
                for ref in refs_in(self.at(one)):
                    if ref[1:] not in seen and ref.startswith("#/"):
                        seen[ref[1:]] = None
                        queue.append(ref[1:])
            self._reach[pointer] = frozenset(seen)
        return self._reach[pointer]

    # --- when everything is rewritten -----------------------------------------------------------------------

    def finish(self, roots: list[Any]) -> tuple[dict[str, Any], frozenset[str]]:
        """The document with its copies in place, and the pointers of what had to be split.

        `roots` are the values that decide who is needed: the operations, rewritten.
        """
        groups = self._groups()
        needed: dict[str, dict[str, str]] = {}
        queue = [ref for root in roots for ref in refs_in(root)]
        seen: set[str] = set()
        for ref in queue:  # grows while it is walked
            ref = groups.get(ref, ref)
            if ref in seen:
                continue
            seen.add(ref)
            pointer = self._pointer(ref)
            needed.setdefault(pointer, {})[ref] = ref
            queue.extend(refs_in(self.copies[_number(ref)][1] if ref.startswith(_COPY) else self.at(pointer)))
        names: dict[str, str] = {}
        for pointer, wanted in needed.items():
            original = f"#{pointer}" in wanted
            for ref in wanted:
                if ref.startswith(_COPY):
                    names[ref] = f"#{self._free(pointer, names)}" if original else f"#{pointer}"
                    original = True
        for copy, one in groups.items():
            if one in names:
                names[copy] = names[one]
        split = frozenset(pointer for pointer, wanted in needed.items() if len(wanted) > 1)
        contents = [
            (ref, self.copies[_number(ref)][1]) for ref in groups if groups[ref] == ref and ref in names
        ]
        for ref, content in contents:
            self._put(names[ref][1:], content)
        self.document = _renamed(self.document, names)
        return self.document, split

    def _groups(self) -> dict[str, str]:
        """For each copy the first one that is equal to it: as coarse as the contents allow."""
        sign = {f"{_COPY}{number}": pointer for number, (pointer, _) in enumerate(self.copies)}
        kinds = len(set(sign.values()))
        while True:
            text = {
                ref: to_json([self.copies[_number(ref)][0], _renamed(self.copies[_number(ref)][1], sign)])
                for ref in sign
            }
            number: dict[str, str] = {}
            sign = {ref: number.setdefault(text[ref], ref) for ref in text}
            if len(number) == kinds:
                return sign
            kinds = len(number)

    def _pointer(self, ref: str) -> str:
        return self.copies[_number(ref)][0] if ref.startswith(_COPY) else ref[1:]

    def _free(self, pointer: str, names: Mapping[str, str]) -> str:
        number = 2
        while self.at(f"{pointer}{number}") is not None or f"#{pointer}{number}" in names.values():
            number += 1
        return f"{pointer}{number}"

    def _put(self, pointer: str, content: Any) -> None:
        *parents, last = split_pointer(pointer)
        # the way down is copied, so that the document we were given stays as it is
        self.document = {**self.document}
        holder: Any = self.document
        for token in parents:
            holder[token] = {**holder[token]} if is_object(holder[token]) else [*holder[token]]
            holder = holder[token]
        holder[int(last) if is_array(holder) else last] = content


def refs_in(raw: Any) -> Iterator[str]:
    """All references written in a value, without following them."""
    if is_array(raw):
        for item in raw:
            yield from refs_in(item)
    elif is_object(raw):
        for _, ref in _refs_of(raw):
            yield ref
        for value in raw.values():
            yield from refs_in(value)


def _refs_of(raw: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The members of an object that are references: `$ref`, and what a discriminator's `mapping` names."""
    for name, value in raw.items():
        if isinstance(value, str) and value.startswith(_LOCAL):
            yield name, value


def _number(ref: str) -> int:
    return int(ref.removeprefix(_COPY))


def _renamed(raw: Any, names: Mapping[str, str]) -> Any:
    """A value with some of its references written otherwise; the same object where nothing is."""
    if is_array(raw):
        made = [_renamed(item, names) for item in raw]
        return made if any(one is not other for one, other in zip(made, raw, strict=True)) else raw
    if not is_object(raw):
        return raw
    changed = {name: _renamed(value, names) for name, value in raw.items()}
    for name, ref in _refs_of(raw):
        changed[name] = names.get(ref, ref)
    return changed if any(changed[name] is not raw[name] for name in raw) else raw
