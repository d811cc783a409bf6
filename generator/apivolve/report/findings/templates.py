"""The templates of reports. What they print is escaped where it is printed: no text of a specification is markup."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ...errors import printable

# whatever means something in Markdown, and what a forge makes a link of by itself: @name, #1, www., http:
_MARKDOWN = re.compile(r"[\\`*_\[\]#|~<>&@$\"]|:(?=[\w+/-])|(?<=www)\.", re.IGNORECASE)
_INVISIBLE = "&#8203;"


def templates_root() -> Path:
    """Where the templates of reports are: in the installed package, else at the top of the repository."""
    inside = Path(__file__).parents[2] / "templates"
    return (inside if inside.is_dir() else Path(__file__).parents[4] / "templates") / "report"


def html_environment() -> Environment:
    """Templates of HTML: every value is escaped for text and for attributes in quotes."""
    return _environment(_html)


def markdown_environment() -> Environment:
    """Templates of Markdown: every value is escaped for Markdown, HTML and what forges link by themselves."""
    environment = _environment(markdown)
    environment.filters["code"] = code
    environment.filters["fenced"] = fenced
    return environment


def _environment(finalize: Any) -> Environment:
    return Environment(
        loader=FileSystemLoader(templates_root()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=finalize,
    )


def _html(value: Any) -> Any:
    return value if isinstance(value, Markup) else Markup(html.escape(printable(str(value))))


def markdown(value: Any) -> Markup:
    """Text as Markdown that shows it, on one line. What is Markup already stays."""
    if isinstance(value, Markup):
        return value
    text = _MARKDOWN.sub(lambda match: f"&#{ord(match[0])};", " ".join(printable(str(value)).split()))
    # an entity is a character again before names and issues are looked for
    return Markup(text.replace("&#64;", f"&#64;{_INVISIBLE}").replace("&#35;", f"&#35;{_INVISIBLE}"))


def code(value: str) -> Markup:
    """Text as a span of code. An element, since no number of backticks holds every text inside a table."""
    return Markup(f"<code>{markdown(value).replace(_INVISIBLE, '')}</code>")


def fenced(value: str, language: str = "") -> Markup:
    """Text as a block of code, behind a fence longer than any inside."""
    text = printable(value)
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return Markup(f"{fence}{language}\n{text}\n{fence}")
