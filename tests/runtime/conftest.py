"""Loads the runtime from the templates as the package ``sdk_runtime``."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

_FOLDER = Path(__file__).parents[2] / "templates/python/runtime"

if "sdk_runtime" not in sys.modules:
    _spec = importlib.util.spec_from_file_location(
        "sdk_runtime", _FOLDER / "__init__.py", submodule_search_locations=[str(_FOLDER)]
    )
    assert _spec is not None
    assert _spec.loader is not None
    _module = importlib.util.module_from_spec(_spec)
    sys.modules["sdk_runtime"] = _module
    _spec.loader.exec_module(_module)
