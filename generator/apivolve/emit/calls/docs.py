"""The docstring of a method: what it does, what it takes, gives and raises, and an example."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...model import Operation, Parameter, Response, Type
from ..literals import wrapped
from ..types.bounds import bounds
from ..types.spelling import Spelling, joined
from ..views import ArgumentView, Kind, StreamView
from .exchange import failures, received_contents, sendable, successes

_ERRORS = {
    "400": "BadRequestError",
    "401": "AuthenticationError",
    "403": "PermissionDeniedError",
    "404": "NotFoundError",
    "409": "ConflictError",
    "422": "UnprocessableEntityError",
    "429": "RateLimitError",
}
"""The runtime's class for a status (`_runtime/errors.py`); 5xx is ServerError, all others ApiError."""
_GIVES: dict[Kind, str] = {
    "send": "",
    "stream": "The items as they come; use it in a `with` block, which ends the stream.",
    "pages": "All items; pages are asked for as they are needed.",
    "begin": "A poller: `result()` waits until the service is done.",
}


def method_doc(
    spelling: Spelling,
    operation: Operation,
    arguments: Iterable[tuple[Parameter | None, ArgumentView]],
    choice: ArgumentView | None,
    kind: Kind,
    stream: StreamView | None,
    renamed_to: str,
) -> str:
    """The docstring of a method but for its example: summary, text, request, arguments, answer, errors.

    An argument of which nothing is known but its type is not listed: the signature says it.
    """
    summary, doc = operation.summary, operation.doc
    if summary and doc and not doc.startswith(summary.rstrip(".")):
        doc = f"{summary}\n\n{doc}"
    parts = [wrapped(doc or summary or operation.id), operation.label]
    if renamed_to:
        parts.append(f"Deprecated: renamed to `client.{renamed_to}`.")
    elif operation.deprecated:
        parts.append("Deprecated by the service.")
    lines = [
        wrapped(f"{argument.name}: {told}", indent=4, hanging=8)
        for known, argument in arguments
        if (told := _argument(spelling, operation, known, argument))
    ]
    if choice is not None:
        lines.append(wrapped(f"{choice.name}: {choice.doc}", indent=4, hanging=8))
    if stream is not None:
        told = "True for the items as they come, in a `Stream`, instead of the whole answer."
        lines.append(wrapped(f"{stream.argument}: {told}", indent=4, hanging=8))
    if lines:
        parts.append("Args:\n" + "\n".join(lines))
    answers = [*_answers(spelling, operation, kind), _GIVES[kind]]
    if any(answers):
        parts.append("Returns:\n" + "\n".join(wrapped(one, indent=4) for one in answers if one))
    headers = list(_headers(spelling, operation))
    if headers:
        parts.append("Headers:\n" + "\n".join(wrapped(line, indent=4, hanging=8) for line in headers))
    errors = [_error(spelling, operation, one) for one in failures(operation, kind)]
    if kind == "begin":
        errors.append("OperationFailed: by `result()`, when the service could not do it.")
    if errors:
        parts.append("Raises:\n" + "\n".join(wrapped(line, indent=4, hanging=8) for line in errors))
    return "\n\n".join(parts)


def _argument(
    spelling: Spelling, operation: Operation, known: Parameter | None, argument: ArgumentView
) -> str:
    """What is known of an argument: its text, or that of its type; its limits; what it is when it is not given."""
    if known is not None:
        type_, default, deprecated = known.type, known.default, known.deprecated
        values = [bounds(spelling.api, type_, values=True)]
    elif operation.body is not None:
        content = sendable(spelling.api, operation)[0]
        type_, default, deprecated, values = content.type, None, False, []
    else:
        return ""
    told = [argument.doc or first_sentence(doc_of(spelling, type_)), *values]
    if default is not None:
        told.append(f"The service's default is {default}.")
    if deprecated:
        told.append("Deprecated by the service.")
    return " ".join(_sentence(one) for one in told if one)


def _answers(spelling: Spelling, operation: Operation, kind: Kind) -> Iterable[str]:
    """What the statuses of success mean; which is which, where there are several."""
    good = successes(operation, kind)
    told = {response.status: response.doc or _doc_of_body(spelling, operation, response) for response in good}
    distinct = list(dict.fromkeys(filter(None, told.values())))
    if len(good) == 1 or len(distinct) == 1:
        return distinct
    return [f"{status}: {doc}" for status, doc in told.items() if doc]


def _headers(spelling: Spelling, operation: Operation) -> Iterable[str]:
    """The headers of all responses with their types: what `header` of a raw response or of an error is asked for."""
    told: dict[str, str] = {}
    for response in operation.responses:
        for header in response.headers:
            doc = f": {_sentence(header.doc)}" if header.doc else ""
            told.setdefault(
                header.wire_name.lower(), f"{header.wire_name}, {spelling.text(header.type)}{doc}"
            )
    yield from told.values()


def _doc_of_body(spelling: Spelling, operation: Operation, response: Response) -> str:
    contents = received_contents(operation, response)
    return first_sentence(doc_of(spelling, contents[0].type)) if contents else ""


def _error(spelling: Spelling, operation: Operation, response: Response) -> str:
    status = response.status
    name = _ERRORS.get(status, "ServerError" if status[0] == "5" else "ApiError")
    told = f"{name}: {status}"
    if response.doc:
        told = _sentence(f"{told}: {response.doc}")
    types = dict.fromkeys(
        joined(spelling.content_type(content.media_type, content.type))
        for content in received_contents(operation, response)
    )
    if types and "Any" not in types:
        told = f"{_sentence(told)} Its `body` is `{' | '.join(types)}`."
    return told


def doc_of(spelling: Spelling, type_: Type) -> str:
    """The text of the model that a type is, empty where it is none."""
    resolved = spelling.api.resolve(type_)
    return getattr(resolved, "doc", "")


def first_sentence(doc: str) -> str:
    """The first sentence of a text, or its first paragraph where that is short."""
    paragraph = doc.strip().partition("\n\n")[0].replace("\n", " ")
    found = re.match(r"(.{20,}?[.!?])(?:\s|$)", paragraph)
    return found[1] if found else paragraph


def _sentence(text: str) -> str:
    """A text that ends as a sentence does."""
    text = text.rstrip()
    return text if not text or text[-1] in ".!?:;`" or "\n" in text else f"{text}."
