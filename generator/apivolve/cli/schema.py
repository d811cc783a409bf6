"""`apivolve schema`: the JSON Schemas of what apivolve reads and writes."""

from __future__ import annotations

import json

import click

from ..config import config_schema
from ..report import report_schema
from ..report.inspection import inspection_schema


@click.command()
@click.argument("name", type=click.Choice(["config", "inspect", "report"]))
def schema(name: str) -> None:
    """Print a JSON Schema: `config` is apivolve.toml; `report` and `inspect` are the JSON of `apivolve diff` and `inspect`."""
    schemas = {"config": config_schema, "inspect": inspection_schema, "report": report_schema}
    click.echo(json.dumps(schemas[name](), indent=2))
