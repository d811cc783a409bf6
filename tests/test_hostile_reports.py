"""Every hostile text in every place of a report: it changes what is said, and nothing about the form it is said in."""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from markdown_it import MarkdownIt

from apivolve.report import FORMATS, Look
from conftest import ROOT
from test_formats import evil_report

sys.path.insert(0, str(ROOT / "tests" / "hostile"))
import attacks

HARMLESS = "a plain text"
EACH = 1 if os.environ.get("APIVOLVE_ALL") else 3
"""The texts that are tried: all, or every third."""
TEXTS = [name for name, text in attacks.ATTACKS.items() if text.strip()]
"""What is blank is left out of reports, and the form with it."""
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Markup(HTMLParser):
    """The tags of a page in their order, with the names of their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, ...]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, *(name for name, _ in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append((f"/{tag}",))


def shape(value: Any) -> Any:
    """Data without its texts. How many lines an excerpt has is a matter of the text."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return type(value).__name__


def html(text: str) -> Any:
    parser = Markup()
    parser.feed(text)
    parser.close()
    return parser.tags


def xml(text: str) -> Any:
    return [(one.tag, sorted(one.attrib)) for one in ElementTree.fromstring(text).iter()]


def markdown(text: str) -> Any:
    """What a reader of Markdown makes of it: links, images, HTML and headings, and how many code blocks there are."""
    kinds = Counter[str]()
    for token in _tokens(MarkdownIt("commonmark").enable("table").parse(text)):
        if token.type in ("html_block", "html_inline"):
            kinds.update(str(tag) for tag in html(token.content))
        elif token.type in (
            "link_open",
            "image",
            "heading_open",
            "fence",
            "table_open",
            "tr_open",
            "td_open",
        ):
            kinds[f"{token.type} {token.attrGet('href') or ''}"] += 1
    return kinds


def _tokens(tokens: list[Any]) -> Iterator[Any]:
    for token in tokens:
        yield token
        yield from _tokens(token.children or [])


def commands(text: str) -> Any:
    """Lines that a runner obeys."""
    return [line.partition(" ")[0] for line in text.split("\n") if line.lstrip().startswith(("::", "##["))]


FORM = {
    "text": commands,
    "oneline": commands,
    "json": lambda text: shape(json.loads(text)),
    "yaml": lambda text: shape(yaml.load(text, yaml.CSafeLoader)),
    "markdown": markdown,
    "html": html,
    "sarif": lambda text: shape(json.loads(text)),
    "junit": xml,
    "github": commands,
    "gitlab": lambda text: shape(json.loads(text)),
}


def test_each_format_has_a_form() -> None:
    assert FORM.keys() == FORMATS.keys()


@cache
def form_of(form: str, text: str) -> Any:
    return FORM[form](FORMATS[form](evil_report(text), Look()))


@pytest.mark.parametrize("attack", TEXTS[::EACH])
@pytest.mark.parametrize("form", FORMATS)
def test_a_hostile_text_is_a_text(attack: str, form: str) -> None:
    # so long a text as this one is shown in as many lines and cells
    text = attacks.ATTACKS[attack]
    like = "\n".join("x" * len(line) for line in text.splitlines()) or HARMLESS
    made = FORMATS[form](evil_report(text), Look())

    assert not [char for char in made if not char.isprintable() and char != "\n"]
    assert FORM[form](made) == form_of(form, like)


@pytest.mark.parametrize("attack", attacks.ATTACKS)
def test_a_hostile_text_has_no_colour_of_its_own(attack: str) -> None:
    made = FORMATS["text"](evil_report(attacks.ATTACKS[attack]), Look(color=True))
    plain = FORMATS["text"](evil_report(HARMLESS), Look(color=True))

    assert set(_COLOUR.findall(made)) <= set(_COLOUR.findall(plain))
    assert not [char for char in _COLOUR.sub("", made) if not char.isprintable() and char != "\n"]
