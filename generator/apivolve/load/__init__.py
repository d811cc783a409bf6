"""Specs, change logs and folders of versions → `Service`.

In: files. Out: complete snapshots (`Api`) in one dialect, oldest first, and the changes their logs declare.
Raises LoadError with every fault found; what is understood only in part is a warning in `Api.problems`.
"""

from typing import TYPE_CHECKING

from ..lazily import exports

if TYPE_CHECKING:
    from .kept import (
        keeping as keeping,
    )
    from .log import (
        load_change_log as load_change_log,
    )
    from .log.apply import (
        Derived as Derived,
        apply_changes as apply_changes,
    )
    from .network import (
        load_url as load_url,
        on_network as on_network,
    )
    from .timeline import (
        load_api as load_api,
        load_found as load_found,
        load_service as load_service,
        load_services as load_services,
        load_table as load_table,
    )
    from .versions.folders import (
        services_in as services_in,
        versions_of as versions_of,
    )
    from .versions.git import (
        at_ref as at_ref,
        commits as commits,
        file_at as file_at,
        from_folder as from_folder,
        has_history as has_history,
        has_path as has_path,
        merge_base as merge_base,
        objects_at as objects_at,
    )
    from .versions.names import (
        version_key as version_key,
    )
    from .versions.services import (
        Entry as Entry,
        FoundService as FoundService,
        find_services as find_services,
        tagged as tagged,
    )
else:
    __getattr__ = exports(
        __name__,
        {
            ".kept": ("keeping",),
            ".log": ("load_change_log",),
            ".log.apply": (
                "Derived",
                "apply_changes",
            ),
            ".network": (
                "load_url",
                "on_network",
            ),
            ".timeline": (
                "load_api",
                "load_found",
                "load_service",
                "load_services",
                "load_table",
            ),
            ".versions.folders": (
                "services_in",
                "versions_of",
            ),
            ".versions.services": (
                "Entry",
                "FoundService",
                "find_services",
                "tagged",
            ),
            ".versions.git": (
                "at_ref",
                "commits",
                "file_at",
                "from_folder",
                "has_history",
                "has_path",
                "merge_base",
                "objects_at",
            ),
            ".versions.names": ("version_key",),
        },
    )
