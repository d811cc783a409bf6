"""Operations → the methods of a version: where each is found, and what it sends and gets back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ...model import Content, Enumeration, Operation, Parameter, Response, Scalar
from ...surface import Annotation, SurfaceMethod, SurfaceParameter
from ..literals import literal, wrapped
from ..names.identifiers import METHODS_TAKEN, PARAMETERS_TAKEN, SafeName, Scope, module, pascal, snake, words
from ..names.table import renamed_methods
from ..types.spelling import Spelling, is_json, joined
from ..views import AnswerView, ArgumentView, MethodView

_VERBS = frozenset(
    [
        "list",
        "get",
        "create",
        "update",
        "delete",
        "modify",
        "cancel",
        "submit",
        "put",
        "post",
        "patch",
        "set",
        "add",
        "remove",
        "retrieve",
        "query",
        "search",
        "count",
        "check",
        "start",
        "stop",
        "begin",
        "end",
        "fetch",
        "find",
        "read",
        "write",
        "send",
        "upload",
        "download",
        "replace",
        "edit",
        "make",
        "run",
        "execute",
        "generate",
        "enable",
        "disable",
        "import",
        "export",
        "move",
        "copy",
        "rename",
        "reset",
        "revoke",
        "verify",
        "validate",
        "test",
        "is",
        "has",
        "do",
    ]
)
_IGNORED_HEADERS = ("accept", "content-type", "authorization")
_DEFAULT_STYLE = {
    "path": ("simple", False),
    "header": ("simple", False),
    "query": ("form", True),
    "cookie": ("form", True),
}


@dataclass
class Group:
    """The methods and sub-groups of one resource, while they are collected. `first` is its first operation's position."""

    path: tuple[str, ...]
    name: SafeName = field(default_factory=lambda: SafeName("client"))
    class_name: SafeName = field(default_factory=lambda: SafeName("Client"))
    dotted: str = ""
    first: int = 0
    scope: Scope = field(default_factory=lambda: Scope(METHODS_TAKEN))
    methods: list[tuple[int, Operation, SafeName]] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)
    by_word: dict[str, Group] = field(default_factory=dict)

    @property
    def part(self) -> SafeName:
        """The module that its class is defined in."""
        return SafeName(self.dotted.partition(".")[0] or "client")

    @property
    def inner(self) -> list[Group]:
        """The groups below, in the order of the specification."""
        return sorted(self.groups.values(), key=lambda group: group.first)

    def walk(self) -> Iterator[Group]:
        """The group and all below."""
        yield self
        for group in self.groups.values():
            yield from group.walk()

    def at(self, asked: Sequence[str], named: Sequence[str] | None, index: int) -> Group:
        """The group below with the path that an operation asks for, or that the lock names it by; made when it is new."""
        group = self
        for depth, word in enumerate(asked if named is None or len(named) == len(asked) else named):
            name = named[depth] if named is not None else None
            found = group.groups.get(name) if name is not None else group.by_word.get(word)
            if found is None:
                given = group.scope.give(name or word)
                found = Group((*group.path, word), given, dotted=f"{group.dotted}{given}.", first=index)
                group.groups[given] = found
            group.by_word.setdefault(word, found)
            found.first = min(found.first, index)
            group = found
        return group


def place_of(operation: Operation) -> tuple[tuple[str, ...], str]:
    """The resource path and the method name an operation asks for: by its id, else by its first tag."""
    parts = (
        [part for part in re.split(r"[./]", operation.id) if words(part)]
        if operation.named
        else [operation.id]
    )
    if len(parts) > 1:
        return tuple(snake(part, "group") for part in parts[:-1]), snake(parts[-1], "call")
    head, mark, tail = operation.id.partition("_")
    named = bool(mark and "_" not in tail and words(head) and words(tail))
    if named and words(head)[0] not in _VERBS and words(tail)[0] in _VERBS:
        return (snake(head, "group"),), snake(tail, "call")
    if operation.tags and words(operation.tags[0]):
        return (snake(operation.tags[0], "group"),), snake(operation.id, "call")
    return (), snake(operation.id, "call")


