"""Where templates are, and what files of a package are called that others than `emit` know."""

from __future__ import annotations

from pathlib import Path

LOCK = "apivolve.lock"
PATCH = "_patch.py"
"""The user's own code beside a generated module."""


def templates_root() -> Path:
    """The folder of the template sets: inside the installed package, or at the top of a checkout."""
    inside = Path(__file__).parents[2] / "templates"
    return inside if inside.is_dir() else Path(__file__).parents[4] / "templates"
