"""Operations and models → the emitted tests of a version: code that calls, and JSON data that says what must happen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ...continuing import stream_of
from ...jsonvalue import is_object
from ...media import covers, example_of, is_json, is_range
from ...model import Api, Content, ListOf, Nullable, Operation, Record, Scalar
from ...overrides import TestScope
from ...sample import NoSample
from ..calls.exchange import sendable
from ..calls.methods import Calls
from ..literals import literal
from ..names.identifiers import SafeName, Scope, snake
from ..types.expressions import DECODED, expression
from ..types.spelling import Spelling, joined, modules_in, names_in
from ..versions.sharing import Home, Written
from ..views import CaseView, Kind, TestsView
from .answers import TEXT, Answers
from .arguments import IGNORED, LENGTH, Arguments
from .data import MARK, Data, data_text
from .expected import SECRET, alternatives, expected_request, formed, part_types, server_address, written_as
from .following import Following
from .forms import given_form
from .payloads import Payloads, Warn
from .round_trips import round_trips, values_of
from .texts import files_as_text
from .webhooks import received

_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_IDEMPOTENT = ("GET", "HEAD", "PUT", "DELETE")
_ALWAYS = ("accept-encoding", "connection", "host", LENGTH, "user-agent")
"""Headers that are sent whether somebody gives them or not."""
_ENDINGS = ("_async", "_minimal", "_streamed")


def tests_view(
    one: Written,
    models: Mapping[str, Home],
    methods: Mapping[str, SafeName],
    webhooks: Mapping[SafeName, SafeName],
    scope: TestScope,
    warn: Warn,
) -> TestsView:
    """The tests of what a version introduces; `models`, `methods` and `webhooks` tell which version introduced what.

    `scope` is "full", or "smoke" for calls alone, each with one answer. The data lists under `not_tested` what cannot be
    tested, with the reason, and under `not_confirmed` the places of schemas that refuse what their own descriptions mean.
    """
    calls = one.calls
    cases = _Cases(calls, Payloads(calls.api, warn), full=scope == "full")
    for dotted, operation in calls.operations.items():
        if methods[dotted] == one.module and dotted not in calls.renamed:
            cases.add(operation, dotted)
    spelling = calls.spelling
    own = [
        model
        for model in spelling.api.models
        if model.key in models and models[model.key].module == one.module
    ]
    trips: dict[str, Any] = {}
    values: dict[str, Any] = {}
    hooks = received(one, webhooks, cases.payloads, cases.data, cases.missing)
    if scope == "full":
        trips = round_trips(spelling, own, cases.payloads, cases.data, cases.missing)
        values = values_of(spelling, own)
    sources = [source for case in cases.views for source in case.sources]
    credential = credential_code(spelling.api)
    runtime = [*names_in(sources, ("FileInput", "decode_json"))]
    if cases.views:
        runtime = ["Credential", *names_in([credential], ("BasicAuth",)), *runtime]
    return TestsView(
        cases=tuple(cases.views),
        modules=modules_in(sources),
        credential_code=credential,
        runtime_names=tuple(runtime),
        has_models=bool(trips),
        has_values=bool(values),
        has_webhooks=bool(hooks),
        names_models=bool(trips or values) or any("models." in source for source in sources),
        uses_any="Any" in names_in(sources, ("Any",)),
        data=data_text(
            {
                "exchanges": cases.exchanges,
                "models": trips,
                "values": values,
                "webhooks": hooks,
                "payloads": cases.data.payloads,
                "not_tested": cases.missing | cases.answers.missing,
                "not_confirmed": cases.payloads.refused,
            }
        ),
    )


def _function(dotted: str) -> str:
    """What the tests of a method are named after; beside `test_get` there are `test_get_async` and others."""
    name = dotted.replace(".", "_")
    return f"{name}_call" if name in ("model", "values", "webhook") or name.endswith(_ENDINGS) else name


def credential_code(api: Api) -> str:
    """A credential for every scheme, as source."""
    parts: list[str] = []
    for scheme in api.schemes:
        if scheme.kind == "http" and scheme.scheme == "basic":
            parts.append(f'{literal(scheme.name)}: BasicAuth("user", {literal(SECRET)})')
        elif scheme.kind in ("apiKey", "http", "oauth2", "openIdConnect"):
            parts.append(f"{literal(scheme.name)}: {literal(SECRET)}")
    return f"{{{', '.join(parts)}}}"


class _Cases:
    """The cases of a version's operations, while they are collected."""

    def __init__(self, calls: Calls, payloads: Payloads, *, full: bool) -> None:
        self._calls, self._full = calls, full
        self._spelling: Spelling = calls.spelling
        self._api: Api = calls.api
        self.payloads = payloads
        self.data = Data()
        self._arguments = Arguments(self._api, payloads)
        self.answers = Answers(self._spelling, payloads, self.data)
        self._following = Following(self._spelling, payloads, self.data)
        self._names, self._functions = Scope(), Scope()
        self._retried = False  # one retry is enough: no call has a way of its own
        self.views: list[CaseView] = []
        self.exchanges: dict[str, Any] = {}
        self.missing: dict[str, str] = {}

    def add(self, operation: Operation, dotted: str) -> None:
        """The test of one operation."""
        name = self._names.give(_function(dotted))
        try:
            self._add(operation, dotted, name)
        except NoSample as error:
            self.missing[operation.label] = str(error)

    def _add(self, operation: Operation, dotted: str, name: SafeName) -> None:
        kind = self._calls.kind(operation)
        stream = self._calls.methods[dotted].stream
        answers = self.answers.of(operation, name, whole=kind != "stream")
        if kind != "send" and answers[0]["status"] >= 400:
            raise NoSample("what it begins with has no payload")
        first = self._following.after(operation, kind, {**answers[0], **self._whole(answers[0])})
        if kind in ("send", "begin"):
            first = self._outlined(first, name)
        given, full, body_code = self._call(operation, name, all_=True)
        function = self._functions.give(f"body_of_{name}") if body_code else ""
        body = [f"{self._body_name(operation)}={function}()"] if body_code else []
        exchange: dict[str, Any] = {"call": dotted, "request": full}
        less, least, least_body = self._call(operation, name, all_=False)
        has_less = self._full and least != full
        if has_less:
            exchange["minimal"] = least
        exchange["answers"] = [first, *(self._others(operation, kind, answers, name) if self._full else [])]
        if stream is not None and (streamed := self._following.stream(operation)) is not None:
            asked = self._payload_of(full)
            if stream.member and is_object(asked):
                asked = {**asked, stream.member: True}
            exchange["stream"] = {
                "request": {**full, "json": self.data.payload(asked, f"{name} stream")}
                if "json" in full
                else full,
                "answers": [streamed],
            }
        exchange["security"] = alternatives(self._api, operation)[: None if self._full else 1]
        if operation.servers and operation.servers != self._api.servers:
            exchange["server"] = server_address(operation.servers)
        if kind == "send" and operation.method in _IDEMPOTENT and not self._retried and self._full:
            self._retried = exchange["retried"] = True
        self.exchanges[name] = exchange
        self.views.append(
            CaseView(
                name=Scope().give(name),
                dotted=dotted,
                arguments_code=(*given, *body),
                body_code=body_code,
                body_function=function,
                annotation=self._body_annotation(operation, body_code) if body_code else "",
                minimal_code=(*less, *([f"{self._body_name(operation)}={least_body}"] if least_body else []))
                if has_less
                else None,
                returns_nothing=kind in ("send", "begin") and self._calls.returned(operation) == ("None",),
                stream_argument=stream.argument if "stream" in exchange and stream is not None else None,
                kind=kind,
            )
        )
        if self._full and operation.body is not None:
            view = self.views[-1]
            for content in sendable(self._api, operation):
                if content.media_type != written_as(self._api, operation.body).media_type:
                    try:
                        self._add_written(operation, content, name, view)
                    except NoSample as error:
                        self.missing[f"{operation.label} {content.media_type}"] = str(error)

    def _add_written(self, operation: Operation, content: Content, name: SafeName, view: CaseView) -> None:
        """The test of an operation whose body is written in a media type that somebody chooses."""
        given, request, code = self._call(operation, name, all_=True, written=content)
        as_ = self._names.give(f"{name}_as_{snake(content.media_type.partition('/')[2], 'other')}")
        function = self._functions.give(f"body_of_{as_}")
        told = self.exchanges[name]
        self.exchanges[as_] = {
            **{word: told[word] for word in ("call", "server") if word in told},
            "request": request,
            "answers": told["answers"][:1],
            "security": told["security"][:1],
        }
        self.views.append(
            replace(
                view,
                name=Scope().give(as_),
                arguments_code=(*given, f"{self._body_name(operation)}={function}()"),
                body_code=code,
                body_function=function,
                annotation=self._body_annotation(operation, code),
                minimal_code=None,
                stream_argument=None,
            )
        )

    def _others(
        self, operation: Operation, kind: Kind, answers: list[dict[str, Any]], name: str
    ) -> Iterator[dict[str, Any]]:
        """The answers but the first: errors, and of a call that does not go on otherwise, successes.

        What a redirection says of itself is no page. A job may be done when it is begun.
        """
        for answer in answers[1:]:
            if answer["status"] >= 400 or kind == "send":
                yield answer
            elif kind == "begin":
                at_once = self._following.at_once(operation, answers[0], {**answer, **self._whole(answer)})
                if at_once is not None:
                    yield self._outlined(at_once, name)
            elif answer["status"] >= 300 and kind in ("stream", "pages"):
                yield {**answer, "raised": True}  # a redirection has no items
            elif kind == "pages" and is_object(self._payload_of(answer)):
                yield self._following.after(operation, kind, {**answer, **self._whole(answer)})

    def _body_annotation(self, operation: Operation, code: str) -> str:
        """What the source of a body is."""
        if code.startswith(("'", '"', "b'", 'b"')):
            return "bytes" if code.endswith(".encode()") else "str"
        # what is empty inside has no type of its own
        has_none = code[:1] in ("{", "[") and re.search(r"\{\}|\[\]", code)
        return "Any" if has_none else joined(self._calls.body_type(operation))

    def _body_name(self, operation: Operation) -> str:
        return next(argument.name for known, argument in self._calls.arguments(operation) if known is None)

    def _payload_of(self, told: Mapping[str, Any]) -> Any:
        """The JSON of a request or an answer, wherever it is kept."""
        value = told.get("json")
        return self.data.payloads[value[MARK]] if is_object(value) and MARK in value else value

    def _whole(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        return {"json": self._payload_of(answer)} if "json" in answer else {}

    def _outlined(self, answer: dict[str, Any], name: str) -> dict[str, Any]:
        """An answer whose payloads are kept by name."""
        wanted = answer.get("type", "").removeprefix("models.") or name
        told = {
            key: self.data.payload(value, wanted) if key in ("json", "result") else value
            for key, value in answer.items()
        }
        if "then" in told:
            told["then"] = [self._outlined({**one, "type": wanted}, name) for one in told["then"]]
        return told

    def _call(
        self, operation: Operation, name: str, *, all_: bool, written: Content | None = None
    ) -> tuple[list[str], dict[str, Any], str]:
        """The arguments of a call as source, without the body; what must arrive; and the body as source.

        With `all_`, everything is given that can be; else only what must be.
        """
        body: tuple[str, dict[str, Any]] = "", {}
        chosen: list[str] = []
        if operation.body is not None and (all_ or operation.body.required):
            content = written or written_as(self._api, operation.body)
            body = self._body(operation, content, name, all_=all_)
            if "text" in body[1] and is_range(content.media_type):
                chosen, body[1]["media_type"] = self._of_range(operation, content, body[0], all_=all_)
            elif written is not None and (choice := self._calls.choice(operation)) is not None:
                chosen = [f"{choice.name}={literal(written.media_type)}"]
        names = {id(known): argument.name for known, argument in self._calls.arguments(operation)}
        values = self._arguments.of(operation, list(names), body[1], all_=all_)
        given: list[str] = []
        without: list[str] = []
        for index, value in values.items():
            known = operation.parameters[index]
            # what has no argument cannot be given, and is expected all the same
            if id(known) in names:
                given.append(f"{names[id(known)]}={expression(self._spelling, known.type, value)}")
        for index, known in enumerate(operation.parameters):
            header = known.wire_name.lower()
            if known.place == "header" and index not in values and header not in (*IGNORED, *_ALWAYS):
                without += [header] if "idempotency" not in header else []
        told = expected_request(self._api, operation, values).as_json() | body[1]
        return given + chosen, told | ({"without": without} if without else {}), body[0]

    def _of_range(
        self, operation: Operation, content: Content, code: str, *, all_: bool
    ) -> tuple[list[str], str]:
        """The argument that names a media type of a range, and what must arrive.

        A range is none (RFC 9110 section 8.3.1): without the argument bytes of which nothing is known are sent as such
        (section 8.3), where the range covers that, and text as text.
        """
        plain = "text/plain" if code == repr(TEXT) else "application/octet-stream"
        if not all_ and covers(content.media_type, plain):
            return [], plain
        choice = self._calls.choice(operation)
        if choice is None:
            raise NoSample(f"{content.media_type} is not a media type, and there is no way to say which")
        told = "image/png" if covers(content.media_type, "image/png") else example_of(content.media_type)
        return [f"{choice.name}={told!r}"], told

    def _body(
        self, operation: Operation, content: Content, name: str, *, all_: bool
    ) -> tuple[str, dict[str, Any]]:
        """The source of the request body, and what must arrive."""
        api, media_type = self._api, content.media_type
        what = api.resolve(content.type)
        is_file = isinstance(what, Scalar) and (
            what.format == "binary" or (what.kind == "string" and is_range(media_type))
        )
        is_form = media_type in _FORMS and not isinstance(what, Scalar | ListOf)
        if is_file or (not is_json(media_type) and not is_form):
            text = json.dumps(TEXT) if is_json(media_type) else TEXT
            sent = {"text": text, "media_type": media_type}
            if self._spelling.content_type(media_type, content.type) == ("str",):
                return repr(text), sent
            return f"{text!r}.encode()", sent
        value: Any = None
        raw = operation.body.at.raw if operation.body is not None else None
        called = raw.get("name") if is_object(raw) else None
        place = self.payloads.exchange(operation, "parameters", called) if isinstance(called, str) else None
        if all_ and place is not None:
            value = next(iter(self.payloads.example(place, content.type, content.at, "request")), None)
        if value is None:
            examples = content.examples if all_ else ()
            value = self.payloads.of(
                content.type, content.at, examples=examples, full=all_, direction="request"
            )
        what = api.resolve(content.type)
        if value is None and isinstance(what, Nullable) and not (operation.body and operation.body.required):
            # of a body that may be left out, None says that it is
            value = self.payloads.of(what.of, content.at, full=all_, direction="request")
        told = stream_of(api, operation)
        if told is not None and told.whole and is_object(value) and value.get(told.member) is True:
            value = {**value, told.member: False}  # a call that wants the whole does not ask for the stream
        if media_type in _FORMS:
            form = given_form(api, self.payloads, content, value, all_=all_)
            for left_out in (one for one in value if one not in form) if is_object(value) else ():
                self.missing[f"{operation.label} {left_out}"] = "its objects are given as files"
            value = form
        code = expression(self._spelling, content.type, value)
        if media_type in _FORMS:
            parts = part_types(content, value) if media_type == _FORMS[0] else {}
            told_parts = {"parts": parts} if parts else {}
            return code, {"form": formed(content, value), "media_type": media_type, **told_parts}
        known = api.resolve(content.type)
        wanted = str(self._spelling.names[known.key]) if isinstance(known, Record) else name
        sent = files_as_text(api, content.type, value)
        if sent != value and DECODED in code:
            raise NoSample("it has a file, and no constructor says all of it")
        return code, {"json": self.data.payload(sent, f"{wanted} request"), "media_type": media_type}
