"""Faults of what is received: statuses, content types, types, and how a call goes on."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from .mutant import File, Mutant, constant

_PAGING = ("NextLink", "Cursor", "LinkHeader", "PageNumber", "Offset", "NextOperation", "OnePage")


def faults_of_answers(file: File, node: ast.AST) -> Iterator[Mutant]:
    """The faults that can be put into a node."""
    if isinstance(node, ast.FunctionDef):
        if (call := _made(node)) is not None:
            yield from _call(file, call, file.jobs.get(node.name))
        return
    if not isinstance(node, ast.Call):
        return
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    words = {word.arg: word.value for word in node.keywords if word.arg}
    if name == "as_stream":
        returns = node.args[1]
        if isinstance(returns, ast.Dict):
            yield from _returned(file, returns, Counter(_media_types(returns)))
        if "member" in words:
            yield file.fault("stream", words["member"], repr(f"{constant(words['member'])}x"))
        if "last_event" in words:
            yield file.fault("stream", words["last_event"], '"[OVER]"')
    elif name in _PAGING:
        for value in (*node.args, *words.values()):
            yield from _wire_names(file, value)
    elif name == "LongRunning":
        yield from _long_running(file, words)


def _made(function: ast.FunctionDef) -> ast.Call | None:
    """The `Call(…)` that a function makes."""
    made = function.body[-1].value if isinstance(function.body[-1], ast.Return) else None
    is_call = isinstance(made, ast.Call) and isinstance(made.func, ast.Name) and made.func.id == "Call"
    return made if is_call and isinstance(made, ast.Call) else None


def _call(file: File, call: ast.Call, job: ast.Call | None) -> Iterator[Mutant]:
    words = {word.arg: word.value for word in call.keywords if word.arg}
    told = [one for word in ("returns", "raises") if isinstance(one := words.get(word), ast.Dict)]
    spoken = Counter(kind for one in told for kind in _media_types(one))
    if isinstance(returns := words.get("returns"), ast.Dict):
        # a job says of its result what it is, and one that deletes has none: what began it is asked for nothing else,
        # but whether a redirection is a success
        ends = {word.arg for word in job.keywords} if job is not None else set[str | None]()
        is_read = job is None or not ("result" in ends or constant(words["method"]) == "DELETE")
        if job is None or is_read:
            yield from _returned(file, returns, spoken, is_job=job is not None)
        else:
            for status in (status for status, _ in _pairs(returns) if str(constant(status)).startswith("3")):
                yield file.fault("status dispatch", status, repr(_another(status)))
            for media_type in (one for _, contents in _pairs(returns) for one, _ in _pairs(contents)):
                if spoken[str(constant(media_type))] == 1:  # it is asked for all the same
                    yield file.fault("content type", media_type, '"application/x-other"')
    if isinstance(raises := words.get("raises"), ast.Dict):
        yield from _raised(file, raises, spoken)
    if "last_event" in words:
        yield file.fault("stream", words["last_event"], '"[OVER]"')


def _media_types(told: ast.Dict) -> Iterator[str]:
    """The media types of all statuses, each as often as it is told: what `Accept` asks for."""
    for _, contents in _pairs(told):
        yield from (str(constant(media_type)) for media_type, _ in _pairs(contents))


def _returned(
    file: File, returns: ast.Dict, spoken: Counter[str], *, is_job: bool = False
) -> Iterator[Mutant]:
    first = next((text for _, one in _pairs(returns) if (text := file.source(one)) != "{}"), "{}")
    for status, contents in _pairs(returns):
        # the result of a job comes with any success, and is then what the first status that has a body says
        if not (is_job and file.source(contents) == first and str(constant(status)).startswith("2")):
            yield file.fault("status dispatch", status, repr(_another(status)))
        yield from _contents(file, contents, "answer type", spoken)


def _raised(file: File, raises: ast.Dict, spoken: Counter[str]) -> Iterator[Mutant]:
    told = {str(constant(status)): file.source(contents) for status, contents in _pairs(raises)}
    for status, contents in _pairs(raises):
        text = str(constant(status))
        others = [told.get(other) for other in (f"{text[:1]}XX", "default") if other != text]
        fallback = next((one for one in others if one is not None), None)
        # of an error without a described body, the body is read as it is, as JSON; and so is that of a status that is not
        # described. One that a range or `default` describes just the same is read just the same
        if file.source(contents) not in ("{}", '{"application/json": Any}', fallback):
            yield file.fault("error dispatch", status, repr(_another(status)))
        yield from _contents(file, contents, "error dispatch", spoken)


def _contents(file: File, contents: ast.expr, kind: str, spoken: Counter[str]) -> Iterator[Mutant]:
    pairs = list(_pairs(contents))
    for media_type, type_ in pairs:
        source = file.source(type_)
        # A body of a media type that was not told is read all the same where there is one way: the only body of a
        # status as bytes, that of an error as plain JSON. Where another status has the media type too, it
        # is also asked for all the same: then no service and no caller could tell the fault.
        # So it is where the same status has the same type as JSON under another name (RFC 6839 section 3.1).
        as_plain = ["bytes"] if len(pairs) == 1 else []
        if kind == "error dispatch":
            as_plain += ["Any", "object", *(["str"] if _is_json(media_type) else [])]
        as_json = _is_json(media_type) and any(
            other is not media_type and _is_json(other) and file.source(also) == source
            for other, also in pairs
        )
        if not ((source in as_plain or as_json) and spoken[str(constant(media_type))] > 1):
            yield file.fault("content type", media_type, '"application/x-other"')
        # the body of an error that is not of the promised type is told as it is: of text in JSON, that is the text
        as_told = kind == "error dispatch" and source == "str" and _is_json(media_type)
        # and what the body of an error is that may be anything is told as it is, too
        if not (kind == "error dispatch" and source in ("Any", "object")) and not as_told:
            yield file.fault(kind, type_, "list[bool]" if source != "list[bool]" else "str")


def _is_json(media_type: ast.expr) -> bool:
    return str(constant(media_type)).endswith(("/json", "+json"))


def _pairs(node: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            assert key is not None
            yield key, value


def _another(status: ast.expr) -> str:
    """A status that nobody has: what is told for `default` is seen by one that some have."""
    return "427" if constant(status) != "427" else "426"


def _wire_names(file: File, node: ast.expr) -> Iterator[Mutant]:
    """A path of members, or the name of a parameter."""
    for inner in node.elts if isinstance(node, ast.Tuple) else [node]:
        if (text := constant(inner)) is not None:
            yield file.fault("pages", inner, repr(f"{text}x"))


def _long_running(file: File, words: dict[str, ast.expr]) -> Iterator[Mutant]:
    if "result" in words:
        yield file.fault("long-running", words["result"], "list[bool]")
