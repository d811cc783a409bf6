"""The tool itself: `apivolve generate`, beside the peers that generate clients; load and diff, beside their parsers."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import inputs
import peers
from measure import CommandError, Cost, Row, beside, command, work

from apivolve.diff import compare
from apivolve.emit import surface
from apivolve.load import load_api

APIVOLVE = [sys.executable, "-m", "apivolve"]


class Generating:
    """Runs over one document in a scratch folder, each from a clean start."""

    def __init__(self, scratch: Path, document: Any) -> None:
        self.scratch = scratch
        self.spec = inputs.write(scratch / "spec" / "api.json", document)
        self.env = {"XDG_CACHE_HOME": str(scratch / "cache")}

    def fresh(self) -> Cost:
        """A whole generation: no output yet, nothing remembered."""
        for name in ("cache", "out"):
            shutil.rmtree(self.scratch / name, ignore_errors=True)
        return self.again()

    def again(self) -> Cost:
        """A generation over the output of the last."""
        return command([*APIVOLVE, "generate", self.spec, "-o", "out", "-q"], self.scratch, self.env)

    def after(self, change: Any) -> Cost:
        """A generation after the document was changed, over the output of the one before."""
        before = self.spec.read_text(encoding="utf-8")
        self.fresh()
        inputs.write(self.spec, change)
        try:
            return self.again()
        finally:
            self.spec.write_text(before, encoding="utf-8")

    def client(self) -> Cost:
        """openapi-python-client."""
        out = self.scratch / "peer-client"
        shutil.rmtree(out, ignore_errors=True)
        words = ["generate", "--path", self.spec, "--output-path", out, "--meta", "none"]
        return command([peers.CLIENT.path, *words], self.scratch)

    def generator(self) -> Cost:
        """openapi-generator, with its own tests and documentation, as it comes."""
        out = self.scratch / "peer-generator"
        shutil.rmtree(out, ignore_errors=True)
        words = ["generate", "-g", "python", "-i", self.spec, "-o", out, "--skip-validate-spec"]
        return command([peers.GENERATOR.path, *words], self.scratch)

    def models(self) -> Cost:
        """datamodel-code-generator: models alone."""
        out = self.scratch / "peer-models.py"
        words = ["--input", self.spec, "--input-file-type", "openapi", "--output", out]
        return command(
            [peers.MODELS.path, *words, "--output-model-type", "pydantic_v2.BaseModel"], self.scratch
        )


def generation(scratch: Path, document: Any, what: str, runs: int, *, big: bool) -> Iterator[Row | str]:
    """Whole, nothing changed, one schema changed; targets where the document is `big`. Texts tell what cannot be measured."""
    one = Generating(scratch, document)
    sides: list[tuple[peers.Peer, Callable[[], Cost], float | None]] = [
        (peers.CLIENT, one.client, 0.5),
        (peers.GENERATOR, one.generator, 1.0),
        (peers.MODELS, one.models, None),
    ]
    whole: Cost | None = None
    for peer, run, limit in sides:
        if peer.missing:
            yield f"generate {what}: {peer.missing}"
            continue
        try:
            row = beside(
                f"generate-{peer.environment}", f"generate {what}, whole", one.fresh, f"{peer.name} {peer.version}",
                run, runs=runs, limit=limit if big else None,
            )  # fmt: skip
        except CommandError as error:
            yield f"generate {what}: {peer.name}: {error}"
            continue
        whole = row.ours
        yield row
    whole = whole or one.fresh()
    if big:
        yield Row("generate-memory", f"generate {what}, whole: peak memory", whole, by="memory", limit=400)
    one.fresh()
    changed = inputs.with_changed_schemas(document)
    for key, name, run, limit in (
        ("generate-unchanged", "nothing changed", one.again, 0.03),
        ("generate-one-schema", "one schema changed", lambda: one.after(changed), 0.10),
    ):
        yield beside(
            key, f"generate {what}, {name}", run, "the whole", one.fresh if key.endswith("schema") else lambda: whole,
            runs=runs, limit=limit if big else None,
        )  # fmt: skip


def one_version_added(scratch: Path, before: Any, after: Any, what: str, runs: int) -> Iterator[Row]:
    """A second api-version beside a first that is generated already, beside both from a clean start."""
    first = inputs.write(scratch / "specs" / "2024-01-01.json", before)
    second = first.parent / "2024-06-01.json"
    env = {"XDG_CACHE_HOME": str(scratch / "cache")}
    words = [*APIVOLVE, "generate", first.parent, "-o", "out", "-q"]

    def clean() -> None:
        for name in ("cache", "out"):
            shutil.rmtree(scratch / name, ignore_errors=True)
        second.unlink(missing_ok=True)

    def added() -> Cost:
        clean()
        command(words, scratch, env)
        inputs.write(second, after)
        return command(words, scratch, env)

    def both() -> Cost:
        clean()
        inputs.write(second, after)
        return command(words, scratch, env)

    yield beside(
        "generate-version-added",
        f"generate {what}, one version added",
        added,
        "both versions, whole",
        both,
        runs=runs,
    )


def loading(path: Path, what: str, runs: int, *, big: bool) -> Iterator[Row]:
    """A document read into the model, beside nothing but its parser; and the memory that takes, beside its size on disk."""
    text = path.read_text(encoding="utf-8")
    yield beside(
        "load",
        f"load {what}",
        lambda: work(lambda: load_api(path)),
        "json.loads",
        lambda: work(lambda: json.loads(text)),
        runs=runs,
    )
    if sys.platform == "linux":
        run = subprocess.run(
            [sys.executable, "-c", _PEAK, str(path)], capture_output=True, text=True, check=True
        )
        size = Cost(0, 0, path.stat().st_size / 2**20)
        peak = Cost(0, 0, int(run.stdout) / 1024)
        ratio = (peak.memory or 0) / (size.memory or 1)
        yield Row(
            "load-memory", f"load {what}: peak memory", peak, "its size on disk", size,
            memory_ratio=ratio, by="memory", limit=10 if big else None,
        )  # fmt: skip


_PEAK = """
import re, sys
from pathlib import Path
from apivolve.load import load_api
kept = load_api(Path(sys.argv[1]))
# not ru_maxrss: on Linux it starts at the peak of the parent
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


