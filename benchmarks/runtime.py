"""The generated package: import, decode, encode, calls and streams. Measured in the environment of the peers, `inside/`."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import inputs
import peers
from measure import Cost, Row, beside, command, of_pairs
from tool import Generating

ROOT = Path(__file__).parents[1]
INSIDE = Path(__file__).parent / "inside"
VERSION, MODULE = "2024-06-01", "v2024_06_01"
GITHUB = {
    "/repos/{owner}/{repo}/issues": ("get",),
    "/repos/{owner}/{repo}": ("get",),
    "/orgs/{org}/repos": ("get",),
}
EXAMPLES = {
    # what is decoded: the example of the description, how often, the model
    "issues": ("issue-items", 100, "Issue"),
    "repositories": ("minimal-repository-items", 100, "MinimalRepository"),
    "repository": ("full-repository-default-response", 0, "FullRepository"),
}
ANSWER = {
    "id": "chatcmpl-7R1nGnsXO8n4oi9UPz2f3UHdgAYMn", "object": "chat.completion", "created": 1686676106, "model": "gpt-4o",
    "choices": [{
        "index": 0, "finish_reason": "stop", "logprobs": None,
        "message": {"role": "assistant", "content": "Ahoy matey! So ye be wantin' to care for a fine squawkin' parrot, eh? " * 12},
        "content_filter_results": {name: {"filtered": False, "severity": "safe"} for name in ("hate", "self_harm", "sexual", "violence")},
    }],
    "usage": {"completion_tokens": 557, "prompt_tokens": 33, "total_tokens": 590},
}  # fmt: skip
CHUNK = {
    "id": "chatcmpl-7R1nGnsXO8n4oi9UPz2f3UHdgAYMn", "object": "chat.completion.chunk", "created": 1686676106, "model": "gpt-4o",
    "choices": [{"index": 0, "delta": {"content": " matey"}, "finish_reason": None, "logprobs": None}],
}  # fmt: skip


def azure(scratch: Path) -> Path:
    """The package of all api-versions shipped here, with the runtime as it is now. Gives the folder to import it from."""
    folder = scratch / "azure"
    shutil.copytree(
        ROOT / "generated" / "azure_openai" / "azure_openai", folder / "azure_openai", dirs_exist_ok=True
    )
    shutil.copytree(
        ROOT / "templates" / "python" / "runtime", folder / "azure_openai" / "_runtime", dirs_exist_ok=True
    )
    return folder


def importing(scratch: Path, runs: int) -> Iterator[Row | str]:
    """Import and construction of a client, beside the import of the libraries that it needs, and beside openai-python."""
    if peers.HTTPX.missing:
        yield f"import: {peers.HTTPX.missing}"
        return
    env = {"PYTHONPATH": str(azure(scratch))}
    python = peers.HTTPX.path
    ours = f"import azure_openai; azure_openai.connect(api_version='{VERSION}', endpoint='https://x', credential='k')"
    openai = (
        f"import openai; openai.AzureOpenAI(api_version='{VERSION}', azure_endpoint='https://x', api_key='k')"
    )
    for key, peer, other, limit in (
        (
            "import",
            "import httpx2, msgspec; httpx2.Client()",
            "import httpx2, msgspec; httpx2.Client()",
            None,
        ),
        ("import-libraries", "import httpx2, msgspec", "import httpx2, msgspec", 1.3),
        ("import-openai", f"openai {peers.OPENAI.version}, likewise", openai, None),
    ):
        for code in (ours, other):
            command([python, "-c", code], scratch, env)  # compiled once
        yield beside(
            key, "import the package of 14 api-versions, construct a client",
            lambda: command([python, "-c", ours], scratch, env), peer,
            lambda other=other: command([python, "-c", other], scratch, env),  # type: ignore[misc]
            runs=3 * runs, by="cpu", limit=limit,
        )  # fmt: skip


def codec(scratch: Path, runs: int) -> Iterator[Row | str]:
    """Decode and encode."""
    if peers.ORJSON.missing:
        yield f"decode, encode: {peers.ORJSON.missing}"
        return
    path, payloads = [str(azure(scratch)), str(scratch)], {}
    chat: dict[str, Any] = {
        "package": "azure_openai",
        "module": f"{MODULE}.models",
        "model": "ChatCompletions",
        "many": False,
    }
    payloads["a chat completion"] = {
        **chat, "file": _payload(scratch, "completion", ANSWER), "openai": "openai.types.chat.chat_completion.ChatCompletion"
    }  # fmt: skip
    payloads["an SSE chunk"] = {
        **chat, "file": _payload(scratch, "chunk", CHUNK), "openai": "openai.types.chat.chat_completion_chunk.ChatCompletionChunk"
    }  # fmt: skip
    whole = inputs.biggest()
    if whole is None:
        yield f"decode, encode GitHub's repositories and issues: {inputs.NO_CORPUS}"
    else:
        document = inputs.read(whole)
        small = Generating(scratch / "github", inputs.cut(document, GITHUB))
        small.fresh()
        package = next(path.name for path in (scratch / "github" / "out").iterdir())
        path.append(str(scratch / "github" / "out" / package))
        module = next(path.name for path in (scratch / "github" / "out" / package / package).glob("v*"))
        others: dict[str, str] = {}
        if not peers.CLIENT.missing:
            small.client()
            (scratch / "github" / "peer-client").rename(scratch / "github_client")
            others["client"] = "github_client"
        if not peers.MODELS.missing:
            small.models()
            (scratch / "github" / "peer-models.py").rename(scratch / "github_models.py")
            others["models"] = "github_models"
        for name, (example, times, model) in EXAMPLES.items():
            value = document["components"]["examples"][example]["value"]
            payloads[f"GitHub's {name}"] = {
                "file": _payload(scratch, name, value * times if times else value),
                "package": package, "module": f"{module}.models", "model": model, "many": bool(times), **others,
            }  # fmt: skip
    yield from _inside("codec.py", {"path": path, "payloads": payloads, "runs": runs}, scratch)


def calls(scratch: Path, runs: int, events: int = 2000) -> Iterator[Row | str]:
    """Calls and streams."""
    if peers.HTTPX.missing:
        yield f"calls, streams: {peers.HTTPX.missing}"
        return
    settings = {
        "path": [str(azure(scratch))], "package": "azure_openai", "module": MODULE, "version": VERSION, "runs": runs,
        "answer": _payload(scratch, "completion", ANSWER), "chunk": _payload(scratch, "chunk", CHUNK), "events": events,
    }  # fmt: skip
    yield from _inside("calls.py", settings, scratch)


def _payload(scratch: Path, name: str, value: Any) -> str:
    file = scratch / f"{name}.json"
    file.write_text(json.dumps(value))
    return str(file)


def _inside(script: str, settings: dict[str, Any], scratch: Path) -> Iterator[Row | str]:
    file = scratch / f"{script}.settings.json"
    file.write_text(json.dumps(settings))
    run = subprocess.run(
        [peers.HTTPX.path, INSIDE / script, file], capture_output=True, text=True, check=False, cwd=scratch
    )
    yield from (line for line in run.stderr.splitlines() if not run.returncode)
    if run.returncode:
        yield f"{script}: {(run.stderr.strip().splitlines() or ['?'])[-1]}"
        return
    for one in json.loads(run.stdout):
        pairs = [(Cost(a, a), Cost(b, b)) for a, b in one["pairs"]]
        yield of_pairs(one["key"], one["what"], pairs, one["peer"], by="cpu", limit=one.get("limit"))
