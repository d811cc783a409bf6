"""Names that last: what a wire name was called in Python is what it is called for ever, and a rename leaves an alias.

The table is kept in the lock. A name is found in this order: what this version called the thing, what the other versions
call it, what the wire name spells by itself. So the first to get a name keeps it, whatever comes beside it later.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ...jsonvalue import is_object
from ...model import (
    Alias,
    Api,
    Enumeration,
    ListOf,
    MapOf,
    Model,
    ModelRef,
    Nullable,
    OneOf,
    Operation,
    Record,
    Type,
)
from ...overrides import Overrides
from .identifiers import SafeName, Scope

Table: TypeAlias = dict[str, dict[str, str]]
"""A value for each wire name, by the module of the version."""


_VERSIONED = ("models", "shapes", "methods", "calls")
_MEMBERS = ("fields", "parameters", "webhooks")
_PLAIN = (*_MEMBERS, "renamed_models", "renamed_methods")


@dataclass
class Names:
    """The names of a service. `models` are keyed by schema, `methods` by operation (`keys_of`), `fields` and `parameters` by these;
    `webhooks` by method and name.

    `shapes` and `calls` are what a schema or an operation is recognised by when it was renamed. `contested` are the fields
    and parameters that have, or may get, a rival for their name. `before` is the last run's, `overrides` what the project wants.
    """

    models: Table = field(default_factory=dict)
    shapes: Table = field(default_factory=dict)
    methods: Table = field(default_factory=dict)
    calls: Table = field(default_factory=dict)
    fields: Table = field(default_factory=dict)
    parameters: Table = field(default_factory=dict)
    webhooks: Table = field(default_factory=dict)
    renamed_models: Table = field(default_factory=dict)
    renamed_methods: Table = field(default_factory=dict)
    contested: set[tuple[str, str]] = field(default_factory=set)
    before: Names | None = None
    overrides: Overrides = field(default_factory=Overrides)

    def locked(self, kind: str, module: str, wires: Iterable[str]) -> dict[str, str]:
        """What wire names were called in a version, or else are called in the newest that knows them.

        What the project wants them called goes before both.
        """
        wires = list(wires)
        tables: list[Mapping[str, str]] = []
        if self.before is not None:
            older: Table = getattr(self.before, kind)
            tables = [
                older.get(module, {}),
                *reversed(getattr(self, kind).values()),
                *reversed(older.values()),
            ]
        else:
            tables = [*reversed(getattr(self, kind).values())]
        found = ((wire, next((one[wire] for one in tables if wire in one), None)) for wire in wires)
        wanted: Mapping[str, str] = getattr(self.overrides, kind)
        return {wire: name for wire, name in found if name is not None} | {
            wire: wanted[wire] for wire in wires if wire in wanted
        }

    def members(
        self, kind: str, owner: str, wanted: Iterable[tuple[str, str]], scope: Scope
    ) -> dict[str, SafeName]:
        """The names of a schema's fields, an operation's parameters or all webhooks, by wire name."""
        wanted = list(wanted)
        known: dict[str, str] = getattr(self, kind).setdefault(owner, {})
        older: Mapping[str, str] = getattr(self.before, kind).get(owner, {}) if self.before else {}
        found = give_all(wanted, scope, {**known, **older})
        known.update({wire: str(name) for wire, name in found.items()})
        counts = Counter(want.lower() for _, want in wanted)
        self.contested.update(
            (owner, wire)
            for wire, want in wanted
            # another member may come that asks for a name, so only those that are spelled as their names need no entry
            if wire in older or counts[want.lower()] > 1 or found[wire] not in (wire, wire.partition(" ")[2])
        )
        return found

    def as_json(self) -> dict[str, Any]:
        """The table as the lock holds it: each value with the version since which it holds, null where it ended."""
        told: dict[str, Any] = {name: _since(getattr(self, name)) for name in _VERSIONED}
        for name in _MEMBERS:
            table: Table = getattr(self, name)
            told[name] = {
                owner: kept
                for owner, values in sorted(table.items())
                if (kept := {one: name_ for one, name_ in values.items() if (owner, one) in self.contested})
            }
        for name in ("renamed_models", "renamed_methods"):
            told[name] = {module: values for module, values in getattr(self, name).items() if values}
        return {name: table for name, table in told.items() if table}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], modules: Sequence[str]) -> Names:
        """The reverse of `as_json`; `modules` are the versions of the lock, oldest first."""
        names = cls()
        for name in _VERSIONED:
            table: Table = {module: {} for module in modules}
            for wire, steps in _object(data.get(name)).items():
                value: object = None
                for module in modules:
                    value = _object(steps).get(module, value)
                    if isinstance(value, str):
                        table[module][wire] = value
            setattr(names, name, table)
        for name in _PLAIN:
            setattr(
                names,
                name,
                {
                    wire: {key: str(value) for key, value in _object(values).items()}
                    for wire, values in _object(data.get(name)).items()
                },
            )
        return names


def _object(value: object) -> dict[str, Any]:
    return value if is_object(value) else {}


def _since(table: Table) -> dict[str, dict[str, str | None]]:
    found: dict[str, dict[str, str | None]] = {}
    for wire in sorted({wire for values in table.values() for wire in values}):
        before: str | None = None
        steps: dict[str, str | None] = {}
        for module, values in table.items():
            if values.get(wire) != before:
                before = steps[module] = values.get(wire)
        found[wire] = steps
    return found


def turn(wire: str, want: str) -> tuple[bool, str]:
    """What decides who gets a name that several ask for, whatever their order: the one that is spelled so, then by the text."""
    return wire != want, wire


def give_all(
    wanted: Iterable[tuple[str, str]], scope: Scope, locked: Mapping[str, str]
) -> dict[str, SafeName]:
    """Names for wire names and what each asks for, the locked ones first; in the order asked."""
    wanted = list(wanted)
    found = {wire: scope.give(locked[wire]) for wire, _ in wanted if wire in locked}
    for wire, want in wanted:
        if wire not in found:
            found[wire] = scope.give(want)
    return {wire: found[wire] for wire, _ in wanted}


def renamed_models(now: Names, module: str) -> dict[str, str]:
    """Old Python names of models that a version had under another schema name → the new ones."""
    before = now.before or Names()
    old, new = before.shapes.get(module, {}), now.shapes.get(module, {})
    gone = [key for key in old if key not in new]
    came = [key for key in new if key not in old]
    pairs = _matched({key: old[key] for key in gone}, {key: new[key] for key in came})
    for key in gone:  # what was written in place inside a schema moved with it
        for outer, other in list(pairs.items()):
            if key.startswith(f"{outer}.") and (inner := other + key.removeprefix(outer)) in came:
                pairs.setdefault(key, inner)
    was, named = before.models.get(module, {}), now.models.get(module, {})
    found = {was[key]: named[other] for key, other in pairs.items() if key in was and other in named}
    return _kept(before.renamed_models.get(module, {}), found, named)


def renamed_methods(now: Names, module: str) -> dict[str, str]:
    """Old dotted names of methods whose operation has another operationId now → the new ones."""
    before = now.before or Names()
    old, new = before.calls.get(module, {}), now.calls.get(module, {})
    pairs = _matched(
        {key: call for key, call in old.items() if key not in new},
        {key: call for key, call in new.items() if key not in old},
    )
    was, named = before.methods.get(module, {}), now.methods.get(module, {})
    found = {was[key]: named[other] for key, other in pairs.items() if key in was and other in named}
    return _kept(before.renamed_methods.get(module, {}), found, named)


def _matched(gone: Mapping[str, str], came: Mapping[str, str]) -> dict[str, str]:
    """What went and what came instead: those that are the only ones of their kind on both sides."""
    left, right = Counter(gone.values()), Counter(came.values())
    by_kind = {kind: key for key, kind in came.items()}
    return {key: by_kind[kind] for key, kind in gone.items() if left[kind] == 1 and right[kind] == 1}


def _kept(before: Mapping[str, str], found: Mapping[str, str], named: Mapping[str, str]) -> dict[str, str]:
    """All aliases of a version: older ones follow what they stand for; a name that is in use is none."""
    used = set(named.values())
    every = {old: found.get(new, new) for old, new in before.items()} | dict(found)
    return {old: new for old, new in sorted(every.items()) if new in used and old not in used}


def shape_of(model: Model) -> str:
    """What a schema is recognised by when its name changed: all of it but the names of schemas."""

    def spell(type_: Type) -> str:
        match type_:
            case ModelRef():
                return "ref"
            case Nullable() | ListOf() | MapOf():
                return f"{type(type_).__name__}({spell(type_.of)})"
            case _:
                return repr(type_)

    match model:
        case Record():
            parts = [repr((one.wire_name, spell(one.type), one.required)) for one in model.fields]
            parts.append(spell(model.extra))
        case Enumeration():
            parts = [value.value for value in model.values]
        case OneOf():
            parts = [str(model.tag), *(f"{spell(one.type)} {one.tags}" for one in model.variants)]
        case Alias():
            parts = [spell(model.of)]
    text = "\n".join([type(model).__name__, *parts])
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def shapes_of(api: Api) -> dict[str, str]:
    """The shape of every model of a version, by key."""
    return {model.key: shape_of(model) for model in api.models}


def keys_of(operations: Sequence[Operation]) -> list[str]:
    """What the table knows each operation by: its id, and where several have it, their method and path after it."""
    counts = Counter(operation.id for operation in operations)
    return [one.id if counts[one.id] == 1 else f"{one.id} {one.label}" for one in operations]
