"""One folder per rule, and one for each thing that takes several rules together, in both orders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from worlds import lines

from apivolve.diff import RULES, compare
from apivolve.load import load_api
from conftest import CASES, cases

FOLDERS = [*cases("diff"), *cases("diff_whole")]


@pytest.mark.parametrize("folder", FOLDERS)
def test_case(folder: Path, golden: Callable[[Path, str], None]) -> None:
    before, after = load_api(folder / "before.yaml"), load_api(folder / "after.yaml")
    for name, found in (("findings", compare(before, after)), ("backwards", compare(after, before))):
        golden(folder / f"{name}.txt", lines(found))
        for finding in found.findings:
            if finding.severity == "error":
                assert finding.witness is not None, finding
                assert finding.witness.verified, finding
    assert compare(before, before).findings == ()
    assert compare(after, after).findings == ()


@pytest.mark.parametrize("folder", cases("diff"))
def test_the_rule_of_a_case_fires(folder: Path) -> None:
    before, after = load_api(folder / "before.yaml"), load_api(folder / "after.yaml")
    assert folder.name in {finding.rule for finding in compare(before, after).findings}
    assert compare(after, before).findings, "what changed one way changed the other way too"


def test_every_rule_has_a_case_and_every_case_a_rule() -> None:
    folders = {folder.name for folder in (CASES / "diff").iterdir() if folder.is_dir()}
    assert {rule.id for rule in RULES if rule.scope == "wire"} == folders


def test_rules_are_explained_and_named_once() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.summary.endswith((".", ":")), rule.id
        assert rule.id == rule.check.__name__.replace("_", "-")
