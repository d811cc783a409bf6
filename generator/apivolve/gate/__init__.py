"""What counts: which versions are compared, how a project weighs what is found, and what it lets through.

In: services, findings, the policy and the waivers of a project. Out: the findings that it wants to hear of, each as severe
as it says, and the problems with what it says. Nothing is read or written.
"""

from .pairing import Pairing, neighbours, paired

__all__ = ["Pairing", "neighbours", "paired"]
