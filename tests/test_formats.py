"""The formats that other programs read: valid by their schemas, and nothing of a specification is markup in any of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
import xmlschema
import yaml
from hypothesis import given, strategies as st

from apivolve.diff import RULES, compare
from apivolve.errors import Problem
from apivolve.finding import Finding, Report, RuleText, Verdict, Waiver, Witness
from apivolve.load import load_api
from apivolve.report import FORMATS, Look, render_json, render_markdown
from apivolve.report.findings.places import place_of
from apivolve.report.findings.templates import code, fenced, markdown
from apivolve.source import Location, Source
from conftest import CASES, ROOT
from test_cli import SPEC, apivolve
from test_report import ERROR, INFO, REPORT, VERDICT, WARNING

SCHEMAS = ROOT / "tests" / "schemas"
SARIF = json.loads((SCHEMAS / "sarif-2.1.0.json").read_text(encoding="utf-8"))
GITLAB_ISSUE = json.loads((SCHEMAS / "gitlab-codeclimate.json").read_text(encoding="utf-8"))
JUNIT = xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd")
WAIVED = replace(
    ERROR, subject="Thing.color", waiver=Waiver("f", "r", "s", "nobody reads it", date(2030, 1, 31), "ann")
)
PROBLEM = Problem("stale-output", "out/x.py is stale", help="apivolve generate writes it")
RULE_TEXTS = tuple(RuleText(rule.id, rule.scope, rule.explanation) for rule in RULES)
FULL = Report((replace(VERDICT, findings=(ERROR, WAIVED, WARNING, INFO)),), (PROBLEM,), RULE_TEXTS)
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "lines": {
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    }
                },
            },
        },
    },
}
"""What GitLab's documentation of code quality reports asks for."""


def written(form: str, report: Report = FULL) -> str:
    return FORMATS[form](report, Look())


def real_reports() -> Iterator[Report]:
    for folder in sorted((CASES / "diff").iterdir()):
        before, after = (load_api(folder / f"{side}.yaml") for side in ("before", "after"))
        yield Report((replace(compare(before, after), documents=after.sources),), rules=RULE_TEXTS)


def test_what_is_waived_is_shown_and_does_not_count() -> None:
    summary = json.loads(render_json(Report((Verdict("1", "2", (WAIVED,)),))))["summary"]

    assert (summary["error"], summary["waived"], summary["breaking"]) == (0, 1, False)
    assert "nobody reads it" in written("text")
    assert "<skipped " in written("junit")
    assert "suppressions" in written("sarif")
    assert "Thing.color" not in written("github") + written("gitlab")
    assert not Verdict("1", "2", (WAIVED,)).breaking


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_ends_with_one_newline_and_repeats(form: str) -> None:
    assert written(form) == written(form)
    assert re.search(r"[^\n]\n\Z", written(form))
    assert written(form, Report(()))


@pytest.mark.parametrize("form", sorted({*FORMATS} - {"oneline"}))
def test_problems_are_in_every_format(form: str) -> None:
    assert re.search(r"out/x.{1,5}py is stale", written(form))


def test_sarif_fits_its_schema() -> None:
    validator = jsonschema.Draft4Validator(SARIF)
    for report in (FULL, REPORT, Report(()), *real_reports()):
        validator.validate(json.loads(written("sarif", report)))


def test_sarif_says_where_and_why() -> None:
    (run,) = json.loads(written("sarif"))["runs"]
    first = run["results"][0]
    place = first["locations"][0]["physicalLocation"]
    rule = run["tool"]["driver"]["rules"][first["ruleIndex"]]

    assert rule["id"] == first["ruleId"] == "field-became-optional"
    assert rule["help"]["text"].startswith(rule["fullDescription"]["text"])
    assert place["region"] == {"startLine": 2, "startColumn": 9, "endColumn": 12}
    assert first["relatedLocations"][0]["physicalLocation"]["region"]["startColumn"] == 3
    assert first["partialFingerprints"] == {"apivolve/v1": ERROR.fingerprint}


def test_gitlab_has_what_gitlab_reads() -> None:
    for report in (FULL, *real_reports()):
        issues = json.loads(written("gitlab", report))
        jsonschema.validate(issues, GITLAB)
        for issue in issues:
            jsonschema.validate(issue, GITLAB_ISSUE)
        assert len({issue["fingerprint"] for issue in issues}) == len(issues)


def test_junit_counts_what_is_in_it() -> None:
    root = ElementTree.fromstring(written("junit"))
    first, problems = root

    assert dict(root.attrib) == {"name": "apivolve", "tests": "5", "failures": "2", "errors": "0"}
    assert (first.get("tests"), first.get("failures"), first.get("skipped")) == ("4", "1", "1")
    assert (problems.get("tests"), problems.get("failures")) == ("1", "1")
    assert [len(case) for case in first] == [1, 1, 1, 1]


