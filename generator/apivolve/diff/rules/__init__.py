"""The rules, one module per subject. `RULES` is gathered from the modules: a rule is entered by being written."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

from ..rule import Rule


def _gather() -> Iterator[Rule[Any]]:
    for found in sorted(module.name for module in pkgutil.iter_modules(__path__)):
        members: dict[str, Any] = vars(importlib.import_module(f"{__name__}.{found}"))
        yield from (member for member in members.values() if isinstance(member, Rule))


RULES: tuple[Rule[Any], ...] = tuple(_gather())
