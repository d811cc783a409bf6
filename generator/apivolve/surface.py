"""The public Python surface of one generated version, as data.

`emit` makes it from the same names and annotations that the templates print; `diff` compares two of them. So the
`code` scope of the gate can never disagree with the generator.

An `Annotation` is the tuple of alternatives of a type, in print order: `("CompletionsUsage", "None")`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from .finding import Direction
from .source import Location

Annotation: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SurfaceAttribute:
    """An attribute of a model class. It reads as `reads`; its constructor argument takes `takes`."""

    name: str
    reads: Annotation
    takes: Annotation
    required: bool
    at: Location


@dataclass(frozen=True, slots=True)
class SurfaceKey:
    """A member of the dictionary that requests may have instead of a class; `attribute` is what the class calls it."""

    name: str
    attribute: str
    takes: Annotation
    required: bool
    at: Location


@dataclass(frozen=True, slots=True)
class SurfaceClass:
    """A model class. `direction` says whether callers construct it, receive it, or both; None: unreached.

    `keys` are those of the dictionary that stands for it in requests (`params`), None where there is none. `fingerprint` is equal in two versions exactly when the class is the same in both, transitively.
    """

    name: str
    attributes: tuple[SurfaceAttribute, ...]
    direction: Direction | None
    operations: tuple[str, ...]
    fingerprint: str
    at: Location
    keys: tuple[SurfaceKey, ...] | None = None


@dataclass(frozen=True, slots=True)
class SurfaceAlias:
    """A named type: an enumeration's literals, a union, a plain alias."""

    name: str
    means: Annotation
    direction: Direction | None
    operations: tuple[str, ...]
    fingerprint: str
    at: Location


@dataclass(frozen=True, slots=True)
class SurfaceParameter:
    """A parameter of a method. `keyword` parameters can only be given by name."""

    name: str
    takes: Annotation
    required: bool
    keyword: bool
    at: Location


@dataclass(frozen=True, slots=True)
class SurfaceMethod:
    """A method of the client, by the dotted path a caller types: `chat_completions.create`.

    `streams` is what it gives instead of `returns` when it is asked for a stream; empty where it cannot be. `owner` is what has it:
    the client, or the module `webhooks`.
    """

    name: str
    parameters: tuple[SurfaceParameter, ...]
    returns: Annotation
    operation: str
    at: Location
    streams: Annotation = ()
    owner: str = "client"

    @property
    def called(self) -> str:
        """What a caller types: `client.chat_completions.create`."""
        return f"{self.owner}.{self.name}"

    @property
    def label(self) -> str:
        """How people name it: as it is called, without the client."""
        return self.called.removeprefix("client.")


@dataclass(frozen=True, slots=True)
class Surface:
    """Everything a caller of one version can name. `package` is its import path: `azure_openai.v2024_06_01`."""

    package: str
    methods: tuple[SurfaceMethod, ...]
    classes: tuple[SurfaceClass, ...]
    aliases: tuple[SurfaceAlias, ...]
