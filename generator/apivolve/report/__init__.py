"""Verdicts and changes → text for people and JSON for machines. Nothing is decided here, and nothing is read or written."""

from typing import TYPE_CHECKING

from ..lazily import exports

if TYPE_CHECKING:
    from .change_log import (
        change_log_problems as change_log_problems,
        render_change_log as render_change_log,
    )
    from .document import (
        render_document as render_document,
    )
    from .findings import (
        FORMATS as FORMATS,
        Look as Look,
        placed as placed,
        problem_data as problem_data,
        render_json as render_json,
        render_markdown as render_markdown,
        render_text as render_text,
        report_schema as report_schema,
    )
    from .migration import (
        render_migration as render_migration,
    )
    from .site import (
        Step as Step,
        render_site as render_site,
        step_from as step_from,
        step_of as step_of,
    )
else:
    __getattr__ = exports(
        __name__,
        {
            ".change_log": (
                "change_log_problems",
                "render_change_log",
            ),
            ".document": ("render_document",),
            ".findings": (
                "FORMATS",
                "Look",
                "placed",
                "problem_data",
                "render_json",
                "render_markdown",
                "render_text",
                "report_schema",
            ),
            ".migration": ("render_migration",),
            ".site": (
                "Step",
                "render_site",
                "step_from",
                "step_of",
            ),
        },
    )
