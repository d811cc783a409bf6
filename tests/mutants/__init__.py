"""Faults that can be put into a generated package, one at a time."""

from .faults import KINDS, Mutant, mutants_of

__all__ = ["KINDS", "Mutant", "mutants_of"]
