"""The commands of the gate: `breaking`, `diff`, `check`, `waive`, `rules` and `explain`."""

from .check import check
from .compare import breaking, diff
from .rules import explain, rules
from .waive import waive_command

__all__ = ["breaking", "check", "diff", "explain", "rules", "waive_command"]
