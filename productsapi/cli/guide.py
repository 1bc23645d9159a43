"""What `plan --guide` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from productsapi.cli.plan_detail import print_exposures
from productsapi.cli.plan_screen import heading
from productsapi.operations.guide import guide
from productsapi.operations.guide.script import script
from productsapi.operations.guide.text import text
from productsapi.options.registry import resources

if TYPE_CHECKING:
    from productsapi.cli.opened_stack import Opened
    from productsapi.engine.plan import Plan
    from productsapi.engine.read import Reading


def print_guide(opened: Opened, plan: Plan, reading: Reading, *, as_script: bool) -> None:
    """Print the guide to stdout, and what is open to stderr. Raises Refused."""
    made_of = resources(opened.stack)
    found = guide(plan, made_of, reading, opened.printing_waits())
    print_exposures(plan, err=True)
    if as_script:
        click.echo(script(found, plan, opened.stack, made_of), nl=False)
    else:
        click.echo(text(found, heading(opened.stack)), nl=False)
