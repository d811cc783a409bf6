"""Versions and logs in memory."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from apivolve.finding import Change
from apivolve.load.log.entries import read_change_log
from apivolve.load.timeline import load_source
from apivolve.model import Api
from apivolve.source import Location, Source
from conftest import ROOT

REVISION = ROOT / "specs" / "azure-openai" / "changes" / "2023-05-15"
MARK = re.compile(r"@(added|removed)_[0-9a-f]{32}")
UUID4 = re.compile(r"@(?:added|removed)_[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}")


def api_of(document: dict[str, Any]) -> Api:
    return load_source(Source("spec.json", "", "json", document), Path("spec.json"), service="service")


def read(log: Any) -> tuple[Change, ...]:
    return read_change_log(Location(Source("log.json", json.dumps(log, indent=1), "json", log)), "1")


def told(change: Change) -> tuple[Any, ...]:
    return change.operation, change.subject, change.attribute, change.before, change.after


A, R = "@added_" + "0" * 32, "@removed_" + "0" * 32
SCALAR = {"new": "a", "old": "b"}
FLAG = {"new": True, "old": False}
