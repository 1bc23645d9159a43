"""How rows are stored: as new products, or with what is there already.

A product whose given fields are the row's counts as imported: so a file can be imported again after
a kill, or after an answer that got lost, and nothing is there twice or counted wrongly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from productsapi.aws.caller import Aws
from productsapi.data import partiql_inserts
from productsapi.data.partiql_inserts import Inserting
from productsapi.data.rate_limiter import RateLimiter, units_of
from productsapi.data.rules import Item
from productsapi.errors import AwsError

MODES = ("create", "upsert", "replace")
TRIES = 8
"""Of a row that is throttled, or changed by others in between: then it is reported as failed."""
MOST_READ = 100
"""Keys that BatchGetItem takes."""


class End(NamedTuple):
    """What became of a row: `why` is empty where it is in the table now."""

    new: bool = False
    changed: bool = False
    why: str = ""


IS_THERE = End()
Key = tuple[str, ...]


@dataclass(frozen=True)
class Product:
    """One row to store: what was given, and the whole item that it is as a new product."""

    line: int
    key: Key
    given: Item
    item: Item


@dataclass(frozen=True)
class Store:
    """One table, written to by a mode's rules. Calls of several threads may share it."""

    aws: Aws
    table: str
    keys: tuple[str, ...]
    pace: RateLimiter
    values_of: Callable[[Item], Mapping[str, Any]]
    mode: str
    by: str
    inserting: Inserting = partiql_inserts.STATEMENTS

    def put(self, products: Sequence[Product]) -> list[End]:
        """Each one's end, in their order. Raises AwsError where nothing can be written at all."""
        ends: dict[Key, End] = {}
        for tries in range(TRIES):
            left = [each for each in products if each.key not in ends]
            if not left:
                break
            if tries:
                self.pace.throttled(tries)
            ends |= self._try(left)
        busy = End(why="DynamoDB didn't take it in time: import the file again")
        return [ends.get(each.key, busy) for each in products]

    def _try(self, products: Sequence[Product]) -> dict[Key, End]:
        """The results of those that have one."""
        ends: dict[Key, End] = {}
        there: Mapping[Key, Item] = {}
        if self.mode != "create":  # most of them may be there already
            there = self._read(products)
        new = [each for each in products if each.key not in there]
        duplicates = []
        for each, end in zip(new, self._insert(new, self.inserting), strict=True):
            code = end.partition(":")[0]
            if code == partiql_inserts.DUPLICATE:
                duplicates.append(each)
            elif code not in partiql_inserts.THROTTLED:
                ends[each.key] = End(why=end) if end else End(new=True)
        if duplicates:
            there = {**there, **self._read(duplicates)}
        for each in products:
            if each.key in there and (end_there := self._with(each, there[each.key])):
                ends[each.key] = end_there
        return ends

    def _insert(self, products: Sequence[Product], by: Inserting) -> list[str]:
        """Each one's end. What failed with its batch is sent again as a statement of its own."""
        ends: list[str] = []
        for at in range(0, len(products), by.most):
            items = [each.item for each in products[at : at + by.most]]
            self.pace.take(by.units * sum(map(units_of, items)))
            ends += by.insert(self.aws, self.table, items)
            self.pace.accepted()
        left = [n for n, end in enumerate(ends) if end == partiql_inserts.NOT_TRIED]
        again = (
            self._insert([products[n] for n in left], partiql_inserts.STATEMENTS) if left else ()
        )
        for n, end in zip(left, again, strict=True):
            ends[n] = end
        return ends

    def _with(self, product: Product, there: Item) -> End | None:
        """What becomes of a row whose product exists; None where somebody else was faster."""
        removed = self._removed(product, there)
        if self._same(product.given, there) and not removed:
            return IS_THERE
        if self.mode == "create":
            return End(why="is there already, with other values")
        return self._update(product, there, removed)

    def _removed(self, product: Product, there: Item) -> list[str]:
        """Fields that a replacement doesn't give, beside those that the service sets."""
        if self.mode != "replace":
            return []
        return [name for name in there if name not in product.item]

    def _update(self, product: Product, there: Item, removed: list[str]) -> End | None:
        """On the very version that was read, which it counts; who made it, and when, stays."""
        given = {n: v for n, v in product.given.items() if n not in self.keys}
        given |= {name: product.item[name] for name in ("updatedAt", "updatedBy")}
        names = {f"#n{n}": name for n, name in enumerate([*given, *removed, "version"])}
        placed = {name: placeholder for placeholder, name in names.items()}
        values = {f":v{n}": value for n, value in enumerate(given.values())}
        sets = [f"{placed[name]} = {value}" for name, value in zip(given, values, strict=True)]
        version = placed["version"]
        sets.append(f"{version} = if_not_exists({version}, :zero) + :one")
        condition = "attribute_exists(productId)"
        seen = there.get("version")
        condition += f" AND {version} = :seen" if seen else f" AND attribute_not_exists({version})"
        expression = f"SET {', '.join(sets)}"
        if removed:
            expression += f" REMOVE {', '.join(placed[name] for name in removed)}"
        values |= {":zero": {"N": "0"}, ":one": {"N": "1"}, **({":seen": seen} if seen else {})}
        self.pace.take(units_of(there))
        try:
            self.aws.call(
                "dynamodb",
                "UpdateItem",
                TableName=self.table,
                Key={name: there[name] for name in self.keys},
                UpdateExpression=expression,
                ConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
            )
        except AwsError as error:
            if error.code == "ConditionalCheckFailedException":
                return None
            if error.code == "ValidationException":
                return End(why=error.text)
            raise
        return End(changed=True)

    def _same(self, given: Item, there: Item) -> bool:
        """By value: 1.0 is 1, and a set has no order."""
        if not given.keys() <= there.keys():
            return False
        theirs = self.values_of({name: there[name] for name in given})
        return self.values_of(given) == theirs

    def _read(self, products: Sequence[Product]) -> dict[Key, Item]:
        """Those that are there, as every write so far has left them."""
        found: dict[Key, Item] = {}
        for at in range(0, len(products), MOST_READ):
            part = products[at : at + MOST_READ]
            asked = [{name: each.item[name] for name in self.keys} for each in part]
            for tries in range(TRIES):
                request = {self.table: {"Keys": asked, "ConsistentRead": True}}
                answer = self.aws.call("dynamodb", "BatchGetItem", RequestItems=request)
                for item in answer["Responses"].get(self.table, ()):
                    found[tuple(item[name]["S"] for name in self.keys)] = item
                asked = answer["UnprocessedKeys"].get(self.table, {}).get("Keys", [])
                if not asked:
                    break
                self.pace.throttled(tries)
            else:
                raise AwsError("BatchGetItem", "Throttled", "keys stayed unprocessed")
        return found


def product_of(line: int, given: Item, keys: tuple[str, ...], by: str, at: str) -> Product:
    """A row as a new product: what the service sets, beside what is given."""
    system = {
        "createdAt": {"S": at},
        "createdBy": {"S": by},
        "updatedAt": {"S": at},
        "updatedBy": {"S": by},
        "version": {"N": "1"},
    }
    key = tuple(given[name]["S"] for name in keys)
    return Product(line, key, given, {**given, **system})
