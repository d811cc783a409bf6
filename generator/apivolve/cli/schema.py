"""`apivolve schema`: the JSON Schemas of what apivolve reads and writes."""

from __future__ import annotations

import json

import click

from ..report import report_schema
from ..report.inspection import inspection_schema


@click.command()
@click.argument("name", type=click.Choice(["report", "inspect"]))
def schema(name: str) -> None:
    """Print a JSON Schema: `report` is the JSON of `apivolve diff`, `inspect` that of `apivolve inspect`."""
    schemas = {"report": report_schema, "inspect": inspection_schema}
    click.echo(json.dumps(schemas[name](), indent=2))
