"""Since when: what docstrings say of the version that added, changed, deprecated or removed a thing.

The oldest version is where our knowledge begins, so nothing is said to have been added in it. A stable version does not
remove what only previews had: it has not got it yet.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from ...model import Api, Model, Record
from ..names.identifiers import SafeName
from ..types.classes import shape
from ..views import MethodView
from .sharing import Home, Written

State: TypeAlias = "tuple[Hashable, bool]"
"""What a thing is in a version, and whether it is deprecated there."""


@dataclass(frozen=True)
class History:
    """The states of every method, model and field, by version; None where a version has not got it."""

    versions: Sequence[Api]
    methods: Mapping[str, Sequence[State | None]]
    models: Mapping[str, Sequence[State | None]]
    fields: Mapping[tuple[str, str], Sequence[State | None]]

    @classmethod
    def of(
        cls,
        written: Sequence[Written],
        models: Sequence[Mapping[str, Home]],
        methods: Sequence[Mapping[str, SafeName]],
    ) -> History:
        """The history of a service. `models` and `methods` tell, per version, where each is defined."""
        count = len(written)
        if count == 1:  # a single version has no history
            return cls((written[0].api,), {}, {}, {})
        told: tuple[dict[str, list[State | None]], dict[str, list[State | None]]] = ({}, {})
        fields: dict[tuple[str, str], list[State | None]] = {}
        shapes: dict[tuple[SafeName, Home], dict[str, State]] = {}
        for index, one in enumerate(written):
            for dotted in methods[index]:
                state = _call(one.calls.methods[dotted]), one.calls.operations[dotted].deprecated
                told[0].setdefault(dotted, [None] * count)[index] = state
            for model in one.api.models:
                if model.key not in models[index]:
                    continue
                name, home = one.spelling.names[model.key], models[index][model.key]
                if (name, home) not in shapes:  # the same class has the same shape
                    shapes[name, home] = _fields(one, model)
                parts = shapes[name, home]
                state = tuple((part, what) for part, (what, _) in parts.items()), model.deprecated
                told[1].setdefault(name, [None] * count)[index] = state
                for part, what in parts.items():
                    fields.setdefault((name, part), [None] * count)[index] = what
        return cls(tuple(one.api for one in written), *told, fields)

    def method(self, dotted: str, module_index: int) -> str:
        """What is said of a method in the version that defines it."""
        if len(self.versions) == 1:
            return ""
        return self._notes(self.methods[dotted], range(len(self.versions)), module_index)

    def model(self, name: str, field: str | None, module_index: int) -> str:
        """What is said of a model, or of an attribute of it that is not already said of the model."""
        if len(self.versions) == 1:
            return ""
        states = self.models[name]
        if field is None:
            return self._notes(states, range(len(self.versions)), module_index)
        among = [index for index, state in enumerate(states) if state is not None]
        return self._notes(self.fields[name, field], among, module_index)

    def _notes(self, states: Sequence[State | None], among: Sequence[int], at: int) -> str:
        present = [index for index in among if states[index] is not None]
        notes: list[str] = []
        if present and present[0] != among[0]:
            notes.append(f"Added in {self._named([present[0]])}.")
        until = [index for index in present if index <= at]
        pairs = list(pairwise(until))
        changed = [
            after for before, after in pairs if self._what(states[before]) != self._what(states[after])
        ]
        if changed:
            notes.append(f"Changed in {self._named(changed)}.")
        deprecated = [
            after for before, after in pairs if self._old(states[after]) and not self._old(states[before])
        ]
        if deprecated and self._old(states[at]):
            notes.append(f"Deprecated in {self._named(deprecated[-1:])}.")
        previews = all(self.versions[index].stage == "preview" for index in present)
        gone = [
            index
            for index in among
            if present and index > present[-1] and (not previews or self.versions[index].stage == "preview")
        ]
        if gone:
            notes.append(f"Removed in {self._named(gone[:1])}.")
        return " ".join(notes)

    @staticmethod
    def _what(state: State | None) -> Hashable:
        return state[0] if state is not None else None

    @staticmethod
    def _old(state: State | None) -> bool:
        return state is not None and state[1]

    def _named(self, indices: Sequence[int]) -> str:
        return ", ".join(self.versions[index].version for index in indices)


def _call(view: MethodView) -> Hashable:
    """What a caller or the service can see of a method."""
    arguments = tuple((one.name, one.annotation, one.required, one.keyword) for one in view.arguments)
    sent = view.http_method, view.path, arguments, view.sent_code, view.body_code
    return *sent, view.returns, view.raises, view.kind, view.how_code, view.stream, view.server


def _fields(one: Written, model: Model) -> dict[str, State]:
    deprecated: dict[str, bool] = {}
    if isinstance(model, Record):
        names = one.spelling.fields(model)
        deprecated = {names[field.wire_name]: field.deprecated for field in model.fields}
    return {part: (what, deprecated.get(part, False)) for part, what in shape(one.spelling, model)}