def differences(
    scratch: Path, document: Any, other: Any | None, what: str, runs: int, *, big: bool
) -> Iterator[Row]:
    """`apivolve diff`: two equal files, one schema changed, two versions; beside a process that parses both.

    Each with nothing kept of an earlier run, and two equal files also where they were read before.
    """
    parse = "import json, sys\nfor path in sys.argv[1:]: json.loads(open(path, encoding='utf-8').read())"
    before = inputs.write(scratch / "diff" / "before.json", document)
    sides = {
        "equal": ("two equal files", document),
        "small": ("one schema changed", inputs.with_changed_schemas(document)),
        **({"neighbours": ("neighbouring versions", other)} if other is not None else {}),
    }
    env = {"XDG_CACHE_HOME": str(scratch / "cache")}

    def compared(after: Path, *, kept: bool) -> Cost:
        if not kept:
            shutil.rmtree(scratch / "cache", ignore_errors=True)
        words = [*APIVOLVE, "diff", before, after, "-f", f"json:{scratch / 'report.json'}"]
        return command(words, scratch, env, ok=(0, 1))

    for key, (name, content) in sides.items():
        after = inputs.write(scratch / "diff" / f"{key}.json", content)
        for kept in (False, True) if key == "equal" else (False,):
            yield beside(
                f"diff-{key}", f"diff {what}, {name}{', read before' if kept else ''}",
                partial(compared, after, kept=kept),
                "Python that parses both",
                partial(command, [sys.executable, "-c", parse, before, after], scratch),
                runs=runs, limit=1.3 if key == "equal" and big and not kept else None,
            )  # fmt: skip


def comparisons(document_paths: tuple[Path, Path], runs: int) -> Iterator[Row]:
    """The comparison alone, without reading: neighbouring versions, and a version with itself."""
    before, after = (load_api(path) for path in document_paths)
    texts = [source.text for api in (before, after) for source in api.sources]
    for name, left in (("neighbouring versions", before), ("a version with itself", after)):
        yield beside(
            "compare", f"compare {name}, both scopes, in memory",
            lambda left=left: work(lambda: compare(left, after, (surface(left), surface(after)))),  # type: ignore[misc]
            "json.loads of both", lambda: work(lambda: [json.loads(text) for text in texts]), runs=runs,
        )  # fmt: skip
