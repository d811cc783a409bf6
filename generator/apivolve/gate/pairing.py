"""What was and what is → which versions are to be compared."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import Problem
from ..model import Api, Service


@dataclass(frozen=True, slots=True)
class Pairing:
    """Versions that changed in place, as they were and as they are; and what is wrong with those that have no other side."""

    pairs: tuple[tuple[Api, Api], ...]
    problems: tuple[Problem, ...]


def neighbours(service: Service) -> list[tuple[Api, Api]]:
    """Each version with the one after it, and each state of a version that changed in place."""
    pairs = list(zip(service.versions, service.versions[1:], strict=False))
    return pairs + [(revision.before, revision.after) for revision in service.revisions]


def paired(before: Service, after: Service) -> Pairing:
    """The versions of a service as it was, each with what has become of it.

    By name; else by file, since a document whose version was raised is still that document; else the only one with the only
    one. A version that did not change is left out. A stable version that is gone is an error, a preview a warning; one that is
    new is compared with nothing: `apivolve diff` compares neighbours.
    """
    now = {api.version: api for api in after.versions}
    pairs = [(old, now.pop(old.version)) for old in before.versions if old.version in now]
    gone = [old for old in before.versions if old.version not in {one.version for one, _ in pairs}]
    alone = len(before.versions) == len(after.versions) == 1
    for old in list(gone):
        new = next((one for one in now.values() if alone or _same_file(old, one)), None)
        if new is not None:
            pairs.append((old, now.pop(new.version)))
            gone.remove(old)
    return Pairing(
        tuple(pair for pair in pairs if _texts(pair[0]) != _texts(pair[1])),
        tuple(
            Problem(
                "version-removed",
                f"{after.name}: api-version {old.version} is gone",
                help="callers of it have nowhere to go: keep its specification, or retire it as a preview first",
                level="error" if old.stage == "stable" else "warning",
            )
            for old in gone
        ),
    )


def _same_file(before: Api, after: Api) -> bool:
    """True when one path ends with the other: in git paths start at the top of the repository."""
    if not (before.sources and after.sources):
        return False
    old, new = (f"/{api.sources[0].path.rpartition(':')[2]}" for api in (before, after))
    return old.endswith(new) or new.endswith(old)


def _texts(api: Api) -> list[bytes]:
    return [source.data for source in api.sources]
