"""A `Service` → the view of its whole package, and the surface of each version."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial

from ..model import Service
from .calls.clients import Clients, variables_of
from .calls.readme import readme_view
from .calls.webhooks import ANY, ANYTHING, MODULE as WEBHOOKS
from .cases.expected import server_address
from .literals import json_text
from .names.identifiers import SafeName, Scope, package_name
from .types.classes import RUNTIME_NAMES, models_view
from .types.params import params_view
from .types.spelling import modules_in, names_in
from .versions.history import History
from .versions.sharing import (
    Home,
    Namespaces,
    Written,
    method_homes,
    model_homes,
    param_homes,
    steps,
    webhook_homes,
    wrapped_names,
)
from .views import (
    ImportView,
    IndexView,
    PackageView,
    SettingsView,
    StepsView,
    VariableView,
    VersionView,
    WebhooksView,
)

_NOWHERE = SafeName("")
_NO_TOKEN = re.compile(r"[^!#$%&'*+.^_`|~0-9A-Za-z-]")


def package_view(
    service: Service,
    written: Sequence[Written],
    patches: Mapping[str, tuple[SafeName, ...]],
    *,
    has_tests: bool,
) -> PackageView:
    """The package of a service, but for its tests.

    `patches` are the names of the user's own code, by the module that it stands beside.
    """
    models, methods = model_homes(written), method_homes(written)
    params, webhooks = param_homes(written), webhook_homes(written)
    history = History.of(written, models, methods)
    settings = _settings(service)
    package = package_name(service.name)
    distribution = package.replace("_", "-")
    clients = Clients()
    namespaces: Namespaces = {}
    param_namespaces: Namespaces = {}
    versions = tuple(
        VersionView(
            version=one.api.version,
            module=one.module,
            member=SafeName(one.module.upper()),
            stage=one.api.stage,
            title=one.api.title,
            doc=one.api.doc,
            models=models_view(
                one.spelling, models[at], one.module, namespaces, partial(history.model, module_index=at)
            ),
            params=params_view(one.spelling, params[at], one.module, param_namespaces),
            client=clients.view(one, methods[at], partial(history.method, module_index=at)),
            webhooks=_webhooks(one, webhooks[at]),
            settings=settings[variables_of(one.api)].name,
            settings_class=settings[variables_of(one.api)].class_name,
            user_agent=f"{distribution}/{_NO_TOKEN.sub('-', one.api.version)[:100]}",
            patched=patches.get(one.module, ()),
        )
        for at, one in enumerate(written)
    )
    default = max(range(len(versions)), key=lambda at: (versions[at].stage == "stable", at))
    return PackageView(
        service=service.name,
        package=package,
        distribution=distribution,
        title=service.versions[-1].title or service.name,
        versions=versions,
        default=versions[default],
        settings=tuple(settings.values()),
        index=_index(written, models, params, methods, clients),
        has_tests=has_tests,
        servers=json_text({one.module: server_address(one.api.servers) for one in written}),
        readme=readme_view(written[default].calls, package),
        patched=patches.get("", ()),
    )


def _webhooks(one: Written, homes: Mapping[SafeName, SafeName]) -> WebhooksView:
    """The module for the webhooks of a version. `homes` tells, by name, the version that introduced each function."""
    functions = tuple(view for view in one.webhooks.views() if homes[view.name] == one.module)
    sources = [
        source
        for view in functions
        for source in (view.annotation, view.type_code, view.union_code, view.means)
    ]
    named = {str(name): home for name, home in homes.items()}
    if one.webhooks.has_several:
        named[ANYTHING] = homes[ANY]
    taken: dict[SafeName, list[str]] = {}
    for name, home in named.items():
        if home != one.module:
            taken.setdefault(home, []).append(name)
    aliased = any(view.union_code for view in functions)
    return WebhooksView(
        functions=functions,
        imports=tuple(
            ImportView(f"..{home}.{WEBHOOKS}", wrapped_names(f"{name} as {name}" for name in sorted(names)))
            for home, names in sorted(taken.items())
        ),
        modules=modules_in(sources),
        runtime_names=names_in(sources, RUNTIME_NAMES),
        typing_names=(
            *(("TYPE_CHECKING",) if aliased else ()),
            *names_in(sources, ("Any", "Literal")),
            *(("TypeAlias",) if aliased else ()),
            "Unpack",
        ),
        names=tuple(sorted(named)),
    )


def _settings(service: Service) -> dict[tuple[VariableView, ...], SettingsView]:
    """The distinct settings of a service's clients, by the variables they have besides those of every client."""
    scope = Scope()
    found: dict[tuple[VariableView, ...], SettingsView] = {}
    for variables in dict.fromkeys(variables_of(api) for api in service.versions):
        name = scope.give("Settings") if variables else SafeName("ClientSettings")
        found[variables] = SettingsView(name, SafeName(f"{name}Client"), variables)
    return found


def _index(
    written: Sequence[Written],
    models: Sequence[Mapping[str, Home]],
    params: Sequence[Mapping[str, Home]],
    methods: Sequence[Mapping[str, SafeName]],
    clients: Clients,
) -> IndexView:
    modules = [one.module for one in written]

    def told(homes: Sequence[Mapping[SafeName, Home]]) -> tuple[StepsView, ...]:
        names = sorted({name for one in homes for name in one})
        return tuple(StepsView(name, steps(modules, [one.get(name) for one in homes])) for name in names)

    def named(homes: Sequence[Mapping[str, Home]]) -> list[dict[SafeName, Home]]:
        return [
            {one.spelling.names[key]: home for key, home in known.items()}
            for one, known in zip(written, homes, strict=True)
        ]

    return IndexView(
        models=told(named(models)),
        params=told(named(params)),
        resources=told([clients.classes(module) for module in modules]),
        methods=told(
            [{SafeName(name): Home(home, _NOWHERE) for name, home in homes.items()} for homes in methods]
        ),
    )
