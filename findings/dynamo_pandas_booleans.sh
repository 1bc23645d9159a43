#!/usr/bin/env bash
# dynamo-pandas 1.4.1 (pandas 2.3.3, boto3 1.44.8), with moto 5.2.5 as its DynamoDB
#
# Guess: put_df() writes a column of booleans as BOOL, and leaves out what a row has no value for.
# Behaviour: True and False become the numbers 1 and 0. A filter onSale = true is of another type in DynamoDB and
#   passes each imported product by, and a reader gets 1 where the API's own items have true. A missing value becomes
#   NULL, so that attribute_exists(price) is true of a product without a price.
# Seen:
#   A  onSale {'N': '1'}  price {'N': '19.99'}
#   B  onSale {'N': '0'}  price {'NULL': True}
#   C  onSale {'BOOL': True}  price {'N': '5'}  (written by boto3)
#   read by boto3             [Decimal('1'), Decimal('0'), True]
#   attribute_exists(price)   ['A', 'B', 'C']
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install -q --no-compile dynamo-pandas==1.4.1 pandas==2.3.3 'moto[dynamodb]==5.2.5' boto3==1.44.8 \
    2>"$room/log" || { cat "$room/log" >&2; exit 1; }
cd "$room"
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
venv/bin/python -W ignore - <<'PY'
import boto3
import pandas
from dynamo_pandas import put_df
from moto import mock_aws

ROWS = {"id": ["A", "B"], "onSale": [True, False], "price": [19.99, None]}
WRITTEN = {
    "A": {"onSale": {"N": "1"}, "price": {"N": "19.99"}},
    "B": {"onSale": {"N": "0"}, "price": {"NULL": True}},
    "C": {"onSale": {"BOOL": True}, "price": {"N": "5"}},
}

with mock_aws():
    table = boto3.resource("dynamodb").create_table(
        TableName="Products",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    frame = pandas.DataFrame(ROWS)
    assert frame["onSale"].dtype == bool
    put_df(frame, table="Products")
    table.put_item(Item={"id": "C", "onSale": True, "price": 5})
    seen = {item.pop("id")["S"]: item for item in boto3.client("dynamodb").scan(TableName="Products")["Items"]}

    read = [table.get_item(Key={"id": each})["Item"]["onSale"] for each in "ABC"]
    priced = sorted(item["id"] for item in table.scan(FilterExpression="attribute_exists(price)")["Items"])
for name, item in sorted(seen.items()):
    print(f"{name}  onSale {item['onSale']}  price {item['price']}{'  (written by boto3)' if name == 'C' else ''}")
print(f"read by boto3             {read}")
print(f"attribute_exists(price)   {priced}")
assert seen == WRITTEN, "it changed"
assert repr(read) == "[Decimal('1'), Decimal('0'), True]" and priced == ["A", "B", "C"], "it changed"
PY
