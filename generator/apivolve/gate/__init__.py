"""What counts: which versions are compared, how a project weighs what is found, and what it lets through.

In: services, findings, the policy and the waivers of a project. Out: the findings that it wants to hear of, each as severe
as it says, and the problems with what it says. Nothing is read or written.
"""

from .bump import advise, moved_enough
from .oasdiff import Level, ignored, levels
from .pairing import Pairing, neighbours, paired
from .waive import waive
from .weigh import notice_problems, unknown_rules, weigh

__all__ = [
    "Level",
    "Pairing",
    "advise",
    "ignored",
    "levels",
    "moved_enough",
    "neighbours",
    "notice_problems",
    "paired",
    "unknown_rules",
    "waive",
    "weigh",
]
