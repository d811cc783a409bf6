"""The pages: an index of everything, one of each service, a page for each step and for each operation. They work from files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import printable
from ...finding import SCOPES, SEVERITIES
from ..findings.templates import html_environment, templates_root
from .addresses import operation_path, service_path, step_path
from .feeds import atom_feed, json_feed
from .steps import Step, Told, same_operation


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to an operation in one step."""

    step: Step
    what: str
    findings: tuple[Told, ...]


def render_site(steps: Sequence[Step], title: str, address: str) -> dict[str, str]:
    """The files of the site by path. Steps are in the order of their versions; `address` is where the site will be, for the feeds.

    The address of a page is made of the names of service, version and operation alone, so it stays while they do.
    """
    newest = sorted(steps, key=lambda step: step.date, reverse=True)
    services = {step.service: [one for one in steps if one.service == step.service] for step in steps}
    site = _Site(title)
    files = {
        "index.html": site.page("index", 0, title, steps=newest, services=list(services)),
        "site.css": _asset("report.css") + _asset("site/site.css"),
        "site.js": _asset("site/site.js"),
        "filter.js": _asset("report.js"),
        "feed.atom": atom_feed(newest, title, address),
        "feed.json": json_feed(newest, title, address),
    }
    found: list[dict[str, str]] = []
    for name, history in services.items():
        operations = _operations(history)
        base = service_path(name)
        files[f"{base}index.html"] = site.page(
            "service", base.count("/"), name, name=name, steps=history[::-1], operations=list(operations)
        )
        found.append({"kind": "service", "text": name, "url": f"{base}index.html"})
        for step in history:
            path = step_path(step)
            files[f"{path}index.html"] = site.page("step", path.count("/"), f"{name} {step.after}", step=step)
            found.append({"kind": "version", "text": f"{name} {step.after}", "url": f"{path}index.html"})
        for label, events in operations.items():
            path = operation_path(name, label)
            files[f"{path}index.html"] = site.page(
                "operation", path.count("/"), label, name=name, label=label, events=events[::-1]
            )
            found.append({"kind": "operation", "text": f"{label} {name}", "url": f"{path}index.html"})
    # a script and no JSON: a page that was opened from a file may not fetch
    files["search.js"] = f"window.SEARCH = {json.dumps(found)};\n"
    return dict(sorted(files.items()))


class _Site:
    """The templates, and what every page has."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.environment = html_environment()
        known: dict[str, Any] = {
            "severities": SEVERITIES,
            "scopes": SCOPES,
            "step_path": step_path,
            "service_path": service_path,
            "operation_path": operation_path,
            "sent": {"request": "sent", "response": "received", "both": "sent and received"},
        }
        self.environment.globals.update(known)

    def page(self, template: str, depth: int, heading: str, **values: Any) -> str:
        """A page, `depth` folders below the index."""
        made = self.environment.get_template(f"site/{template}.html.jinja")
        return made.render(site=self.title, heading=heading, root="../" * depth, **values)


def _operations(history: Iterable[Step]) -> dict[str, list[Event]]:
    """The operations of a service by their newest label, each with what happened to it, oldest first."""
    labels: dict[str, str] = {}
    events: dict[str, list[Event]] = {}
    for step in history:
        for label in (*step.removed, *step.operations):
            labels[same_operation(label)] = label
        for what, touched in (("added", step.added), ("updated", step.updated), ("removed", step.removed)):
            for key in map(same_operation, touched):
                met = tuple(one for one in step.findings if key in map(same_operation, one.operations))
                events.setdefault(key, []).append(Event(step, what, met))
    ordered = sorted(labels, key=lambda key: labels[key].partition(" ")[::-1])
    return {labels[key]: events.get(key, []) for key in ordered}


def _asset(name: str) -> str:
    return printable((templates_root() / name).read_text(encoding="utf-8"))
