#!/usr/bin/env bash
# dynamo-odata 1.0.0 (boto3 1.44.8), with moto 5.2.5 as its DynamoDB
#
# Guess: a library that makes DynamoDB conditions of OData's $filter knows that boto3 takes no floats, and reads
#   19.99 as a Decimal.
# Behaviour: it reads a float, so that each filter with a decimal point or an exponent is boto3's TypeError as soon
#   as it's used, be it built by hand or with the library's own client. Its put() does make a Decimal of the
#   float 19.99: what it has written can't be asked for. Whole numbers work, so tests with round prices pass.
# Seen:
#   price gt 19      ['19.99', '25.50']
#   price gt 19.99   TypeError: Float types are not supported. Use Decimal types instead.
#   price gt 1e1     TypeError: Float types are not supported. Use Decimal types instead.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install -q --no-compile dynamo-odata==1.0.0 'moto[dynamodb]==5.2.5' boto3==1.44.8 2>"$room/log" ||
    { cat "$room/log" >&2; exit 1; }
cd "$room"
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
venv/bin/python -W ignore - <<'PY'
import boto3
from dynamo_odata import DynamoDb
from moto import mock_aws

with mock_aws():
    boto3.client("dynamodb").create_table(
        TableName="Products",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    products = DynamoDb(table_name="Products", region="us-east-1")
    products.put(pk="shop", sk="1#A", data={"price": 19.99})
    products.put(pk="shop", sk="1#B", data={"price": 25.5})
    products.put(pk="shop", sk="1#C", data={"price": 3})

    def answer(condition):
        try:
            items, _ = products.get_all(pk="shop", filter=condition)
        except TypeError as error:
            return f"TypeError: {error}"
        return [format(item["price"], ".2f") for item in items]

    wanted = "TypeError: Float types are not supported. Use Decimal types instead."
    for condition, seen in (("price gt 19", ["19.99", "25.50"]), ("price gt 19.99", wanted), ("price gt 1e1", wanted)):
        print(f"{condition:16} {answer(condition)}")
        assert answer(condition) == seen, "it changed"
PY
