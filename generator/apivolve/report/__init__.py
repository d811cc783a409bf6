"""Verdicts and changes → text for people and JSON for machines. Nothing is decided here, and nothing is read or written."""

from .change_log import change_log_problems, render_change_log
from .document import render_document
from .json import render_json
from .migration import render_migration
from .schema import report_schema
from .text import render_text

__all__ = [
    "change_log_problems",
    "render_change_log",
    "render_document",
    "render_json",
    "render_migration",
    "render_text",
    "report_schema",
]
