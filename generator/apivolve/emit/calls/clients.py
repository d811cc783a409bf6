"""Methods → the client and resource classes of every version, each class written once.

A class that is the same as in an older version is that version's. A class that has all that an older one has, unchanged,
derives from it. Any other has its methods one by one: written out when they are new, taken from the version that has
them otherwise. So what a version lacks is absent from its class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ...media import TOKEN
from ...model import Api
from ..literals import literal
from ..names.identifiers import PARAMETERS_TAKEN, SafeName, Scope, snake
from ..types.spelling import modules_in, names_in
from ..versions.sharing import Home, Namespaces, Written, namespace
from ..views import (
    CallsView,
    ChildView,
    ClientView,
    Kind,
    MethodView,
    ResourceView,
    TakenView,
    VariableView,
)
from .examples import call_source, snippet
from .places import Group

_RUNTIME_NAMES = (
    "ApiKeyScheme", "AsyncCaller", "BasicScheme", "BearerScheme", "Call",
    "CallOptions", "Caller", "Cookie", "Cursor", "DecimalNumber", "DecimalText", "FileInput", "FormBody", "Header", "JsonBody", "LinkHeader",
    "LongRunning", "MultipartBody", "NextLink", "NextOperation", "Offset", "OnePage", "PageNumber", "PartEncoding", "Path", "Query", "RawBody", "ServerSentEvent", "as_stream",
    "chosen", "to_wire",
)  # fmt: skip
_RUNTIME_TYPES = ("AsyncPager", "AsyncPoller", "AsyncStream", "Pager", "Poller", "Stream")
"""What only annotations name: it is loaded by the calls that give it."""
_CLIENT, _ROOT = SafeName("client"), SafeName("")
_WRAPPERS: dict[Kind, tuple[str, ...]] = {
    "send": (),
    "stream": ("Stream", "AsyncStream"),
    "pages": ("Pager", "AsyncPager"),
    "begin": ("Poller", "AsyncPoller"),
}
_SETTINGS = ("base_url", "credential", "hooks", "http_client", "server_url", "strict", "super")


@dataclass(frozen=True, eq=False)
class CallsClass:
    """A class of calls: where it is defined, and all that it has."""

    home: Home
    name: SafeName
    methods: Mapping[SafeName, SafeName]
    children: Mapping[SafeName, CallsClass]
    base: CallsClass | None
    api: Api

    def derives_from(self, other: CallsClass) -> bool:
        """True for the class itself and those it is built on."""
        return self is other or (self.base is not None and self.base.derives_from(other))

    def holds(self, other: CallsClass) -> bool:
        """True when it has all that another has, unchanged."""
        return other.methods.items() <= self.methods.items() and all(
            name in self.children and self.children[name].derives_from(child)
            for name, child in other.children.items()
        )

    @property
    def size(self) -> int:
        """How much it has."""
        return len(self.methods) + len(self.children) + sum(one.size for one in self.children.values())


@dataclass
class Clients:
    """The classes of all versions so far. `view` must be asked for the versions in order, oldest first."""

    _known: dict[str, list[CallsClass]] = field(default_factory=dict)
    _by_version: dict[tuple[SafeName, str], CallsClass] = field(default_factory=dict)
    _namespaces: Namespaces = field(default_factory=dict)
    _history: Callable[[str], str] = field(default=lambda _: "")

    def view(self, one: Written, homes: Mapping[str, SafeName], history: Callable[[str], str]) -> ClientView:
        """The client of a version. `homes` tells, by dotted name, the version that introduced each method.

        `history` tells what is said of since when it is.
        """
        self._history = history
        made: dict[SafeName, list[ResourceView]] = {}
        root = self._place(one, one.calls.root, homes, made)
        client = made.pop(_ROOT)
        base = root.base
        schemes, url, variables = schemes_code(one.api), _url(one.api), variables_of(one.api)
        has_schemes = base is None or schemes_code(base.api) != schemes
        return ClientView(
            calls=_calls_view(_CLIENT, client, schemes if has_schemes else ()),
            parts=tuple(
                _calls_view(part, views, ["Caller AsyncCaller"]) for part, views in sorted(made.items())
            ),
            imports=namespace(self.classes(one.module), one.module, "_resources", self._namespaces),
            schemes_code=schemes if has_schemes else None,
            url=url if base is None or _url(base.api) != url else None,
            variables=variables,
            operations=len(one.calls.operations),
            example=next(
                (dotted for dotted, method in one.calls.methods.items() if method.kind == "send"),
                next(iter(one.calls.operations), ""),
            ),
        )

    def _written_out(self, one: Written, dotted: str) -> MethodView:
        """A method with all that its docstring says."""
        view = one.calls.methods[dotted]
        call = call_source(one.calls, dotted)
        if call is not None:
            shown = (snippet(call, view.kind, is_async=is_async, indent=12) for is_async in (False, True))
            view = replace(view, examples=(next(shown), next(shown)))
        return replace(view, history=self._history(dotted))

    def classes(self, module: SafeName) -> dict[SafeName, Home]:
        """Where each class of a version's top-level groups is defined, by class name; the client is not among them."""
        root = self._by_version[module, ""]
        return {
            SafeName(f"{prefix}{child.name}"): child.home
            for child in root.children.values()
            for prefix in ("", "Async")
        }

    def _place(
        self,
        one: Written,
        group: Group,
        homes: Mapping[str, SafeName],
        made: dict[SafeName, list[ResourceView]],
    ) -> CallsClass:
        """The class of a group; its view is added to `made` when no older version has the same."""
        children = {inner.name: self._place(one, inner, homes, made) for inner in group.inner}
        methods = {name: homes[f"{group.dotted}{name}"] for _, _, name in group.methods}
        known = self._known.setdefault(group.dotted, [])
        found = next((old for old in known if _same(old, group.class_name, methods, children)), None)
        if found is None or not group.path:
            home = Home(one.module, group.part)
            found = CallsClass(home, group.class_name, methods, children, None, one.api)
            bases = [
                old
                for old in known
                if old.size
                and found.holds(old)
                and (group.path or variables_of(old.api) == variables_of(one.api))
            ]
            if bases:
                base = max(bases, key=lambda old: old.size)
                found = CallsClass(home, group.class_name, methods, children, base, one.api)
            known.append(found)
            made.setdefault(group.part if group.path else _ROOT, []).append(self._resource(one, group, found))
        self._by_version[one.module, group.dotted] = found
        return found

    def _resource(self, one: Written, group: Group, found: CallsClass) -> ResourceView:
        base = found.base
        own: list[MethodView] = []
        taken: list[TakenView] = []
        for name, home in found.methods.items():
            if base is not None and name in base.methods:
                continue
            if home == one.module:
                own.append(self._written_out(one, f"{group.dotted}{name}"))
            else:
                taken.append(TakenView(name, home, self._by_version[home, group.dotted].name))
        # the client's own groups are named through the version's `resources`, which knows where they are
        children = tuple(
            ChildView(
                name,
                f"{group.dotted}{name}",
                (
                    "resources."
                    if not group.path
                    else ""
                    if child.home.module == one.module
                    else f"{child.home.module}."
                ),
                child.name,
            )
            for name, child in found.children.items()
            if base is None or base.children.get(name) is not child
        )
        return ResourceView(
            dotted=group.dotted.removesuffix("."),
            class_name=group.class_name,
            base_code=f"{base.home.module}." if base is not None else "",
            base_name=base.name if base is not None else None,
            methods=tuple(own),
            taken=tuple(taken),
            children=children,
        )


