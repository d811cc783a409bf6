"""What the JSON report looks like, as JSON Schema draft 2020-12."""

from __future__ import annotations

from typing import Any, get_args

from ...errors import Level
from ...finding import SCOPES, SEVERITIES, Bump, Direction, Side

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def report_schema() -> dict[str, Any]:
    """The JSON Schema of what `render_json` and `render_yaml` give."""
    return {
        "$schema": _DRAFT,
        "title": "apivolve report",
        **_object(
            "What changed between api-versions, whom it breaks, and the proof.",
            comparisons=_list("comparison", "Each pair of versions, oldest first."),
            problems=_list(
                "problem", "What is wrong beside the findings: stale output, waivers that do not hold."
            ),
            summary=_ref("summary"),
        ),
        "$defs": {
            "comparison": _object(
                "One comparison.",
                service=_text("The service; empty where it has no name."),
                before=_text("The version before, or its file where a version changed in place."),
                after=_text("The version after."),
                advice={"oneOf": [_ref("advice"), {"type": "null"}]},
                findings=_list("finding", "Worst first."),
                summary=_ref("summary"),
            ),
            "advice": _object(
                "How far versions should move.",
                api=_text("The version that the API should have, or what it should be raised by."),
                sdk={"enum": list(get_args(Bump)), "description": "For the code of one api-version."},
                wheel={"enum": list(get_args(Bump)), "description": "For the package with all of them."},
            ),
            "problem": _object(
                "Something that is wrong, and no finding.",
                rule=_text("What kind of fault it is."),
                level={"enum": list(get_args(Level))},
                message=_text("What is wrong."),
                at={"oneOf": [_ref("place"), {"type": "null"}]},
                help={"type": ["string", "null"], "description": "What to do about it."},
            ),
            "finding": _object(
                "One difference, and whom it hits.",
                rule=_text("The rule that saw it; `apivolve explain RULE` says why it matters."),
                severity={"enum": list(SEVERITIES)},
                scope={
                    "enum": list(SCOPES),
                    "description": "`wire`: what is sent and received. `code`: the generated Python.",
                },
                direction={
                    "enum": [*get_args(Direction), None],
                    "description": "Which side of the operations is hit; null where that has no meaning.",
                },
                subject=_text("What changed, in words that unrelated edits leave alone."),
                message=_text("What happened to it."),
                before={"oneOf": [_ref("place"), {"type": "null"}]},
                after={"oneOf": [_ref("place"), {"type": "null"}]},
                operations={
                    "type": "array",
                    "items": {"type": "string"},
                    "description": "The operations it reaches, as `METHOD path`.",
                },
                fingerprint={
                    "type": "string",
                    "pattern": "^[0-9a-f]{12}$",
                    "description": "Stable against line numbers and unrelated edits; waivers key on it.",
                },
                witness={"oneOf": [_ref("witness"), {"type": "null"}]},
                waiver={"oneOf": [_ref("waiver"), {"type": "null"}]},
            ),
            "waiver": _object(
                "What lets a finding through: it does not count.",
                reason={"type": "string"},
                owner=_text("Who answers for it; empty where nobody is named."),
                until={"type": "string", "format": "date", "description": "Its last day."},
            ),
            "place": _object(
                "A place in an input file; line and column count from 1.",
                file={"type": "string"},
                line={"type": "integer", "minimum": 1},
                column={"type": "integer", "minimum": 1},
                pointer=_text("JSON pointer (RFC 6901)."),
            ),
            "witness": _object(
                "Something that one side accepts and the other refuses.",
                kind=_text(
                    "What `text` is: `payload`, `request`, `headers`, `credentials`, `status`, `code`."
                ),
                text={"type": "string"},
                accepted={"enum": list(get_args(Side))},
                refused={"enum": list(get_args(Side))},
                verified={
                    "type": "boolean",
                    "description": "True when an independent validator or type checker confirmed both sides.",
                },
                reason=_text("What the refusing side says."),
            ),
            "counts": _object("Findings by severity.", **_counts()),
            "summary": _object(
                "Findings that are not waived, by severity, in all and by scope.",
                **_counts(),
                **{scope: _ref("counts") for scope in SCOPES},
                waived={"type": "integer", "minimum": 0, "description": "Findings that are let through."},
                breaking={
                    "type": "boolean",
                    "description": "True when there is an error that is not waived.",
                },
            ),
        },
    }


def _object(description: str, **properties: dict[str, Any]) -> dict[str, Any]:
    """An object with exactly these members."""
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _counts() -> dict[str, dict[str, Any]]:
    return {severity: {"type": "integer", "minimum": 0} for severity in SEVERITIES}


def _text(description: str) -> dict[str, Any]:
    return {"type": "string", "description": description}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}"}


def _list(name: str, description: str) -> dict[str, Any]:
    return {"type": "array", "items": _ref(name), "description": description}
