"""What `products export`, `list`, `get` and `count` do."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from productsapi.cli.opened_stack import open_stack
from productsapi.cli.output import writing
from productsapi.cli.switches import print_unless_quiet
from productsapi.cli.target import Target
from productsapi.data import export_formats, scanning
from productsapi.data.export_formats import cell_text
from productsapi.data.rules import Item, Rules, rules_of
from productsapi.errors import NotFound, Refused
from productsapi.printable import printable

if TYPE_CHECKING:
    from productsapi.cli.opened_stack import Opened

NARROWEST = 8
SHOWN = ("productId", "category", "productName", "productPrice", "stock", "version")


def export(
    target: Target, form: str | None, output: str, *, system_fields: bool, consistent: bool
) -> None:
    from productsapi.data.rows import SUFFIXES

    form = form or SUFFIXES.get(Path(output).suffix.lower(), "jsonl")
    opened, rules = _opened(target)
    writer = _writer(form, rules, system_fields=system_fields)
    table = opened.stack.config.table.name
    exported = 0

    def counted() -> Iterator[Item]:
        nonlocal exported
        for item in _there(
            opened, scanning.scan(opened.printing_waits(), table, consistent=consistent)
        ):
            exported += 1
            yield item

    with _writing(output) as write:
        for piece in writer.pieces(counted()):
            write(piece)
    where = "" if output == "-" else f" to {output}"
    print_unless_quiet(f"{exported:,} products exported{where}.")
    for name, times in sorted(writer.lost.items()):
        text = (
            f"CSV has no column for {printable(name)}, which {times:,} of them have: --format jsonl"
        )
        click.secho(text, fg="yellow", err=True)


def list_products(target: Target, category: str | None, limit: int, *, as_json: bool) -> None:
    opened, rules = _opened(target)
    table = opened.stack.config.table.name
    items = _there(
        opened, scanning.scan(opened.printing_waits(), table, consistent=True, segments=1)
    )
    products = map(rules.values_of, map(export_formats.as_text, items))
    wanted = (each for each in products if category in {None, each.get("category")})
    found = list(islice(wanted, limit + 1))
    more, found = len(found) > limit, found[:limit]
    _show(found, rules, as_json=as_json)
    if more:
        click.echo(f"There are more than {limit:,}: --limit N.", err=True)


def get_product(target: Target, product_id: str, *, as_json: bool) -> None:
    opened, rules = _opened(target)
    pages = opened.printing_waits().pages(
        "dynamodb",
        "Query",
        TableName=opened.stack.config.table.name,
        KeyConditionExpression="productId = :id",
        ExpressionAttributeValues={":id": {"S": product_id}},
        ConsistentRead=True,
    )
    found = [
        rules.values_of(export_formats.as_text(item)) for page in pages for item in page["Items"]
    ]
    if not found:
        raise Refused(f"there is no product {product_id}", "productsapi products list")
    if as_json:
        click.echo(rules.dumps(found[0] if len(found) == 1 else found))
        return
    for product in found:
        width = max(map(len, product))
        for name, value in product.items():
            click.echo(
                f"{printable(name).ljust(width)}  {printable(cell_text(value, rules.dumps))}"
            )


def count_products(target: Target, *, as_json: bool) -> None:
    opened = open_stack(target)
    found = scanning.count(opened.printing_waits(), opened.stack.config.table.name)
    click.echo(f'{{"products": {found}}}' if as_json else f"{found:,}")


def _opened(target: Target) -> tuple[Opened, Rules]:
    opened = open_stack(target)
    return opened, rules_of(opened.stack.config.sources)


def _writer(form: str, rules: Rules, *, system_fields: bool) -> export_formats.Writer:
    if form == "dynamodb-json":
        return export_formats.DynamoDbJson()

    def values_of(item: Item) -> Mapping[str, Any]:
        values = rules.values_of(export_formats.as_text(item))
        hidden = frozenset() if system_fields else rules.set_by_service
        known = {name: values[name] for name in rules.types if name in values}
        return {**known, **{n: v for n, v in values.items() if n not in hidden and n not in known}}

    if form == "csv":
        names = [*rules.types, *(sorted(rules.set_by_service) if system_fields else ())]
        return export_formats.Csv(names, values_of, rules.dumps)
    kind = export_formats.JsonArray if form == "json" else export_formats.JsonLines
    return kind(values_of, rules.dumps)


def _there(opened: Opened, items: Iterator[Item]) -> Iterator[Item]:
    try:
        yield from items
    except NotFound as error:
        table = opened.stack.config.table.name
        raise Refused(f"there is no table {table}", "productsapi deploy") from error


@contextmanager
def _writing(output: str) -> Iterator[Callable[[str], object]]:
    """Gives what writes a piece: to stdout, or to the file, device or pipe that is named."""
    if output == "-":
        yield sys.stdout.write
        return
    with writing(Path(output)) as out:
        yield lambda piece: out.write(piece.encode("utf-8", "backslashreplace"))


def _show(found: Iterable[Mapping[str, Any]], rules: Rules, *, as_json: bool) -> None:
    if as_json:
        click.echo("[" + ",\n ".join(rules.dumps(each) for each in found) + "]")
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for name in SHOWN:
        numeric = name in {"productPrice", "stock", "version"}
        key = name == "productId"
        table.add_column(
            name, justify="right" if numeric else "left", no_wrap=key, overflow="ellipsis"
        )
    for each in found:
        cells = (cell_text(each.get(name), rules.dumps) for name in SHOWN)
        table.add_row(*(Text(printable(cell)) for cell in cells))
    Console().print(table)
