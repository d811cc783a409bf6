"""What the versions of a service share: where each model and each method is defined.

A thing is defined in the version that introduced its shape, and every later version that has the same thing takes it
from there. Within a version, what is used together stands together: the models that one group of calls alone reaches
are a module, those that several reach are `shared`, those that none reaches `other`. So a model never needs one of a
module that needs its own: whatever it names is reached by at least as many groups.
"""

from __future__ import annotations

import textwrap
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ...errors import UsageError
from ...fingerprint import fingerprints
from ...model import Api, Operation, Service, Type
from ...reach import reachable, refs_in, request_types, response_types
from ..calls.methods import Calls
from ..calls.webhooks import Webhooks
from ..names.identifiers import DEVICES, SafeName, Scope, module, snake, words
from ..names.table import Names
from ..types.spelling import Spelling
from ..views import ImportView

_SHARED, _OTHER = SafeName("shared"), SafeName("other")
_WEBHOOKS = "(webhooks)"
"""What webhooks have in common; with a word after it, those whose names begin so. No group of calls is called so."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where something is defined: the module of a version, and the part of it."""

    module: SafeName
    part: SafeName


@dataclass(frozen=True)
class Written:
    """One version with all that is decided about its spelling."""

    api: Api
    module: SafeName
    spelling: Spelling
    calls: Calls
    webhooks: Webhooks
    identities: Mapping[str, str]

    @classmethod
    def of(cls, api: Api, names: Names) -> Written:
        """Decide the names of one version, and add them to the table."""
        spelling = Spelling(api, table=names)
        calls = Calls(spelling.prefixed("models."))
        identities = fingerprints(api, spelling.names)
        return cls(api, module(api.version), spelling, calls, Webhooks(calls.spelling), identities)


def write_versions(service: Service, names: Names) -> list[Written]:
    """Decide the names of all versions of a service, by the table `names`, to which all are added.

    Raises UsageError when two versions would share a module.
    """
    written = [Written.of(api, names) for api in service.versions]
    modules: dict[str, Api] = {}
    for one in written:
        if one.module in modules:
            other = modules[one.module].version
            raise UsageError(
                f"the api-versions {other!r} and {one.api.version!r} of {service.name} are both {one.module} in Python"
            )
        modules[one.module] = one.api
    return written


def model_homes(versions: Sequence[Written]) -> list[dict[str, Home]]:
    """Where each model is defined, per version by model key. Only what is declared in code has a home."""
    first: dict[tuple[SafeName, str], Home] = {}
    found: list[dict[str, Home]] = []
    for one in versions:
        parts: dict[str, SafeName] = {}
        homes: dict[str, Home] = {}
        for model in one.api.models:
            if one.spelling.is_inline(model):
                continue
            identity = one.spelling.names[model.key], one.identities[model.key]
            if identity not in first:
                parts = parts or _parts(one)
                first[identity] = Home(one.module, parts[model.key])
            homes[model.key] = first[identity]
        found.append(homes)
    return found


def param_homes(versions: Sequence[Written]) -> list[dict[str, Home]]:
    """Where the dictionary for each model that requests send is defined, per version by model key."""
    first: dict[tuple[SafeName, str], Home] = {}
    found: list[dict[str, Home]] = []
    for one in versions:
        parts: dict[str, SafeName] = {}
        sent = one.calls.giving.sent(one.api.operations)
        homes: dict[str, Home] = {}
        for model in one.api.models:
            identity = one.spelling.names[model.key], one.identities[model.key]
            if model.key in sent:
                if identity not in first:
                    parts = parts or _parts(one)
                    first[identity] = Home(one.module, parts[model.key])
                homes[model.key] = first[identity]
        found.append(homes)
    return found


def _parts(one: Written) -> dict[str, SafeName]:
    """The module that each model of a version belongs to, by model key."""
    groups: dict[str, set[str]] = {}
    for dotted, operation in one.calls.operations.items():
        group = dotted.rpartition(".")[0].partition(".")[0]
        for key in reachable(one.api, _types(operation)):
            groups.setdefault(key, set()).add(group)
    kinds = {
        name: f"{_WEBHOOKS}_{(words(hook.name) or [''])[0]}" for name, hook in one.webhooks.hooks.items()
    }
    for name, kind in kinds.items():
        for key in reachable(one.api, one.webhooks.types_of(name)):
            groups.setdefault(key, set()).add(kind)
    scope = Scope((_SHARED, _OTHER, *DEVICES))
    names = {
        group: scope.give(group or "client")
        for group in ("", *(group.name for group in one.calls.root.inner))
    }
    # one module would be too much for type checkers where there are hundreds of webhooks
    names |= {
        kind: scope.give(snake(kind, _WEBHOOKS)) for kind in dict.fromkeys([_WEBHOOKS, *kinds.values()])
    }
    hooked = set(kinds.values())
    parts: dict[str, SafeName] = {}
    for model in one.api.models:
        reaching = groups.get(model.key, set())
        if len(reaching) > 1 and reaching <= hooked:
            reaching = {_WEBHOOKS}
        parts[model.key] = (
            names[next(iter(reaching))] if len(reaching) == 1 else _SHARED if reaching else _OTHER
        )
    return parts


