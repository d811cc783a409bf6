"""What templates see of a whole package and of its versions."""

from __future__ import annotations

from dataclasses import dataclass

from ..literals import wrapped
from ..names.identifiers import SafeName
from .calls import ClientView, VariableView, WebhooksView
from .models import ModelsView, ParamsView


@dataclass(frozen=True, slots=True)
class VersionView:
    """One api-version. `member` is its name in the enumeration of versions."""

    version: str
    module: SafeName
    member: SafeName
    stage: str
    title: str
    doc: str
    models: ModelsView
    params: ParamsView
    client: ClientView
    webhooks: WebhooksView
    settings: SafeName
    settings_class: SafeName
    user_agent: str
    """Product and version (RFC 9110 section 10.1.5): a header may hold it."""
    patched: tuple[SafeName, ...] = ()
    """The names of the user's own code beside it."""

    @property
    def names(self) -> tuple[str, ...]:
        """What its module has."""
        names = ["params"] if self.params.imports else []
        names += ["webhooks"] if self.webhooks.names else []
        return tuple(
            sorted({"API_VERSION", "AsyncClient", "Client", "models", "resources", *names, *self.patched})
        )


@dataclass(frozen=True, slots=True)
class SettingsView:
    """What clients can be told: the variables of the server's URL, beside what every client can be told.

    `name` is that of the typed dictionary, `class_name` that of the class that takes them.
    """

    name: SafeName
    class_name: SafeName
    variables: tuple[VariableView, ...]

    @property
    def doc(self) -> str:
        """What the arguments of the client mean, a line each."""
        lines = [
            wrapped(f"{one.name}: {one.doc or 'a part of the address of the service'}", indent=4, hanging=8)
            for one in self.variables
        ]
        lines += [
            "    credential: what authenticates: a key, a token, or a credential object; by default from the environment.",
            "    base_url: the address of the service, instead of the specification's.",
            "    http_client: your own HTTP client; it is not closed.",
            "    timeout: seconds until a try is given up, or a `Timeout` that sets each limit.",
            "    max_retries: how many times a failed call is tried again.",
            "    strict: refuse answers that are not as specified, instead of keeping what they hold.",
            "    hooks: code around each attempt of each call, see `Hook`.",
        ]
        return "Args:\n" + "\n".join(lines)


@dataclass(frozen=True, slots=True)
class StepsView:
    """A name, and since which version it stands for what (`_runtime/lazy.py`)."""

    name: str
    steps: str


@dataclass(frozen=True, slots=True)
class IndexView:
    """Which version has what, and where that is defined."""

    models: tuple[StepsView, ...]
    params: tuple[StepsView, ...]
    resources: tuple[StepsView, ...]
    methods: tuple[StepsView, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group of calls in the README: its methods, and an example, empty where none is known."""

    dotted: str
    methods: tuple[SafeName, ...]
    code: str


@dataclass(frozen=True, slots=True)
class ReadmeView:
    """The code that the README shows, in the words of the default version. What a service has not got is empty."""

    settings_code: tuple[str, ...]
    imports: tuple[str, ...]
    environment: tuple[str, ...]
    call: str
    raw: str
    dictionary: str
    stream: str
    pages: str
    begin: str
    groups: tuple[GroupView, ...]
    modules: tuple[str, ...]
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
    settings: tuple[SettingsView, ...]
    index: IndexView
    has_tests: bool
    servers: str
    """The address of each version's service, by module, as JSON; null where it is not known."""
    readme: ReadmeView
    patched: tuple[SafeName, ...] = ()
    """The names of the user's own code beside the package's."""

    @property
    def has_renamed(self) -> bool:
        """True when a method stands under an old name."""
        return any(
            calls.has_renamed for one in self.versions for calls in (one.client.calls, *one.client.parts)
        )

    @property
    def has_webhooks(self) -> bool:
        """True when some version reads webhooks."""
        return any(one.webhooks.names for one in self.versions)

    @property
    def environment(self) -> SafeName:
        """What the names of the environment variables begin with."""
        return SafeName(self.package.upper())
