"""`apivolve site`: the history of services as a static site."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from ..emit import surfaces
from ..errors import LoadError, OutputError, Problem, UsageError
from ..gate import weigh
from ..jsonvalue import is_array
from ..load import at_ref, commits, has_path, load_api
from ..model import Api, Service
from ..policy import Policy
from ..report import Step, render_site, step_from, step_of
from ..version import VERSION
from .console import progress, say, write_text
from .gate.judge import verdict_of
from .inputs import input_paths, inputs_at, overrides_of, root_option
from .policy import policy
from .reading import services_at

_LIST = ".apivolve-site.json"
"""What the site was made of: its files, so that those of things that are gone go too, and its steps, so that they are not made again."""


@click.command()
@click.argument("specs", nargs=-1, metavar="[SPEC]...", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("site"),
    show_default=True,
    help="The folder of the site.",
)
@click.option("--title", default="API changes", show_default=True, help="What the site is called.")
@click.option(
    "--url",
    default="https://example.com/",
    show_default=True,
    help="Where the site will be: feeds need whole addresses.",
)
@click.option(
    "--history", is_flag=True, help="The versions are the commits that changed SPEC, by their days."
)
@root_option
def site(
    specs: tuple[Path, ...], output: Path, title: str, url: str, root: Path | None, *, history: bool
) -> None:
    """Write the history of services as a static site: pages, feeds and a search, that work from files too.

    SPEC is a folder of api-versions. Without SPEC, every service of the configuration, else in specs/, is told. What did not
    change since the last time is not compared again, and not written again.
    """
    wanted = policy()
    with progress("reading") as report:
        if history:
            services = [_past(path, report) for one in inputs_at(specs) for path in input_paths(one)]
        else:
            services = [*services_at(specs, report, root=root)]
        old = _known(output)
        kept: dict[str, Any] = {step["key"]: step["step"] for step in old.get("steps", [])}
        steps: list[dict[str, Any]] = []
        for service in services:
            for before, after in zip(service.versions, service.versions[1:], strict=False):
                key = _key(before, after, wanted)
                steps.append(
                    {"key": key, "step": kept.get(key) or _step(before, after, wanted, report).data()}
                )
    if not steps:
        raise UsageError(
            Problem("nothing-to-compare", "there is one api-version only", help="name a folder of several")
        )
    files = render_site([step_from(one["step"]) for one in steps], title, url.rstrip("/") + "/")
    listed = json.dumps({"files": list(files), "steps": steps}, indent=1) + "\n"
    written = _write(output, {**files, _LIST: listed}, [str(name) for name in old.get("files", [])])
    say(f"{output.as_posix()}: {len(steps)} steps, {written} of {len(files)} files written")


def _past(path: str, report: Callable[[str], None]) -> Service:
    """What a specification was, a version for each commit that changed it. A commit whose state cannot be read is told."""
    name = load_api(path).service
    versions: list[Api] = []
    days: Counter[str] = Counter()
    for commit, day in commits(path):
        report(f"{name} {day}")
        if not has_path(past := at_ref(path, commit)):
            continue
        try:
            api = load_api(past, service=name)
        except LoadError as error:
            say(f"{commit[:12]} cannot be read: {error.problems[0].headline()}")
            continue
        days[day] += 1
        version = day if days[day] == 1 else f"{day}.{days[day]}"
        versions.append(replace(api, version=version, stage="stable"))
    return Service(name, tuple(versions))


def _step(before: Api, after: Api, wanted: Policy, report: Callable[[str], None]) -> Step:
    report(f"{before.version} → {after.version}")
    # no day is counted in: a site that was made today is the site that is made tomorrow
    verdict = weigh(verdict_of(before, after), before, after, wanted, date.min)
    old, new = surfaces((before, after), overrides_of(after.service))
    return step_of(verdict, before, after, (old, new))


def _key(before: Api, after: Api, wanted: Policy) -> str:
    """What a step hangs on."""
    texts = [source.text for api in (before, after) for source in api.sources]
    named = [
        VERSION,
        after.service,
        before.version,
        after.version,
        repr(wanted),
        repr(overrides_of(after.service)),
    ]
    return hashlib.sha256("\0".join([*named, *texts]).encode(errors="surrogatepass")).hexdigest()


def _known(output: Path) -> dict[str, Any]:
    """What the last run noted; nothing where it noted nothing that can be read."""
    try:
        data: Any = json.loads((output / _LIST).read_bytes())
        steps = data["steps"]
        if not is_array(steps) or not is_array(data["files"]):
            return {}
        for one in steps:
            step_from(one["step"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    return dict(data)


def _write(output: Path, files: dict[str, str], old: list[str]) -> int:
    """Write what differs, and remove what the last run wrote and this one does not. Returns how many files differed."""
    written = 0
    try:
        for name, text in files.items():
            path = output / name
            if path.is_file() and path.read_bytes() == text.encode():
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            write_text(path, text)
            written += name != _LIST
        for name in old:
            path = output / name
            inside = path.resolve().is_relative_to(output.resolve())
            if name not in files and inside and path.suffix == ".html" and path.is_file():
                path.unlink()
                if not any(path.parent.iterdir()):
                    path.parent.rmdir()
    except OSError as error:
        raise OutputError(
            Problem("cannot-write", f"{output.as_posix()}: {error.strerror or error}")
        ) from error
    return written
