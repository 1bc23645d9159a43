"""Results for programs."""

from __future__ import annotations

from typing import Any

import click

from productsapi.printable import json_text


def print_json(value: Any) -> None:
    """One JSON value on stdout, and nothing else."""
    click.echo(json_text(value))
