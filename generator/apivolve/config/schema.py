"""What a configuration may say, as JSON Schema draft 2020-12: it is what validates, and what `apivolve schema config` prints."""

from __future__ import annotations

from typing import Any

_PATH = (
    "A specification, a folder of api-versions, or a pattern of files (`specs/*.yaml`); on disk, or in git: `TAG:path`, "
    "`REPO@TAG:path`. From the folder of this file."
)


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
