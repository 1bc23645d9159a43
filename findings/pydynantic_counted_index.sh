#!/usr/bin/env bash
# pydynantic 1.0.0 (boto3 1.44.8), with moto 5.2.5 as its DynamoDB
#
# Guess: an update of an attribute that an index's key is composed of makes that key anew, or is refused, whichever
#   way the attribute is changed.
# Behaviour: set= is refused until all of the key's attributes are given, "so the index stays consistent". add= and
#   remove= are taken and leave the key as it was: a counter in the sort key counts, and the order by it is the old
#   one; a product whose status is removed is still found by it.
# Seen:
#   at first                 [('B', 3), ('A', 5)]
#   set= sold 7              PydynanticError
#   add= sold 4              [('B', 7), ('A', 5)]  GSI1SK SOLD#3
#   remove= status           [('B', 7), ('A', 5)]  GSI1PK STATUS#on
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install -q --no-compile pydynantic==1.0.0 'moto[dynamodb]==5.2.5' boto3==1.44.8 2>"$room/log" ||
    { cat "$room/log" >&2; exit 1; }
cd "$room"
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
venv/bin/python -W ignore - <<'PY'
import boto3
from moto import mock_aws
from pydynantic import Entity, PydynanticError, Table, key

KEYS = ("PK", "SK", "GSI1PK", "GSI1SK")


def schema(partition, sort):
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]


with mock_aws():
    client = boto3.client("dynamodb")
    client.create_table(
        TableName="Shop",
        KeySchema=schema("PK", "SK"),
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in KEYS],
        GlobalSecondaryIndexes=[
            {"IndexName": "GSI1", "KeySchema": schema("GSI1PK", "GSI1SK"), "Projection": {"ProjectionType": "ALL"}}
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    table = Table(name="Shop", pk="PK", sk="SK", indexes={"GSI1": {"pk": "GSI1PK", "sk": "GSI1SK"}}, client=client)

    class Product(Entity, table=table, name="product"):
        product_id: str
        status: str | None = None
        sold: int = 0

        class Meta:
            primary = key(pk="PRODUCT#{product_id}", sk="PRODUCT")
            by_sold = key(index="GSI1", pk="STATUS#{status}", sk="SOLD#{sold}")

    for product_id, sold in (("A", 5), ("B", 3)):
        Product.put(Product(product_id=product_id, status="on", sold=sold))

    def in_order():
        return [(each.product_id, each.sold) for each in Product.query.by_sold(status="on").all()]

    def stored(name):
        item_key = {"PK": {"S": "PRODUCT#B"}, "SK": {"S": "PRODUCT"}}
        return client.get_item(TableName="Shop", Key=item_key)["Item"][name]["S"]

    seen = {"at first": f"{in_order()}"}
    try:
        Product.update(product_id="B", set={"sold": 7})
    except PydynanticError as error:
        assert "so the index stays consistent" in str(error)
        seen["set= sold 7"] = type(error).__name__
    Product.update(product_id="B", add={"sold": 4})
    seen["add= sold 4"] = f"{in_order()}  GSI1SK {stored('GSI1SK')}"
    Product.update(product_id="B", remove=["status"])
    seen["remove= status"] = f"{in_order()}  GSI1PK {stored('GSI1PK')}"
for name, text in seen.items():
    print(f"{name:24} {text}")
assert seen == {
    "at first": "[('B', 3), ('A', 5)]",
    "set= sold 7": "PydynanticError",
    "add= sold 4": "[('B', 7), ('A', 5)]  GSI1SK SOLD#3",
    "remove= status": "[('B', 7), ('A', 5)]  GSI1PK STATUS#on",
}, "it changed"
PY
