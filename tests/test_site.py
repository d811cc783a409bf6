"""The site: every link leads somewhere, feeds are feeds, and nothing is made twice."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser

from apivolve.report import render_site, step_from, step_of
from apivolve.report.site.addresses import slug
from apivolve.surface import Surface
from test_against import BROKEN, git
from test_browser import CHROMIUM, browser
from test_cli import SPEC, apivolve
from test_formats import EVIL, Tags, evil_report
from test_gate import STABLE

__all__ = ["browser"]

ATOM = "{http://www.w3.org/2005/Atom}"
VERSIONS = {
    "2023-01-01": SPEC,
    "2024-01-01-preview": SPEC.replace("required: [name], ", "")
    .replace("/things/{id}", "/things/{thing}")
    .replace("name: id", "name: thing"),
    "2024-02-01": SPEC.replace("/things/{id}", "/stuff/{id}"),
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "specs" / "shop"
    folder.mkdir(parents=True)
    for version, text in VERSIONS.items():
        (folder / f"{version}.yaml").write_text(text)
    return tmp_path


def site(project: Path) -> str:
    run = apivolve("site", "--url", "https://api.example.com/changes", "--title", "Shop", cwd=project)
    assert run.returncode == 0, run.stderr
    return run.stderr


def links(folder: Path) -> Iterator[tuple[Path, str]]:
    for page in folder.rglob("*.html"):
        for link in re.findall(r'(?:href|src)="([^"]*)"', page.read_text(encoding="utf-8")):
            yield page, link


def test_every_link_leads_somewhere(project: Path) -> None:
    site(project)
    found = list(links(project / "site"))

    assert len(found) > 50
    for page, link in found:
        assert not urlsplit(link).scheme
        path, _, anchor = link.partition("#")
        target = (page.parent / unquote(path)).resolve() if path else page
        assert target.is_file(), (page, link)
        assert not anchor or f'id="{anchor}"' in target.read_text(encoding="utf-8")
    for one in json.loads((project / "site/search.js").read_text().partition("= ")[2].rstrip(";\n")):
        assert (project / "site" / one["url"]).is_file()


def test_pages_say_what_is_new_and_what_broke(project: Path) -> None:
    site(project)
    step = (project / "site/shop/2024-02-01/index.html").read_text(encoding="utf-8")
    index = (project / "site/index.html").read_text(encoding="utf-8")
    (operation,) = (project / "site/shop/operations").glob("get-things-*/index.html")
    history = operation.read_text(encoding="utf-8")

    assert "<h2>New <small>1</small></h2>" in step
    assert "<h2>Deleted <small>1</small></h2>" in step
    assert "breaking change" in step
    assert index.index("2024-02-01") < index.index("2024-01-01-preview")
    # a parameter of the path that is called otherwise makes no other operation
    assert re.findall(r"<small>(\w+), ", history) == ["removed", "updated"]
    assert "field-became-optional" in history


def test_the_feeds_have_an_entry_for_each_step(project: Path) -> None:
    site(project)
    atom = ElementTree.parse(project / "site/feed.atom").getroot()
    feed = json.loads((project / "site/feed.json").read_text())
    entries = [
        (one.findtext(f"{ATOM}id"), one.findtext(f"{ATOM}updated")) for one in atom.iter(f"{ATOM}entry")
    ]

    assert entries == [
        ("https://api.example.com/changes/shop/2024-02-01/", "2024-02-01T00:00:00Z"),
        ("https://api.example.com/changes/shop/2024-01-01-preview/", "2024-01-01T00:00:00Z"),
    ]
    assert all(atom.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [(one["id"], one["date_published"]) for one in feed["items"]] == entries


def test_nothing_is_made_twice(project: Path) -> None:
    assert "2 steps" in site(project)
    before = {path: path.read_bytes() for path in (project / "site").rglob("*") if path.is_file()}
    assert re.search(r": 2 steps, 0 of \d+ files written", site(project))
    (project / "specs/shop/2024-02-01.yaml").unlink()
    (project / "site/mine.html").write_text("mine")
    assert "1 steps" in site(project)

    assert not (project / "site/shop/2024-02-01").exists()
    assert (project / "site/mine.html").read_text() == "mine"
    (project / "specs/shop/2024-02-01.yaml").write_text(VERSIONS["2024-02-01"])
    (project / "site/.apivolve-site.json").write_text('{"files": ["/etc/x.html"], "steps": [{}]}')
    site(project)
    (project / "site/mine.html").unlink()
    assert {path: path.read_bytes() for path in (project / "site").rglob("*") if path.is_file()} == before


def test_a_single_version_has_no_history(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SPEC)
    run = apivolve("site", "a.yaml", cwd=tmp_path)

    assert (run.returncode, "error[nothing-to-compare]" in run.stderr) == (2, True)
    assert not (tmp_path / "site").exists()


def evil_site() -> dict[str, str]:
    (verdict, _) = evil_report().verdicts
    empty = Surface("p", (), (), ())
    step = step_of(verdict, STABLE, STABLE, (empty, empty))
    data = {
        **step.data(),
        "service": EVIL,
        "before": EVIL,
        "after": EVIL,
        "added": [EVIL],
        "calls": [[EVIL, EVIL]],
    }
    return render_site([step_from(json.loads(json.dumps(data)))], EVIL, "https://example.com/")


def test_hostile_text_is_text() -> None:
    for path, text in evil_site().items():
        assert re.fullmatch(r"[A-Za-z0-9._/-]+", path)
        assert ".." not in path
        assert not [char for char in text if not char.isprintable() and char != "\n"]
        if path.endswith(".html"):
            parser = Tags()
            parser.feed(text)
            assert not parser.tags & {"img"}
            assert not [name for name in parser.attributes if name.startswith("on")]
    ElementTree.fromstring(evil_site()["feed.atom"])


def test_addresses_are_told_apart() -> None:
    names = ["a/b", "a-b", "a b", "A-B", "", "..", "operations", "../..", "ä", "ö"]
    assert len({slug(name).lower() for name in names}) == len(names)
    assert slug("2024-06-01") == "2024-06-01"


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_the_search_finds_from_a_file(project: Path, browser: Browser) -> None:
    site(project)
    page = browser.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto((project / "site/shop/2024-02-01/index.html").as_uri())
    page.get_by_role("searchbox", name="Search").fill("GET things")
    assert page.locator("#search output").text_content() == "1 found"
    page.keyboard.press("Enter")
    page.wait_for_url("**/operations/**")
    assert page.get_by_role("heading", level=1).text_content() == "GET /things/{thing}"
    page.get_by_role("link", name="2024-02-01").click()
    page.get_by_label("info").uncheck()
    assert page.locator(".finding:visible").count() == page.locator("[data-severity=error]").count() > 0
    page.close()
    assert not wrong


def test_the_history_of_commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "-q")
    spec = tmp_path / "api" / "openapi.yaml"
    spec.parent.mkdir()
    for day, text in (("01", SPEC), ("02", "broken: ["), ("03", BROKEN), ("03", SPEC), ("04", SPEC)):
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"2030-01-{day}T12:00:00Z")
        spec.write_text(text)
        (tmp_path / "other.txt").write_text(day)
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-q", "--allow-empty", "-m", day)
    run = apivolve("site", "openapi.yaml", "--history", "-o", "../site", cwd=spec.parent)

    assert run.returncode == 0, run.stderr
    assert "cannot be read" in run.stderr
    assert "error[invalid-yaml]" in run.stderr
    assert [path.parent.name for path in sorted(tmp_path.glob("site/*/2030*/index.html"))] == [
        "2030-01-03",
        "2030-01-03.2",
    ]
    first, second = (path.read_text() for path in sorted(tmp_path.glob("site/*/2030*/index.html")))
    assert "2 breaking changes since 2030-01-01" in " ".join(first.split())
    assert "since 2030-01-03" in " ".join(second.split())
