"""What counts: severities, stages, versions, sunsets, waivers, and how far versions should move."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from apivolve.config import find_config, parse_waivers, read_waivers, with_waivers
from apivolve.diff import compare
from apivolve.errors import UsageError
from apivolve.finding import Finding, Verdict, Waiver
from apivolve.gate import advise, moved_enough, notice_problems, unknown_rules, waive, weigh
from apivolve.load import load_api
from apivolve.model import Api
from apivolve.policy import Policy
from test_cli import SPEC, apivolve
from test_report import ERROR, INFO, WARNING

TODAY = date(2030, 1, 15)
STABLE = Api("shop", "2024-01-01", "stable", (), ())
NEXT = replace(STABLE, version="2024-02-01")
PREVIEW = replace(STABLE, version="2024-01-01-preview", stage="preview")
VERDICT = Verdict("a", "b", (ERROR, WARNING, INFO), "shop")


def weighed(
    policy: Policy, before: Api = STABLE, after: Api = STABLE, verdict: Verdict = VERDICT
) -> list[str]:
    return [f"{one.severity} {one.rule}" for one in weigh(verdict, before, after, policy, TODAY).findings]


ALL = ["error field-became-optional", "warning server-removed", "info class-added"]


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        (Policy(), ALL),
        (Policy(scopes=("code",)), ["info class-added"]),
        (Policy(rules={"field-became-optional": "off"}), ALL[1:]),
        (
            Policy(rules={"field-became-optional": "info", "class-added": "error"}),
            ["error class-added", "warning server-removed", "info field-became-optional"],
        ),
        (Policy(preview="info"), ALL),
        (Policy(new_version="info"), ALL),
    ],
)
def test_a_policy_weighs(policy: Policy, found: list[str]) -> None:
    assert weighed(policy) == found


def test_a_preview_and_a_new_version_may_weigh_less() -> None:
    lighter = ["warning field-became-optional", "warning server-removed", "info class-added"]

    assert weighed(Policy(preview="warning"), PREVIEW) == lighter
    assert weighed(Policy(new_version="warning"), STABLE, NEXT) == lighter
    assert (
        weighed(Policy(preview="warning", rules={"class-added": "error"}), PREVIEW)[0]
        == "warning field-became-optional"
    )


def test_fingerprints_do_not_hang_on_the_policy() -> None:
    (first, *_) = weigh(VERDICT, STABLE, STABLE, Policy(rules={ERROR.rule: "info"}), TODAY).findings[::-1]
    assert {one.fingerprint for one in VERDICT.findings} >= {first.fingerprint}


def test_a_rule_that_is_not_there_is_told() -> None:
    (problem,) = unknown_rules(
        Policy(rules={"field-removd": "off", "field-added": "off"}), ["field-removed", "field-added"]
    )
    assert problem.help == "did you mean field-removed?"


@pytest.mark.parametrize(
    ("before", "after", "enough"),
    [
        ("1.2.0", "2.0.0", True),
        ("1.2.0", "1.3.0", False),
        ("0.2.0", "0.3.0", True),
        ("0.2.0", "0.2.1", False),
        ("v1", "v2", True),
        ("2.0", "1.0", False),
        ("2024-01-01", "2024-02-01", True),
        ("2024-01-01", "2024-01-01", False),
        ("2024-01-01-preview", "2024-01-01", True),
        ("first", "second", False),
    ],
)
def test_what_is_a_new_version(before: str, after: str, enough: bool) -> None:
    assert moved_enough(before, after) is enough


DOCS = replace(INFO, rule="model-documentation-changed", scope="wire")


@pytest.mark.parametrize(
    ("version", "findings", "advice"),
    [
        ("1.2.3", (ERROR,), ("2.0.0", "none", "none")),
        ("1.2.3", (replace(ERROR, severity="info"),), ("1.3.0", "none", "none")),
        ("1.2.3", (DOCS,), ("1.2.4", "none", "none")),
        ("1.2", (DOCS,), ("as it is", "none", "none")),
        ("1", (ERROR,), ("2", "none", "none")),
        ("v1", (ERROR,), ("v2", "none", "none")),
        ("0.4.1", (ERROR,), ("0.5.0", "none", "none")),
        ("2024-01-01", (ERROR,), ("a new version", "none", "none")),
        ("2024-01-01", (WARNING,), ("as it is", "none", "none")),
        ("1.0.0", (), ("as it is", "none", "none")),
        ("1.0.0", (replace(ERROR, scope="code"),), ("as it is", "major", "major")),
        ("1.0.0", (INFO,), ("as it is", "minor", "minor")),
    ],
)
def test_the_advised_versions(
    version: str, findings: tuple[Finding, ...], advice: tuple[str, str, str]
) -> None:
    api = replace(STABLE, version=version)
    found = advise(Verdict("a", "b", findings), api, api)
    assert (found.api, found.sdk, found.wheel) == advice


@pytest.mark.parametrize(
    ("before", "after", "api"),
    [
        ("1.0.0", "2.0.0", "as it is"),
        ("1.0.0", "1.1.0", "2.0.0"),
        ("64", "67", "as it is"),
        ("2024-01-01", "2024-02-01", "as it is"),
        ("first", "second", "a new version"),
    ],
)
def test_a_version_that_moved_far_enough_may_stay(before: str, after: str, api: str) -> None:
    sides = (replace(STABLE, version=before), replace(STABLE, version=after))
    assert advise(Verdict("a", "b", (ERROR,)), *sides).api == api


def test_beside_the_others_a_version_only_adds_to_the_package() -> None:
    found = advise(Verdict("a", "b", (replace(ERROR, scope="code"),)), STABLE, NEXT)
    assert (found.sdk, found.wheel) == ("major", "minor")


# --- sunsets ------------------------------------------------------------------------------------------------

MARKED = SPEC.replace(
    "operationId: getThing", 'operationId: getThing\n      deprecated: true\n      x-sunset: "2030-01-15"'
)
GONE = (
    SPEC[: SPEC.index("  /things")]
    + "  /other: {get: {responses: {'200': {description: x}}}}\n"
    + SPEC[SPEC.index("components:") :]
)


def loaded(tmp_path: Path, *texts: str) -> list[Api]:
    found: list[Api] = []
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.yaml").write_text(text)
        found.append(load_api(tmp_path / f"{number}.yaml"))
    return found


@pytest.mark.parametrize(
    ("before", "today", "severity"),
    [
        (MARKED, TODAY, "info"),
        (MARKED, TODAY - timedelta(days=1), "error"),
        (SPEC, TODAY, "error"),
        (MARKED.replace("deprecated: true", "deprecated: false"), TODAY, "error"),
        (MARKED.replace("2030-01-15", "soon"), TODAY, "error"),
    ],
)
def test_after_its_sunset_a_thing_may_go(tmp_path: Path, before: str, today: date, severity: str) -> None:
    old, new = loaded(tmp_path, before, GONE)
    verdict = weigh(compare(old, new), old, new, Policy(sunset="info"), today)
    assert [one.severity for one in verdict.findings if one.rule == "operation-removed"] == [severity]


@pytest.mark.parametrize(
    ("day", "rules"),
    [("2030-04-15", []), ("2030-04-14", ["sunset-too-soon"]), ("soon", ["sunset-no-date"])],
)
def test_a_sunset_is_announced_ahead(tmp_path: Path, day: str, rules: list[str]) -> None:
    old, new = loaded(tmp_path, SPEC, MARKED.replace("2030-01-15", day))
    found = notice_problems([(old, new)], Policy(notice_days=90), TODAY)
    assert [problem.rule for problem in found] == rules
    assert not [
        one
        for one in notice_problems([(new, new)], Policy(notice_days=90), TODAY)
        if one.rule == "sunset-too-soon"
    ]


# --- waivers ------------------------------------------------------------------------------------------------

WAIVER = Waiver(ERROR.fingerprint, ERROR.rule, ERROR.subject, "why", TODAY)


def rules(
    *waivers: Waiver, today: date = TODAY, whole: bool = True, landed: set[str] | None = None
) -> list[str]:
    judged, problems = waive([VERDICT], waivers, today, whole=whole, landed=landed or set())
    held = sum(one.waiver is not None for one in judged[0].findings)
    return [f"{held} held", *(f"{one.level} {one.rule}" for one in problems)]


def test_waivers_hold_or_are_told() -> None:
    other = replace(WAIVER, fingerprint="0" * 12)

    assert rules(WAIVER) == ["1 held"]
    assert rules(WAIVER, today=TODAY + timedelta(days=1)) == ["0 held", "error waiver-expired"]
    assert rules(replace(WAIVER, subject="x")) == ["0 held", "error waiver-mismatch"]
    assert rules(replace(WAIVER, service="shop")) == ["1 held"]
    assert rules(replace(WAIVER, service="bank")) == ["0 held", "error waiver-unused"]
    assert rules(other) == ["0 held", "error waiver-unused"]
    assert rules(other, landed={other.fingerprint}) == ["0 held", "warning waiver-landed"]
    assert rules(other, today=TODAY + timedelta(days=1)) == ["0 held", "error waiver-expired"]
    assert rules(other, whole=False) == ["0 held"]
    assert rules(other, whole=False, today=TODAY + timedelta(days=1)) == ["0 held"]
    assert rules(replace(WAIVER, until=TODAY - timedelta(days=1)), WAIVER) == [
        "1 held",
        "error waiver-expired",
    ]


@given(st.lists(st.tuples(st.text(min_size=1), st.text().filter(str.strip)), max_size=3))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, texts: list[tuple[str, str]]
) -> None:
    texts = [(a, b) for a, b in texts if not any("\ud800" <= char <= "\udfff" for char in a + b)]
    path = tmp_path_factory.mktemp("waivers") / "waivers.toml"
    waivers = [Waiver("0" * 12, "rule", subject, reason, TODAY, "ann") for subject, reason in texts]
    for waiver in waivers:
        path.write_text(with_waivers(path, [waiver]))

    assert list(read_waivers(path)) == waivers


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "[[waiver]]\nrule = 'x'",
            "w:1:1: error[missing-key]: a waiver needs `fingerprint`, `subject`, `reason`, `until`",
        ),
        ("# x\n\n[[waiver]]\nuntil = 'x'", "w:3:1: error[missing-key]"),
        (
            "[[waiver]]\nfingerprint='a'\nrule='b'\nsubject='c'\nreason=' '\nuntil=2030-01-01",
            "w:1:1: error[empty]",
        ),
        (
            "[[waiver]]\nfingerprint='a'\nrule='b'\nsubject='c'\nreason='d'\nuntil='x'",
            "error[wrong-type]: until must be a date",
        ),
        (
            "[[waiver]]\nfingerprint=1\nrule='b'\nsubject='c'\nreason='d'\nuntil=2030-01-01",
            "error[wrong-type]: fingerprint",
        ),
        (
            "[[waiver]]\nx='a'\nfingerprint=''\nrule='b'\nsubject='c'\nreason='d'\nuntil=2030-01-01",
            "error[unknown-key]: 'x'",
        ),
        ("[[waivers]]\n", "w:1:1: error[unknown-key]: 'waivers'"),
        ("waiver = 1", "error[unknown-key]"),
        ("[[waiver]\n", "error[invalid-toml]: not TOML"),
    ],
)
def test_a_fault_of_the_file_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_waivers(text, "w")
    assert any(told in problem.headline() for problem in caught.value.problems)


# --- the configuration ------------------------------------------------------------------------------------------


def test_the_policy_is_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "apivolve.toml").write_text(
        "[gate]\nfail_on = 'warning'\nscopes = ['code', 'wire']\npreview = 'info'\nnotice_days = 3\nbase = 'v1'\n"
        "waivers = 'w.toml'\n[gate.rules]\nfield-removed = 'off'\n"
    )
    monkeypatch.chdir(tmp_path)
    config = find_config()

    assert config is not None
    assert config.waivers == Path("w.toml")
    assert config.policy == Policy(
        "warning", ("wire", "code"), {"field-removed": "off"}, preview="info", notice_days=3, base="v1"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("fail_on = 'eror'", "2:1: error[unknown-value]: fail_on must be error or warning or info or none"),
        ("scopes = []", "2:1: error[empty]"),
        ("notice_days = -1", "2:1: error[too-small]: notice_days must be 0 or more, not -1"),
        ("notice_days = 'x'", "2:1: error[wrong-type]: notice_days must be a whole number, not a text"),
        ("rules = { field-removed = 'err' }", "2:11: error[unknown-value]: field-removed must be"),
        ("rules = { field-removd = 'off' }", "1:2: error[unknown-rule]: there is no rule 'field-removd'"),
    ],
)
def test_a_fault_of_the_policy_is_told(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "apivolve.toml").write_text(f"[gate]\n{text}\n")
    (tmp_path / "a.yaml").write_text(SPEC)
    run = apivolve("diff", "a.yaml", "a.yaml", cwd=tmp_path)

    assert run.returncode == 2
    assert f"apivolve.toml:{told}" in run.stderr


def test_the_policy_decides_the_exit_code(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SPEC)
    (tmp_path / "b.yaml").write_text(SPEC.replace("required: [name], ", ""))

    def code(text: str, *arguments: str) -> int:
        (tmp_path / "apivolve.toml").write_text(text)
        return apivolve("breaking", "a.yaml", "b.yaml", *arguments, cwd=tmp_path).returncode

    lenient = "[gate.rules]\nfield-became-optional = 'warning'\nattribute-became-optional = 'info'\n"
    assert [code(""), code(lenient), code(lenient, "--fail-on=warning")] == [1, 0, 1]
    assert [code("[gate]\nfail_on = 'none'\n"), code("[gate]\nfail_on = 'none'\n", "--fail-on=error")] == [
        0,
        1,
    ]
