"""Specs, change logs and folders of versions → `Service`.

In: files. Out: complete snapshots (`Api`) in one dialect, oldest first, and the changes their logs declare.
Raises LoadError with every fault found; what is understood only in part is a warning in `Api.problems`.
"""

from .log import load_change_log
from .log.apply import Derived, apply_changes
from .network import load_url, on_network
from .timeline import (
    Entry,
    FoundService,
    find_services,
    load_api,
    load_found,
    load_service,
    load_services,
    load_table,
    tagged,
)
from .versions import (
    at_ref,
    commits,
    file_at,
    from_folder,
    has_history,
    has_path,
    merge_base,
    objects_at,
    services_in,
    version_key,
    versions_of,
)

__all__ = [
    "Derived",
    "Entry",
    "FoundService",
    "apply_changes",
    "commits",
    "at_ref",
    "find_services",
    "file_at",
    "from_folder",
    "has_history",
    "has_path",
    "load_api",
    "load_change_log",
    "load_found",
    "load_service",
    "load_services",
    "load_table",
    "load_url",
    "merge_base",
    "objects_at",
    "on_network",
    "services_in",
    "tagged",
    "version_key",
    "versions_of",
]
