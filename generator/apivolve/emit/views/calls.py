"""What templates see of calls: methods, groups of them, clients, and their tests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from textwrap import indent
from typing import Literal, TypeAlias

from ..names.identifiers import BUILTINS, SafeName, other_name
from ..types.spelling import past, words_in
from .models import ImportView

_RESOURCES = "resources"
"""The module of a version that knows where all of its classes of calls are."""

Kind: TypeAlias = Literal["send", "stream", "pages", "begin"]
"""How a method goes on after its request: not, with a stream of items, with more pages, with a job that ends later."""


@dataclass(frozen=True, slots=True)
class ArgumentView:
    """A parameter of a method. `keyword`: by name only. `doc` may be empty. `default_code` is for one that is not required."""

    name: SafeName
    annotation: str
    required: bool
    keyword: bool
    doc: str
    default_code: str = "None"


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What a status decodes to: media types and Python types as source."""

    status: str
    contents: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StreamView:
    """What a method gives when it is asked for a stream: by which argument, and the type of an item.

    `member` is what the request body says it by; empty where only the media type does.
    """

    argument: SafeName
    item: str
    status: str
    media_type: str
    last_event: str | None
    member: str


@dataclass(frozen=True, slots=True)
class MethodView:
    """One operation. `sent_code` are the parameters as they are sent, `body_code` is empty without a body.

    `annotation` is what the answer decodes to; of a stream or of pages, one item. `how_code` tells the runtime how the
    pages or the job go on. `stream` is set where a stream must be asked for, `server` where it is not that of the client.
    """

    name: SafeName
    builder: SafeName
    dotted: str
    http_method: str
    path: str
    arguments: tuple[ArgumentView, ...]
    sends_version: bool
    sent_code: tuple[str, ...]
    body_code: str
    returns: tuple[AnswerView, ...]
    raises: tuple[AnswerView, ...]
    annotation: str
    auth_code: str
    doc: str
    kind: Kind = "send"
    how_code: str = ""
    last_event: str | None = None
    stream: StreamView | None = None
    server: str = ""
    renamed_to: str = ""
    """The dotted name that it has now, for a method that stands under its old one."""
    examples: tuple[str, str] | None = None
    """A call, in a client and in an async client."""
    history: str = ""

    def doc_of(self, *, is_async: bool) -> str:
        """The whole docstring."""
        shown = indent(self.examples[is_async], "    ") if self.examples is not None else ""
        return "\n\n".join(part for part in (self.doc, shown and f"Example:\n{shown}", self.history) if part)

    @property
    def annotations(self) -> tuple[str, ...]:
        """All types that its signature names."""
        asked = (self.stream.item, "bool") if self.stream is not None else ()
        return (*(argument.annotation for argument in self.arguments), self.annotation, *asked)

    @property
    def how_name(self) -> SafeName:
        """The runtime's name for how the pages go on."""
        return SafeName(self.how_code.partition("(")[0])

    @property
    def positional(self) -> tuple[ArgumentView, ...]:
        """The arguments that may be given by position."""
        return tuple(argument for argument in self.arguments if not argument.keyword)

    @property
    def keywords(self) -> tuple[ArgumentView, ...]:
        """The arguments that are given by name."""
        return tuple(argument for argument in self.arguments if argument.keyword)


@dataclass(frozen=True, slots=True)
class TakenView:
    """A method that is the same as in an older version. `home_code` names the module of that version's class."""

    name: SafeName
    home_code: str
    class_name: SafeName


@dataclass(frozen=True, slots=True)
class ChildView:
    """A group below a client or another group. `home_code` ends with a dot, or is empty for a class of the same module."""

    name: SafeName
    dotted: str
    home_code: str
    class_name: SafeName


@dataclass(frozen=True)
class ResourceView:
    """A class of calls: a client, or a group reached from it by `dotted`.

    What it has and its base has not: `methods` are written out, `taken` are those of older versions.
    """

    dotted: str
    class_name: SafeName
    base_code: str
    base_name: SafeName | None
    methods: tuple[MethodView, ...]
    taken: tuple[TakenView, ...]
    children: tuple[ChildView, ...]

    @cached_property
    def members(self) -> frozenset[SafeName]:
        """What the body of the class defines."""
        named: tuple[MethodView | TakenView | ChildView, ...] = (*self.methods, *self.taken, *self.children)
        return frozenset(one.name for one in named)

    @property
    def hidden(self) -> frozenset[str]:
        """What methods are annotated with and a member hides."""
        return self.members & words_in(code for method in self.methods for code in method.annotations)

    @property
    def homes(self) -> frozenset[str]:
        """The modules that it takes classes from; `resources` are those of the version."""
        codes = [self.base_code, *(one.home_code for one in self.taken)]
        codes += [one.home_code for one in self.children]
        return frozenset(code.removesuffix(".") for code in codes if code)

    def within(self, code: str) -> str:
        """What the class names, as it stands in its body.

        Beside a method `list`, `list[str]` would be the method to type checkers: they read annotations in the scope of the
        class. So a builtin or a module that a member hides is called by another name (`other_name`).
        """
        return past(self.members, code)


