"""`productsapi products`: many at once, in and out of the table."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from productsapi.cli.options import json_option, target_options
from productsapi.cli.switches import print_unless_quiet
from productsapi.cli.target import Target
from productsapi.errors import ProductsApiError
from productsapi.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from productsapi.data.rows import BadRow

STDIN = "-"
SHOWN = 20
"""Bad rows that are printed; --rejects writes all of them."""


@click.group("products")
def command() -> None:
    """Import, export, list and count products: by DynamoDB itself, not through the API.

    It needs AWS credentials with the rights of `productsapi policy data`, and no sign-in.

    \b
    Examples:
      productsapi products import prices.csv --as testuser --local
      productsapi products export -o products.jsonl --local
      productsapi products list --category Electronics --local
    """


@command.command("import")
@click.argument("file", metavar="FILE")
@click.option(
    "--mode",
    type=click.Choice(("create", "upsert", "replace")),
    default="create",
    show_default=True,
    help="How existing products are handled.",
)
@click.option("--as", "name", metavar="USER", help="The creator: a user of the pool.")
@click.option(
    "--format",
    "form",
    type=click.Choice(("csv", "json", "jsonl")),
    help="By default from the file's name, or its first characters.",
)
@click.option(
    "--restore",
    is_flag=True,
    help="FILE is an export in dynamodb-json: store its items as they were.",
)
@click.option("--delimiter", metavar="CHAR", help="Of a CSV file; detected by default.")
@click.option(
    "--decimal", type=click.Choice(("point", "comma")), help="Of a CSV file; detected by default."
)
@click.option("--encoding", help="Of the file; by default UTF-8, or what its BOM says.")
@click.option(
    "--rejects",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write rejected rows to FILE, so that they can be corrected and imported again.",
)
@click.option(
    "--rate",
    type=click.FloatRange(min=1),
    metavar="UNITS",
    help="Write units a second; by default half of limits.table_write_units.",
)
@click.option(
    "--write",
    type=click.Choice(("statements", "transactions")),
    help="How new ones are stored: on AWS by statements, which cost half, locally by transactions.",
)
@click.option("--dry-run", is_flag=True, help="Check the file; store nothing.")
@target_options
@json_option
def import_(target: Target, file: str, as_json: bool, **options: Any) -> int:
    """Import products from a CSV file (with a header), a JSON array or JSON Lines; - is stdin.

    Each row is held to the API's own rules; a bad one is reported with line and field, and the
    good ones are stored. `create` stores new products only, `upsert` sets the given fields of
    those that exist, `replace` also removes the fields that aren't given. A product that has the
    row's values counts as imported: after an interruption import the same file again.

    \b
    Examples:
      productsapi products import prices.csv --as testuser --local
      productsapi products import prices.csv --dry-run
      productsapi products import stock.jsonl --mode upsert --rejects bad.jsonl
    """
    from productsapi.cli.import_progress import progress
    from productsapi.cli.output import print_json
    from productsapi.cli.products_import import Importing
    from productsapi.cli.rejects import rejects

    kept: Path | None = options.pop("rejects")
    with _reading(file) as binary, rejects(kept) as rejected:
        importing = Importing(target, binary, "" if file == STDIN else file, **options)
        first: list[BadRow] = []
        bad = 0

        def reject(row: BadRow) -> None:
            nonlocal bad
            bad += 1
            if bad <= SHOWN:
                first.append(row)
                shown.say(printable(str(row)))
            rejected.write(row, importing.head, importing.encoding)

        with progress(binary) as shown:
            tally = importing.run(reject, shown)
    if bad > SHOWN:
        click.echo(f"… and {bad - SHOWN:,} more", err=True)
    counts = {"read": tally.read, "new": tally.new, "changed": tally.changed,
              "there": tally.there, "bad": tally.bad}  # fmt: skip
    if as_json:
        rows = [{"line": row.line, "field": row.field or None, "why": row.why} for row in first]
        print_json({**counts, "dry_run": options["dry_run"], "rejects": rows})
    click.secho(importing.summary(tally), fg="yellow" if tally.bad else "green", err=True)
    if tally.bad:
        print_unless_quiet(
            f"Next: correct the rows in {kept}, and import it with the same options"
            if kept
            else "Next: correct the rows and import the file again; --rejects FILE writes only the "
            "rejected rows"
        )
    return ProductsApiError.exit_code if tally.bad else 0


@command.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice(("jsonl", "json", "csv", "dynamodb-json")),
    help="By default by the output's name, else jsonl.",
)
@click.option("-o", "--output", default="-", metavar="FILE", help="By default stdout.")
@click.option(
    "--system-fields",
    is_flag=True,
    help="With version, times and creators; dynamodb-json always has them.",
)
@click.option("--consistent", is_flag=True, help="Include the latest writes, at twice the price.")
@target_options
def export(
    target: Target, form: str | None, output: str, system_fields: bool, consistent: bool
) -> None:
    """Export all products, at constant memory. While others write it is no snapshot.

    JSON Lines and JSON hold the products as the API answers them, and import takes both; CSV is
    for people, and what it can't hold is reported; dynamodb-json holds the very items, to restore.

    \b
    Examples:
      productsapi products export --local
      productsapi products export -o products.csv
      productsapi products export --format dynamodb-json -o backup.jsonl --consistent
    """
    from productsapi.cli.products_export import export as run

    run(target, form, output, system_fields=system_fields, consistent=consistent)


@command.command("list")
@click.option("--category", help="Only those of this category.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True)
@target_options
@json_option
def list_(target: Target, category: str | None, limit: int, as_json: bool) -> None:
    """List products, as a table for people or as JSON.

    \b
    Examples:
      productsapi products list --local
      productsapi products list --category Toys --limit 200 --json
    """
    from productsapi.cli.products_export import list_products

    list_products(target, category, limit, as_json=as_json)


@command.command("get")
@click.argument("product_id", metavar="ID")
@target_options
@json_option
def get(target: Target, product_id: str, as_json: bool) -> None:
    """Show one product with all its fields; of an id in several categories, each.

    \b
    Examples:
      productsapi products get PROD001 --local
      productsapi products get PROD001 --json
    """
    from productsapi.cli.products_export import get_product

    get_product(target, product_id, as_json=as_json)


@command.command("count")
@target_options
@json_option
def count(target: Target, as_json: bool) -> None:
    """Count the products, by reading all of the table.

    \b
    Examples:
      productsapi products count --local
    """
    from productsapi.cli.products_export import count_products

    count_products(target, as_json=as_json)


@contextmanager
def _reading(file: str) -> Iterator[BinaryIO]:
    """A file or a pipe. Raises UsageError."""
    if file == STDIN:
        yield sys.stdin.buffer
        return
    from productsapi import streams

    try:
        binary = streams.opened(Path(file))
    except OSError as error:
        raise click.UsageError(f"{file} can't be read: {error.strerror}.") from error
    with binary:
        yield binary