def is_api_version(parameter: Parameter) -> bool:
    """True for the parameter that carries the api-version: the client knows it, the caller does not give it."""
    return (
        parameter.place in ("query", "header")
        and "".join(words(parameter.wire_name)).removeprefix("x") == "apiversion"
    )


def as_sent(parameter: Parameter) -> Parameter:
    """A parameter as the client sends it: a whole query string (OpenAPI 3.2) is a form, its members one by one."""
    if parameter.place != "querystring":
        return parameter
    return replace(parameter, place="query", style="form", explode=True, media_type=None)


def is_argument(parameter: Parameter) -> bool:
    """True for a parameter that the caller gives (OpenAPI 3.x ignores three headers, Parameter Object)."""
    ignored = parameter.place == "header" and parameter.wire_name.lower() in _IGNORED_HEADERS
    return not ignored and not is_api_version(parameter)


def received_contents(operation: Operation, response: Response) -> tuple[Content, ...]:
    """The bodies a response may have: none for HEAD (RFC 9110 section 9.3.2), whatever the document says."""
    return () if operation.method == "HEAD" else response.contents


def successes(operation: Operation) -> tuple[Response, ...]:
    """The responses that a call returns: 2xx and 3xx, or `default` where an operation declares nothing else."""
    good = tuple(response for response in operation.responses if response.status[0] in "23")
    return good or tuple(response for response in operation.responses if response.status == "default")


