"""Names of api-versions: where a name has its version, in which order versions come, and which are previews.

A version is written in many ways: `2024-06-01`, `2024-06-01-preview`, `2024-07-01.20.0`, `v1`, `v1beta1`, `7.6-preview.2`,
`1.0.0-rc.1`, `release-2.18`. All are read as a release (its numbers) and what follows the release.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from ...model import Stage


VersionKey: TypeAlias = tuple[int, tuple[int, ...], int, tuple[tuple[int, int, str], ...], str]

_PREVIEWS = {
    # in the order in which they are published
    "dev": 0, "draft": 0, "experimental": 0, "nightly": 0, "snapshot": 0, "canary": 0, "unstable": 0, "next": 0,
    "alpha": 1, "beta": 2, "pre": 3, "preview": 3, "rc": 4, "cr": 4,
}  # fmt: skip
_SHORT = {"a": "alpha", "b": "beta", "c": "rc"}  # of `1.0b1`, and there only
_PIECE = re.compile(r"[-._+~/ ]+")
_NUMBER = re.compile(r"[a-z]*?(\d+)(?:([a-z]+)(\d*))?")
_WORD = re.compile(r"([a-z]+)(\d*)")
_DAY = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_VERSION = re.compile(
    r"""(?<![0-9A-Za-z])  v?\d+  (?:[._-]?(?:alpha|beta|preview|pre|rc|a|b|c)\d*)?  (?:[-._+~][0-9A-Za-z]+)*  $""",
    re.IGNORECASE | re.VERBOSE,
)


def version_key(version: str) -> VersionKey:
    """The order of versions: releases by their numbers, a preview before its release (semver section 11).

    Within a release its previews come by rank (alpha, beta, preview, rc) and number, then the release, then what was added
    to its name for another reason. Names without a number (`latest`) come last. No two names are equal.
    """
    numbers, rest = _split(version)
    after = tuple(_order(piece) for piece in rest)
    return (0 if numbers else 1, _significant(numbers), 0 if _is_preview(rest) else 1, after, version)


def stage_of(version: str) -> Stage:
    """Preview or stable, by the version's name."""
    words = [word for piece in _PIECE.split(version.lower()) for word in _words(piece)]
    return "preview" if _is_preview(_split(version)[1]) or _is_preview(words) else "stable"


def version_in(name: str) -> str | None:
    """The version at the end of a name: `2024-01-15` of `spec_2024-01-15`, `v1` of `v1`; None when there is none."""
    match = _VERSION.search(name)
    return match[0] if match else None


def versions_in(names: Sequence[str]) -> list[str] | None:
    """The versions of several names that stand side by side; None unless each has one of its own.

    What all of them end in is no part of a version: `v1.openapi`, `v2.openapi`.
    """
    found = [version_in(name) for name in names]
    made = [version for version in found if version is not None]
    if len(made) < len(names) or len(set(made)) < len(names):
        return None
    pieces = [re.split(r"([-._+~])", version) for version in made]
    while len(pieces) > 1 and all(len(one) > 1 for one in pieces):
        last = {one[-1] for one in pieces}
        if len(last) > 1 or not (word := last.pop()).isalpha() or _is_preview([word.lower()]):
            break
        pieces = [one[:-2] for one in pieces]
    return ["".join(one) for one in pieces]


def _split(version: str) -> tuple[tuple[int, ...], list[str]]:
    """The numbers of the release, and the pieces after it."""
    numbers: list[int] = []
    pieces = _PIECE.split(version.lower())
    while pieces and not any(char.isdecimal() for char in pieces[0]):
        pieces = pieces[1:]
    for index, piece in enumerate(pieces):
        match = _NUMBER.fullmatch(piece) if not numbers else re.fullmatch(r"(\d+)(?:([a-z]+)(\d*))?", piece)
        if match is None or (match[2] and numbers and not _is_glued(match[2], match[3])):
            return tuple(numbers), pieces[index:]
        day = _DAY.fullmatch(match[1])
        numbers += [int(part) for part in day.groups()] if day else [int(match[1])]
        if match[2]:
            word = _SHORT.get(match[2], match[2]) if match[3] else match[2]
            return tuple(numbers), [word, *([match[3]] if match[3] else []), *pieces[index + 1 :]]
    return tuple(numbers), []


def _is_glued(word: str, number: str) -> bool:
    """True for what is written onto a number: `0rc1`, `0b2`, `27b`; not for the letters of a hash."""
    return word in _PREVIEWS or (word in _SHORT if number else len(word) == 1)


def _significant(numbers: tuple[int, ...]) -> tuple[int, ...]:
    """`1`, `1.0` and `1.0.0` are one release."""
    while numbers and numbers[-1] == 0:
        numbers = numbers[:-1]
    return numbers


def _order(piece: str) -> tuple[int, int, str]:
    if piece.isdecimal():
        return (0, int(piece), "")
    match = _WORD.fullmatch(piece)
    if match and (rank := _rank(match[1])) is not None:
        return (1, rank * 1_000_000 + int(match[2] or 0), match[1])
    return (2, 0, piece)


def _words(piece: str) -> list[str]:
    match = _WORD.fullmatch(piece)
    return [match[1]] if match else []


def _is_preview(pieces: Sequence[str]) -> bool:
    return any(_rank(word) is not None for piece in pieces for word in _words(piece))


def _rank(word: str) -> int | None:
    """The rank of a word that says preview; None for another word. Azure writes `privatepreview` too."""
    return _PREVIEWS.get("preview" if word.endswith("preview") else word)
