"""Specs, change logs and folders of versions → `Service`.

In: files. Out: complete snapshots (`Api`) in one dialect, oldest first, and the changes their logs declare.
Raises LoadError with every fault found; what is understood only in part is a warning in `Api.problems`.
"""

from .log import load_change_log
from .log.apply import Derived, apply_changes
from .timeline import load_api, load_services, version_key

__all__ = ["Derived", "apply_changes", "load_api", "load_change_log", "load_services", "version_key"]