class Calls:
    """The methods of one version, in groups. `spelling` must carry the prefix of the models module."""

    def __init__(self, spelling: Spelling) -> None:
        self.spelling = spelling
        self.api = spelling.api
        self.builders = Scope()
        self.classes = Scope(("Client", "AsyncClient"))
        self.root = Group(())
        self.renamed: dict[str, str] = {}
        self.operations: dict[str, Operation] = {}
        self.methods: dict[str, MethodView] = {}
        self._place()
        self._name_methods(self.root)

    def _place(self) -> None:
        """Put every operation where it is called. Names of the lock come first, then groups, then methods."""
        table, version = self.spelling.table, module(self.api.version)
        operations = self.api.operations
        locked = table.locked("methods", version, [operation.id for operation in operations])
        waiting: list[tuple[Group, int, str]] = []
        for index, operation in enumerate(operations):
            if operation.id in locked:
                *path, name = locked[operation.id].split(".")
                group = self.root.at(place_of(operation)[0], path, index)
                group.methods.append((index, operation, group.scope.give(name)))
        for index, operation in enumerate(operations):
            if operation.id not in locked:
                asked, name = place_of(operation)
                waiting.append((self.root.at(asked, None, index), index, name))
        for group, index, name in waiting:
            group.methods.append((index, operations[index], group.scope.give(name)))
        table.methods[version] = {
            operation.id: f"{group.dotted}{name}"
            for group in self.root.walk()
            for _, operation, name in group.methods
        }
        table.calls[version] = {operation.id: operation.label for operation in operations}
        table.renamed_methods[version] = renamed_methods(table, version)
        by_name = {
            name: index
            for index, operation in enumerate(operations)
            for name in [table.methods[version][operation.id]]
        }
        for old, new in table.renamed_methods[version].items():
            *path, name = old.split(".")
            group = self.root.at(path, path, by_name[new])
            group.methods.append((by_name[new], operations[by_name[new]], group.scope.give(name)))
            self.renamed[f"{group.dotted}{name}"] = new

    def _name_methods(self, group: Group) -> None:
        # in the order of the specification, whatever came first
        group.methods.sort(key=lambda one: one[0])
        if group.path:
            group.class_name = self.classes.give(f"{pascal(group.path, 'Group')}Resource")
        for _, operation, name in group.methods:
            dotted = f"{group.dotted}{name}"
            self.operations[dotted] = operation
            self.methods[dotted] = self._method(operation, name, dotted)
        for inner in group.inner:
            self._name_methods(inner)

    # --- one method -------------------------------------------------------------------------------------

    def _method(self, operation: Operation, name: SafeName, dotted: str) -> MethodView:
        given = self.arguments(operation)
        sent: list[str] = []
        for parameter in operation.parameters:
            value = next((argument.name for known, argument in given if known is parameter), None)
            if value is not None or is_api_version(parameter):
                sent.append(self._sent(parameter, value))
        body = next((argument for known, argument in given if known is None), None)
        good = tuple(
            self._answer(operation, response) for response in operation.responses if not response.is_error
        )
        bad = tuple(
            self._answer(operation, response) for response in operation.responses if response.is_error
        )
        return MethodView(
            name=name,
            builder=self.builders.give(f"_{'_'.join(dotted.split('.'))}"),
            dotted=dotted,
            http_method=operation.method,
            path=operation.path,
            arguments=tuple(argument for _, argument in given),
            sends_version=any(is_api_version(parameter) for parameter in operation.parameters),
            sent_code=tuple(sent),
            body_code=self._body(operation, body.name) if body else "",
            returns=good,
            raises=bad,
            annotation=joined(self.returned(operation)),
            auth_code=literal(tuple(tuple(name_ for name_, _ in one.schemes) for one in operation.security)),
            doc=_doc(operation, (argument for _, argument in given), self.renamed.get(dotted, "")),
            renamed_to=self.renamed.get(dotted, ""),
        )

    def arguments(self, operation: Operation) -> list[tuple[Parameter | None, ArgumentView]]:
        """The arguments of a method with the parameter each stands for, None for the body; in signature order."""
        scope = Scope(PARAMETERS_TAKEN)
        in_path = {name: index for index, name in enumerate(re.findall(r"\{([^{}]+)\}", operation.path))}
        parameters = sorted(
            (parameter for parameter in operation.parameters if is_argument(parameter)),
            key=lambda p: (p.place != "path", in_path.get(p.wire_name, 0) if p.place == "path" else 0),
        )
        names = self.spelling.table.members(
            "parameters",
            operation.id,
            ((_key(p), snake(p.client_name or p.wire_name, "parameter")) for p in parameters),
            scope,
        )
        found: list[tuple[Parameter | None, ArgumentView]] = [
            (
                one,
                ArgumentView(
                    names[_key(one)], joined(self.takes(one)), one.required, one.place != "path", one.doc
                ),
            )
            for one in parameters
        ]
        if operation.body is not None and operation.body.contents:
            takes = joined(self.body_type(operation))
            if not operation.body.required and "None" not in takes.split(" | "):
                takes = f"{takes} | None"
            required = operation.body.required
            found.append(
                (None, ArgumentView(scope.give("body"), takes, required, not required, operation.body.doc))
            )
        return sorted(found, key=lambda pair: (pair[1].keyword, not pair[1].required))

    def takes(self, parameter: Parameter) -> Annotation:
        """What a caller may give for a parameter."""
        parts = self.spelling.alternatives(parameter.type)
        return parts if parameter.required or "None" in parts or parts == ("Any",) else (*parts, "None")

    def body_type(self, operation: Operation) -> Annotation:
        """What a caller gives as the body."""
        if operation.body is None or not operation.body.contents:
            return ("None",)
        content = operation.body.contents[0]
        if is_json(content.media_type) or content.media_type in (
            "multipart/form-data",
            "application/x-www-form-urlencoded",
        ):
            return self.spelling.alternatives(content.type)
        return (
            ("str",)
            if self.spelling.content_type(content.media_type, content.type) == ("str",)
            else ("FileInput",)
        )

    def returned(self, operation: Operation) -> Annotation:
        """What a call gives back: the alternatives of all success statuses."""
        parts: list[str] = []
        for response in successes(operation):
            for content in received_contents(operation, response):
                parts.extend(self.spelling.content_type(content.media_type, content.type))
            if not received_contents(operation, response):
                parts.append("None")
        distinct = tuple(dict.fromkeys(parts)) or ("None",)
        if "Any" in distinct:
            return ("Any",)
        return (*(part for part in distinct if part != "None"), *(["None"] if "None" in distinct else []))

    def _sent(self, parameter: Parameter, value: SafeName | None) -> str:
        parameter = as_sent(parameter)
        extra: list[str] = []
        style, explode = _DEFAULT_STYLE[parameter.place]
        if parameter.media_type is not None:
            extra.append(f"media_type={literal(parameter.media_type)}")
        else:
            if parameter.style != style:
                extra.append(f"style={literal(parameter.style)}")
            resolved = self.api.resolve(parameter.type)
            if parameter.explode != explode and not isinstance(resolved, Scalar | Enumeration):
                extra.append(f"explode={parameter.explode}")
            if parameter.allow_reserved:
                extra.append("allow_reserved=True")
        parts = [literal(parameter.wire_name), str(value or "_api_version"), *extra]
        return f"{parameter.place.capitalize()}({', '.join(parts)})"

    def _body(self, operation: Operation, name: SafeName) -> str:
        content = operation.body.contents[0] if operation.body else None
        if content is None:
            return ""
        media_type = content.media_type
        if is_json(media_type):
            plain = media_type in ("application/json", "*/*", "application/*")
            return f"JsonBody({name})" if plain else f"JsonBody({name}, media_type={literal(media_type)})"
        if media_type == "multipart/form-data":
            return f"MultipartBody({name})"
        if media_type == "application/x-www-form-urlencoded":
            return f"FormBody({name})"
        return f"RawBody({name}, media_type={literal(media_type)})"

    def _answer(self, operation: Operation, response: Response) -> AnswerView:
        received = self.spelling.content_type
        contents = received_contents(operation, response)
        return AnswerView(
            response.status,
            tuple((one.media_type, joined(received(one.media_type, one.type))) for one in contents),
        )

    # --- the surface ------------------------------------------------------------------------------------

    def surface(self) -> tuple[SurfaceMethod, ...]:
        """The methods as the gate compares them."""
        prefix = self.spelling.prefix
        return tuple(
            SurfaceMethod(
                name=dotted,
                parameters=tuple(
                    SurfaceParameter(
                        name=argument.name,
                        takes=_bare(
                            self.takes(known) if known is not None else self._body_takes(operation), prefix
                        ),
                        required=argument.required,
                        keyword=argument.keyword,
                        at=known.at
                        if known is not None
                        else (operation.body.at if operation.body else operation.at),
                    )
                    for known, argument in self.arguments(operation)
                ),
                returns=_bare(self.returned(operation), prefix),
                operation=operation.label,
                at=operation.at,
            )
            for dotted, operation in self.operations.items()
        )

    def _body_takes(self, operation: Operation) -> Annotation:
        parts = self.body_type(operation)
        required = operation.body is not None and operation.body.required
        return parts if required or "None" in parts else (*parts, "None")


