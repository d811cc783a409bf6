"""Schemas → types and models."""

from .reader import SchemaReader

__all__ = ["SchemaReader"]
