"""Verdicts and changes → text for people and JSON for machines. Nothing is decided here, and nothing is read or written."""

from .change_log import change_log_problems, render_change_log
from .document import render_document
from .findings import (
    FORMATS,
    Look,
    placed,
    problem_data,
    render_json,
    render_markdown,
    render_text,
    report_schema,
)
from .migration import render_migration
from .site import Step, render_site, step_from, step_of

__all__ = [
    "FORMATS",
    "Look",
    "Step",
    "change_log_problems",
    "placed",
    "problem_data",
    "render_change_log",
    "render_document",
    "render_json",
    "render_markdown",
    "render_migration",
    "render_site",
    "render_text",
    "report_schema",
    "step_from",
    "step_of",
]
