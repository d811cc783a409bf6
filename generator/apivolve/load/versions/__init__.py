"""Which api-versions there are: what they are called, in which order they come, and where they are found."""

from .folders import CHANGES, DISK, Found, Place, found_file, services_in, versions_of
from .git import (
    GitPath,
    at_ref,
    commits,
    file_at,
    from_folder,
    git_path,
    has_history,
    has_path,
    laid_out,
    merge_base,
    objects_at,
    tags,
)
from .names import stage_of, version_in, version_key, versions_in

__all__ = [
    "CHANGES",
    "DISK",
    "Found",
    "GitPath",
    "Place",
    "at_ref",
    "commits",
    "file_at",
    "found_file",
    "from_folder",
    "git_path",
    "has_history",
    "has_path",
    "laid_out",
    "merge_base",
    "objects_at",
    "services_in",
    "stage_of",
    "tags",
    "version_in",
    "version_key",
    "versions_in",
    "versions_of",
]
