"""Texts that are no ordinary document: each is read, or refused with its place, in bounded time and memory."""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Iterator

import pytest

from conftest import ROOT

sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "hostile")]
import odd_documents  # noqa: E402  (where it is, is said just above)

import sweep_fuzz  # noqa: E402

PLAIN = b"openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n"
MEGABYTES = 400
"""What one document may add to what the process has: the largest has a third of one."""
_MOST = 1000 if os.environ.get("APIVOLVE_ALL") else 8
"""Of a family that says what becomes of none of its documents, so many are looked at."""


def cases() -> Iterator[object]:
    for family, made in odd_documents.FAMILIES.items():
        every = list(made())
        open_ = [case for case in every if case[2] == "any"]
        kept = [case for case in every if case[2] != "any"][:: max(1, len(every) // 60)] + open_[
            :: max(1, len(open_) // _MOST)
        ]
        yield from (pytest.param(*case[1:], id=f"{family} {case[0]}") for case in kept)


@pytest.mark.parametrize(("text", "said"), list(cases()))
def test_a_text_is_read_or_refused(text: bytes, said: str) -> None:
    suffix = ".json" if text[:1] == b"{" and b": " in text[:12] else ".yaml"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    code, told = sweep_fuzz.outcome(text, suffix)

    assert sweep_fuzz.faults_of(PLAIN, text, suffix) == []
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < MEGABYTES
    if said != "any":
        assert code == (2 if said else 0), told
        assert said in told


@pytest.mark.parametrize("family", [name for name in odd_documents.FAMILIES if name != "found"])
def test_a_family_is_large(family: str) -> None:
    assert len(list(odd_documents.FAMILIES[family]())) >= 29
