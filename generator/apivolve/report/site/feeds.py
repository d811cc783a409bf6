"""The feeds of the site: Atom (RFC 4287) and JSON Feed 1.1, an entry for each step."""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ...errors import printable
from .addresses import step_path
from .steps import Step

_LONG_AGO = "1970-01-01"
"""The date of what has none: a feed must say one, and the day of the build would change every time."""


def atom_feed(steps: Sequence[Step], title: str, address: str) -> str:
    """The feed as XML. Entries are called by their address, which stays."""
    feed = Element("feed", xmlns="http://www.w3.org/2005/Atom")
    _text(feed, "title", title)
    _text(feed, "id", address)
    SubElement(feed, "link", href=address)
    SubElement(feed, "link", rel="self", href=f"{address}feed.atom")
    _text(feed, "updated", _moment(max((step.date for step in steps), default="")))
    author = SubElement(feed, "author")
    _text(author, "name", title)
    for step in steps:
        entry = SubElement(feed, "entry")
        _text(entry, "title", _title(step))
        _text(entry, "id", _url(step, address))
        SubElement(entry, "link", href=_url(step, address))
        _text(entry, "updated", _moment(step.date))
        _text(entry, "summary", _summary(step))
    indent(feed)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(feed, encoding="unicode")}\n'


def json_feed(steps: Sequence[Step], title: str, address: str) -> str:
    """The feed as JSON."""
    items = [
        {
            "id": _url(step, address),
            "url": _url(step, address),
            "title": _title(step),
            "content_text": _summary(step),
            "date_published": _moment(step.date),
            "tags": [step.service, step.stage],
        }
        for step in steps
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": address,
        "feed_url": f"{address}feed.json",
        "items": items,
    }
    return json.dumps(feed, indent=2) + "\n"


def _text(parent: Element, name: str, text: str) -> None:
    # what XML may not hold is not printable either, but for noncharacters
    SubElement(parent, name).text = printable(text).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")


def _url(step: Step, address: str) -> str:
    return address + quote(step_path(step))


def _title(step: Step) -> str:
    return f"{step.service} {step.after}"


def _summary(step: Step) -> str:
    parts = [
        f"{len(labels)} {what}"
        for what, labels in (("new", step.added), ("updated", step.updated), ("deleted", step.removed))
        if labels
    ]
    return f"Operations: {', '.join(parts) or 'as they were'}. Since {step.before}: {step.counts}."


def _moment(date: str) -> str:
    return f"{date or _LONG_AGO}T00:00:00Z"
