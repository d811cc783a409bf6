"""Golden files: a case is a folder, and what is expected stands in it as text. And the runtime, as package `sdk_runtime`."""

from __future__ import annotations

import compileall
import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases"

# how long an example takes says something of the machine
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def load_runtime() -> None:
    """Make the runtime that is copied into every package importable where it stands, as `sdk_runtime`."""
    folder = ROOT / "templates" / "python" / "runtime"
    spec = importlib.util.spec_from_file_location(
        "sdk_runtime", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["sdk_runtime"] = module
    spec.loader.exec_module(module)


load_runtime()


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What runs remember is of this session alone; what mypy knows of the libraries is found out once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        # hundreds of runs start anew, some where Python is told to write no bytecode
        compileall.compile_dir(ROOT / "generator", quiet=1)
        patch.setenv("MYPY_CACHE_DIR", str(ROOT / ".mypy_cache"))
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write expected files anew; a changed one fails the run"
    )


def cases(stage: str) -> list[object]:
    """The case folders of a stage, as parameters named after them."""
    return [
        pytest.param(folder, id=folder.name)
        for folder in sorted((CASES / stage).iterdir())
        if folder.is_dir()
    ]


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Iterator[Callable[[Path, str], None]]:
    """Compare a text with an expected file; with --update-golden write it, and fail when that changed something."""
    written: list[str] = []

    def compare(path: Path, text: str) -> None:
        expected = path.read_text(encoding="utf-8") if path.is_file() else None
        if expected != text and request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            written.append(path.relative_to(ROOT).as_posix())
            return
        assert expected == text, path.relative_to(ROOT)

    yield compare
    if written:
        pytest.fail(f"written anew: look at them, and run again: {', '.join(written)}")


@pytest.fixture(params=["sync", "async"])
def send(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Make a call of the runtime on a `Server` of tests/runtime, blocking and asynchronously."""

    def run(server: Any, *given: Any, **settings: Any) -> Any:
        return getattr(server, "send" if request.param == "sync" else "send_async")(*given, **settings)

    return run
