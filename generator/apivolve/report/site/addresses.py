"""Where pages are: addresses that stay as long as what they are called by."""

from __future__ import annotations

import hashlib
import re

from .steps import Step, same_operation


def service_path(service: str) -> str:
    """Where the pages of a service are."""
    return f"{slug(service)}/"


def step_path(step: Step) -> str:
    """Where the page of a step is: named by its later version."""
    return f"{slug(step.service)}/{slug(step.after)}/"


def operation_path(service: str, label: str) -> str:
    """Where the page of an operation is, whatever the parameters of its path are called."""
    return f"{slug(service)}/operations/{slug(same_operation(label))}/"


def slug(text: str) -> str:
    """A text as one part of an address: readable, and different for different texts."""
    plain = re.sub(r"[^A-Za-z0-9._]+", "-", text).strip("-.")[:80].lower()
    if plain == text and plain not in ("operations", ""):
        return plain
    return f"{plain}-{hashlib.sha256(text.encode(errors='surrogatepass')).hexdigest()[:6]}".lstrip("-")