def test_junit_fits_its_schema() -> None:
    for report in (FULL, Report(()), *real_reports()):
        JUNIT.validate(written("junit", report))


def test_junit_of_nothing_is_a_test_that_passes() -> None:
    root = ElementTree.fromstring(written("junit", Report((Verdict("1", "2", ()),))))
    assert [list(case) for case in root.iter("testcase")] == [[]]


def test_yaml_is_the_json() -> None:
    for report in (FULL, evil_report()):
        assert yaml.safe_load(written("yaml", report)) == json.loads(
            written("json", report).replace("\\ud800", "\\\\ud800")
        )


def test_github_annotates_the_place_after() -> None:
    lines = written("github").splitlines()

    assert lines[0].startswith(
        "::error file=specs/shop.json,line=2,col=9,endColumn=12,title=field-became-optional (wire)::Thing.size became"
    )
    assert [line.partition(" ")[0] for line in lines[:3]] == ["::error", "::error", "::warning"]
    assert "class-added" not in "".join(lines)


# --- places -----------------------------------------------------------------------------------------------


def removed(before: str, after: str, pointer: str, syntax: str) -> str:
    make = yaml.safe_load if syntax == "yaml" else json.loads
    old = Source(f"before.{syntax}", before, syntax, make(before))  # type: ignore[arg-type]
    new = Source(f"after.{syntax}", after, syntax, make(after))  # type: ignore[arg-type]
    finding = replace(ERROR, before=Location(old, pointer), after=None)
    return str(place_of(finding, Verdict("1", "2", (finding,), documents=(new,))))


def test_what_was_removed_is_shown_at_its_parent() -> None:
    old, new = "a:\n  b:\n    c: 1\n    d: 2\n", "x: 1\na:\n  b:\n    d: 2\n"
    assert removed(old, new, "/a/b/c", "yaml") == "after.yaml:3:3"
    assert (
        removed(json.dumps(yaml.safe_load(old)), '{"a":\n {"b": {"d": 2}}}', "/a/b/c", "json")
        == "after.json:2:3"
    )


def test_a_parent_that_became_something_else_is_where_it_ends() -> None:
    assert removed("a:\n  b:\n    c: 1\n", "x: 1\na: 1\n", "/a/b/c", "yaml") == "after.yaml:2:1"


def test_an_item_of_an_array_is_shown_at_the_array() -> None:
    assert removed("a:\n- x\n- y\n", "a:\n- y\n- z\n", "/a/1", "yaml") == "after.yaml:1:1"


def test_the_document_after_is_the_one_that_is_called_alike() -> None:
    old = Source("v1/pets.yaml", "a: 1", "yaml", {"a": 1})
    others = tuple(Source(path, "b: 1", "yaml", {"b": 1}) for path in ("v2/main.yaml", "v2/pets.yaml"))
    finding = replace(ERROR, before=Location(old, "/a"), after=None)

    assert str(place_of(finding, Verdict("1", "2", (finding,), documents=others))) == "v2/pets.yaml:1:1"


# --- hostile text -----------------------------------------------------------------------------------------

EVIL = (
    "</script></pre></details><img src=x onerror=alert(1)>\"'&| ``` ` [x](javascript:1) <!-- --> **b** @someone #12 "
    "www.evil.example https://evil.example $x$ \x1b[31m\x00\x07\ufffe\ud800\u202e\r\n::error::owned\n::set-output name=x::y"
)


def evil_report(text: str = EVIL) -> Report:
    """A report with a text in every place that has one."""
    source = Source(text, text, "text")
    at = Location(source)
    witness = Witness("payload", text, "before", "after", False, text)
    finding = Finding("field-added", "error", "wire", "request", text, text, at, at, (text,), text, witness)
    waiver = Waiver("x", "y", "z", text, date(2030, 1, 31), text)
    findings = (finding, replace(finding, severity="info"), replace(finding, waiver=waiver))
    verdict = Verdict(text, text, findings, text, (source,))
    return Report((verdict, verdict), (Problem("x", text, at, text),), RULE_TEXTS)


