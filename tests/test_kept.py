"""What was read is kept, by content: it is read again only where something that it hangs on has changed."""

from __future__ import annotations

import os
import pickle
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apivolve.errors import LoadError
from apivolve.load import keeping, kept, load_api, snapshot
from apivolve.model import Api

ROOT = Path(__file__).parents[1]
SPEC = """
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /things:
    get:
      operationId: list
      unheard-of: 1
      responses:
        "200": {description: all, content: {application/json: {schema: {$ref: "things.yaml"}}}}
"""
THING = "{type: object, required: [name], properties: {name: {type: string}, size: {type: integer, maximum: 3}}}\n"

Read = Callable[[], tuple[Api, bool]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(kept, "SMALLEST", 0)
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "api.yaml").write_text(SPEC)
    (tmp_path / "api" / "things.yaml").write_text(THING)
    return tmp_path


@pytest.fixture
def read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Reads the specification, and tells whether it was read anew."""
    real: Any = snapshot._read
    seen: list[int] = []

    def counted(*given: Any) -> Api:
        seen.append(1)
        made: Api = real(*given)
        return made

    monkeypatch.setattr(snapshot, "_read", counted)

    def once() -> tuple[Api, bool]:
        seen.clear()
        with keeping():
            return load_api(folder / "api" / "api.yaml"), bool(seen)

    return once


def entries(folder: Path) -> list[Path]:
    return list((folder / "cache" / "apivolve" / "read").glob("*"))


def told(api: Api) -> list[object]:
    places = [(one.path, one.text, one.syntax, one.content) for one in api.sources]
    return [repr(api), [one.render() for one in api.problems], places]


def test_what_was_read_is_the_same_when_it_is_not_read_again(read: Read) -> None:
    first, anew = read()
    second, again = read()

    assert (anew, again) == (True, False)
    assert second == first
    assert told(second) == told(first)
    assert second.problems, "a warning, with its place, is kept too"


@pytest.mark.parametrize(
    "version", sorted((ROOT / "specs" / "azure-openai").glob("20*")), ids=lambda path: path.name
)
def test_a_real_version_is_the_same(version: Path, folder: Path) -> None:
    with keeping():
        assert told(load_api(version)) == told(load_api(version))


def test_nothing_is_kept_unasked(folder: Path) -> None:
    load_api(folder / "api" / "api.yaml")

    assert entries(folder) == []


def test_what_is_small_is_read(folder: Path, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "SMALLEST", 10_000)

    read()

    assert read()[1]
    assert entries(folder) == []


def _root(folder: Path) -> None:
    (folder / "api" / "api.yaml").write_text(SPEC.replace("Shop", "Stop"))


def _other(folder: Path) -> None:
    (folder / "api" / "things.yaml").write_text(THING.replace("3", "4"))


def _link(folder: Path) -> None:
    """The same name leads to another file, and the one that was read is still there."""
    other = folder / "api" / "others.yaml"
    (folder / "api" / "things.yaml").rename(folder / "api" / "was.yaml")
    other.write_text(THING.replace("3", "5"))
    (folder / "api" / "things.yaml").symlink_to(other)


@pytest.mark.parametrize("change", [_root, _other, _link])
def test_what_changed_is_read_anew(folder: Path, read: Read, change: Callable[[Path], None]) -> None:
    first, _ = read()
    change(folder)
    second, anew = read()

    assert anew
    assert second != first or second.title != first.title


def test_a_reference_that_leads_elsewhere_now_is_followed(folder: Path, read: Read) -> None:
    real = folder / "api" / "was.yaml"
    (folder / "api" / "things.yaml").rename(real)
    (folder / "api" / "things.yaml").symlink_to(real)
    read()
    assert not read()[1]
    other = folder / "api" / "others.yaml"
    other.write_text(THING.replace("3", "5"))
    (folder / "api" / "things.yaml").unlink()
    (folder / "api" / "things.yaml").symlink_to(other)

    assert read()[1]


def test_another_tool_does_not_take_it(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    read()
    monkeypatch.setattr(kept, "tool", lambda: "another")

    assert read()[1]


def test_what_cannot_be_read_is_not_kept(folder: Path, read: Read) -> None:
    (folder / "api" / "things.yaml").write_text("{type: [}\n")
    for _ in range(2):
        with pytest.raises(LoadError, match=r"things\.yaml"):
            read()

    assert entries(folder) == []


class _Attack:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.mark),)


@pytest.mark.parametrize("how", ["empty", "cut", "no version", "attack"])
def test_what_is_there_is_not_believed(folder: Path, read: Read, how: str) -> None:
    first, _ = read()
    [entry] = entries(folder)
    whole = entry.read_bytes()
    mark = folder / "executed"
    entry.write_bytes(
        {
            "empty": b"",
            "cut": whole[: len(whole) // 2],
            "no version": zlib.compress(pickle.dumps(("text", {"asked": [], "digests": []}))),
            "attack": zlib.compress(pickle.dumps(_Attack(mark))),
        }[how]
    )

    second, anew = read()

    assert anew
    assert second == first
    assert not mark.exists()
    assert read()[1] is False, "it is kept anew"


def test_the_oldest_go(folder: Path, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    read()
    [first] = entries(folder)
    os.utime(first, (1, 1))
    monkeypatch.setattr(kept, "MOST", first.stat().st_size + 100)
    _root(folder)
    read()

    [left] = entries(folder)
    assert left != first


def test_without_a_place_to_keep_it_it_is_read(folder: Path, read: Read) -> None:
    (folder / "cache").write_text("a file")

    assert read()[1]
    assert read()[1]
