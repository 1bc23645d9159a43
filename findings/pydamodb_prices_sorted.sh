#!/usr/bin/env bash
# pydamodb 0.4.0 (pydantic 2.14.4), with moto 5.2.5 as its DynamoDB
#
# Guess: a model's price: Decimal is a number in the table and a set[str] a set of strings, as boto3 stores both,
#   so that a filter price > 5 finds what costs more than 5.
# Behaviour: items are written as pydantic makes JSON of them: a Decimal, which its documentation advises
#   in place of a float, is a string, and a set a list. The filter's Decimal becomes a string as well and DynamoDB
#   compares letters: of three prices above 5 the one that begins with a 9 is found. Reading makes Decimals again,
#   so that nothing shows it.
# Seen:
#   stored      {'price': {'S': '19.99'}, 'stock': {'N': '4'}, 'tags': {'L': [{'S': 'new'}]}}
#   price > 5   [Decimal('9.50')]  of 9.50, 19.99, 100
#   stock > 3   [Decimal('9.50'), Decimal('19.99'), Decimal('100')]
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install -q --no-compile pydamodb==0.4.0 pydantic==2.14.4 'moto[dynamodb]==5.2.5' boto3==1.44.8 \
    2>"$room/log" || { cat "$room/log" >&2; exit 1; }
cd "$room"
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
venv/bin/python -W ignore - <<'PY'
from decimal import Decimal

import boto3
from moto import mock_aws
from pydamodb import PrimaryKeyAndSortKeyModel, PydamoConfig

with mock_aws():
    table = boto3.resource("dynamodb").create_table(
        TableName="Products",
        KeySchema=[
            {"AttributeName": "shop", "KeyType": "HASH"},
            {"AttributeName": "productId", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "shop", "AttributeType": "S"},
            {"AttributeName": "productId", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )

    class Product(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table)
        shop: str
        productId: str
        price: Decimal
        stock: int
        tags: set[str]

    for product_id, price in (("A", "9.50"), ("B", "19.99"), ("C", "100")):
        Product(shop="a shop", productId=product_id, price=Decimal(price), stock=4, tags={"new"}).save()

    key = {"shop": {"S": "a shop"}, "productId": {"S": "B"}}
    item = boto3.client("dynamodb").get_item(TableName="Products", Key=key)["Item"]
    stored = {name: item[name] for name in ("price", "stock", "tags")}

    def found(condition):
        return [each.price for each in Product.query("a shop", filter_condition=condition).items]

    above = found(Product.attr("price") > Decimal("5"))
    plenty = found(Product.attr("stock") > 3)
print(f"stored      {stored}")
print(f"price > 5   {above}  of 9.50, 19.99, 100")
print(f"stock > 3   {plenty}")
assert stored == {"price": {"S": "19.99"}, "stock": {"N": "4"}, "tags": {"L": [{"S": "new"}]}}, "it changed"
assert above == [Decimal("9.50")], "it changed"
assert plenty == [Decimal("9.50"), Decimal("19.99"), Decimal("100")], "it changed"
PY
