"""The commands of the gate: `breaking`, `diff`, `check`, `waive`, `import-oasdiff`, `rules` and `explain`."""

from .check import check
from .compare import breaking, diff
from .oasdiff import import_oasdiff
from .rules import explain, rules
from .waive import waive_command

__all__ = ["breaking", "check", "diff", "explain", "import_oasdiff", "rules", "waive_command"]
