"""What `products import` does: opens the file and the table, and stores the one in the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from productsapi.cli.import_progress import Shown
from productsapi.cli.target import Target
from productsapi.cli.user_session import StackUsers, find_users
from productsapi.data import csv_rows, json_rows, rows
from productsapi.data.importing import Import, Tally
from productsapi.data.keys import keys
from productsapi.data.partiql_inserts import STATEMENTS
from productsapi.data.rate_limiter import RateLimiter, most_of
from productsapi.data.rows import BadRow, Reader, Row
from productsapi.data.rules import Rules, rules_of
from productsapi.data.table_store import Product, Store, product_of
from productsapi.data.transactions import TRANSACTIONS
from productsapi.errors import ProductsApiError, Refused
from productsapi.printable import printable
from productsapi.routes import FUNCTIONS
from productsapi.stack import ALIAS
from productsapi.wording import in_a_row

if TYPE_CHECKING:
    from productsapi.config import Config


WRITES = {"statements": STATEMENTS, "transactions": TRANSACTIONS}


class Importing:
    """One import. Raises ConfigError, Refused, SignInError before anything is read or stored."""

    def __init__(
        self,
        target: Target,
        binary: BinaryIO,
        file: str,
        *,
        mode: str,
        name: str | None,
        form: str | None,
        restore: bool,
        delimiter: str | None,
        decimal: str | None,
        encoding: str | None,
        rate: float | None,
        write: str | None,
        dry_run: bool,
    ) -> None:
        if restore and (form or mode != "create" or name):
            raise click.UsageError("--restore takes items as they were: no --format, --mode, --as.")
        if delimiter is not None and len(delimiter) != 1:
            raise click.UsageError("A delimiter is one character, such as ';'.")
        self.mode, self.restore, self.rate, self.write = mode, restore, rate, write
        self.config: Config = target.load()
        self.rules: Rules = rules_of(self.config.sources)
        self.users: StackUsers | None = None if dry_run else find_users(target)
        self.by = creator(self.users, name) if self.users and not restore else ""
        if self.users:
            _report_other_code(self.users)
        text = rows.opened(binary, encoding)
        form = "jsonl" if restore else form or rows.format_of(file, text.begin)
        self.reader: Reader = self._reader(text, form, delimiter, decimal)
        self.head = self.reader.head
        self.encoding = text.stream.encoding

    @property
    def keys(self) -> tuple[str, ...]:
        sort_key = self.config.table.sort_key
        return ("productId", sort_key) if sort_key else ("productId",)

    def run(self, reject: Callable[[BadRow], None], shown: Shown) -> Tally:
        """Raises AwsError where nothing more can be stored: what is in counts when repeated."""
        with keys() as seen:
            check = self._restored if self.restore else self._checked
            put = self._store(self.users).put if self.users else None
            one = Import(check, put, reject, seen, shown.tick)
            try:
                return one.run(self.reader.rows())
            except (ProductsApiError, KeyboardInterrupt):
                if put and one.tally.imported:
                    text = (
                        f"At least {one.tally.imported:,} products are stored. Import the same file"
                    )
                    shown.say(f"{text} again: they are recognised as imported.")
                raise

    def summary(self, tally: Tally) -> str:
        if self.users is None:
            return (
                f"{tally.new:,} of {tally.read:,} rows are valid. Nothing was stored (--dry-run)."
            )
        parts = [f"{tally.new:,} new", f"{tally.changed:,} changed", f"{tally.there:,} there"]
        return f"{tally.imported:,} of {tally.read:,} rows imported: {', '.join(parts)} already."

    def _reader(
        self, text: rows.Text, form: str, delimiter: str | None, decimal: str | None
    ) -> Reader:
        if form == "csv":
            dialect = csv_rows.dialect_of(text.begin, self.rules.types, delimiter, decimal)
            return self._known(csv_rows.Csv(text.stream, self.rules.types, dialect))
        if delimiter or decimal:
            raise click.UsageError("--delimiter and --decimal are for CSV.")
        if self.restore:
            import json

            return json_rows.JsonLines(text.stream, json.loads)
        kind = json_rows.JsonArray if form == "json" else json_rows.JsonLines
        return kind(text.stream, self.rules.parse)

    def _known(self, reader: csv_rows.Csv) -> Reader:
        """Reports unknown columns, such as mistyped ones. Raises Refused without a key."""
        for name in self.keys:
            if name not in reader.names:
                there = ", ".join(printable(each) for each in reader.names)
                text = f"no column is called {name}, which identifies a product"
                raise Refused(text, f"name it so in the first line, which has: {there}")
        if reader.unknown:
            names = ", ".join(printable(each) for each in reader.unknown)
            click.echo(f"Stored as text, since the schema doesn't have it: {names}.", err=True)
        return reader

    def _checked(self, row: Row) -> Product | list[BadRow]:
        checked = self.rules.checked(row)
        if not isinstance(checked, Row):
            return checked
        given = self.rules.item_of(checked.values)
        return product_of(row.line, given, self.keys, self.by, _now())

    def _restored(self, row: Row) -> Product | list[BadRow]:
        from productsapi.data.export_formats import as_sent

        try:
            item = as_sent(row.values)
            key = tuple(item[name]["S"] for name in self.keys)
        except ValueError as error:
            return [BadRow(row.line, "", str(error), row.text)]
        except KeyError as error:
            return [BadRow(row.line, str(error.args[0]), "is missing, or no string", row.text)]
        return Product(row.line, key, item, item)

    def _store(self, users: StackUsers) -> Store:
        opened = users.opened
        pace = RateLimiter(most_of(self.rate, self.config.limits.table_write_units))
        values_of = _values_as_they_are if self.restore else self.rules.values_of
        write = self.write or ("transactions" if opened.aws.location.local else "statements")
        return Store(
            opened.aws.unchecked(),
            self.config.table.name,
            self.keys,
            pace,
            values_of,
            self.mode,
            self.by,
            WRITES[write],
        )


def _now() -> str:
    """As the functions write it: 2026-11-22T18:00:00.000Z."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _values_as_they_are(item: Any) -> Any:
    """Of a restored item every attribute counts; sets have no order, and 1.0 is 1."""
    from decimal import Decimal

    def plain(value: Any) -> Any:
        [(kind, held)] = value.items()
        if kind == "N":
            return kind, Decimal(held)
        if kind in ("SS", "NS", "BS"):
            return kind, frozenset(map(Decimal, held) if kind == "NS" else held)
        if kind == "L":
            return kind, [plain(each) for each in held]
        return (kind, _values_as_they_are(held)) if kind == "M" else (kind, held)

    return {name: plain(value) for name, value in item.items()}


