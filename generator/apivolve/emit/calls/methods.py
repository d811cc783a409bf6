"""Operations → the methods of a version: where each is found, and what it sends and gets back."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...media import is_range
from ...model import Content, Enumeration, Nullable, Operation, Parameter, Response, Scalar
from ...surface import Annotation, SurfaceMethod, SurfaceParameter
from ..literals import literal
from ..names.identifiers import PARAMETERS_TAKEN, SafeName, Scope, module, pascal, snake
from ..names.table import keys_of, renamed_methods, turn
from ..types.giving import Giving
from ..types.spelling import Spelling, joined
from ..views import AnswerView, ArgumentView, Kind, MethodView, StreamView
from .bodies import body_code, in_json, media_type_argument
from .docs import method_doc
from .exchange import (
    as_sent,
    failures,
    fixed_version,
    is_api_version,
    is_argument,
    is_raw,
    received_contents,
    sendable,
    successes,
)
from .kinds import Streamed, is_sequence, paged, streamed
from .places import Group, Places

_DEFAULT_STYLE = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}
_EXPLODED = ("form", "cookie")
"""Styles that are exploded unless it is said otherwise (OpenAPI 3.x, Parameter Object)."""


class Calls:
    """The methods of one version, in groups. `spelling` must carry the prefix of the models module."""

    def __init__(self, spelling: Spelling) -> None:
        self.spelling = spelling
        self.api = spelling.api
        self.giving = Giving(spelling, here="params.")
        self.builders = Scope()
        self.classes = Scope(("Client", "AsyncClient"), beside="Async")
        self.root = Group(())
        self.renamed: dict[str, str] = {}
        self.operations: dict[str, Operation] = {}
        self.methods: dict[str, MethodView] = {}
        self._place()
        self._name_methods(self.root)

    def _place(self) -> None:
        """Put every operation where it is called. Names of the lock come first, then groups, then methods."""
        table, version = self.spelling.table, module(self.api.version)
        operations, places = self.api.operations, Places(self.api.operations)
        keys, wanted = keys_of(operations), table.overrides.methods
        locked = table.locked("methods", version, keys)
        locked |= {key: wanted[one.id] for key, one in zip(keys, operations, strict=True) if one.id in wanted}
        waiting: list[tuple[Group, int, str]] = []
        for index, operation in enumerate(operations):
            if keys[index] in locked:
                *path, name = locked[keys[index]].split(".")
                group = self.root.at(places.of(operation)[0], path, index)
                group.methods.append((index, operation, group.scope.give(name)))
        for index, operation in enumerate(operations):
            if keys[index] not in locked:
                asked, name = places.of(operation)
                waiting.append((self.root.at(asked, None, index), index, name))
        waiting.sort(key=lambda one: turn(operations[one[1]].id, one[2]))
        for group, index, name in waiting:
            group.methods.append((index, operations[index], group.scope.give(name)))
        table.methods[version] = {
            keys[index]: f"{group.dotted}{name}"
            for group in self.root.walk()
            for index, _, name in group.methods
        }
        table.calls[version] = {key: operation.label for key, operation in zip(keys, operations, strict=True)}
        table.renamed_methods[version] = renamed_methods(table, version)
        by_name = {table.methods[version][key]: index for index, key in enumerate(keys)}
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
            if value is not None or is_api_version(self.api, parameter):
                sent.append(self._sent(parameter, value))
        body = next((argument for known, argument in given if known is None), None)
        choice = self.choice(operation)
        stream, pages = streamed(self.spelling, operation), paged(self.spelling, operation)
        kind = self.kind(operation)
        raised = failures(operation, kind)
        good = tuple(
            self._answer(operation, response, stream)
            for response in operation.responses
            if response not in raised or response in successes(operation, kind)
        )
        bad = tuple(self._answer(operation, response) for response in raised)
        asked = (
            _asked_stream(stream, (argument.name for _, argument in given))
            if stream is not None and kind == "send"
            else None
        )
        how = ""
        if kind == "pages" and pages is not None:
            how = pages.source
        elif kind == "begin":
            how = self._long_running(operation)
        return MethodView(
            name=name,
            builder=self.builders.give(f"_{'_'.join(dotted.split('.'))}"),
            dotted=dotted,
            http_method=operation.method,
            path=operation.path,
            arguments=(*(argument for _, argument in given), *([choice] if choice is not None else [])),
            sends_version=any(
                is_api_version(self.api, parameter) and fixed_version(self.api, parameter) is None
                for parameter in operation.parameters
            ),
            sent_code=tuple(sent),
            body_code=self._body(operation, body.name, choice) if body else "",
            returns=good,
            raises=bad,
            annotation=joined(self.item(operation)),
            auth_code=literal(tuple(tuple(name_ for name_, _ in one.schemes) for one in operation.security)),
            doc=method_doc(
                self.spelling, operation, given, choice, kind, asked, self.renamed.get(dotted, "")
            ),
            kind=kind,
            server=self._server(operation),
            how_code=how,
            last_event=stream.last_event if stream is not None and kind == "stream" else None,
            stream=asked,
            renamed_to=self.renamed.get(dotted, ""),
        )

    def kind(self, operation: Operation) -> Kind:
        """How a call goes on after its request."""
        if operation.long_running is not None:
            return "begin"
        stream = streamed(self.spelling, operation)
        if stream is not None:
            return "send" if stream.switched else "stream"
        return "pages" if paged(self.spelling, operation) is not None else "send"

    def item(self, operation: Operation) -> Annotation:
        """What a call gives: each item of a stream or of pages, else the whole."""
        stream, pages = streamed(self.spelling, operation), paged(self.spelling, operation)
        match self.kind(operation):
            case "stream" if stream is not None:
                return stream.item
            case "pages" if pages is not None:
                return self.spelling.alternatives(pages.item)
            case _:
                return self.returned(operation)

    def _server(self, operation: Operation) -> str:
        """The address of an operation's own server, its variables at their defaults."""
        if not operation.servers or operation.servers == self.api.servers:
            return ""
        url = operation.servers[0].url
        for variable in operation.servers[0].variables:
            if variable.default is None:
                return ""
            url = url.replace(f"{{{variable.name}}}", variable.default)
        return url

    def _long_running(self, operation: Operation) -> str:
        parts: list[str] = []
        via = operation.long_running.final_state_via if operation.long_running is not None else None
        if via in ("azure-async-operation", "operation-location", "location", "original-uri"):
            parts.append(f"final_state_via={literal(via)}")
        result = self.returned(operation)
        told = any(response.status == "200" and response.contents for response in operation.responses)
        if not told and result not in (("None",), ("Any",)) and len(result) == 1:
            parts.append(f"result={result[0]}")
        return f"LongRunning({', '.join(parts)})"

    def arguments(self, operation: Operation) -> list[tuple[Parameter | None, ArgumentView]]:
        """The arguments of a method with the parameter each stands for, None for the body; in signature order."""
        scope = Scope(PARAMETERS_TAKEN)
        in_path = {name: index for index, name in enumerate(re.findall(r"\{([^{}]+)\}", operation.path))}
        parameters = sorted(
            (parameter for parameter in operation.parameters if is_argument(self.api, parameter)),
            key=lambda p: (p.place != "path", in_path.get(p.wire_name, 0) if p.place == "path" else 0),
        )
        names = self.spelling.table.members(
            "parameters",
            operation.id,
            (
                (_key(p), _asked(p))
                for p in sorted(
                    parameters, key=lambda p: (p.place != "path", *turn(p.wire_name, _asked(p)), p.place)
                )
            ),
            scope,
        )
        found: list[tuple[Parameter | None, ArgumentView]] = [
            (
                one,
                ArgumentView(
                    names[_key(one)],
                    joined(self.takes(one, given=True)),
                    one.required,
                    one.place != "path",
                    one.doc,
                ),
            )
            for one in parameters
        ]
        if operation.body is not None and operation.body.contents:
            takes = joined(self.body_type(operation, given=True))
            if not operation.body.required and "None" not in takes.split(" | "):
                takes = f"{takes} | None"
            required = operation.body.required
            found.append(
                (None, ArgumentView(scope.give("body"), takes, required, not required, operation.body.doc))
            )
        return sorted(found, key=lambda pair: (pair[1].keyword, not pair[1].required))

    def takes(self, parameter: Parameter, *, given: bool = False) -> Annotation:
        """What a caller may give for a parameter; with `given`, the dictionaries too that stand for models."""
        spelled = self.giving if given else self.spelling
        parts = spelled.alternatives(parameter.type)
        return parts if parameter.required or "None" in parts or parts == ("Any",) else (*parts, "None")

    def body_type(self, operation: Operation, *, given: bool = False) -> Annotation:
        """What a caller may give as the body; see `takes`."""
        parts = [
            part
            for content in sendable(self.api, operation)
            for part in self._content_takes(content, given=given)
        ]
        distinct = tuple(dict.fromkeys(parts)) or ("None",)
        return ("Any",) if "Any" in distinct else distinct

    def _content_takes(self, content: Content, *, given: bool) -> Annotation:
        if not is_raw(self.api, content):
            return (self.giving if given else self.spelling).alternatives(content.type)
        is_text = self.spelling.content_type(content.media_type, content.type) == ("str",)
        if is_range(content.media_type) and not content.media_type.startswith("text/"):
            return ("FileInput", "str") if is_text else ("FileInput",)
        return ("str",) if is_text else ("FileInput",)

    def choice(self, operation: Operation) -> ArgumentView | None:
        """The argument that says how the body is written, where there is a choice."""
        taken = {argument.name for _, argument in self.arguments(operation)}
        return media_type_argument(self.api, sendable(self.api, operation), taken)

    def returned(self, operation: Operation) -> Annotation:
        """What a call gives back: the alternatives of all success statuses."""
        parts: list[str] = []
        for response in successes(operation):
            for content in received_contents(operation, response):
                if is_sequence(content):
                    continue
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
        style = parameter.style
        if parameter.media_type is not None:
            extra.append(f"media_type={literal(parameter.media_type)}")
        else:
            # in a query, a plain value is written the same in all styles
            is_plain = isinstance(self.api.resolve(parameter.type), Scalar | Enumeration)
            if style != _DEFAULT_STYLE[parameter.place] and not (is_plain and parameter.place == "query"):
                extra.append(f"style={literal(style)}")
            if parameter.explode != (style in _EXPLODED) and style != "deepObject" and not is_plain:
                extra.append(f"explode={parameter.explode}")
            if parameter.allow_reserved:
                extra.append("allow_reserved=True")
        fixed = fixed_version(self.api, parameter) if value is None else None
        filled_in = literal(fixed) if fixed is not None else "_api_version"
        if value is not None and parameter.media_type is not None:
            filled_in = in_json(self.spelling, value, parameter.type)
        elif value is not None:
            filled_in = value
        parts = [literal(parameter.wire_name), filled_in, *extra]
        return f"{parameter.place.capitalize()}({', '.join(parts)})"

    def _body(self, operation: Operation, name: SafeName, choice: ArgumentView | None) -> str:
        chosen = choice.name if choice is not None else None
        required = operation.body is not None and operation.body.required
        sources = {
            content.media_type: body_code(
                self.spelling,
                content,
                name,
                chosen,
                null=required and isinstance(self.api.resolve(content.type), Nullable),
            )
            for content in sendable(self.api, operation)
        }
        if choice is None:
            return next(iter(sources.values()), "")
        entries = ", ".join(f"{literal(media_type)}: {source}" for media_type, source in sources.items())
        return f"chosen({choice.name}, {{{entries}}})"

    def _answer(self, operation: Operation, response: Response, stream: Streamed | None = None) -> AnswerView:
        received = self.spelling.reading.content_type
        contents = received_contents(operation, response)
        if stream is not None:
            # a method says of a stream what an item is; one that must be asked for says it when it is
            contents = tuple(one for one in contents if is_sequence(one) != stream.switched)
        return AnswerView(
            response.status,
            tuple(
                (
                    one.media_type,
                    joined(
                        stream.item
                        if stream is not None and not stream.switched
                        else received(one.media_type, one.type)
                    ),
                )
                for one in contents
            ),
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
                )
                + self._surface_switch(dotted, operation),
                returns=_bare(self._gives(operation), prefix),
                operation=operation.label,
                at=operation.at,
                streams=_bare(self._streams(dotted), prefix),
            )
            for dotted, operation in self.operations.items()
        )

    def _surface_switch(self, dotted: str, operation: Operation) -> tuple[SurfaceParameter, ...]:
        stream = self.methods[dotted].stream
        choice = self.choice(operation)
        found: list[SurfaceParameter] = []
        if choice is not None:
            names = (content.media_type for content in sendable(self.api, operation))
            takes = tuple(f"Literal[{literal(name)}]" for name in names)
            takes = ("str",) if choice.annotation == "str" else takes
            found.append(SurfaceParameter(choice.name, takes, False, True, operation.at))
        if stream is not None:
            found.append(SurfaceParameter(stream.argument, ("bool",), False, True, operation.at))
        return tuple(found)

    def _streams(self, dotted: str) -> Annotation:
        stream = self.methods[dotted].stream
        return (f"Stream[{stream.item}]",) if stream is not None else ()

    def _gives(self, operation: Operation) -> Annotation:
        wrapper = {"send": "", "stream": "Stream", "pages": "Pager", "begin": "Poller"}[self.kind(operation)]
        item = self.item(operation)
        return (f"{wrapper}[{joined(item)}]",) if wrapper else item

    def _body_takes(self, operation: Operation) -> Annotation:
        parts = self.body_type(operation)
        required = operation.body is not None and operation.body.required
        return parts if required or "None" in parts else (*parts, "None")


def _asked_stream(stream: Streamed, taken: Iterable[SafeName]) -> StreamView:
    argument = Scope(PARAMETERS_TAKEN | set(taken)).give("stream")
    return StreamView(
        argument, joined(stream.item), stream.status, stream.media_type, stream.last_event, stream.member
    )


def _asked(parameter: Parameter) -> str:
    """The name that a parameter would have if no other wanted it."""
    return snake(parameter.client_name or parameter.wire_name, "parameter")


def _key(parameter: Parameter) -> str:
    """What tells a parameter from the others of its operation (Parameter Object)."""
    return f"{parameter.place} {parameter.wire_name}"


def _bare(parts: Annotation, prefix: str) -> Annotation:
    return tuple(part.replace(prefix, "") for part in parts) if prefix else parts
