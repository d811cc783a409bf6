"""The version of apivolve."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("apivolve")
except PackageNotFoundError:  # run from a checkout that is not installed
    VERSION = "0+unknown"
