"""What a configuration may say, as JSON Schema draft 2020-12: it is what validates, and what `apivolve schema config` prints."""

from __future__ import annotations

from typing import Any, get_args

from ..finding import SCOPES, SEVERITIES
from ..overrides import TestScope

_PATH = (
    "A specification, a folder of api-versions, or a pattern of files (`specs/*.yaml`); on disk, or in git: `TAG:path`, "
    "`REPO@TAG:path`. From the folder of this file."
)


_METHOD = r"^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*$"
_CLASS = r"^[A-Z][A-Za-z0-9_]*$"


def _pages() -> dict[str, Any]:
    def text(description: str) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "description": description}

    return {
        "type": "object",
        "properties": {
            "items": {
                "type": "string",
                "description": "Where the items are in the body, names with dots between: `data.items`; empty for the body itself.",
            },
            "next_link": text("Where the address of the next page is in the body."),
            "cursor": text("Where the body has what is sent for the next page, as `parameter`."),
            "parameter": text("The query parameter that `cursor` is sent as."),
            "page": text("The query parameter that counts pages."),
            "offset": text("The query parameter that counts items."),
            "size": text("The query parameter for the number of items of a page."),
            "total": text(
                "Where the body has the number of all items, with `offset`; of all pages, with `page`."
            ),
            "more": text("Where the body has a boolean that is false on the last page."),
        },
        "required": ["items"],
        "additionalProperties": False,
        "oneOf": [{"required": [one]} for one in ("next_link", "cursor", "page", "offset")],
        "dependentRequired": {"cursor": ["parameter"], "parameter": ["cursor"]},
    }


def _gate() -> dict[str, Any]:
    def most(description: str) -> dict[str, Any]:
        return {
            "enum": list(SEVERITIES),
            "default": "error",
            "description": f"The most that a finding may weigh {description}.",
        }

    return {
        "type": "object",
        "description": "What counts in `apivolve check`, `breaking` and `diff`.",
        "properties": {
            "fail_on": {
                "enum": [*SEVERITIES, "none"],
                "default": "error",
                "description": "The least severity that makes the exit code 1.",
            },
            "scopes": {
                "type": "array",
                "items": {"enum": list(SCOPES)},
                "minItems": 1,
                "description": "`wire`: what is sent and received. `code`: the generated Python. By default both.",
            },
            "preview": most("about a preview version"),
            "new_version": most("where the version was raised: another date, or a higher major version"),
            "sunset": most("about the removal of what was deprecated, and whose `x-sunset` is past"),
            "notice_days": {
                "type": "integer",
                "minimum": 0,
                "default": 0,
                "description": "How many days ahead a sunset (`x-sunset`) must be announced.",
            },
            "base": {
                "type": "string",
                "minLength": 1,
                "description": "The commit, branch or tag that `check` compares with. By default where this branch left the main one.",
            },
            "waivers": {
                "type": "string",
                "minLength": 1,
                "default": "apivolve-waivers.toml",
                "description": "The file of waivers, from the folder of this file.",
            },
            "rules": {
                "type": "object",
                "description": "Severities by rule; `off` leaves its findings out. `apivolve rules` lists the rules.",
                "additionalProperties": {"enum": [*SEVERITIES, "off"]},
            },
        },
        "additionalProperties": False,
    }


def config_schema() -> dict[str, Any]:
    """The JSON Schema of a configuration."""
    path = {"type": "string", "minLength": 1, "description": _PATH}
    version = {
        "type": "object",
        "properties": {
            "path": path,
            "stage": {
                "enum": ["stable", "preview"],
                "description": "By default the name of the version says it.",
            },
        },
        "required": ["path"],
        "additionalProperties": False,
    }
    service = {
        "type": "object",
        "properties": {
            "path": path,
            "tags": {
                "type": "string",
                "minLength": 1,
                "description": "One api-version for each git tag that matches: `v*`. `path` is the path in the tag.",
            },
            "versions": {
                "type": "object",
                "minProperties": 1,
                "description": "The api-versions by name, oldest first: the order here is theirs.",
                "additionalProperties": {"if": {"type": "string"}, "then": path, "else": version},
            },
            "methods": {
                "type": "object",
                "description": "What operations are called by, by operationId: `chat.complete`.",
                "additionalProperties": {"type": "string", "pattern": _METHOD},
            },
            "models": {
                "type": "object",
                "description": "What schemas are called in Python, by the name of the schema.",
                "additionalProperties": {"type": "string", "pattern": _CLASS},
            },
            "pages": {
                "type": "object",
                "description": "How lists come in pages, by operationId; `false` where they do not, whatever it looks like.",
                "additionalProperties": {
                    "if": {"type": "boolean"},
                    "then": {"const": False},
                    "else": _pages(),
                },
            },
            "tests": {
                "enum": list(get_args(TestScope)),
                "default": "full",
                "description": "The tests that the package comes with: none, each call once, or all.",
            },
        },
        "additionalProperties": False,
        "oneOf": [{"required": ["path"]}, {"required": ["versions"]}],
        "dependentRequired": {"tags": ["path"]},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "apivolve configuration",
        "description": "`apivolve.toml`, or the table `tool.apivolve` of pyproject.toml.",
        "type": "object",
        "properties": {
            "output": {
                "type": "string",
                "minLength": 1,
                "default": "generated",
                "description": "The folder that the packages go to, from the folder of this file.",
            },
            "templates": {
                "type": "string",
                "minLength": 1,
                "description": "A folder of templates that stand for those of apivolve by the same path, from the folder of this file.",
            },
            "gate": _gate(),
            "services": {
                "type": "object",
                "minProperties": 1,
                "description": "The services by name. The package is called after its service.",
                "propertyNames": {"pattern": "[A-Za-z]"},
                "additionalProperties": service,
            },
        },
        "additionalProperties": False,
    }
