"""What was found → text for people, and the formats that machines read. `FORMATS` are all there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from ...finding import Report, Severity
from .github import render_github
from .gitlab import render_gitlab
from .json import problem_data, render_json, render_yaml
from .junit import render_junit
from .markdown import render_markdown
from .places import placed
from .sarif import render_sarif
from .schema import report_schema
from .text import render_text

__all__ = [
    "FORMATS",
    "Look",
    "Writer",
    "placed",
    "problem_data",
    "render_json",
    "render_markdown",
    "render_text",
    "report_schema",
]


@dataclass(frozen=True, slots=True)
class Look:
    """How a report is to look: the least severity that is shown, and whether it may be coloured."""

    show: Severity = "info"
    color: bool = False


Writer: TypeAlias = Callable[[Report, Look], str]


def _html(report: Report, look: Look) -> str:
    from .html import render_html  # templates take longer to load than most reports to write

    return render_html(report, show=look.show)


FORMATS: dict[str, Writer] = {
    "text": lambda report, look: render_text(report, color=look.color, show=look.show),
    "oneline": lambda report, look: render_text(report, color=look.color, brief=True, show=look.show),
    "json": lambda report, _: render_json(report),
    "yaml": lambda report, _: render_yaml(report),
    "markdown": lambda report, look: render_markdown(report, show=look.show),
    "html": _html,
    "sarif": lambda report, look: render_sarif(report, show=look.show),
    "junit": lambda report, look: render_junit(report, show=look.show),
    "github": lambda report, look: render_github(report, show=look.show),
    "gitlab": lambda report, look: render_gitlab(report, show=look.show),
}
"""The formats by name. JSON and YAML have all findings, whatever is to be shown."""
