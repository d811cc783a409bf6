"""What the configuration wants of the gate."""

from __future__ import annotations

from ..config import find_config
from ..diff import RULES
from ..errors import UsageError
from ..gate import unknown_rules
from ..policy import Policy


def policy() -> Policy:
    """What the configuration wants of the gate. Raises UsageError for a rule that is not there."""
    config = find_config()
    wanted = config.policy if config is not None else Policy()
    problems = unknown_rules(wanted, {rule.id for rule in RULES})
    if problems:
        raise UsageError(problems)
    return wanted
