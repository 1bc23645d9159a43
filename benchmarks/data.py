"""`products import` beside boto3's own ways to fill a table, on the local cloud, in one run.

    python benchmarks/data.py [--rows 10000] [--rounds 3] [--memory-rows 100000]

All take the same JSON Lines, of about 300 bytes each, through the same checks, into an empty table.
batch_writer overwrites whatever is there; one conditional PutItem after another doesn't, and is
measured on a tenth of the rows. Told are rows a second, ratios by rounds, and the import's memory.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

CHILD = """
import sys, time, resource, json
sys.path.insert(0, sys.argv[1])
import data
print(json.dumps(data.WAYS[sys.argv[2]](sys.argv[3], sys.argv[4])))
"""
ENVIRONMENT = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION")
REGION = "eu-west-2"
TABLE = "Bench"


def rows(count: int) -> Iterator[str]:
    for n in range(count):
        yield json.dumps(
            {
                "productId": f"P{n:07}",
                "category": f"Category {n % 50}",
                "productName": f"The product of number {n}",
                "description": "x" * 170,
                "productPrice": round(n * 0.37, 2),
                "stock": n % 1000,
            }
        )


def checked(path: str) -> Iterator[dict[str, Any]]:
    """Each row held to the API's rules, as an item's plain values."""
    from productsapi.data.json_rows import JsonLines
    from productsapi.data.rows import Row

    rules = rules_of_the_starter()
    with Path(path).open(encoding="utf-8") as stream:
        for row in JsonLines(stream, rules.parse).rows():
            found = rules.checked(row)
            if not isinstance(found, Row):
                raise SystemExit(str(found))
            yield found.values


def rules_of_the_starter() -> Any:
    from productsapi.data.rules import rules_of

    return rules_of(Path(__file__).parents[1] / "lambda_src")


def client(endpoint: str) -> Any:
    import boto3

    return boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106
    )


def batch_writer(endpoint: str, path: str) -> dict[str, float]:
    import boto3

    table = boto3.resource(
        "dynamodb",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106
    ).Table(TABLE)
    return measured(path, lambda products: _batches(table, products))


def _batches(table: Any, products: Iterator[dict[str, Any]]) -> int:
    count = 0
    with table.batch_writer() as writer:
        for count, product in enumerate(products, 1):  # noqa: B007
            writer.put_item(Item={**product, "version": 1})
    return count


def conditional(endpoint: str, path: str) -> dict[str, float]:
    rules, sdk = rules_of_the_starter(), client(endpoint)

    def put(products: Iterator[dict[str, Any]]) -> int:
        count = 0
        for count, product in enumerate(products, 1):  # noqa: B007
            sdk.put_item(
                TableName=TABLE,
                Item={**rules.item_of(product), "version": {"N": "1"}},
                ConditionExpression="attribute_not_exists(productId)",
            )
        return count

    return measured(path, put)


def transactions(endpoint: str, path: str) -> dict[str, float]:
    """As the command does by itself on a local cloud."""
    from productsapi.data.transactions import TRANSACTIONS

    return ours(endpoint, path, TRANSACTIONS)


def statements(endpoint: str, path: str) -> dict[str, float]:
    """As it does on AWS."""
    from productsapi.data.partiql_inserts import STATEMENTS

    return ours(endpoint, path, STATEMENTS)


def ours(endpoint: str, path: str, write: Any) -> dict[str, float]:
    """The command's own parts, from the file to the table."""
    from productsapi.aws.caller import Aws
    from productsapi.aws.connect import connect_local
    from productsapi.data.importing import Import
    from productsapi.data.json_rows import JsonLines
    from productsapi.data.keys import keys
    from productsapi.data.rate_limiter import RateLimiter
    from productsapi.data.rows import Row
    from productsapi.data.table_store import Store, product_of

    rules = rules_of_the_starter()
    aws = Aws(*connect_local(REGION, endpoint, "000000000000"))
    store = Store(
        aws.unchecked(),
        TABLE,
        ("productId",),
        RateLimiter(),
        rules.values_of,
        "create",
        "someone",
        write,
    )

    def check(row: Row) -> Any:
        found = rules.checked(row)
        if not isinstance(found, Row):
            return found
        given = rules.item_of(found.values)
        return product_of(row.line, given, ("productId",), "someone", "2026-11-27T00:00:00.000Z")

    begun = time.perf_counter()
    with Path(path).open(encoding="utf-8") as stream, keys() as seen:
        tally = Import(check, store.put, print, seen).run(JsonLines(stream, rules.parse).rows())
    return reported(tally.new, begun)


def measured(path: str, put: Callable[[Iterator[dict[str, Any]]], int]) -> dict[str, float]:
    begun = time.perf_counter()
    return reported(put(checked(path)), begun)


def reported(count: int, begun: float) -> dict[str, float]:
    seconds = time.perf_counter() - begun
    return {"rows": count, "rate": count / seconds, "peak": peak_memory()}


def peak_memory() -> float:
    """MB of 10⁶ bytes. On Linux, getrusage has the parent's peak if higher: exec keeps it."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # macOS: bytes


OURS, ONE_BY_ONE = "import, transactions of 100", "one conditional PutItem after another"
WAYS = {
    "batch_writer": batch_writer,
    ONE_BY_ONE: conditional,
    OURS: transactions,
    "import --write statements": statements,
}


def run(way: str, endpoint: str, path: Path) -> dict[str, float]:
    """In a process of its own, into an empty table."""
    sdk = client(endpoint)
    sdk.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "productId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "productId", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    try:
        command = [sys.executable, "-c", CHILD, str(Path(__file__).parent), way, endpoint, path]
        found: dict[str, float] = json.loads(subprocess.check_output(command, text=True))
    finally:
        sdk.delete_table(TableName=TABLE)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory-rows", type=int, default=100_000)
    asked = parser.parse_args()
    from productsapi.local import LocalCloud

    os.environ.pop("AWS_PROFILE", None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = {}
        for title, count in (
            ("all", asked.rows), ("few", asked.rows // 10), ("many", asked.memory_rows)
        ):  # fmt: skip
            files[title] = folder / f"{title}.jsonl"
            files[title].write_text("\n".join(rows(count)) + "\n")
        cloud = LocalCloud(folder, tell=lambda _: None)
        endpoint = cloud.up(REGION).endpoint_url
        try:
            measure(files, endpoint, asked.rounds)
        finally:
            cloud.down()


def measure(files: dict[str, Path], endpoint: str, rounds: int) -> None:
    seen: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way in WAYS:
            seen[way].append(run(way, endpoint, files["few" if way == ONE_BY_ONE else "all"]))
    for way, each in seen.items():
        ratios = [b["rate"] / a["rate"] for a, b in zip(each, seen[OURS], strict=True)]
        rate = statistics.median(one["rate"] for one in each)
        print(f"{way:<40}{rate:7,.0f} rows a second; import {statistics.median(ratios):.2f} times")
    if files["many"].stat().st_size:
        many = run(OURS, endpoint, files["many"])
        print(f"{many['rows']:,.0f} rows: {many['rate']:,.0f} a second, {many['peak']:.0f} MB")


if __name__ == "__main__":
    main()
