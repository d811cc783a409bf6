"""The rules as people ask for them."""

from __future__ import annotations

import json

import pytest

from apivolve.diff import RULES
from conftest import ROOT
from test_cli import apivolve


def test_every_rule_is_listed_and_explained() -> None:
    listed = apivolve("rules", cwd=ROOT).stdout.splitlines()
    data = json.loads(apivolve("rules", "--format=json", cwd=ROOT).stdout)
    explained = apivolve("explain", *(rule.id for rule in RULES), cwd=ROOT).stdout

    assert [line.split()[0] for line in listed] == [rule.id for rule in RULES] == [one["id"] for one in data]
    assert all(rule.explanation in explained for rule in RULES)


def test_rules_of_a_scope() -> None:
    listed = apivolve("rules", "--scope=code", cwd=ROOT).stdout.splitlines()
    assert {line.split()[1] for line in listed} == {"code"}


@pytest.mark.parametrize(
    ("name", "hint"), [("field-removd", "did you mean field-removed"), ("xyz", "`apivolve rules` lists")]
)
def test_a_rule_that_is_not_there(name: str, hint: str) -> None:
    run = apivolve("explain", name, cwd=ROOT)
    assert (run.returncode, run.stdout) == (2, "")
    assert f"error[unknown-rule]: there is no rule '{name}'" in run.stderr
    assert hint in run.stderr