class Tags(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        if tag not in ("meta", "link", "input", "br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_text_drives_nothing(form: str) -> None:
    text = written(form, evil_report())
    assert not [char for char in text if not char.isprintable() and char != "\n"]
    if form in ("text", "oneline", "github"):
        assert "\n::set-output" not in text
        assert text.count("\n::error") <= 3


def test_hostile_text_is_text_in_html() -> None:
    parser = Tags()
    parser.feed(written("html", evil_report()))

    assert not parser.open
    assert not parser.tags & {"img", "a href"}
    assert not [name for name in parser.attributes if name.startswith("on")]


def test_hostile_text_is_text_in_xml() -> None:
    root = ElementTree.fromstring(written("junit", evil_report()))
    assert {element.tag for element in root.iter()} == {
        "testsuites",
        "testsuite",
        "testcase",
        "failure",
        "skipped",
        "system-out",
    }


def test_hostile_text_is_text_in_markdown() -> None:
    text = written("markdown", evil_report())
    outside = re.sub(r"^(`{3,})\w*\n.*?\n\1$", "", text, flags=re.DOTALL | re.MULTILINE)

    assert "`" not in outside
    assert not re.search(r"(?<!&)#12", re.sub(r"<code>.*?</code>", "", outside))
    for mark in (
        "<img",
        "](",
        "<!-- -->",
        "**b**",
        "@someone",
        "www.evil",
        "https:",
        "$x$",
        "</script",
    ):
        assert mark not in outside, mark
    assert outside.count("<details>") == outside.count("</details>")


@given(st.text(st.sampled_from("`a\n")))
def test_a_fence_is_longer_than_any_inside(text: str) -> None:
    fence, *inside, last = str(fenced(text)).split("\n")
    assert fence == last
    assert fence not in "\n".join(inside)


@given(st.text())
def test_a_line_of_markdown_is_one_line_without_markup(text: str) -> None:
    for made in (markdown(text), code(text).removeprefix("<code>").removesuffix("</code>")):
        assert not re.search(r"[\n`*_<>\[\]|@]", made)


def test_sarif_messages_hold_no_links() -> None:
    report = Report((Verdict("1", "2", (replace(ERROR, subject="", message="[x](http://evil)"),)),))
    assert json.loads(written("sarif", report))["runs"][0]["results"][0]["message"]["text"].startswith(
        r"\[x\](http://evil)"
    )


# --- the size of a comment ---------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [60_000, 20_000, 4_000, 600, 50])
def test_a_comment_is_never_longer_than_it_may_be(limit: int) -> None:
    many = tuple(replace(ERROR, subject=f"Thing{number}.size") for number in range(300))
    text = render_markdown(Report((Verdict("1", "2", many), Verdict("2", "3", many))), limit=limit)

    assert len(text) <= limit
    if limit >= 600:
        assert "600 breaking changes" in text
        assert text.count("<details>") == text.count("</details>")
        assert "for which there is no room here" in text


# --- the command ------------------------------------------------------------------------------------------


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    (tmp_path / "a.yaml").write_text(SPEC)
    (tmp_path / "b.yaml").write_text(SPEC.replace("required: [name], ", ""))
    return tmp_path


def test_formats_go_to_files_and_stdout(pair: Path) -> None:
    files = [f"--format={form}:out.{form}" for form in (*FORMATS, "changelog")]
    run = apivolve("breaking", "a.yaml", "b.yaml", *files, "-f", "oneline:-", cwd=pair)

    assert run.returncode == 1
    assert run.stdout.startswith("b.yaml:15:")
    for form in (*FORMATS, "changelog"):
        assert f"out.{form} is written" in run.stderr
        assert (pair / f"out.{form}").read_text(encoding="utf-8").strip()
    assert json.loads((pair / "out.changelog").read_text())["#id"] == "getThing"


def test_two_formats_to_one_place_are_refused(pair: Path) -> None:
    run = apivolve("diff", "a.yaml", "b.yaml", "-f", "json", "-f", "text", cwd=pair)
    unknown = apivolve("diff", "a.yaml", "b.yaml", "-f", "jsn", cwd=pair)

    assert (run.returncode, run.stdout, "error[format-twice]" in run.stderr) == (2, "", True)
    assert (unknown.returncode, "is not one of text," in unknown.stderr) == (2, True)


def test_breaking_shows_what_breaks_and_diff_everything(pair: Path) -> None:
    (pair / "c.yaml").write_text(SPEC.replace("title: Small", "title: Smaller"))
    breaking = apivolve("breaking", "a.yaml", "c.yaml", cwd=pair)
    diff = apivolve("diff", "a.yaml", "c.yaml", cwd=pair)

    assert (breaking.returncode, diff.returncode) == (0, 0)
    assert "api-documentation-changed" in diff.stdout
    assert breaking.stdout == "1.0 → 1.0: 1 info\n" or "api-documentation" not in breaking.stdout


def test_colour_is_asked_for(pair: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def coloured(*arguments: str) -> bool:
        return "\x1b[" in apivolve("diff", "a.yaml", "b.yaml", *arguments, cwd=pair).stdout

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    assert [coloured(), coloured("--color=always"), coloured("--color=never")] == [False, True, False]
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert coloured()
    monkeypatch.setenv("NO_COLOR", "1")
    assert [coloured(), coloured("--color=always")] == [False, True]


def test_the_summary_of_a_step_is_filled_in(pair: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(pair / "summary.md"))
    apivolve("breaking", "a.yaml", "b.yaml", "-f", "github", cwd=pair)

    assert "## 2 breaking changes" in (pair / "summary.md").read_text(encoding="utf-8")
