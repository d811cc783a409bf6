"""`Service` → {path: text}, and that onto a disk.

In: complete snapshots, and the lock and files of the last run. Out: one package that speaks all of them, its tests, the
surface of each version for reviewers and for the gate, and the lock for the next run. Nothing here reads a specification,
and nothing here knows what changed.
"""

from typing import TYPE_CHECKING

from ..lazily import exports

if TYPE_CHECKING:
    from .files.lock import (
        config_hash as config_hash,
    )
    from .files.places import (
        LOCK as LOCK,
        PATCH as PATCH,
        templates_root as templates_root,
    )
    from .files.tree import (
        TreeDiff as TreeDiff,
        compare_tree as compare_tree,
        read_text as read_text,
        write_tree as write_tree,
    )
    from .names.identifiers import (
        package_name as package_name,
    )
    from .service import (
        MIGRATION as MIGRATION,
        emit as emit,
    )
    from .versions.surfaces import (
        surface as surface,
        surfaces as surfaces,
    )
else:
    __getattr__ = exports(
        __name__,
        {
            ".service": (
                "MIGRATION",
                "emit",
            ),
            ".files.lock": ("config_hash",),
            ".files.places": (
                "LOCK",
                "PATCH",
                "templates_root",
            ),
            ".files.tree": (
                "TreeDiff",
                "compare_tree",
                "read_text",
                "write_tree",
            ),
            ".names.identifiers": ("package_name",),
            ".versions.surfaces": (
                "surface",
                "surfaces",
            ),
        },
    )
