"""A request → its answer: which version and operation, whether it is right, what it is answered, what goes wrong."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..continuing import Stream, is_sequence, list_of, stream_of
from ..media import BODILESS, concrete, is_json, is_range
from ..model import Api, Content, Operation, Response, Service
from ..overrides import Overrides
from ..raw import description_of
from ..sample import NoSample
from .answers import going_on
from .answers.answer import Answer
from .answers.negotiation import acceptable, described, status_of, successes
from .answers.problems import Objection, problem, refusal
from .answers.values import NoExample, Values, octets
from .requests.checking import objections, wants_stream
from .requests.credentials import challenges
from .requests.preferences import Faults, NotUnderstood, faults, preferences
from .requests.request import NotReadable, Request, plain
from .requests.routing import Match
from .requests.versions import Chosen, UnknownVersion, Versions

_STEERING = frozenset(
    (
        *("content-type", "content-length", "content-encoding", "transfer-encoding", "connection", "upgrade"),
        *(
            "link",
            "location",
            "content-location",
            "operation-location",
            "azure-asyncoperation",
            "retry-after",
        ),
    )
)
"""Headers that frame a body or lead a caller elsewhere: a made-up value would be followed."""
_JOBS = ("operations", "results")
_STATUS = re.compile(r"[2-5][0-9][0-9]")
_MOST_COUNTED = 10_000
_SHOWN = 200


class Mock:
    """The server of one service, without a connection. Safe to be asked by several threads."""

    def __init__(self, service: Service, overrides: Overrides | None = None) -> None:
        self.versions = Versions(service)
        self.overrides = overrides or Overrides()
        self.jobs = going_on.Jobs()
        self._values = {api.version: Values(api, description_of(api)) for api in service.versions}
        self._lock = threading.Lock()
        self._counted: OrderedDict[tuple[str, str, str], int] = OrderedDict()

    def answer(self, request: Request) -> tuple[Answer, Faults]:
        """What a request is answered, and what is to go wrong on the way."""
        try:
            wanted = self._due(request, faults(request))
        except NotUnderstood as error:
            return problem(400, f"header mock-fault: {error}"), Faults()
        try:
            answer = self._answer(request, wanted)
        except NotReadable as error:
            answer = problem(400, f"the address: {error}")
        except NoSample as error:
            answer = problem(500, f"no answer can be made of the specification: {error}")
        if wanted.invalid_json:
            answer = replace(answer, pieces=(b'{"this is": no JSON',), note="invalid-json")
        if request.method == "HEAD":
            length = () if answer.streamed else (("content-length", str(len(answer.body))),)
            answer = replace(answer, pieces=(), headers=(*answer.headers, *length))
        return answer, wanted

    def _due(self, request: Request, wanted: Faults) -> Faults:
        """The faults that a request gets: those for the first few of the same requests, or none."""
        if wanted.times is None:
            return wanted
        key = request.method, request.target, wanted.text
        with self._lock:
            count = self._counted.pop(key, 0)
            if count >= wanted.times:
                return Faults()
            self._counted[key] = count + 1
            if len(self._counted) > _MOST_COUNTED:
                self._counted.popitem(last=False)
        return wanted

    def _answer(self, request: Request, wanted: Faults) -> Answer:
        ours, *inner = request.path.removeprefix("/").split("/")
        # a server may have such a path of its own, and its operations further below
        if f"/{ours}" == going_on.INNER and len(inner) <= 2:
            if inner == ["landing"]:
                return Answer(204)
            found = self.jobs.answer(*inner) if len(inner) == 2 and inner[0] in _JOBS else None
            return found or problem(404, "there is no such job")
        asked = preferences(request)
        try:
            chosen = self.versions.choose(request, asked.get("version"))
        except UnknownVersion as error:
            return problem(400, str(error))
        found_ = chosen.found
        if not found_.matches:
            return self._unmatched(request, chosen, asked, wanted)
        return self._first_right(request, chosen, found_.matches, asked, wanted)

    def _unmatched(self, request: Request, chosen: Chosen, asked: dict[str, str], wanted: Faults) -> Answer:
        """The answer where a path has no operation of the method, or is not there."""
        allowed = chosen.found.allowed
        path = str(plain(request.path))[:_SHOWN]
        instead = "GET" if request.method == "HEAD" else None
        if request.method == "GET" and allowed:
            continued = self._continued(request, chosen, asked, wanted)
            if continued is not None:
                return continued
        if instead in allowed:
            matches = chosen.router.find("GET", request.path, request.query).matches
            return self._first_right(request, chosen, matches, asked, wanted)
        if allowed:
            listed = [*allowed, *(("HEAD",) if "GET" in allowed and "HEAD" not in allowed else ()), "OPTIONS"]
            allow = (("allow", ", ".join(dict.fromkeys(listed))),)
            if request.method == "OPTIONS":
                return Answer(204, allow)
            return problem(
                405, f"{request.path} has {', '.join(allowed)} and no {request.method}", None, allow
            )
        near = chosen.router.nearest(request.path)
        others = [name for name in self.versions.elsewhere(request) if name != chosen.api.version]
        detail = f"{chosen.api.version} has no path {path}"
        detail += f"; {', '.join(others)} has" if others else f"; near are {', '.join(near)}" if near else ""
        told = {"version": chosen.api.version, "nearest": near, **({"versions": others} if others else {})}
        return problem(404, detail, told)

    def _continued(
        self, request: Request, chosen: Chosen, asked: dict[str, str], wanted: Faults
    ) -> Answer | None:
        """The next page, or the result, of an operation whose method is another."""
        for method in chosen.found.allowed:
            for match in chosen.router.find(method, request.path, request.query).matches:
                operation = match.route.operation
                paged = (
                    any(name == going_on.PAGE for name, _ in request.query) and operation.paging is not None
                )
                if paged or operation.long_running is not None:
                    return self._right(request, chosen.api, operation, asked, wanted, again=True)
        return None

    def _first_right(
        self,
        request: Request,
        chosen: Chosen,
        matches: Sequence[Match],
        asked: dict[str, str],
        wanted: Faults,
    ) -> Answer:
        """The answer of the operation that has least against the request, and of several the one that knows most of it."""
        api = chosen.api
        description = self._values[api.version].description
        found = [(objections(api, description, request, match), match) for match in matches]
        sent = {str(plain(name)) for name, _ in request.query}
        against, match = min(found, key=lambda one: (len(one[0]), -len(sent & one[1].route.known)))
        operation = match.route.operation
        if not against:
            return self._right(request, api, operation, asked, wanted)
        told = {"operation": operation.id, "version": api.version}
        challenge = challenges(api, operation)
        headers = (("www-authenticate", challenge),) if challenge else ()
        unauthorized = any(objection.status == 401 for objection in against)
        return refusal(against, told, headers if unauthorized else ())

    def _right(
        self,
        request: Request,
        api: Api,
        operation: Operation,
        asked: dict[str, str],
        wanted: Faults,
        *,
        again: bool = False,
    ) -> Answer:
        """The answer to a request that is as described. `again`: it asks what came of an earlier one."""
        told = {"operation": operation.id, "version": api.version}
        status = asked.get("status", asked.get("code"))
        if wanted.status is not None:
            answer = self._failed(request, api, operation, wanted)
            return replace(answer, note=f"mock-fault {wanted.text}")
        if status is not None:
            known = _STATUS.fullmatch(status) is not None
            response = described(operation, int(status)) if known else None
            if not known or (response is None and operation.responses):
                there = ", ".join(response.status for response in operation.responses) or "none"
                return problem(
                    400,
                    f"header prefer: {operation.id} has no status {status[:20]!r}: there is {there}",
                    told,
                )
            meant = [response] if response is not None else []  # where none is described, any may come
            answer = self._described(request, api, operation, meant, asked, int(status))
            return replace(answer, headers=(*answer.headers, ("preference-applied", f"status={status}")))
        return self._described(request, api, operation, successes(operation), asked, None, again=again)

    def _failed(self, request: Request, api: Api, operation: Operation, wanted: Faults) -> Answer:
        """The answer with a status that was asked to go wrong with."""
        status = wanted.status or 500
        response = described(operation, status)
        if response is not None and (response.status != "default" or status >= 400):
            answer = self._described(request, api, operation, [response], {}, status)
        else:
            answer = problem(status, "this was asked for by the header mock-fault")
        after = wanted.retry_after if wanted.retry_after is not None else 1 if status in (429, 503) else None
        headers = tuple(pair for pair in answer.headers if pair[0] != "retry-after" or after is None)
        return replace(
            answer, headers=(*headers, *((("retry-after", str(after)),) if after is not None else ()))
        )

    def _described(
        self,
        request: Request,
        api: Api,
        operation: Operation,
        responses: Sequence[Response],
        asked: dict[str, str],
        status: int | None,
        *,
        again: bool = False,
    ) -> Answer:
        """The answer that the first of some responses describes, of which the caller takes a media type."""
        stream = stream_of(api, operation) if status is None or status < 300 else None
        streams = stream is not None and (not stream.whole or wants_stream(request, stream.member))
        accept = request.header("accept")
        values = self._values[api.version]
        if stream is not None and stream.content is None and streams:
            return self._streamed(values, stream, operation, api)
        if streams and stream is not None and stream.content is not None:
            accept = (
                None  # the body asks for it more plainly than a header that some clients send with every call
            )
        offered = [content for response in responses for content in response.contents]
        chosen = acceptable(offered, accept, streams=streams)
        if chosen is None and offered and (status is None or status < 400):
            kinds = dict.fromkeys(concrete(content.media_type) for content in offered)
            detail = f"only {', '.join(kinds)} can be answered"
            against = [Objection(406, "header", "accept", detail, operation.at)]
            return refusal(against, {"operation": operation.id, "version": api.version})
        content = chosen or next(iter(offered), None)
        response = next(
            (
                one
                for one in responses
                if content is not None and any(content is known for known in one.contents)
            ),
            next(iter(responses), None),
        )
        note = f"{operation.id} {api.version}"
        if stream is not None and content is not None and is_sequence(content):
            return self._streamed(
                values, replace(stream, content=content, media_type=content.media_type), operation, api
            )
        code = status_of(response, status)
        return replace(
            self._whole(
                request, values, operation, response, content, code, asked.get("example"), again=again
            ),
            note=note,
        )

    def _streamed(self, values: Values, stream: Stream, operation: Operation, api: Api) -> Answer:
        status = int(stream.status.replace("XX", "00"))
        pieces = going_on.stream_pieces(values, stream)
        kind = concrete(stream.media_type)
        headers = (("content-type", kind), ("cache-control", "no-store"))
        return Answer(status, headers, pieces, streamed=True, note=f"{operation.id} {api.version} stream")

    def _whole(
        self,
        request: Request,
        values: Values,
        operation: Operation,
        response: Response | None,
        content: Content | None,
        status: int,
        example: str | None,
        *,
        again: bool,
    ) -> Answer:
        """An answer in one piece: a value, a page of it, the start of a job."""
        headers = list(self._headers(values, response, request, status))
        value: Any = None
        if content is not None and response is not None:
            try:
                value = values.of(operation, response, content, example)
            except NoExample as error:
                return problem(
                    400,
                    f"header prefer: {operation.id} has no example {example!r}: there is {error or 'none'}",
                )
        listed = list_of(values.api, operation, self.overrides) if status < 300 else None
        if listed is not None and content is not None and is_json(content.media_type):
            value, more = going_on.page(values, content, listed, request, value)
            headers += more
        if operation.long_running is not None and status < 300:
            if again:
                status = 200 if content is not None else 204
            else:
                result = value if content is not None and is_json(content.media_type) else None
                result = None if operation.method == "DELETE" else result
                headers += self.jobs.start(operation, request, result)
        if content is None or str(status) in BODILESS:
            return Answer(status, tuple(headers))
        kind = concrete(content.media_type, [one.media_type for one in response.contents] if response else ())
        if isinstance(value, bytes) and is_range(content.media_type) and is_json(kind):
            kind = "application/octet-stream"  # a file of any type
        return Answer(status, (("content-type", kind), *headers), (octets(kind, value),))

    def _headers(
        self, values: Values, response: Response | None, request: Request, status: int
    ) -> Sequence[tuple[str, str]]:
        """The headers that a response describes, as far as they lead nowhere; a redirect leads to ourselves."""
        found: dict[str, str] = {}
        for header in response.headers if response is not None else ():
            name = header.wire_name.lower()
            text = values.header(header) if name not in _STEERING else None
            if text is not None:
                found[name] = text
        if status in (301, 302, 303, 307, 308):
            found["location"] = f"{request.origin}{going_on.INNER}/landing"
        return list(found.items())
