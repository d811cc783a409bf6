"""Verdicts → text for people and JSON for machines. Nothing is decided here, and nothing is read or written."""

from .json import render_json
from .migration import render_migration
from .schema import report_schema
from .text import render_text

__all__ = ["render_json", "render_migration", "render_text", "report_schema"]
