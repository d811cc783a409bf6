"""The benchmarks run, on small things and without peers; what they print is what was measured."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from apivolve.load import load_api
from conftest import ROOT
from test_cli import SPEC

sys.path.insert(0, str(ROOT / "benchmarks"))

import growth
import inputs
import measure
import peers
import run
import table
import tool
import versions

import runtime

SMALL: dict[str, Any] = yaml.safe_load(SPEC)


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No corpus, and no peer, whatever this machine has."""
    monkeypatch.delenv("APIVOLVE_CORPUS", raising=False)
    monkeypatch.setattr(peers, "ROOT", Path("nowhere"))


def test_what_a_command_costs(tmp_path: Path) -> None:
    cost = measure.command(
        [sys.executable, "-c", "x = bytearray(60_000_000); sum(range(3_000_000))"], tmp_path
    )

    assert cost.seconds > 0
    assert cost.cpu > 0
    assert cost.memory is None or 50 < cost.memory < 500
    with pytest.raises(measure.CommandError, match="ended with 3: so it is"):
        measure.command([sys.executable, "-c", "print('so it is'); exit(3)"], tmp_path)


def test_ratios_are_of_neighbouring_runs() -> None:
    pairs = [(measure.Cost(a, a), measure.Cost(b, b)) for a, b in ((1, 2), (9, 3), (4, 4))]
    row = measure.of_pairs("k", "it", pairs, "peer", limit=1.0)

    assert (row.ours.seconds, row.theirs and row.theirs.seconds, row.ratio, row.held) == (4, 3, 1.0, True)
    assert measure.of_pairs("k", "it", pairs, "peer", limit=0.9).held is False
    assert measure.Row("k", "it", measure.Cost(1, 1, 300), by="memory", limit=400).held


def test_the_exponent_of_a_curve() -> None:
    curve = growth.Curve("it", "s over kB", tuple((x, 3 * x**1.5) for x in (1.0, 2.0, 8.0)))

    assert curve.exponent == pytest.approx(1.5)
    assert curve.held is False


def test_what_is_missed_says_what_bounds_it() -> None:
    missed = measure.of_pairs("known", "it", [(measure.Cost(2, 2), measure.Cost(1, 1))], "peer", limit=1.0)
    unknown = measure.Row("unknown", "that", measure.Cost(0, 0, 500), by="memory", limit=400)
    text = table.markdown([missed, unknown, "nobody there"], {"known": "because"})

    assert "| it | 2.0 s | peer | 1.0 s | 2.00x | 2.00x |  | time ≤ 1x | **missed** |" in text
    assert "* it: because\n* that: nobody has looked yet" in text
    assert "## Not measured\n\n* nobody there\n" in text
    assert "target 1.0: MISSED\n              it: because" in table.shown(missed, {"known": "because"})


def test_documents_that_are_scaled_changed_and_cut_are_documents(tmp_path: Path) -> None:
    twice = load_api(inputs.write(tmp_path / "twice.json", inputs.scaled(SMALL, 2)))
    once = load_api(inputs.write(tmp_path / "once.json", SMALL))
    changed = inputs.with_changed_schemas(SMALL)
    path = next(iter(SMALL["paths"]))
    part = inputs.cut(SMALL, {path: ("get",)})

    assert len(twice.operations) == 2 * len(once.operations)
    assert len(twice.models) == 2 * len(once.models)
    assert (
        sum(
            SMALL["components"]["schemas"][name] != schema
            for name, schema in changed["components"]["schemas"].items()
        )
        == 1
    )
    assert load_api(inputs.write(tmp_path / "part.json", part)).operations


def test_generation_is_measured_and_missing_peers_are_told(tmp_path: Path) -> None:
    found = list(tool.generation(tmp_path, SMALL, "a small one", 1, big=True))

    assert [one for one in found if isinstance(one, str)] == [
        f"generate a small one: {name} is not installed: make peers"
        for name in ("openapi-python-client", "datamodel-code-generator", "openapi-generator-cli")
    ] or len([one for one in found if isinstance(one, str)]) == 3
    rows = {one.key: one for one in found if isinstance(one, measure.Row)}
    assert set(rows) == {"generate-memory", "generate-unchanged", "generate-one-schema"}
    assert all(one.limit is not None and one.held is not None for one in rows.values())


def test_reading_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    rows = run.measure(["load"], 1)

    assert all(isinstance(one, measure.Row) and one.ours for one in rows)
    assert "load Azure OpenAI" in capsys.readouterr().out


def test_calls_are_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the libraries that this environment has: a peer that it lacks is told."""
    monkeypatch.setattr(peers.Peer, "path", property(lambda _self: Path(sys.executable)))
    found = list(runtime.calls(tmp_path, 1, events=5))

    assert "openai is not installed" in found
    rows = [one for one in found if isinstance(one, measure.Row)]
    assert [one.key for one in rows] == ["call", "call-async", "stream"]
    assert all(one.ratio for one in rows)


def test_every_target_has_a_row_and_every_pin_a_peer() -> None:
    pinned = {path.stem for path in (ROOT / "benchmarks" / "pins").glob("*.txt")}

    assert pinned == {one.environment for one in peers.ALL}
    assert all(one.version != "?" for one in peers.ALL)
    assert json.dumps(run.NOTES)


def test_what_a_version_costs_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["versions.py", str(ROOT / "tests" / "cases" / "sharing" / "pets")])
    monkeypatch.setattr(versions, "JOBS", 1)

    versions.main()

    printed = capsys.readouterr().out
    assert "pets: 3 api-versions" in printed
    assert [line.split()[0] for line in printed.splitlines() if " ms" in line] == [
        "2023-01-01",
        "2023-06-01-preview",
        "2024-01-01",
    ]
    assert "all 3:" in printed
