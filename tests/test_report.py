"""Reports: made from verdicts by hand, so that every word of them stands here."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from apivolve.diff import compare
from apivolve.finding import Finding, Report, Verdict, Witness
from apivolve.load import load_api
from apivolve.report import render_json, render_text, report_schema
from apivolve.source import Location, Source
from conftest import CASES

TEXT = '{\n  "a": {"b": 1}\n}\n'
SOURCE = Source("specs/shop.json", TEXT, "json", json.loads(TEXT))
WITNESS = Witness(
    "payload", '{\n  "name": "string"\n}', "after", "before", True, "'size' is a required property"
)
ERROR = Finding(
    "field-became-optional",
    "error",
    "wire",
    "response",
    "Thing.size",
    "'size' became optional",
    Location(SOURCE, "/a"),
    Location(SOURCE, "/a/b"),
    ("GET /a", "GET /b", "GET /c", "GET /d", "GET /e"),
    witness=WITNESS,
)
WARNING = Finding(
    "server-removed",
    "warning",
    "wire",
    None,
    "server x",
    "server x was removed",
    Location(SOURCE, "/a"),
    None,
)
INFO = Finding("class-added", "info", "code", None, "Thing", "class Thing was added", None, None)
VERDICT = Verdict("2024-01-01", "2024-02-01", (ERROR, WARNING, INFO))
REPORT = Report((VERDICT,))


def test_one_line_a_finding_and_the_least_severity_shown() -> None:
    assert (
        render_text(REPORT, brief=True, show="warning")
        == """\
specs/shop.json:2:9: error[field-became-optional] (wire): Thing.size became optional
specs/shop.json:2:3: warning[server-removed] (wire): server x was removed

2024-01-01 → 2024-02-01: 1 error, 1 warning, 1 info; breaks wire
"""
    )


def test_text() -> None:
    assert (
        render_text(REPORT)
        == """\
specs/shop.json:2:9: error[field-became-optional] (wire): Thing.size became optional
  2 |   "a": {"b": 1}
    |         ^
  = before: specs/shop.json:2:3
  = received from GET /a, GET /b, GET /c and 2 more
  = payload accepted after, refused before: 'size' is a required property
      {
        "name": "string"
      }
  = fingerprint 7f8af1d72d4e

specs/shop.json:2:3: warning[server-removed] (wire): server x was removed
  2 |   "a": {"b": 1}
    |   ^

info[class-added] (code): class Thing was added

2024-01-01 → 2024-02-01: 1 error, 1 warning, 1 info; breaks wire
"""
    )


def test_text_of_nothing() -> None:
    assert render_text(Report((Verdict("1", "2", ()),))) == "1 → 2: no changes\n"
    assert render_text(Report(())) == "nothing to compare\n"


def test_an_unverified_witness_says_so() -> None:
    unproven = replace(ERROR, witness=replace(WITNESS, verified=False))
    assert "payload accepted after, refused before, not verified: 'size'" in render_text(
        Report((Verdict("1", "2", (unproven,)),))
    )


def test_text_from_a_spec_cannot_drive_the_terminal() -> None:
    evil = "\x1b[31mred\u202e\r\x07"
    finding = Finding(
        "field-added",
        "error",
        "wire",
        "request",
        evil,
        evil,
        Location(Source(evil, evil, "text"), ""),
        None,
        (evil,),
        witness=Witness("payload", evil, "before", "after", False, evil),
    )
    text = render_text(Report((Verdict(evil, evil, (finding,)),)))
    assert not [c for c in text if not c.isprintable() and c != "\n"]


def test_colour_adds_nothing_but_colour() -> None:
    import re

    coloured = render_text(REPORT, color=True)
    assert "\x1b[1;31m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render_text(REPORT)


def test_json_of_one_comparison() -> None:
    report = json.loads(render_json(REPORT))
    (comparison,) = report["comparisons"]
    assert list(comparison) == ["service", "before", "after", "advice", "findings", "summary"]
    assert comparison["findings"][0] == {
        "rule": "field-became-optional",
        "severity": "error",
        "scope": "wire",
        "direction": "response",
        "subject": "Thing.size",
        "message": "'size' became optional",
        "before": {"file": "specs/shop.json", "line": 2, "column": 3, "pointer": "/a"},
        "after": {"file": "specs/shop.json", "line": 2, "column": 9, "pointer": "/a/b"},
        "operations": ["GET /a", "GET /b", "GET /c", "GET /d", "GET /e"],
        "fingerprint": ERROR.fingerprint,
        "witness": {
            "kind": "payload",
            "text": '{\n  "name": "string"\n}',
            "accepted": "after",
            "refused": "before",
            "verified": True,
            "reason": "'size' is a required property",
        },
        "waiver": None,
    }
    assert report["summary"] == {
        "error": 1,
        "warning": 1,
        "info": 1,
        "wire": {"error": 1, "warning": 1, "info": 0},
        "code": {"error": 0, "warning": 0, "info": 1},
        "waived": 0,
        "breaking": True,
    }


def test_json_of_several_comparisons() -> None:
    report = json.loads(render_json(Report((VERDICT, Verdict("2024-02-01", "2024-03-01", ())))))
    assert [item["after"] for item in report["comparisons"]] == ["2024-02-01", "2024-03-01"]
    assert report["summary"]["error"] == 1


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(report_schema())


@pytest.mark.parametrize("verdicts", [[], [VERDICT], [VERDICT, VERDICT]], ids=["none", "one", "two"])
def test_reports_fit_the_schema(verdicts: list[Verdict]) -> None:
    jsonschema.validate(json.loads(render_json(Report(tuple(verdicts)))), report_schema())


def test_real_reports_fit_the_schema_and_repeat() -> None:
    validator = jsonschema.Draft202012Validator(report_schema())
    for folder in sorted((CASES / "diff").iterdir()):
        verdicts = [
            compare(load_api(folder / "before.yaml"), load_api(folder / "after.yaml")) for _ in range(2)
        ]
        one, two = (render_json(Report((verdict,))) for verdict in verdicts)
        assert one == two
        validator.validate(json.loads(one))
        assert str(Path.home()) not in render_text(Report(tuple(verdicts)))
