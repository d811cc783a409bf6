"""Time the stages on the specifications in `specs/`, each beside a peer in the same run.

Prints a table: the median of alternating runs, and the ratio to the peer. APIVOLVE_CORPUS adds the biggest JSON and YAML
documents of a corpus. Machines are noisy: read the ratios.
"""

from __future__ import annotations

import importlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import yaml

from apivolve.diff import compare
from apivolve.emit import emit, surface
from apivolve.load import load_api, load_services

ROOT = Path(__file__).parents[1]
RUNS = 5


def seconds(work: Callable[[], object]) -> float:
    """How long one run of some work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def beside(
    name: str, ours: Callable[[], object], peer_name: str, peer: Callable[[], object], runs: int = RUNS
) -> None:
    """Run two things in turn and print their medians and the median of the ratios."""
    pairs = [(seconds(ours), seconds(peer)) for _ in range(runs)]
    mine, theirs = (statistics.median(values) for values in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"{name:44} {mine:8.3f} s   {peer_name:34} {theirs:8.3f} s   {ratio:6.2f}x")


def load_beside_parser(path: Path) -> None:
    """Load one document beside nothing but its parser."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        beside(f"load {path.name}", lambda: load_api(path), "json.loads", lambda: json.loads(text))
    else:
        parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        beside(
            f"load {path.name}",
            lambda: load_api(path),
            "yaml.CSafeLoader",
            lambda: yaml.load(text, Loader=parser),  # noqa: S506 - the safe one, in C where there is C
            3,
        )


_PEAK = """
import re, sys
from pathlib import Path
path = Path(sys.argv[1])
if sys.argv[2] == "load":
    from apivolve.load import load_api
    kept = load_api(path)
elif path.suffix == ".json":
    import json
    kept = json.loads(path.read_text(encoding="utf-8"))
else:
    import yaml
    kept = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
# not ru_maxrss: on Linux it starts at the peak of the parent
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


def memory_beside_parser(path: Path) -> None:
    """The peak memory of a process that loads a document, and of one that only parses it."""
    peaks: list[float] = []
    for what in ("load", "parse"):
        run = subprocess.run(
            [sys.executable, "-c", _PEAK, str(path), what], capture_output=True, text=True, check=True
        )
        peaks.append(int(run.stdout) / 1024)
    size = path.stat().st_size / 2**20
    print(
        f"{f'peak memory, {path.name}, {size:.1f} MB':44} {peaks[0]:7.0f} MB   {'its parser alone':34} {peaks[1]:7.0f} MB   {peaks[0] / peaks[1]:6.2f}x"
    )


def decode_beside_msgspec() -> None:
    """Decode a real answer with the generated models beside msgspec without our open-model promise."""
    sys.path.insert(0, str(ROOT / "generated" / "azure_openai"))
    runtime = importlib.import_module("azure_openai._runtime")
    models = importlib.import_module("azure_openai.v2024_06_01.models")
    answer = {
        "id": "1",
        "created": 1,
        "usage": {"completion_tokens": 1, "prompt_tokens": 1, "total_tokens": 2},
        "choices": [],
    }
    answer["choices"] = [
        {
            "index": n,
            "finish_reason": "stop",
            "logprobs": None,
            "message": {"role": "assistant", "content": "word " * 50},
        }
        for n in range(50)
    ]
    data = json.dumps(answer).encode()
    decoder = msgspec.json.Decoder(models.ChatCompletions, dec_hook=lambda _type, value: value)
    beside(
        "decode 50 chat choices, 1000 times",
        lambda: [runtime.decode_json(data, models.ChatCompletions) for _ in range(1000)],
        "json.loads",
        lambda: [json.loads(data) for _ in range(1000)],
    )
    beside(
        "decode 50 chat choices, 1000 times",
        lambda: [runtime.decode_json(data, models.ChatCompletions) for _ in range(1000)],
        "msgspec",
        lambda: [decoder.decode(data) for _ in range(1000)],
    )


def main() -> None:
    """Print the table."""
    folder = ROOT / "specs" / "azure-openai"
    load_beside_parser(folder / "2024-05-01-preview" / "inference.json")
    corpus = os.environ.get("APIVOLVE_CORPUS")
    for suffix in (".json", ".yaml") if corpus else ():
        sizes = sorted((path.stat().st_size, path) for path in Path(corpus or "").rglob(f"*{suffix}"))
        biggest = next(path for _, path in reversed(sizes) if b"openapi" in path.read_bytes()[:200])
        load_beside_parser(biggest)
        memory_beside_parser(biggest)

    (service,) = load_services(folder)
    before, after = service.versions[-2:]
    parse = [json.loads(source.text) for api in (before, after) for source in api.sources]
    texts = [json.dumps(content) for content in parse]
    beside(
        "diff, neighbouring versions, both scopes",
        lambda: compare(before, after, (surface(before), surface(after))),
        "parse both",
        lambda: [json.loads(text) for text in texts],
    )
    beside(
        "diff, equal versions",
        lambda: compare(after, after, (surface(after), surface(after))),
        "parse both",
        lambda: [json.loads(text) for text in texts],
    )
    decode_beside_msgspec()
    one = type(service)(service.name, service.versions[-1:])
    beside(
        "generate 14 api-versions",
        lambda: emit(service, tool="bench"),
        "generate the newest one",
        lambda: emit(one, tool="bench"),
        1,
    )


if __name__ == "__main__":
    main()
