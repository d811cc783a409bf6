"""Structural fingerprints: equal exactly when two models are the same, transitively, in all that code can see.

Descriptions, places and the position of a model in the document do not count. Names do: a model that was renamed is
another class. Groups of models that refer to each other are hashed together (Tarjan's strongly connected components,
without recursion), so that cycles need no special case above.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from .model import (
    Alias,
    Api,
    Condition,
    Enumeration,
    ListOf,
    MapOf,
    Model,
    ModelRef,
    Nullable,
    OneOf,
    Record,
    Type,
)
from .reach import refs_in, types_of


def fingerprints(api: Api, labels: Mapping[str, str] | None = None) -> dict[str, str]:
    """The fingerprint of every model of a version, by model key.

    `labels`, by model key, are counted in: two models with other labels, or that reach such, are not the same.
    """
    labels = labels or {}
    done: dict[str, str] = {}
    edges = {
        model.key: tuple(dict.fromkeys(key for part in types_of(model) for key in refs_in(part)))
        for model in api.models
    }
    for group in _components(edges):
        members = sorted(group)
        whole = _digest(
            "\n".join(_spell_model(api.by_key[key], done, group) + labels.get(key, "") for key in members)
        )
        done.update({key: _digest(f"{whole}\0{key}") for key in members})
    return done


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _spell_model(model: Model, done: dict[str, str], group: frozenset[str]) -> str:
    """A model as text: everything that tells it from another, with the models it names by fingerprint."""

    def spell(type_: Type) -> str:
        match type_:
            case ModelRef():
                return f"@{type_.key}" if type_.key in group else f"#{type_.key}:{done[type_.key]}"
            case Nullable():
                return f"{spell(type_.of)}?"
            case ListOf():
                first = ",".join(map(spell, type_.prefix))
                return f"[{first};{spell(type_.of)};{type_.min_items};{type_.max_items};{type_.unique}]"
            case MapOf():
                return f"{{{spell(type_.of)};{patterns(type_.patterns)};{names(type_.names)}}}"
            case _:
                return repr(type_)

    def patterns(written: tuple[tuple[str, Type], ...]) -> str:
        return ",".join(f"{pattern!r}:{spell(type_)}" for pattern, type_ in written)

    def names(type_: Type | None) -> str:
        return spell(type_) if type_ is not None else ""

    def conditions(written: tuple[Condition, ...]) -> str:
        return ",".join(
            f"{one.keyword}:{one.schema}:{[spell(type_) for type_ in one.types]}" for one in written
        )

    head = f"{type(model).__name__} {model.path!r} {model.deprecated}"
    match model:
        case Record():
            fields = [
                (
                    f.wire_name,
                    f.client_name,
                    spell(f.type),
                    f.required,
                    f.read_only,
                    f.write_only,
                    f.deprecated,
                    f.default,
                )
                for f in model.fields
            ]
            tail = (
                fields,
                spell(model.extra),
                model.required_extra,
                model.min_properties,
                model.max_properties,
                patterns(model.patterns),
                names(model.names),
                conditions(model.conditions),
            )
            return f"{head} {tail!r}"
        case Enumeration():
            return f"{head} {model.base} {model.open} {[(v.value, v.name) for v in model.values]!r}"
        case OneOf():
            variants = [(spell(variant.type), variant.tags) for variant in model.variants]
            opening = spell(model.open) if model.open is not None else None
            return f"{head} {model.tag!r} {model.exclusive} {variants!r} {opening!r} {conditions(model.conditions)}"
        case Alias():
            return f"{head} {spell(model.of)} {conditions(model.conditions)}"


def _components(edges: dict[str, tuple[str, ...]]) -> list[frozenset[str]]:
    """The strongly connected components of a graph, those pointed at before those that point."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[frozenset[str]] = []
    for root in edges:
        if root in index:
            continue
        work = [(root, iter(edges[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, targets = work[-1]
            for target in targets:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(edges[target])))
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    cut = stack.index(node)
                    found.append(frozenset(stack[cut:]))
                    on_stack.difference_update(stack[cut:])
                    del stack[cut:]
    return found
