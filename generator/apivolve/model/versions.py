"""Versions: one snapshot, and all snapshots of a service."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeAlias

from ..errors import Problem
from ..finding import Change
from ..source import Source
from .operations import Operation, SecurityScheme, Server, Tag
from .types import Alias, Anything, Model, ModelRef, Nullable, Type

Stage: TypeAlias = Literal["stable", "preview"]


@dataclass(frozen=True)
class Api:
    """One api-version of a service, complete."""

    service: str
    version: str
    stage: Stage
    operations: tuple[Operation, ...]
    models: tuple[Model, ...]
    schemes: tuple[SecurityScheme, ...] = ()
    servers: tuple[Server, ...] = ()
    title: str = ""
    doc: str = ""
    webhooks: tuple[Operation, ...] = ()
    tags: tuple[Tag, ...] = ()
    sources: tuple[Source, ...] = field(default=(), compare=False, repr=False)
    problems: tuple[Problem, ...] = field(default=(), compare=False, repr=False)

    @cached_property
    def by_key(self) -> dict[str, Model]:
        """The models by key."""
        return {model.key: model for model in self.models}

    @cached_property
    def samples(self) -> dict[object, Any]:
        """What `sample` remembers of the models."""
        return {}

    def resolve(self, type_: Type | Model) -> Type | Model:
        """A type with its `ModelRef`s and aliases followed to what they stand for. A cycle of aliases is Anything."""
        seen: set[str] = set()
        while isinstance(type_, ModelRef):
            if type_.key in seen:
                return Anything()
            seen.add(type_.key)
            model = self.by_key[type_.key]
            if not isinstance(model, Alias):
                return model
            type_ = model.of
        return type_

    def present(self, type_: Type | Model) -> Type | Model:
        """What a value of a type is when it is not null: the type resolved, and all that says it may be null taken off."""
        resolved = self.resolve(type_)
        while isinstance(resolved, Nullable):
            resolved = self.resolve(resolved.of)
        return resolved


@dataclass(frozen=True, slots=True)
class Revision:
    """A published api-version that changed in place: the same version, before and after."""

    before: Api
    after: Api


@dataclass(frozen=True, slots=True)
class Service:
    """All api-versions of one HTTP API, oldest first, with what their change logs declare."""

    name: str
    versions: tuple[Api, ...]
    changes: tuple[Change, ...] = ()
    revisions: tuple[Revision, ...] = ()
