"""Specs, change logs and folders of versions → `Service`.

In: files. Out: complete snapshots (`Api`) in one dialect, oldest first, and the changes their logs declare.
Raises LoadError with every fault found; what is understood only in part is a warning in `Api.problems`.
"""

from .log import load_change_log
from .log.apply import Derived, apply_changes
from .timeline import Entry, load_api, load_service, load_services, load_table, tagged
from .versions import from_folder, services_in, version_key, versions_of

__all__ = [
    "Derived",
    "Entry",
    "apply_changes",
    "from_folder",
    "load_api",
    "load_change_log",
    "load_service",
    "load_services",
    "load_table",
    "services_in",
    "tagged",
    "version_key",
    "versions_of",
]
