"""A price list goes in with its faults, and all of the table comes out and in again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from e2e_project import Deployed
from e2e_shop import new_user

FAULTS = {
    17: ("productPrice", "abc"),
    40: ("stock", "1.5"),
    81: ("category", ""),
    99: ("productId", "no space"),
    200: ("productPrice", "-3"),
}


def price_list(folder: Path, faults: dict[int, tuple[str, str]]) -> Path:
    lines = ["productId;category;productName;productPrice;stock;Farbe"]
    for number in range(1, 301):
        row = {"productId": f"CSV{number}", "category": "Import", "productName": f"Nr. {number}",
               "productPrice": f"{number},50", "stock": str(number), "Farbe": "rot"}  # fmt: skip
        row.update([faults[number]] if number in faults else [])
        lines.append(";".join(row.values()))
    lines.append(lines[1])  # the first one's key again
    path = folder / "prices.csv"
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
    path = price_list(tmp_path, FAULTS)
    words = ("products", "import", str(path), "--as", importer, "--local", "--json")
    ended = project.run(*words, "--rejects", str(rejects), code=1)
    told = json.loads(ended.out)
    assert (told["read"], told["new"], told["bad"]) == (301, 295, 6)
    assert {(row["line"], row["field"]) for row in told["rejects"]} == {
        *((line + 1, field) for line, (field, _) in FAULTS.items()), (302, "productId")
    }  # fmt: skip
    bad = rejects.read_text().splitlines()
    mended = price_list(tmp_path, {}).read_text().splitlines()
    assert bad[0] == mended[0]
    assert len(bad) == 7
    rejects.write_text("\n".join([mended[0], *(mended[line] for line in FAULTS)]) + "\n")
    again = project.json("products", "import", str(rejects), "--as", importer, "--local", "--json")
    assert (again["new"], again["there"], again["bad"]) == (5, 0, 0)
    path.write_text("\n".join(mended[:-1]) + "\n")
    whole = project.json(*words)
    assert (whole["new"], whole["there"]) == (0, 300)
    found = project.json("products", "get", "CSV17", "--local", "--json")
    assert (found["productPrice"], found["version"], found["Farbe"]) == (17.5, 1, "rot")
    assert found["createdBy"] == found["updatedBy"] != importer


MIXED = {
    "set": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2.5"]},
    "photo": {"B": b"\x00\xff"},
    "photos": {"BS": [b"\x01", b"\x02"]},
    "exact": {"N": "12345678901234567890.123456789012345678"},
    "nested": {"M": {"list": {"L": [{"NULL": True}, {"BOOL": False}, {"N": "1"}]}}},
    'odd\'s "name"': {"S": "x"},
}


def table_of(deployed: Deployed) -> dict[str, Any]:
    pages = (
        deployed.client("dynamodb")
        .get_paginator("scan")
        .paginate(TableName=deployed.told["table"], ConsistentRead=True)
    )
    return {item["productId"]["S"]: plain(item) for page in pages for item in page["Items"]}


def plain(item: dict[str, Any]) -> dict[str, Any]:
    """Sets have no order."""
    return {n: {k: sorted(v) if k in ("SS", "NS", "BS") else v} for n, a in item.items()
            for k, v in a.items()}  # fmt: skip


def test_an_export_restores_the_very_items(deployed: Deployed, tmp_path: Path) -> None:
    dynamodb, table = deployed.client("dynamodb"), deployed.told["table"]
    for number in range(60):
        item = {"productId": {"S": f"MIX{number}"}, **MIXED}
        if number % 2:
            item["version"] = {"N": str(number)}
        dynamodb.put_item(TableName=table, Item=item)
    before = table_of(deployed)
    backup = tmp_path / "backup.jsonl"
    words = ("--format", "dynamodb-json", "-o", str(backup), "--consistent", "--local")
    deployed.project.run("products", "export", *words)
    assert len(backup.read_text().splitlines()) == len(before)
    for name in before:
        dynamodb.delete_item(TableName=table, Key={"productId": {"S": name}})
    restored = deployed.project.json(
        "products", "import", str(backup), "--restore", "--local", "--json"
    )
    assert (restored["new"], restored["bad"]) == (len(before), 0)
    assert table_of(deployed) == before
    again = deployed.project.json(
        "products", "import", str(backup), "--restore", "--local", "--json"
    )
    assert (again["there"], again["bad"]) == (len(before), 0)
    told = deployed.project.json("products", "count", "--local", "--json")
    assert told == {"products": len(before)}


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
