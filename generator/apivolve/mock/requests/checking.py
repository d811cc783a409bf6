"""Does a specification allow a request? Asked of the documents as they are written.

The reading is that of HTTP services: a query parameter or a header that is not declared is ignored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from ...jsonvalue import is_object
from ...media import best, is_form, is_json
from ...model import Api, Operation, Type
from ...raw import Described, Description, Judge, contents_of, declared
from ...raw.parameters import exploded, kinds_at, kinds_of, meanings, schema_of
from ...sample import NoSample, sample, unmeetable
from ...source import Location
from ..answers.problems import Objection
from .credentials import missing_credentials
from .forms import Field, NoForm, form_value, multipart
from .preferences import others
from .request import NotReadable, Request, pairs, plain
from .routing import Match

_IGNORED = ("accept", "content-type", "authorization")
"""Headers that are no parameters (OpenAPI 3.x, Parameter Object)."""


def objections(api: Api, description: Description, request: Request, match: Match) -> list[Objection]:
    """What the specification has against a request of an operation; nothing where it is right."""
    operation = match.route.operation
    found = list(missing_credentials(api, operation, request))
    places = description.at_place(operation.at)
    if not places:
        return found
    checker = _Checker(api, description, request, match, places[0])
    try:
        found += checker.parameters()
        found += checker.body()
    except NotReadable as error:
        found.append(Objection(400, "query", "", str(error)))
    return found


class _Checker:
    """One request, held against one operation."""

    def __init__(
        self, api: Api, description: Description, request: Request, match: Match, one: Described
    ) -> None:
        self.api = api
        self.description = description
        self.request = request
        self.captured = match.captured
        self.operation = match.route.operation
        self.one = one
        self.declared = declared(description, one)

    # --- parameters --------------------------------------------------------------------------------------

    def parameters(self) -> Iterator[Objection]:
        for at in self.declared:
            name, place = self.description.text(at, "name"), self.description.text(at, "in")
            if place == "header" and name.lower() in _IGNORED:
                continue
            if place in ("query", "header", "path", "cookie"):
                yield from self._parameter(at, name, place)
            elif place == "querystring":
                yield from self._querystring(at, name)

    def _parameter(self, at: Location, name: str, place: str) -> Iterator[Objection]:
        texts = self._texts(at, name, place)
        if not texts:
            if at.raw.get("required") is True and place != "path":
                yield Objection(400, place, name, "it is required, and is missing", at)
            return
        if at.raw.get("allowEmptyValue") is True and all(text == "" for _, text in texts):
            return
        if "content" in at.raw:
            texts = [(key, plain(text)) for key, text in texts]
        values = [plain(value) for value in meanings(self.description, at, texts, place)]
        schema = schema_of(self.description, at)
        first: tuple[Objection, ...] = ()
        for value in values:
            faults = Judge(self.description, formats=True).faults(schema, value, "request")
            if not faults:
                return
            first = first or tuple(
                Objection(400, place, name, fault.message, schema, fault.pointer) for fault in faults
            )
        known = (one for one in self.operation.parameters if (one.wire_name, one.place) == (name, place))
        type_ = next((one.type for one in known), None)
        if not first:
            yield Objection(400, place, name, "it is not written as its style wants it", at)
        elif self._takes_something(type_, schema):
            yield from first

    def _texts(self, at: Location, name: str, place: str) -> list[tuple[str, str]]:
        """The texts of a parameter, each with the name that it came by; none where it is not given."""
        match place:
            case "query":
                return self._in_query(at, name)
            case "header":
                value = self.request.header(name.lower())
                if value is not None and name.lower() == "prefer":
                    value = others(value) or None
                return [(name, value)] if value is not None else []
            case "cookie":
                pairs_ = self.request.cookies
                found = [pair for pair in pairs_ if plain(pair[0]) == name]
                return found or self._members(at, pairs_)
            case _:
                return [pair for pair in self.captured if pair[0] == name]

    def _in_query(self, at: Location, name: str) -> list[tuple[str, str]]:
        given = [(plain(key), text) for key, text in self.request.query]
        found = [pair for pair in given if pair[0] == name]
        found = found or [pair for pair in given if pair[0].startswith(f"{name}[")]
        found = found or self._members(at, tuple(given))
        if (
            found
            or not self._is_spread(at)
            or "object" not in kinds_of(self.description, at)
            or self._names(at)
        ):
            return found
        named = {self.description.text(item, "name") for item in self.declared}
        return [pair for pair in given if pair[0].partition("[")[0] not in named]

    def _members(self, at: Location, given: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
        """The members of an object that is spread over the query or the cookies."""
        names = self._names(at) if self._is_spread(at) else ()
        return [pair for pair in given if plain(pair[0]) in names]

    def _is_spread(self, at: Location) -> bool:
        """True for a parameter whose value, were it an object, came as a parameter for each member."""
        return "content" not in at.raw and at.raw.get("style") != "deepObject" and exploded(at.raw, "query")

    def _names(self, at: Location) -> set[str]:
        schema = self.description.follow(schema_of(self.description, at))
        return {name for name, _ in self.description.members(schema, "properties")}

    def _querystring(self, at: Location, name: str) -> Iterator[Objection]:
        """The whole query as one value (OpenAPI 3.2)."""
        fields = [Field(plain(key), plain(text)) for key, text in self.request.query]
        if not fields:
            if at.raw.get("required") is True:
                yield Objection(400, "query", name, "a query is required, and is missing", at)
            return
        yield from self._form(schema_of(self.description, at), fields, "query")

    # --- bodies ------------------------------------------------------------------------------------------

    def body(self) -> Iterator[Objection]:
        description, request, operation = self.description, self.request, self.operation
        form = [at for at in self.declared if description.text(at, "in") == "formData"]
        owner = description.member(self.one.at, "requestBody") or next(
            (at for at in self.declared if description.text(at, "in") == "body"), None
        )
        if owner is None and not form:
            return
        given = request.header("content-type")
        if not request.body and given is None:
            if owner is not None and owner.raw.get("required") is True:
                yield Objection(400, "body", "", "it is required, and is missing", owner)
            yield from self._form_data(form, [])
            return
        coding = (request.header("content-encoding") or "identity").strip().lower()
        if coding != "identity":
            yield Objection(
                415, "header", "content-encoding", f"{coding!r} is not decoded here: send it plain"
            )
            return
        if owner is None:
            yield from self._swagger_form(operation, form, given)
            return
        media = contents_of(description, self.one, owner, "consumes")
        name = best(media, given) if given is not None else None
        if name is None:
            yield _unsupported(given, list(media), owner)
        elif "schema" in media[name].raw or is_json(given or ""):
            against = list(self._content(name, given or "", media[name]))
            contents = operation.body.contents if operation.body is not None else ()
            type_ = next((one.type for one in contents if one.media_type == media_type_of(name)), None)
            if not any(one.at is not None for one in against) or self._takes_something(
                type_, media[name].child("schema")
            ):
                yield from against

    def _takes_something(self, type_: Type | None, schema: Location) -> bool:
        """False for a schema that refuses what is made of its type: it would refuse whatever anybody sends."""
        if type_ is None:
            return True
        for full in (False, True):
            try:
                value = sample(self.api, type_, full=full, direction="request")
            except NoSample:
                return unmeetable(self.api, type_) is None  # otherwise nothing is known of it
            if not Judge(self.description, formats=True).faults(schema, value, "request"):
                return True
        return False

    def _content(self, name: str, given: str, owner: Location) -> Iterator[Objection]:
        schema = owner.child("schema") if "schema" in owner.raw else None
        if is_json(given):
            try:
                value = read_json(self.request.body)
            except ValueError as error:
                yield Objection(400, "body", "", f"it is no JSON: {error}")
                return
            if schema is not None:
                yield from self._judged(schema, value, "body")
        elif is_form(given) and schema is not None:
            kinds = kinds_at(self.description, schema)
            if kinds and "object" not in kinds:
                return  # a text, or items without names, however they are written
            try:
                fields = self._fields(given)
            except (NoForm, NotReadable) as error:
                yield Objection(400, "body", "", f"it is no {name}: {error}")
                return
            yield from self._form(schema, fields, "body")

    def _fields(self, given: str) -> list[Field]:
        """The fields of a form that came. Raises NoForm, NotReadable."""
        if given.lower().startswith("multipart/"):
            return multipart(given, self.request.body)
        try:
            text = self.request.body.decode("utf-8")
        except UnicodeDecodeError:
            raise NoForm("it is no UTF-8") from None
        return [Field(plain(name), plain(value)) for name, value in pairs(text)]

    def _form(self, schema: Location, fields: list[Field], place: str) -> Iterator[Objection]:
        try:
            value = form_value(self.description, schema, fields)
        except NoForm as error:
            yield Objection(400, place, "", str(error), schema)
            return
        yield from self._judged(schema, value, place, formats=False)

    def _judged(
        self, schema: Location, value: Any, place: str, *, formats: bool = True
    ) -> Iterator[Objection]:
        for fault in Judge(self.description, formats=formats).faults(schema, value, "request"):
            yield Objection(400, place, "", fault.message, schema, fault.pointer)

    def _swagger_form(
        self, operation: Operation, form: list[Location], given: str | None
    ) -> Iterator[Objection]:
        """The fields of a form in Swagger 2.0, each a parameter of its own."""
        offered = [content.media_type for content in operation.body.contents] if operation.body else []
        if given is None or not (is_form(given)):
            yield _unsupported(given, offered, form[0])
            return
        try:
            fields = self._fields(given)
        except (NoForm, NotReadable) as error:
            yield Objection(400, "body", "", f"it is no form: {error}")
            return
        yield from self._form_data(form, fields)

    def _form_data(self, form: list[Location], fields: list[Field]) -> Iterator[Objection]:
        for at in form:
            name = self.description.text(at, "name")
            mine = [field for field in fields if field.name == name]
            if not mine:
                if at.raw.get("required") is True:
                    yield Objection(400, "body", name, "the field is required, and is missing", at)
                continue
            if at.raw.get("type") == "file":
                continue
            texts = [(name, field.text) for field in mine]
            values = meanings(self.description, at, texts, "query")
            faults = [Judge(self.description).faults(at, value, "request") for value in values]
            if faults and all(faults):
                yield from (Objection(400, "body", name, one.message, at, one.pointer) for one in faults[0])


def media_type_of(written: str) -> str:
    """A media type as the model has it: lower case without blanks."""
    return "".join(written.lower().split())


def _unsupported(given: str | None, offered: list[str], at: Location) -> Objection:
    what = f"it is {given!r}" if given is not None else "it is missing"
    return Objection(
        415, "header", "content-type", f"{what}; described: {', '.join(offered) or 'no body'}", at
    )


def read_json(body: bytes) -> Any:
    """A JSON body (RFC 8259). Raises ValueError, which says where it is wrong."""

    def refuse(name: str) -> NoReturn:
        raise ValueError(f"{name} is no JSON number")

    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=refuse)
    except UnicodeDecodeError:
        raise ValueError("it is no UTF-8") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def wants_stream(request: Request, member: str) -> bool:
    """True where the member of a JSON body that asks for a stream is true."""
    if not member or not is_json(request.header("content-type") or ""):
        return False
    try:
        value = read_json(request.body)
    except ValueError:
        return False
    return is_object(value) and value.get(member) is True