def _same(
    old: CallsClass,
    name: SafeName,
    methods: Mapping[SafeName, SafeName],
    children: Mapping[SafeName, CallsClass],
) -> bool:
    return (old.name, old.methods) == (name, methods) and (
        old.children.keys() == children.keys() and all(old.children[key] is children[key] for key in children)
    )


def _calls_view(part: SafeName, views: list[ResourceView], extra: Sequence[str]) -> CallsView:
    """A module with classes and all that they name; `extra` is source that the template adds."""
    methods = [method for view in views for method in view.methods]
    sources = [argument.annotation for method in methods for argument in method.arguments]
    for method in methods:
        sources += [
            *method.sent_code,
            method.body_code,
            method.annotation,
            method.how_code,
            "Call CallOptions Caller AsyncCaller",
            "Any" if method.kind == "pages" else "",
            *_WRAPPERS[method.kind],
        ]
        if method.stream is not None:
            sources += [method.stream.item, *_WRAPPERS["stream"], "as_stream Literal"]
        sources += [code for answer in (*method.returns, *method.raises) for _, code in answer.contents]
    return CallsView(
        part=part,
        resources=tuple(views),
        modules=modules_in(sources),
        runtime_names=names_in([*sources, *extra], _RUNTIME_NAMES),
        runtime_types=names_in(sources, _RUNTIME_TYPES),
        typing_names=(
            *(
                ["TYPE_CHECKING"]
                if names_in(sources, _RUNTIME_TYPES) or any("params." in source for source in sources)
                else []
            ),
            *names_in(sources, ("Any",)),
            *(["Final"] if any(view.taken for view in views) else []),
            *names_in(sources, ("Literal",)),
            *(["Unpack"] if methods else []),
            *(["overload"] if any(method.stream is not None for method in methods) else []),
        ),
        uses_models=any("models." in source for source in sources),
        uses_params=any("params." in source for source in sources),
        abc_names=names_in(sources, ("Mapping", "Sequence")),
    )


def variables_of(api: Api) -> tuple[VariableView, ...]:
    """The variables of the server's URL as arguments of the client."""
    scope = Scope(PARAMETERS_TAKEN | set(_SETTINGS))
    return tuple(
        VariableView(
            scope.give(snake(variable.name, "variable")), variable.name, variable.default, variable.doc
        )
        for variable in (api.servers[0].variables if api.servers else ())
    )


def _url(api: Api) -> str:
    return api.servers[0].url if api.servers else ""


def schemes_code(api: Api) -> tuple[str, ...]:
    """The security schemes of a version as source."""
    return tuple(_schemes(api))


def _schemes(api: Api) -> Iterable[str]:
    for scheme in api.schemes:
        name = literal(scheme.name)
        if scheme.kind == "apiKey" and scheme.place and scheme.wire_name:
            yield f"ApiKeyScheme({name}, {literal(scheme.place)}, {literal(scheme.wire_name)})"
        elif scheme.kind == "http" and scheme.scheme == "basic":
            yield f"BasicScheme({name})"
        elif scheme.kind == "http" and scheme.scheme and not TOKEN.fullmatch(scheme.scheme):
            continue  # no header can say it
        elif scheme.kind in ("http", "oauth2", "openIdConnect"):
            asked = (one for operation in api.operations for one in operation.security)
            scopes = dict.fromkeys(
                scope
                for one in asked
                for named, wanted in one.schemes
                if named == scheme.name
                for scope in wanted
            )
            token_url = dict(scheme.token_urls).get("clientCredentials")
            parts = [name]
            if scheme.kind == "http" and scheme.scheme not in (None, "bearer"):
                parts.append(f"token_prefix={literal(scheme.scheme.capitalize())}")
            if scopes:
                parts.append(f"scopes={literal(tuple(scopes))}")
            if token_url:
                parts.append(f"token_url={literal(token_url)}")
            yield f"BearerScheme({', '.join(parts)})"
