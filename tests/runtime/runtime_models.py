"""Models as the generator writes them."""

from __future__ import annotations

import datetime
from typing import Any, Literal

import msgspec
from sdk_runtime import UNSET, Model, Unset, union

Color = str


class Inner(Model, kw_only=True):
    n: int
    text: str | None = None
    note: str | Unset | None = UNSET


class System(Model, kw_only=True):
    role: Literal["system"] = msgspec.field(default_factory=lambda: "system")
    content: str


class User(Model, kw_only=True):
    role: Literal["user"] = msgspec.field(default_factory=lambda: "user")
    content: Content
    parts: list[Message] | None = None


class MessageBase(Model, kw_only=True):
    role: str


class Everything(Model, kw_only=True):
    id: str
    count: int | None = None
    ratio: float | None = None
    flag: bool | None = None
    color: Color | None = None
    when: datetime.datetime | None = None
    data: bytes | None = None
    kebab: str | None = msgspec.field(name="kebab-case", default=None)
    nullable: int | Unset | None = UNSET
    inner: Inner | None = None
    inners: list[Inner] | None = None
    by_name: dict[str, Inner] | None = None
    message: Message | None = None
    messages: list[Message] | None = None
    prompt: Prompt | None = None
    anything: Any = None


Message = union("Message", tag="role", variants=lambda: (("system", System), ("user", User)))
BasedMessage = union(
    "BasedMessage",
    tag="role",
    variants=lambda: (("system", System),),
    fallback=lambda: MessageBase,
)
Content = union("Content", variants=lambda: (str, list[Inner]))
Prompt = union("Prompt", variants=lambda: (str, list[str], list[int], list[list[int]], Inner))


class Left(Model, kw_only=True):
    child: Tree
    left: int


class Right(Model, kw_only=True):
    child: Tree
    right: int


Tree = union("Tree", variants=lambda: (Left, Right, int))
