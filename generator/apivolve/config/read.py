"""The file → `Config`. The schema validates; the dataclasses are made of what it let through."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Problem, UsageError
from ..finding import SCOPES
from ..jsonvalue import is_array, is_object
from ..overrides import Overrides, Pages
from ..policy import Policy
from ..source import Location, Position, Source
from .places import place_of
from .schema import config_schema
from .waivers import WAIVERS
from .write import FILE

if TYPE_CHECKING:
    from jsonschema import ValidationError

    from ..model import Stage

_TABLE = ("tool", "apivolve")


@dataclass(frozen=True, slots=True)
class VersionConfig:
    """A row of a table of versions. `stage` None: the name says it."""

    name: str
    path: str
    stage: Stage | None = None


@dataclass(frozen=True, slots=True)
class ServiceConfig:
    """A service: either `path` (with `tags`: for each of them) or a table of versions, oldest first. Paths are as written."""

    name: str
    at: Location
    path: str | None = None
    tags: str | None = None
    versions: tuple[VersionConfig, ...] = ()
    overrides: Overrides = field(default_factory=Overrides)


@dataclass(frozen=True, slots=True)
class Config:
    """A configuration: the folder it is in and the output folder, both from the folder we run in.

    `generates` is true when it says where packages go: a project may want the gate alone.
    """

    folder: Path
    output: Path
    services: tuple[ServiceConfig, ...]
    templates: Path | None = None
    policy: Policy = field(default_factory=Policy)
    waivers: Path = Path(WAIVERS)
    generates: bool = False


def find_config(folder: Path | None = None) -> Config | None:
    """The nearest configuration at or above a folder (the one we run in), inside its repository; None when there is none.

    Raises UsageError with all faults of the file.
    """
    start = (folder or Path.cwd()).resolve()
    for here in (start, *start.parents):
        shown = Path(os.path.relpath(here, start))
        for file in (here / FILE, here / "pyproject.toml"):
            if file.is_file() and (config := _read(file, shown)) is not None:
                return config
        if (here / ".git").exists():
            break
    return None


def _read(file: Path, folder: Path) -> Config | None:
    source = Source((folder / file.name).as_posix(), "", "text")
    try:
        text = file.read_bytes().decode("utf-8").replace("\r\n", "\n")
        source.data = text.encode()
        content: Any = tomllib.loads(text)
    except OSError as error:
        raise UsageError(
            Problem("config-not-readable", f"{source.path}: {error.strerror or error}")
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(
            Problem("not-utf8", f"{source.path} is not UTF-8", help="save it as UTF-8")
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(_not_toml(source, str(error))) from error
    path = _TABLE if file.name == "pyproject.toml" else ()
    for name in path:
        content = content.get(name) if is_object(content) else None
    if content is None:
        return None
    from jsonschema import Draft202012Validator  # most projects have no configuration

    validator: Any = Draft202012Validator(config_schema())
    problems = [
        problem for error in validator.iter_errors(content) for problem in _problems(source, path, error)
    ]
    if problems:
        raise UsageError(sorted(problems, key=lambda one: one.at.position if one.at else Position(1, 1)))
    return Config(
        folder,
        folder / content.get("output", config_schema()["properties"]["output"]["default"]),
        tuple(
            _service(name, one, place_of(source, (*path, "services", name)))
            for name, one in content.get("services", {}).items()
        ),
        folder / content["templates"] if "templates" in content else None,
        _policy(content.get("gate", {}), place_of(source, (*path, "gate"))),
        folder / content.get("gate", {}).get("waivers", WAIVERS),
        "output" in content,
    )


def _policy(content: dict[str, Any], at: Location) -> Policy:
    told = {name: value for name, value in content.items() if name != "waivers"}
    if "scopes" in told:
        told["scopes"] = tuple(scope for scope in SCOPES if scope in told["scopes"])
    return Policy(**told, at=at)


def _service(name: str, content: dict[str, Any], at: Location) -> ServiceConfig:
    versions = tuple(
        VersionConfig(version, where)
        if isinstance(where, str)
        else VersionConfig(version, where["path"], where.get("stage"))
        for version, where in content.get("versions", {}).items()
    )
    overrides = Overrides(
        content.get("methods", {}),
        content.get("models", {}),
        {id_: _pages(one) if one else None for id_, one in content.get("pages", {}).items()},
        content.get("tests", "full"),
    )
    return ServiceConfig(name, at, content.get("path"), content.get("tags"), versions, overrides)


def _pages(content: dict[str, str]) -> Pages:
    def path(name: str) -> tuple[str, ...] | None:
        return tuple(content[name].split(".")) if name in content else None

    return Pages(
        items=tuple(part for part in content["items"].split(".") if part),
        next_link=path("next_link"),
        cursor=path("cursor"),
        parameter=content.get("parameter"),
        page=content.get("page"),
        offset=content.get("offset"),
        size=content.get("size"),
        total=path("total"),
        more=path("more"),
    )


# --- faults ----------------------------------------------------------------------------------------------


def _not_toml(source: Source, message: str) -> Problem:
    match = re.search(r"\s*\(at line (\d+), column (\d+)\)", message)
    lines = source.lines or [""]
    place = Position(int(match[1]), int(match[2])) if match else Position(len(lines), len(lines[-1]) + 1)
    said = re.sub(r"\s*\(at .*\)", "", message)
    return Problem("invalid-toml", f"not TOML: {said}", Location(source, exact=place))


def _problems(source: Source, top: Sequence[str], error: ValidationError) -> Iterator[Problem]:
    """What a fault of the schema's validator is, in words, at the member that is meant."""
    path = [*top, *map(str, error.absolute_path)]
    value: Any = error.instance
    schema: Any = error.schema
    at = place_of(source, path)
    name = path[-1] if path else "the configuration"
    if error.validator == "additionalProperties":
        known = list(schema["properties"])
        for extra in [key for key in value if key not in known]:
            near = difflib.get_close_matches(extra, known, 1, 0.5)
            hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
            yield Problem(
                "unknown-key", f"{extra!r} has no meaning here", place_of(source, [*path, extra]), hint
            )
    elif error.validator == "type":
        kinds = {"object": "a table", "string": "a text", "array": "an array", "integer": "a whole number"}
        yield Problem(
            "wrong-type", f"{name} must be {kinds[str(error.validator_value)]}, not {_kind(value)}", at
        )
    elif error.validator == "enum":
        known = [str(one) for one in schema["enum"]]
        near = difflib.get_close_matches(str(value), known, 1, 0.5)
        meant = f"did you mean {near[0]}?" if near else None
        yield Problem("unknown-value", f"{name} must be {' or '.join(known)}, not {value!r}", at, meant)
    elif error.validator == "oneOf" and "items" in schema["properties"]:
        message = f"{name} needs one of `next_link`, `cursor`, `page` and `offset`"
        yield Problem("how-pages-go-on", message, at, "`apivolve schema config` prints what is known")
    elif error.validator == "oneOf":
        if set(value) - set(schema["properties"]):
            return  # the unknown key is told, and may be one of the two
        both = "path" in value
        message = (
            f"{name} has both `path` and `versions`"
            if both
            else f"{name} needs `path`, or a table `versions`"
        )
        yield Problem("path-or-versions", message, at, "`apivolve schema config` prints what is known")
    elif error.validator == "dependentRequired" and "items" in schema["properties"]:
        yield Problem("cursor-without-parameter", f"{name} needs both `cursor` and `parameter`", at)
    elif error.validator == "const":
        yield Problem("unknown-value", f"{name} must be a table or false", at)
    elif error.validator == "pattern" and isinstance(value, str) and path[-2:-1] in (["methods"], ["models"]):
        like = "chat.complete" if path[-2] == "methods" else "ChatCompletion"
        yield Problem("bad-name", f"{value!r} is no name in Python", at, f"write it like {like}")
    elif error.validator == "dependentRequired":
        yield Problem("tags-without-path", f"{name} has `tags`, which need `path`: that in the tag", at)
    elif error.validator == "required":
        yield Problem(
            "missing-key", f"{name} needs `{'items' if 'items' in schema['properties'] else 'path'}`", at
        )
    elif error.validator == "pattern":
        yield Problem("bad-name", f"{value!r} is no name of a service", place_of(source, [*path, str(value)]))
    elif error.validator == "minimum":
        yield Problem("too-small", f"{name} must be {error.validator_value} or more, not {value}", at)
    else:  # minLength, minProperties, minItems
        yield Problem("empty", f"{name} is empty", at)


def _kind(value: Any) -> str:
    if is_object(value):
        return "a table"
    if is_array(value):
        return "an array"
    if isinstance(value, bool):
        return "a boolean"
    return "a text" if isinstance(value, str) else "a number" if isinstance(value, int | float) else "a date"