def _key(parameter: Parameter) -> str:
    """What tells a parameter from the others of its operation (Parameter Object)."""
    return f"{parameter.place} {parameter.wire_name}"


def _bare(parts: Annotation, prefix: str) -> Annotation:
    return tuple(part.replace(prefix, "") for part in parts) if prefix else parts


def _doc(operation: Operation, arguments: Iterable[ArgumentView], renamed_to: str) -> str:
    """The docstring of a method: what it does, what it sends, its arguments, its answer and its errors."""
    summary, doc = operation.summary, operation.doc
    if summary and doc and not doc.startswith(summary.rstrip(".")):
        doc = f"{summary}\n\n{doc}"
    parts = [wrapped(doc or summary or operation.id), operation.label]
    if renamed_to:
        parts.append(f"Deprecated: renamed to `client.{renamed_to}`.")
    elif operation.deprecated:
        parts.append("Deprecated by the service.")
    told = [
        wrapped(f"{argument.name}: {argument.doc}", indent=4, hanging=8)
        for argument in arguments
        if argument.doc
    ]
    if told:
        parts.append("Args:\n" + "\n".join(told))
    answers = [response.doc for response in successes(operation) if response.doc]
    if answers:
        parts.append("Returns:\n" + wrapped(answers[0], indent=4))
    errors = [f"ApiError: {r.status}: {r.doc}".removesuffix(": ") for r in operation.responses if r.is_error]
    if errors:
        parts.append("Raises:\n" + "\n".join(wrapped(line, indent=4, hanging=8) for line in errors))
    return "\n\n".join(parts)