def method_homes(versions: Sequence[Written]) -> list[dict[str, SafeName]]:
    """The version that introduced each method, per version by the method's dotted name."""
    first: dict[Hashable, SafeName] = {}
    return [
        {dotted: first.setdefault(_method_identity(one, dotted), one.module) for dotted in one.calls.methods}
        for one in versions
    ]


def webhook_homes(versions: Sequence[Written]) -> list[dict[SafeName, SafeName]]:
    """The version that introduced each function for webhooks, per version by its name."""
    first: dict[Hashable, SafeName] = {}
    return [
        {
            view.name: first.setdefault((view, _named(one, one.webhooks.types_of(view.name))), one.module)
            for view in one.webhooks.views()
        }
        for one in versions
    ]


def _method_identity(one: Written, dotted: str) -> Hashable:
    """Equal for methods that are the same in all that is written about them, and in the types that this names."""
    operation = one.calls.operations[dotted]
    named = {name for requirement in operation.security for name, _ in requirement.schemes}
    schemes = tuple(
        (scheme.name, scheme.kind, scheme.place, scheme.wire_name, scheme.scheme)
        for scheme in one.api.schemes
        if scheme.name in named
    )
    types = _named(one, _types(operation))
    renamed = one.module if dotted in one.calls.renamed else ""  # an alias is of one version
    return one.calls.methods[dotted], types, schemes, renamed


def _named(one: Written, types: Iterable[Type]) -> tuple[tuple[SafeName, str], ...]:
    """The models that some types name, and what they are."""
    keys = dict.fromkeys(key for type_ in types for key in refs_in(type_))
    return tuple((one.spelling.names[key], one.identities[key]) for key in keys)


def _types(operation: Operation) -> tuple[Type, ...]:
    return (*request_types(operation), *response_types(operation))


def steps(modules: Sequence[SafeName], homes: Iterable[Home | None]) -> str:
    """Since which version a name stands for what, as `_runtime/lazy.py` reads it. `homes` has one entry a version."""
    found: list[str] = []
    before: Home | None = None
    for since, home in zip(modules, homes, strict=True):
        if home == before:
            continue
        start = since if home is None or home.module == since else f"{since}={home.module}"
        part = home.part if home else "-"
        found.append(f"{start}:{part}" if part else start)
        before = home
    return " ".join(found)


Namespaces: TypeAlias = dict[SafeName, dict[SafeName, Home]]
"""Where each name of a version is defined, by the version's module."""


def namespace(
    names: Mapping[SafeName, Home], module: SafeName, folder: str, older: Namespaces
) -> tuple[ImportView, ...]:
    """Where a version's names come from, as imports; the version is added to `older`.

    All that an older version has comes in one line, when this version has all of it; so does all that is defined in one
    place. The rest is listed, several a line.
    """
    older[module] = dict(names)
    found: list[ImportView] = []
    rest = dict(names)
    within = [
        (len(known), old)
        for old, known in older.items()
        if old != module and known and known.items() <= names.items()
    ]
    if within:
        _, base = max(within, key=lambda pair: pair[0])
        rest = {name: home for name, home in rest.items() if name not in older[base]}
        found.append(ImportView(f"..{base}.{folder.removeprefix('_')}", ("*",)))
    by_home: dict[Home, list[SafeName]] = {}
    for name, home in sorted(rest.items()):
        by_home.setdefault(home, []).append(name)
    for home, listed in sorted(by_home.items(), key=lambda pair: (pair[0].module, pair[0].part)):
        source = f".{folder}" if home.module == module else f"..{home.module}.{folder}"
        whole = len(listed) == sum(one == home for one in older[home.module].values())
        lines = ("*",) if whole else wrapped_names(f"{name} as {name}" for name in listed)
        found.append(ImportView(f"{source}.{home.part}", lines))
    return tuple(found)


def wrapped_names(names: Iterable[str]) -> tuple[str, ...]:
    """Names as lines of source, several a line with commas between them."""
    # no-break spaces keep together what one name is
    text = ", ".join(name.replace(" ", "\xa0") for name in names)
    lines = textwrap.wrap(text, 96, break_long_words=False, break_on_hyphens=False)
    return tuple(line.replace("\xa0", " ") for line in lines)
