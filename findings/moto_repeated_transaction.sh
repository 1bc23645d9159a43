#!/usr/bin/env bash
# moto 5.2.5, DynamoDB's TransactWriteItems
#
# Guess: a transaction that is sent again with its ClientRequestToken counts once, as DynamoDB documents; other
#   contents under the same token are an IdempotentParameterMismatchException.
# Behaviour: the token isn't looked at. The repeated order takes from the stock again, and another order under
#   the same token passes. A test of an idempotent retry fails for right code; one for a token that is used
#   twice by mistake passes for wrong code.
# Seen:
#   stock 10, sold 1: 9; the same again: 8; sold 5 under the same token: 3
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install -q --no-compile 'moto[dynamodb]==5.2.5' boto3==1.44.8 2>"$room/log" ||
    { cat "$room/log" >&2; exit 1; }
cd "$room"
export AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_DEFAULT_REGION=us-east-1
venv/bin/python -W ignore - <<'PY'
import boto3
from moto import mock_aws

with mock_aws():
    client = boto3.client("dynamodb")
    client.create_table(
        TableName="Products",
        KeySchema=[{"AttributeName": "productId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "productId", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    key = {"TableName": "Products", "Key": {"productId": {"S": "A"}}}
    client.put_item(TableName="Products", Item={"productId": {"S": "A"}, "stock": {"N": "10"}})

    def sell(count):
        update = {
            **key, "UpdateExpression": "SET stock = stock - :count",
            "ExpressionAttributeValues": {":count": {"N": str(count)}},
        }
        client.transact_write_items(TransactItems=[{"Update": update}], ClientRequestToken="order-1")
        return int(client.get_item(**key)["Item"]["stock"]["N"])

    left = sell(1), sell(1), sell(5)
    print("stock 10, sold 1: {}; the same again: {}; sold 5 under the same token: {}".format(*left))
    assert left == (9, 8, 3), "it changed"
PY
