"""A price list goes in with its faults, and all of the table comes out and in again."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from e2e_commands import PATIENCE
from e2e_project import Deployed
from e2e_shop import new_user

PRODUCTS = 1000
FAULTS = {
    11: (";11,50;", ";abc;", "productPrice"),
    100: (";100;", ";1.5;", "stock"),
    149: (";Import;", ";;", "category"),
    221: ("CSV221;", "no space;", "productId"),
    332: (";332,50;", ";-3,00;", "productPrice"),
    443: (";rot", ";rot;one more", None),
    554: (";554,50;554;rot", "", None),
    665: ("CSV665;", "CSV1;", "productId"),
    776: (";Nr. 776;", f";{'x' * 300};", "productName"),
    887: (";Nr. 887;", ';"Nr. 887;', None),
}
"""Of ten kinds, by product: what is in its row, what instead, and the field that is named."""


def price_list(folder: Path, *, faults: bool) -> Path:
    lines = ["productId;category;productName;productPrice;stock;Farbe"]
    for number in range(1, PRODUCTS + 1):
        line = f"CSV{number};Import;Nr. {number};{number},50;{number};rot"
        if faults and number in FAULTS:
            old, new, _ = FAULTS[number]
            assert line.count(old) == 1
            line = line.replace(old, new)
        lines.append(line)
    path = folder / ("faults.csv" if faults else "fixed.csv")
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="module")
def deployed(deployed_alone: Deployed) -> Deployed:
    """Others' lists of products aren't to hold these."""
    return deployed_alone


@pytest.fixture(scope="module")
def importer(deployed: Deployed) -> str:
    new_user(deployed, "importer")
    return "importer"


def test_a_price_list_goes_in_and_its_faults_follow(
    deployed: Deployed, importer: str, tmp_path: Path
) -> None:
    project, rejects = deployed.project, tmp_path / "rejects.csv"
    path = price_list(tmp_path, faults=True)
    words = ("products", "import", "--as", importer, "--local", "--json")
    ended = project.run(*words, str(path), "--rejects", str(rejects), code=1)
    assert "Stored as text, since the schema doesn't have it: Farbe." in ended.err
    assert f"Next: correct the rows in {rejects}, and import it" in ended.err
    reported = json.loads(ended.out)
    assert (reported["read"], reported["new"], reported["bad"]) == (1000, 990, 10)
    assert [(row["line"], row["field"]) for row in reported["rejects"]] == [
        (number + 1, field) for number, (_, _, field) in FAULTS.items()
    ]
    fixed = price_list(tmp_path, faults=False).read_text().splitlines()
    faulty = path.read_text().splitlines()
    bad = [faulty[0], *(faulty[number] for number in FAULTS)]
    assert rejects.read_text().splitlines() == bad
    rejects.write_text("\n".join(fixed[n] for n in (0, *FAULTS)) + "\n")
    again = project.json(*words[:-1], str(rejects))
    assert (again["new"], again["there"], again["bad"]) == (10, 0, 0)
    whole = project.json(*words[:-1], str(tmp_path / "fixed.csv"))
    assert (whole["new"], whole["changed"], whole["there"]) == (0, 0, PRODUCTS)
    mine = {name: each for name, each in table_of(deployed).items() if name.startswith("CSV")}
    assert len(mine) == PRODUCTS
    assert {each["version"]["N"] for each in mine.values()} == {"1"}
    found = project.json("products", "get", "CSV11", "--local")
    assert (found["productPrice"], found["version"], found["Farbe"]) == (11.5, 1, "rot")
    assert found["createdBy"] == found["updatedBy"] != importer


@pytest.mark.long
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize(
    ("mode", "version", "write"),
    [
        ("create", "1", "transactions"),
        ("upsert", "2", "transactions"),
        ("replace", "3", "statements"),
    ],
)
def test_a_killed_import_is_simply_repeated(
    deployed: Deployed, importer: str, tmp_path: Path, mode: str, version: str, write: str, end: int
) -> None:
    """The end comes as soon as some of its writes are seen, so that others are under way."""
    project, prefix = deployed.project, f"KILL{end}-"
    path = tmp_path / "many.jsonl"
    product = {"category": "K", "productName": mode, "productPrice": 1}
    names = [f"{prefix}{n}" for n in range(3000)]
    path.write_text("\n".join(json.dumps({"productId": name, **product}) for name in names))
    words = ("products", "import", str(path), "--mode", mode, "--write", write, "--as", importer)
    running = project.begin(*words, "--local")
    while not (done := versions(deployed, prefix, version)):
        time.sleep(0.05)
    os.kill(running.pid, end)
    ended = running.end(PATIENCE)
    assert ended.code in {-signal.SIGKILL, 130}, ended.err
    assert "Traceback" not in ended.err
    reported = project.json(*words, "--local")
    assert (reported["read"], reported["bad"]) == (3000, 0)
    assert reported["there"] >= done
    assert versions(deployed, prefix, version) == len(names)
    assert len([name for name in table_of(deployed) if name.startswith(prefix)]) == len(names)


def versions(deployed: Deployed, prefix: str, version: str) -> int:
    items = [each for name, each in table_of(deployed).items() if name.startswith(prefix)]
    return sum(each["version"]["N"] == version for each in items)


MIXED = {
    "set": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2.5"]},
    "photo": {"B": b"\x00\xff"},
    "photos": {"BS": [b"\x01", b"\x02"]},
    "exact": {"N": "12345678901234567890.123456789012345678"},
    "nested": {"M": {"list": {"L": [{"NULL": True}, {"BOOL": False}, {"N": "1"}]}}},
    'odd\'s "name"': {"S": "x"},
    "empty": {
        "M": {"text": {"S": ""}, "list": {"L": []}, "map": {"M": {}}, "none": {"NULL": True}}
    },
    "nothing": {"S": ""},
    "nobytes": {"B": b""},
    "least": {"N": "-9.9999999999999999999999999999999999999E+125"},
    "smallest": {"N": "1E-130"},
}


def table_of(deployed: Deployed) -> dict[str, Any]:
    pages = (
        deployed.client("dynamodb")
        .get_paginator("scan")
        .paginate(TableName=deployed.reported["table"], ConsistentRead=True)
    )
    return {item["productId"]["S"]: plain(item) for page in pages for item in page["Items"]}


def plain(item: dict[str, Any]) -> dict[str, Any]:
    """Sets have no order."""
    return {n: {k: sorted(v) if k in ("SS", "NS", "BS") else v} for n, a in item.items()
            for k, v in a.items()}  # fmt: skip


def mixed(number: int) -> dict[str, Any]:
    """Every third one lacks some of it, every second one a version."""
    item = {"productId": {"S": f"MIX{number}"}, **MIXED, "count": {"N": str(number)}}
    if number % 3 == 0:
        item = {name: value for n, (name, value) in enumerate(item.items()) if n == 0 or n % 2}
    return {**item, "version": {"N": str(number)}} if number % 2 else item


@pytest.mark.parametrize("many", [60, pytest.param(20_000, marks=pytest.mark.long)])
def test_an_export_restores_the_very_items(deployed: Deployed, tmp_path: Path, many: int) -> None:
    dynamodb, table = deployed.client("dynamodb"), deployed.reported["table"]
    for at in range(0, many, 25):
        puts = [{"PutRequest": {"Item": mixed(n)}} for n in range(at, min(at + 25, many))]
        dynamodb.batch_write_item(RequestItems={table: puts})
    before = table_of(deployed)
    backup = tmp_path / "backup.jsonl"
    words = ("--format", "dynamodb-json", "-o", str(backup), "--consistent", "--local")
    deployed.project.run("products", "export", *words)
    assert len(backup.read_text().splitlines()) == len(before)
    names = list(before)
    for at in range(0, len(names), 25):
        keys = [{"productId": {"S": name}} for name in names[at : at + 25]]
        requests = [{"DeleteRequest": {"Key": key}} for key in keys]
        dynamodb.batch_write_item(RequestItems={table: requests})
    assert table_of(deployed) == {}
    restored = deployed.project.json(
        "products", "import", str(backup), "--restore", "--local", "--json"
    )
    assert (restored["new"], restored["bad"]) == (len(before), 0)
    assert table_of(deployed) == before
    again = deployed.project.json(
        "products", "import", str(backup), "--restore", "--local", "--json"
    )
    assert (again["there"], again["bad"]) == (len(before), 0)
    reported = deployed.project.json("products", "count", "--local", "--json")
    assert reported == {"products": len(before)}


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_products_come_back_as_they_went(
    deployed: Deployed, importer: str, tmp_path: Path, form: str
) -> None:
    products = [{"productId": f"{form}-{n}", "category": "Back", "productName": "N",
                 "productPrice": n, "more": {"a": [n, None, True]}} for n in range(30)]  # fmt: skip
    given = tmp_path / f"given.{form}"
    written = json.dumps(products) if form == "json" else "\n".join(map(json.dumps, products))
    given.write_text(written)
    deployed.project.run("products", "import", str(given), "--as", importer, "--local")
    output = tmp_path / f"out.{form}"
    deployed.project.run("products", "export", "-o", str(output), "--local")
    text = output.read_text()
    found = json.loads(text) if form == "json" else [json.loads(line) for line in text.splitlines()]
    mine = [each for each in found if each["productId"].startswith(f"{form}-")]
    assert sorted(mine, key=lambda p: p["productPrice"]) == products
    assert not {"version", "createdBy"} & {name for each in found for name in each}
