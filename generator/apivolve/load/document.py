"""The files of one version, and the references between them.

References stay inside the project. Where schemas name themselves (`$id`, `$anchor`, `$self`), a reference is first
looked for among those names (JSON Schema 2020-12, core section 8).
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from ..jsonvalue import is_array, is_object
from ..source import PROJECT_MARKS, Location, Source, split_pointer
from .dialect import Dialect, dialect_of
from .parse import fail, read_source

_ON_A_HOST = re.compile(r"[/\\]{2}")
"""How the path of a network share begins."""


def root_of(path: Path) -> Path:
    """The folder that references may not leave: the project a file is in, else the folder we run in, else its own.

    No project is around the home directory, and the home directory is one only where it says so.
    """
    real = path.resolve()
    own = real if real.is_dir() else real.parent
    home = Path(os.path.expanduser("~")).resolve()  # noqa: PTH111 (unlike Path.home, it does without a home)
    for folder in (own, *own.parents):
        if folder != home and home.is_relative_to(folder):
            break
        # Azure's specifications live below a folder of this name, and refer to each other across it
        if folder.name == "specification" or any((folder / mark).exists() for mark in PROJECT_MARKS):
            return folder
    here = Path.cwd()
    return here if own.is_relative_to(here) and not home.is_relative_to(here) else own


@dataclass
class Names:
    """The names that the schemas of one document give themselves: absolute or relative URIs, and the base of each place."""

    places: dict[str, str] = field(default_factory=dict)
    bases: list[tuple[str, str]] = field(default_factory=list)

    def base(self, pointer: str) -> str:
        """The base URI at a pointer: that of the innermost schema with an `$id` around it."""
        return next(
            (uri for place, uri in self.bases if pointer == place or pointer.startswith(place + "/")), ""
        )


@dataclass
class Documents:
    """The files of one version, read once each, and the references between them.

    `base` is the folder of the version as the user named it, from which paths are shown; `root` is the folder that
    references may not leave. With a `label` (`TAG:`) paths are shown from the base on, with that in front.
    """

    base: Path
    root: Path
    by_path: dict[Path, Source] = field(default_factory=dict)
    label: str = ""
    asked: dict[Path, Path] = field(default_factory=dict)
    """The paths by which files were asked for, and where each led to."""
    _paths: dict[int, Path] = field(default_factory=dict)
    _names: dict[int, Names | None] = field(default_factory=dict)
    _dialects: dict[int, Dialect] = field(default_factory=dict)

    def open(self, path: Path, at: Location | None = None) -> Source:
        """The file at a path inside the root. Raises LoadError when it is outside, missing or broken."""
        try:
            real = path.resolve()
            exists = real.is_file()
        except (OSError, ValueError, RuntimeError):
            # A NUL, a name longer than the file system allows, a loop of links: the text of a document may hold any.
            if at is None:
                raise
            fail("ref-not-found", "the reference is not a path that a file can have", at)
        self.asked[path] = real
        known = self.by_path.get(real)
        if known is not None:
            return known
        inner = os.path.relpath(real, self.base.resolve())
        shown = self.label + Path(inner if self.label else os.path.normpath(self.base / inner)).as_posix()
        root = self.root.resolve()
        if at is not None and not real.is_relative_to(root):
            fail(
                "ref-outside",
                f"{shown} is outside of the project",
                at,
                "name a folder that holds both with --root",
            )
        if at is not None and any(part.startswith(".") for part in real.relative_to(root).parts):
            # `.git/config` and `.env` hold passwords, and a message shows the line that it is about
            fail(
                "ref-outside",
                f"{shown} is hidden: no reference reaches it",
                at,
                "give it a name without the dot",
            )
        if at is not None and not exists:
            fail("ref-not-found", f"there is no file {shown}", at)
        return self.adopt(path, read_source(real, shown))

    def adopt(self, path: Path, source: Source) -> Source:
        """Take a source for the file at a path: one that was read already, or that was made of another file."""
        real = path.resolve()
        self.by_path[real] = source
        self._paths[id(source)] = real
        return source

    def dialect(self, source: Source) -> Dialect:
        """The dialect of a document; a file without one is read as the first document of the version."""
        known = self._dialects.get(id(source))
        if known is None:
            first = next(iter(self.by_path.values()), source)
            known = dialect_of(source.content) or dialect_of(first.content) or Dialect.OPENAPI_3_1
            self._dialects[id(source)] = known
        return known

    def has_ids(self, source: Source) -> bool:
        """True when schemas of a document name themselves, so that a reference depends on where it stands."""
        return self._names_in(source) is not None

    def resolve(self, ref: str, at: Location) -> Location:
        """The place that a reference written at a place points to. Raises LoadError when there is none."""
        named = self._named(ref, at)
        if named is not None:
            return named
        address, _, fragment = ref.partition("#")
        source = at.source
        if address:
            try:
                parts = urlsplit(address)
            except ValueError:
                fail("ref-not-found", f"{ref} is no address", at)
            if parts.scheme or parts.netloc:
                fail(
                    "ref-to-network",
                    f"{ref} is on the network",
                    at,
                    "download it and refer to the local file",
                )
            path = unquote(parts.path)
            if _ON_A_HOST.match(path):
                # to ask Windows for such a file is to call the host, with the user's name and password
                fail("ref-to-network", f"{ref} is on another host", at, "refer to a local file")
            source = self.open(self._paths[id(at.source)].parent / path, at)
        pointer = unquote(fragment)
        if pointer and not pointer.startswith("/"):
            found = self._named(f"#{fragment}", Location(source))
            if found is None:
                fail("ref-not-found", f"{ref} points to nothing: no schema has that `$anchor`", at)
            return found
        try:
            source.get(pointer)
        except KeyError:
            fail("ref-not-found", f"{ref} points to nothing", at, _nearest(source, pointer))
        return Location(source, pointer)

    def _named(self, ref: str, at: Location) -> Location | None:
        """What a reference points to by the names that schemas give themselves."""
        own = self._names_in(at.source)
        uri = urljoin(own.base(at.pointer), ref) if own is not None else ref
        address, fragment = urldefrag(uri)
        for source in (at.source, *self.by_path.values()):
            names = self._names_in(source)
            if names is None or (not address and source is not at.source):
                continue
            if uri in names.places:
                return Location(source, names.places[uri])
            if fragment.startswith("/") and address and address in names.places:
                pointer = names.places[address] + unquote(fragment)
                try:
                    source.get(pointer)
                except KeyError:
                    continue
                return Location(source, pointer)
        return None

    def _names_in(self, source: Source) -> Names | None:
        if id(source) not in self._names:
            marked = any(word in source.data for word in (b"$id", b"$anchor", b"$dynamicAnchor", b"$self"))
            self._names[id(source)] = _names_of(source) if marked else None
        return self._names[id(source)]


def _names_of(source: Source) -> Names | None:
    """The names in a document, by one walk of it; None when there are none."""
    names = Names()
    own = source.content.get("$self") if is_object(source.content) else None
    first = own if isinstance(own, str) else ""
    if first:
        names.places[first] = ""
        names.bases.append(("", first))
    stack: list[tuple[Any, Location, str]] = [(source.content, Location(source), first)]
    while stack:
        value, at, base = stack.pop()
        if is_object(value):
            written = value.get("$id")
            if isinstance(written, str):
                base = urldefrag(urljoin(base, written))[0]
                names.places.setdefault(base, at.pointer)
                names.bases.append((at.pointer, base))
            for word in ("$anchor", "$dynamicAnchor"):
                if isinstance(value.get(word), str):
                    names.places.setdefault(f"{base}#{value[word]}", at.pointer)
            stack.extend((inner, at.child(key), base) for key, inner in reversed(value.items()))
        elif is_array(value):
            stack.extend((inner, at.child(index), base) for index, inner in enumerate(value))
    names.bases.sort(key=lambda entry: -len(entry[0]))
    return names if names.places else None


def _nearest(source: Source, pointer: str) -> str | None:
    """A hint: the names that do exist where a pointer leaves the document."""
    tokens = split_pointer(pointer)
    value = source.content
    for index, token in enumerate(tokens):
        if not is_object(value) or token not in value:
            if is_object(value) and value:
                names = ", ".join(sorted(value, key=lambda name: _distance(name, token))[:3])
                where = "/".join(tokens[:index]) or "the document"
                return f"{where} has {names}"
            return None
        value = value[token]
    return None


def _distance(name: str, wanted: str) -> tuple[float, str]:
    import difflib

    return (1 - difflib.SequenceMatcher(None, name.lower(), wanted.lower()).ratio(), name)
