"""What a package must put on the wire, read from the raw specification alone, beside what it does put there.

Every operation is called with a mark for each argument; where the mark arrives, and under which name, is compared with what the
document says. Every member of every named schema makes a round trip. Nothing here knows the loader's model or a template.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator
from email import message_from_bytes
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote

import httpx2

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
PLACES = ("path", "query", "header", "cookie")
IGNORED = ("accept", "content-type", "authorization")
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""RFC 9110, section 5.6.2: what a header may be called."""
MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(; ?[\w-]+=[\w.-]+)*", re.ASCII)
API_VERSION = re.compile(r"(x[-_])?[-_]?api[-_ ]?version", re.IGNORECASE)
"""What carries the version of the client, and is no argument."""
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:\d+)?(/[A-Za-z0-9._~/-]*)?")

Called = tuple[str, str, dict[tuple[str, str], str]]


def faults(spec: dict[str, Any], made: Path, name: str) -> Iterator[str]:
    """What is missing on the wire, or differs. `made` holds the package of that name, which has one api-version."""
    index, runtime = import_module(f"{name}._index"), import_module(f"{name}._runtime")
    (home,) = index.VERSIONS.values()
    version = import_module(f"{name}.{home}")
    lock = json.loads((made / "apivolve.lock").read_text(encoding="utf-8"))
    named = {
        key: next(iter(steps.values())) for key, steps in lock.get("names", {}).get("models", {}).items()
    }
    yield from _schemas(spec, import_module(f"{name}._runtime.codec"), version.models, named)
    yield from _constants(spec, made / name)
    for path in (
        *(made / name).glob("*.py"),
        *(made / name).glob("v*/**/*.py"),
        *(made / "tests").glob("*.py"),
    ):
        yield from (f"{path.name} defines {twice} twice" for twice in _twice(ast.parse(path.read_bytes())))
    yield from _operations(spec, index.METHODS, runtime, version)


# --- schemas --------------------------------------------------------------------------------------------


def _schemas(spec: dict[str, Any], codec: Any, models: Any, named: dict[str, str]) -> Iterator[str]:
    for name, schema in _named_schemas(spec).items():
        if not isinstance(schema, dict):
            continue
        members = _members(spec, schema)
        mapping = _mapping(schema)
        if not (members or mapping or _texts(schema.get("enum"))):
            continue
        if name not in named:
            yield f"schema {name!r} has no class"
            continue
        cls = getattr(models, named[name])
        if members:
            payload = {member: _value(spec, inner) for member, inner in members.items()}
            read = codec.decode_json(json.dumps(payload).encode(), cls)
            if json.loads(codec.encode_json(read)) != payload:
                yield f"schema {name!r} does not give back what it was given"
            if lost := set(payload) & set(getattr(read, "extra_fields", {})):
                yield f"schema {name!r} does not declare {sorted(lost)!r}"
        for tag, (property_, target) in mapping.items():
            read = codec.decode_json(json.dumps({property_: tag}).encode(), cls)
            if type(read).__name__ != named.get(target):
                yield f"the discriminator value {tag!r} of {name!r} gives a {type(read).__name__}"


def _named_schemas(spec: dict[str, Any]) -> dict[str, Any]:
    components = spec.get("components")
    schemas = components.get("schemas") if isinstance(components, dict) else None
    return schemas if isinstance(schemas, dict) else {}


def _followed(spec: dict[str, Any], node: Any) -> Any:
    for _ in range(10):
        if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
            return node
        found: Any = spec
        for token in node["$ref"].removeprefix("#/").split("/"):
            token = unquote(token).replace("~1", "/").replace("~0", "~")
            found = found.get(token) if isinstance(found, dict) else None
        node = found
    return {}


def _members(spec: dict[str, Any], schema: Any, depth: int = 0) -> dict[str, Any]:
    schema = _followed(spec, schema)
    if not isinstance(schema, dict) or depth > 5:
        return {}
    found: dict[str, Any] = {}
    parts = schema.get("allOf")
    for part in parts if isinstance(parts, list) else ():
        found |= _members(spec, part, depth + 1)
    properties = schema.get("properties")
    return found | (properties if isinstance(properties, dict) else {})