def creator(users: StackUsers, name: str | None) -> str:
    """The `sub` of whoever imports: a user that is named, or the one who is signed in here."""
    if name:
        return users.pool.sub_of(name)
    signed_in = users.signed_in()
    tokens = users.tokens.get(users.kept_under, signed_in[0]) if len(signed_in) == 1 else None
    if tokens and tokens.sub:
        return tokens.sub
    if not signed_in:
        text = "nobody is signed in, so the creator isn't known"
        raise Refused(text, "sign in by `productsapi login`, or say it: --as USER")
    if len(signed_in) == 1:
        raise Refused(f"{signed_in[0]}'s tokens name no user", f"say it: --as {signed_in[0]}")
    text = f"{in_a_row(signed_in)} are signed in here, so the creator isn't known"
    raise Refused(printable(text), "say which of them: --as USER")


def _report_other_code(users: StackUsers) -> None:
    """Rules that aren't the deployed ones are reported, and no more."""
    from productsapi.packaging import code_sha256

    stack = users.opened.stack
    function = stack.function_name(FUNCTIONS[0])
    try:
        live = users.opened.aws.call(
            "lambda", "GetFunction", FunctionName=function, Qualifier=ALIAS
        )["Configuration"]["CodeSha256"]
    except ProductsApiError as error:
        click.echo(
            f"Whether the deployed functions have these rules isn't known: {error.message}",
            err=True,
        )
        return
    if live != code_sha256(stack.code[FUNCTIONS[0]]):
        click.secho(
            "The deployed functions aren't these sources: what is imported by these rules may not "
            "be what the API would take. `productsapi plan` shows the difference.",
            fg="yellow",
            err=True,
        )
