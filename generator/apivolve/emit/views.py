"""What templates see: strings, flags and tuples of views, nothing that needs thinking about.

A view says how the model is spelled in Python. `classes.py`, `calls.py` and `cases.py` make them, `templates/python/`
prints them. A field called `*_code` or `annotation` holds Python source; all other text goes through a filter.
"""

from __future__ import annotations

from dataclasses import dataclass

from .names import SafeName


@dataclass(frozen=True, slots=True)
class FieldView:
    """An attribute of a model class. `default_code` is empty for a required attribute."""

    name: SafeName
    annotation: str
    default_code: str
    doc: str


@dataclass(frozen=True, slots=True)
class ClassView:
    """A model class."""

    name: SafeName
    fields: tuple[FieldView, ...]
    doc: str


@dataclass(frozen=True, slots=True)
class AliasView:
    """A named type: what type checkers see, and what decodes at run time."""

    name: SafeName
    annotation: str
    runtime_code: str
    doc: str


@dataclass(frozen=True, slots=True)
class ReexportView:
    """The names that a version takes over from the version that introduced their shape."""

    module: SafeName
    names: tuple[SafeName, ...]


@dataclass(frozen=True, slots=True)
class ModelsView:
    """The models module of one version: what it defines, and what it shares with older versions."""

    classes: tuple[ClassView, ...]
    aliases: tuple[AliasView, ...]
    reexports: tuple[ReexportView, ...]
    names: tuple[SafeName, ...]
    modules: tuple[str, ...]
    runtime_names: tuple[str, ...]
    typing_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArgumentView:
    """A parameter of a method. `keyword`: by name only. `doc` may be empty."""

    name: SafeName
    annotation: str
    required: bool
    keyword: bool
    doc: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What a status decodes to: media types and Python types as source."""

    status: str
    contents: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MethodView:
    """One operation. `sent_code` are the parameters as they are sent, `body_code` is empty without a body."""

    name: SafeName
    builder: SafeName
    dotted: str
    http_method: str
    path: str
    arguments: tuple[ArgumentView, ...]
    sent_code: tuple[str, ...]
    body_code: str
    returns: tuple[AnswerView, ...]
    raises: tuple[AnswerView, ...]
    annotation: str
    auth_code: str
    doc: str

    @property
    def positional(self) -> tuple[ArgumentView, ...]:
        """The arguments that may be given by position."""
        return tuple(argument for argument in self.arguments if not argument.keyword)

    @property
    def keywords(self) -> tuple[ArgumentView, ...]:
        """The arguments that are given by name."""
        return tuple(argument for argument in self.arguments if argument.keyword)


@dataclass(frozen=True, slots=True)
class ResourceView:
    """A group of methods, reached as the attribute `name` of the client or of another resource."""

    name: SafeName
    class_name: SafeName
    methods: tuple[MethodView, ...]
    resources: tuple[ResourceView, ...]

    def walk(self) -> tuple[ResourceView, ...]:
        """This resource and all below it, the innermost first."""
        return (*(inner for child in self.resources for inner in child.walk()), self)


@dataclass(frozen=True, slots=True)
class VariableView:
    """A variable of the server's URL, as an argument of the client."""

    name: SafeName
    wire_name: str
    default: str | None
    doc: str


@dataclass(frozen=True, slots=True)
class ClientView:
    """The client module of one version. `root` is the client itself."""

    root: ResourceView
    schemes_code: tuple[str, ...]
    url: str
    variables: tuple[VariableView, ...]
    modules: tuple[str, ...]
    runtime_names: tuple[str, ...]
    typing_names: tuple[str, ...]

    @property
    def doc(self) -> str:
        """What the arguments of the client mean, a line each."""
        lines = [
            f"    {one.name}: {one.doc or 'a part of the address of the service'}" for one in self.variables
        ]
        lines += [
            "    credential: what authenticates: a key, a token, or a credential object.",
            "    base_url: the address of the service, instead of the specification's.",
            "    http_client: your own HTTP client; it is not closed.",
            "    timeout: seconds until a try is given up.",
            "    max_retries: how many times a failed call is tried again.",
            "    strict: refuse answers that are not as specified, instead of keeping what they hold.",
        ]
        return "Args:\n" + "\n".join(lines)

    @property
    def resources(self) -> tuple[ResourceView, ...]:
        """All resources below the client, the innermost first."""
        return self.root.walk()[:-1]

    @property
    def methods(self) -> tuple[MethodView, ...]:
        """All methods, in the order of the specification."""
        return tuple(method for resource in self.root.walk() for method in resource.methods)


@dataclass(frozen=True, slots=True)
class CaseView:
    """The emitted test of one operation. `body_code` is the source of the request object, empty without one."""

    name: SafeName
    dotted: str
    arguments_code: tuple[str, ...]
    body_code: str
    body_constant: str
    checks_error: bool
    returns_nothing: bool


@dataclass(frozen=True, slots=True)
class TestsView:
    """The emitted tests of one version: code, and the JSON data beside it."""

    cases: tuple[CaseView, ...]
    modules: tuple[str, ...]
    runtime_names: tuple[str, ...]
    has_models: bool
    names_models: bool
    credential_code: str
    data: str


@dataclass(frozen=True, slots=True)
class VersionView:
    """One api-version."""

    version: str
    module: SafeName
    stage: str
    title: str
    doc: str
    models: ModelsView
    client: ClientView
    tests: TestsView
    uses_models: bool


@dataclass(frozen=True, slots=True)
class PackageView:
    """The whole package. `default` is the newest stable version."""

    service: str
    package: SafeName
    distribution: str
    title: str
    versions: tuple[VersionView, ...]
    default: VersionView
