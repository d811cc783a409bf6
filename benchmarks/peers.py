"""The peers: each in an environment of its own below `.venv-bench`, made by `make bench`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PINS = Path(__file__).parent / "pins"


@dataclass(frozen=True, slots=True)
class Peer:
    """A package of PyPI, and the folder that has its environment."""

    name: str
    environment: str
    program: str

    @property
    def path(self) -> Path:
        """Its program."""
        return ROOT / ".venv-bench" / self.environment / "bin" / self.program

    @property
    def version(self) -> str:
        """The pinned version."""
        for line in (PINS / f"{self.environment}.txt").read_text().splitlines():
            name, _, version = line.partition("==")
            if name.lower() == self.name.lower():
                return version
        return "?"

    @property
    def missing(self) -> str | None:
        """Why it cannot be measured; None when it can."""
        return None if self.path.exists() else f"{self.name} is not installed: make peers"


CLIENT = Peer("openapi-python-client", "openapi-python-client", "openapi-python-client")
MODELS = Peer("datamodel-code-generator", "datamodel-code-generator", "datamodel-codegen")
GENERATOR = Peer("openapi-generator-cli", "openapi-generator", "openapi-generator-cli")
OPENAI = Peer("openai", "runtime", "python")
ORJSON = Peer("orjson", "runtime", "python")
HTTPX = Peer("httpx2", "runtime", "python")
ALL = (CLIENT, MODELS, GENERATOR, OPENAI, ORJSON, HTTPX)