def _mapping(schema: dict[str, Any]) -> dict[str, tuple[str, str]]:
    discriminator = schema.get("discriminator")
    if not isinstance(discriminator, dict) or not isinstance(schema.get("oneOf"), list):
        return {}
    property_, mapping = discriminator.get("propertyName"), discriminator.get("mapping")
    if not isinstance(property_, str) or not isinstance(mapping, dict):
        return {}
    variants = [one.get("$ref") for one in schema["oneOf"] if isinstance(one, dict)]
    start = "#/components/schemas/"
    return {
        tag: (property_, unquote(to.removeprefix(start)).replace("~1", "/").replace("~0", "~"))
        for tag, to in mapping.items()
        if isinstance(to, str) and to in variants
    }


def _value(spec: dict[str, Any], schema: Any) -> Any:
    schema = _followed(spec, schema)
    if not isinstance(schema, dict):
        return "mark"
    if "const" in schema:
        return schema["const"]
    if _texts(schema.get("enum")):
        return schema["enum"][0]
    match schema.get("type"):
        case "integer":
            return 1
        case "number":
            return 0.5
        case "boolean":
            return True
        case "array":
            return [_value(spec, schema.get("items"))]
        case "object":
            return {}
        case _:
            return "mark"


def _texts(values: Any) -> list[str]:
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []


