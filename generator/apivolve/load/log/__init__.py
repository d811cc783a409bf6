"""Change logs in all their forms: the JSON log, the operation page, the overlay; and what they make of a specification."""

from .files import load_change_log
from .page import read_page

__all__ = ["load_change_log", "read_page"]
