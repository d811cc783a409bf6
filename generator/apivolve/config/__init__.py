"""`apivolve.toml`, or `[tool.apivolve]` of pyproject.toml: which services there are, and where their packages go.

In: a folder. Out: `Config`, with paths from the folder we run in. Raises UsageError with every fault and its place.
"""

from .read import Config, ServiceConfig, VersionConfig, find_config
from .schema import config_schema
from .waivers import WAIVERS, parse_waivers, read_waivers, with_waivers
from .write import FILE, config_text

__all__ = [
    "FILE",
    "WAIVERS",
    "Config",
    "ServiceConfig",
    "VersionConfig",
    "with_waivers",
    "config_schema",
    "config_text",
    "find_config",
    "parse_waivers",
    "read_waivers",
]