def _constants(spec: dict[str, Any], folder: Path) -> Iterator[str]:
    """Every value of every enumeration stands in the code, as it is."""
    there: set[str] = set()
    for path in folder.glob("v*/**/*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                there.add(node.value)
                if "Literal[" in node.value:
                    there.update(_inside(node.value))
    found = [*_enumerated(_named_schemas(spec), "schemas"), *_enumerated(spec.get("paths"), "paths")]
    for value in found:
        if value not in there:
            yield f"the value {value!r} is nowhere"


def _twice(tree: ast.Module) -> Iterator[str]:
    """Names that a later definition takes away from an earlier one."""
    for node in (tree, *(one for one in tree.body if isinstance(one, ast.ClassDef))):
        seen: set[str] = set()
        for one in node.body:
            match one:
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                    name, kept = (
                        one.name,
                        not any("overload" in ast.dump(mark) for mark in one.decorator_list),
                    )
                case ast.AnnAssign(target=ast.Name(name)) | ast.Assign(targets=[ast.Name(name)]):
                    kept = True
                case _:
                    continue
            if name in seen:
                yield name
            if kept:
                seen.add(name)


def _inside(annotation: str) -> Iterator[str]:
    try:
        tree = ast.parse(annotation, mode="eval")
    except (SyntaxError, ValueError):
        return  # a text that speaks of literals
    yield from (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


_MAPS = ("properties", "content", "responses", "paths", "schemas")
_INSIDE = (
    *_MAPS, *METHODS, "items", "allOf", "oneOf", "anyOf", "additionalProperties", "schema", "parameters", "requestBody",
)  # fmt: skip


def _enumerated(value: Any, kind: str) -> Iterator[str]:
    """The values of all enumerations below a member called `kind`."""
    if isinstance(value, list):
        for item in value:
            yield from _enumerated(item, "")
    elif isinstance(value, dict):
        if kind not in _MAPS and value.get("type") == "string":
            yield from _texts(value.get("enum"))
        for name, item in value.items():
            if kind in _MAPS or name in _INSIDE:
                yield from _enumerated(item, "" if kind in _MAPS else name)


# --- operations -----------------------------------------------------------------------------------------


def _operations(
    spec: dict[str, Any], methods: Iterable[str], runtime: Any, version: ModuleType
) -> Iterator[str]:
    schemes = _schemes(spec)
    seen: list[httpx2.Request] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        request.read()
        seen.append(request)
        return httpx2.Response(204)

    credential = {
        name: runtime.BasicAuth("user", "secret") if _is_basic(scheme) else f"secret{at}"
        for at, (name, scheme) in enumerate(schemes.items())
        if name
    }
    client = version.Client(
        base_url="https://service.test/base",
        credential=credential,
        http_client=httpx2.Client(transport=httpx2.MockTransport(respond)),
        max_retries=0,
    )
    told = list(_written(spec))
    unseen = {f"{method} {path}" for method, path, *_ in told}
    for dotted in methods:
        call: Any = client
        for part in dotted.split("."):
            call = getattr(call, part)
        names = [
            one.name
            for one in inspect.signature(call).parameters.values()
            # which of several media types is sent is no text that goes anywhere
            if one.kind is not one.VAR_KEYWORD and not _is_media_type(one)
        ]
        marks = {name: f"mark{at}x" for at, name in enumerate(names)}
        seen.clear()
        refusal = ""
        bodies = [name for name in names if re.fullmatch(r"body(_\d+)?", name)][-1:]
        for body in (None, {"mark": "text"}):
            try:
                call(**marks | (dict.fromkeys(bodies, body) if body else {}))
            except runtime.SdkError as error:
                refusal = str(error)
            if seen:
                break
        if not seen:
            unseen -= {f"{m} {p}" for m, p, *rest in told if not _sendable(p, rest[0], spec, rest[1])}
            if all(_sendable(path, parameters, spec, operation) for _, path, parameters, operation in told):
                yield f"{dotted} cannot be called: {refusal}"
            continue
        for method, path, parameters, operation in told:
            groups = _matched(method, path, seen[0])
            if groups is None:
                continue
            unseen.discard(f"{method} {path}")
            yield from (
                f"{method} {path}: {fault}"
                for fault in _compared(parameters, groups, seen[0], marks.values())
            )
            yield from (f"{method} {path}: {fault}" for fault in _content(spec, operation, seen[0]))
            yield from (
                f"{method} {path}: {fault}"
                for fault in _secured(spec, operation, seen[0], schemes, credential)
            )
    yield from (f"{label!r} is called by no method" for label in sorted(unseen))
    yield from _server(spec, version, respond)


def _is_media_type(one: inspect.Parameter) -> bool:
    """True for the argument that says how a body is written; a parameter of the service may have its name."""
    return re.fullmatch(r"content_type(_\d+)?", one.name) is not None and "/" in str(one.default)


def _written(spec: dict[str, Any]) -> Iterator[tuple[str, str, list[tuple[str, str]], dict[str, Any]]]:
    """Method, path, place and name of each parameter, and the operation."""
    paths = spec.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        if not path.startswith("/") or not isinstance(item, dict):
            continue
        for method, operation in item.items():
            if method not in METHODS or not isinstance(operation, dict):
                continue
            found: list[tuple[str, str]] = []
            for layer in (item, operation):
                given = layer.get("parameters")
                for raw in given if isinstance(given, list) else ():
                    one = _followed(spec, raw)
                    place, name = one.get("in"), one.get("name")
                    if place not in PLACES or not isinstance(name, str) or place == "path":
                        continue
                    if (place == "header" and name.lower() in IGNORED) or (
                        place != "cookie" and API_VERSION.fullmatch(name)
                    ):
                        continue
                    found.append((place, name))
            found += [("path", name) for name in dict.fromkeys(PLACEHOLDER.findall(_plain(path)))]
            yield method.upper(), path, found, operation


def _plain(path: str) -> str:
    """The path of an entry of `paths`; what follows `#` is never sent (RFC 9110, section 7.1)."""
    return "".join(
        itertools.takewhile(lambda part: part not in ("?", "#"), re.split(r"(\{[^{}]+\}|[?#])", path))
    )


def _sendable(
    path: str, parameters: list[tuple[str, str]], spec: dict[str, Any], operation: dict[str, Any]
) -> bool:
    """Whether HTTP has a place for an operation's names and path."""
    if any(segment in (".", "..") for segment in re.split(r"[/\\]", unquote(path).replace("\\", "/"))):
        return False
    wanted = [name for place, name in parameters if place == "header"]
    wanted += [
        str(one.get("name"))
        for one in _schemes(spec).values()
        if isinstance(one, dict) and one.get("type") == "apiKey" and one.get("in") == "header"
    ]
    return all(TOKEN.fullmatch(name) for name in wanted) and all(
        MEDIA_TYPE.fullmatch(one) for one in _media_types(spec, operation)
    )


def _matched(method: str, path: str, request: httpx2.Request) -> dict[str, str] | None:
    """The texts that stand for the names of a path, if a request is one of it."""
    parts = PLACEHOLDER.split(_plain(path))
    pattern = "".join(
        f"(?P<n{at}>mark[0-9]+x)" if at % 2 else re.escape(unquote(part)) for at, part in enumerate(parts)
    )
    sent = request.url.raw_path.decode("ascii").partition("?")[0].removeprefix("/base")
    found = re.fullmatch(pattern, unquote(sent))
    if request.method != method or found is None:
        return None
    return {name: found[f"n{2 * at + 1}"] for at, name in enumerate(parts[1::2])}


def _compared(
    parameters: list[tuple[str, str]], groups: dict[str, str], request: httpx2.Request, marks: Any
) -> Iterator[str]:
    got = {("path", name) for name in groups}
    query = request.url.query.decode("ascii")
    pairs = [piece.partition("=")[::2] for piece in query.split("&") if "mark" in piece]
    got |= {("query", unquote(name)) for name, _ in pairs}
    for raw, value in request.headers.raw:
        if raw.lower() == b"cookie":
            got |= {
                ("cookie", unquote(piece.partition("=")[0]))
                for piece in value.decode("latin-1").split("; ")
                if re.search("mark[0-9]+x", piece)
            }
        elif re.search(rb"mark[0-9]+x", value):
            got.add(("header", raw.decode("latin-1").lower()))
    wanted = {(place, name.lower() if place == "header" else name) for place, name in parameters}
    if got != wanted:
        yield f"sends {sorted(got - wanted)!r} instead of {sorted(wanted - got)!r}"


def _one_case(media_type: str) -> str:
    start, _, end = media_type.partition(";")
    return f"{start.lower()};{end}"


def _media_types(spec: dict[str, Any], operation: dict[str, Any]) -> list[str]:
    body = _followed(spec, operation.get("requestBody"))
    content = body.get("content") if isinstance(body, dict) else None
    found = list(content) if isinstance(content, dict) else []
    responses = operation.get("responses")
    for response in responses.values() if isinstance(responses, dict) else ():
        content = _followed(spec, response)
        content = content.get("content") if isinstance(content, dict) else None
        found += list(content) if isinstance(content, dict) else []
    return found


def _content(spec: dict[str, Any], operation: dict[str, Any], request: httpx2.Request) -> Iterator[str]:
    body = _followed(spec, operation.get("requestBody"))
    content = body.get("content") if isinstance(body, dict) else None
    if not isinstance(content, dict) or not content:
        return
    wanted, sent = next(iter(content)), request.headers.get("content-type", "")
    if not MEDIA_TYPE.fullmatch(wanted):
        return
    wanted = re.sub(r"\s*([;=])\s*", r"\1", wanted)
    if not wanted.lower().startswith("multipart/") and _one_case(sent) != _one_case(wanted):
        yield f"the body is called {sent!r} and not {wanted!r}"
    if wanted.startswith("multipart/"):
        message = message_from_bytes(b"content-type: " + sent.encode() + b"\n\n" + request.content)
        names = [part.get_param("name", header="content-disposition") for part in message.walk()][1:]
        if names != ["mark"]:
            yield f"the parts are called {names!r}"
    elif request.content != b"mark=text" and not re.fullmatch(rb'"?mark[0-9]+x"?', request.content):
        yield f"the body is {request.content!r}"


# --- security and servers -------------------------------------------------------------------------------


def _schemes(spec: dict[str, Any]) -> dict[str, Any]:
    components = spec.get("components")
    found = components.get("securitySchemes") if isinstance(components, dict) else None
    return found if isinstance(found, dict) else {}


def _is_basic(scheme: Any) -> bool:
    return isinstance(scheme, dict) and scheme.get("type") == "http" and scheme.get("scheme") == "basic"


def _secured(
    spec: dict[str, Any],
    operation: dict[str, Any],
    request: httpx2.Request,
    schemes: dict[str, Any],
    credential: dict[str, Any],
) -> Iterator[str]:
    """The first alternative is what is used, as there is a credential for every scheme."""
    wanted = operation.get("security", spec.get("security"))
    first = wanted[0] if isinstance(wanted, list) and wanted else None
    for name in first if isinstance(first, dict) else ():
        scheme = schemes.get(name)
        if (
            not isinstance(scheme, dict)
            or scheme.get("type") != "apiKey"
            or not isinstance(scheme.get("name"), str)
        ):
            continue
        if scheme.get("in") == "header" and request.headers.get(scheme["name"]) != credential.get(name):
            yield f"the key of {name!r} is not sent as {scheme['name']!r}"


def _server(spec: dict[str, Any], version: ModuleType, respond: Callable[..., Any]) -> Iterator[str]:
    servers = spec.get("servers")
    server = servers[0] if isinstance(servers, list) and servers else None
    url = server.get("url") if isinstance(server, dict) else None
    if not isinstance(url, str):
        return
    variables = server.get("variables")
    for name, variable in variables.items() if isinstance(variables, dict) else ():
        default = variable.get("default") if isinstance(variable, dict) else None
        url = url.replace(f"{{{name}}}", default) if isinstance(default, str) else url
    if not ADDRESS.fullmatch(url) or re.search(r"\.\.|//.*//", url):
        return
    client = version.Client(
        credential={}, http_client=httpx2.Client(transport=httpx2.MockTransport(respond)), max_retries=0
    )
    if client._transport.base_url != url.rstrip("/"):
        yield f"the server is {client._transport.base_url!r} and not {url!r}"
