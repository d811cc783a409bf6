"""Faults of what a service sends by itself: what it is taken for."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .models import faults_of_union
from .mutant import File, Mutant


def faults_of_webhooks(file: File, node: ast.AST) -> Iterator[Mutant]:
    """The faults that can be put into a node."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return
    if node.func.id == "receive":
        type_ = node.args[3]
        # that for any webhook has a name of its own, and its faults are inside
        if not isinstance(type_, ast.Name):
            yield file.fault("webhook", type_, "list[bool]")
    elif node.func.id == "union":
        yield from faults_of_union(file, node, "webhook")
