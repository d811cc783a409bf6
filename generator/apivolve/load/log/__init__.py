"""Change logs in all their forms: the JSON log, the operation page, the overlay; and what they make of a specification."""

from .entries import is_change_log, load_change_log, read_change_log

__all__ = ["is_change_log", "load_change_log", "read_change_log"]