@dataclass(frozen=True, slots=True)
class CallsView:
    """A module of classes of calls, and what it names."""

    part: SafeName
    resources: tuple[ResourceView, ...]
    modules: tuple[str, ...]
    runtime_names: tuple[str, ...]
    runtime_types: tuple[str, ...]
    typing_names: tuple[str, ...]
    uses_models: bool
    uses_params: bool
    abc_names: tuple[str, ...]

    @property
    def homes(self) -> list[tuple[str, str]]:
        """The versions that it takes classes from, and what their modules are called here."""
        return [(home, name) for home, name in self._homes if home != _RESOURCES]

    @property
    def siblings(self) -> list[str]:
        """What is imported of the version itself."""
        names = [name for home, name in self._homes if home == _RESOURCES]
        return [
            *(self.names_of("models") if self.uses_models else ()),
            *(name if name == _RESOURCES else f"{_RESOURCES} as {name}" for name in names),
        ]

    @property
    def _homes(self) -> list[tuple[str, str]]:
        return sorted(
            {(home, resource.within(home)) for resource in self.resources for home in resource.homes}
        )

    @property
    def hidden(self) -> frozenset[str]:
        """What is named in another way in the body of a class."""
        return frozenset(name for resource in self.resources for name in resource.hidden)

    @property
    def names_builtins(self) -> bool:
        """True when a builtin is named through its module."""
        return not self.hidden.isdisjoint(BUILTINS)

    def names_of(self, module: str) -> tuple[str, ...]:
        """What is imported for a module: itself, and once more by its other name where a member hides it."""
        return (module, f"{module} as {other_name(module)}") if module in self.hidden else (module,)

    @property
    def has_renamed(self) -> bool:
        """True when a method stands under an old name."""
        return any(method.renamed_to for method in self.methods)

    @property
    def exported(self) -> tuple[str, ...]:
        """The classes that the client's own groups are of; those inside of them are reached through them."""
        outer = [one.class_name for one in self.resources if "." not in one.dotted]
        return tuple(sorted(f"{prefix}{name}" for name in outer for prefix in ("", "Async")))

    @property
    def methods(self) -> tuple[MethodView, ...]:
        """All methods that are written out here."""
        return tuple(method for resource in self.resources for method in resource.methods)


@dataclass(frozen=True, slots=True)
class WebhookView:
    """A function that reads a webhook. `union_code`, where there is any, makes what `type_code` names, and `means` spells it."""

    name: SafeName
    annotation: str
    type_code: str
    doc: str
    union_code: str = ""
    means: str = ""


@dataclass(frozen=True, slots=True)
class WebhooksView:
    """What a version has for webhooks: functions of its own, and those of older versions that it has too."""

    functions: tuple[WebhookView, ...] = ()
    imports: tuple[ImportView, ...] = ()
    modules: tuple[str, ...] = ()
    runtime_names: tuple[str, ...] = ()
    typing_names: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def uses_models(self) -> bool:
        """True when a function of its own names a model."""
        return any("models." in one.annotation + one.type_code + one.means for one in self.functions)


@dataclass(frozen=True, slots=True)
class VariableView:
    """A variable of the server's URL, as an argument of the client."""

    name: SafeName
    wire_name: str
    default: str | None
    doc: str


@dataclass(frozen=True, slots=True)
class ClientView:
    """The client of one version, and the modules of the resources that it introduces.

    `schemes_code` and `url` are None where they are those of the class it derives from.
    """

    calls: CallsView
    parts: tuple[CallsView, ...]
    imports: tuple[ImportView, ...]
    schemes_code: tuple[str, ...] | None
    url: str | None
    variables: tuple[VariableView, ...]
    operations: int
    example: str

    @property
    def root(self) -> ResourceView:
        """The client itself."""
        return self.calls.resources[-1]


@dataclass(frozen=True, slots=True)
class CaseView:
    """The emitted test of one operation. `body_code` is the source of the request object, empty without one, `annotation` what
    it is, and `body_function` makes it: at the call, so that a class that is gone fails the tests of its calls alone.

    `minimal_code` are the arguments that must be given, None where no others can be. `stream_argument` asks for a stream.
    """

    name: SafeName
    dotted: str
    arguments_code: tuple[str, ...]
    body_code: str
    body_function: str
    annotation: str
    returns_nothing: bool
    minimal_code: tuple[str, ...] | None = None
    stream_argument: SafeName | None = None
    kind: Kind = "send"

    @property
    def sources(self) -> tuple[str, ...]:
        """All the source that it holds."""
        return (*self.arguments_code, *(self.minimal_code or ()), self.body_code, self.annotation)


@dataclass(frozen=True, slots=True)
class TestsView:
    """The emitted tests of one version: code, and the JSON data beside it."""

    cases: tuple[CaseView, ...]
    modules: tuple[str, ...]
    runtime_names: tuple[str, ...]
    has_models: bool
    has_values: bool
    names_models: bool
    credential_code: str
    uses_any: bool
    data: str
    has_webhooks: bool = False

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to test."""
        return not (self.cases or self.has_models or self.has_values or self.has_webhooks)

    @property
    def version_names(self) -> tuple[str, ...]:
        """What the tests need of the version."""
        needed = {
            "AsyncClient": bool(self.cases),
            "Client": bool(self.cases),
            "models": self.names_models or self.has_webhooks,
            "webhooks": self.has_webhooks,
        }
        return tuple(name for name, is_needed in needed.items() if is_needed)

    @property
    def check_names(self) -> tuple[str, ...]:
        """What the tests need of `checks.py`."""
        needed = {
            "check_model": self.has_models,
            "check_values": self.has_values,
            "check_webhook": self.has_webhooks,
        }
        return tuple(name for name, is_needed in needed.items() if is_needed)

    @property
    def exchange_names(self) -> tuple[str, ...]:
        """What the tests need of `exchange.py`."""
        needed = {
            "Exchange": bool(self.cases),
            "at_once": bool(self.cases),
            "data_of": any(case.kind == "stream" or case.stream_argument for case in self.cases),
            "exchanges": bool(self.cases),
        }
        return tuple(name for name, is_needed in needed.items() if is_needed)
