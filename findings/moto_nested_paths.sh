#!/usr/bin/env bash
# moto 5.2.5, DynamoDB: paths into a list or a map
#
# Guess: a projection of two elements of a list gives both; ReturnValues=UPDATED_OLD gives what stood at the paths
#   that the update names, and UPDATED_NEW what stands there now. DynamoDB documents all of it.
# Behaviour: of a list's elements only the one that is named last comes; two fields of a map come both. UPDATED_OLD
#   has the whole map round the field. UPDATED_NEW has what differs, not what was updated: SET with the value that
#   is there already answers with no attributes, so that code which reads its new stock from the answer fails.
# Seen:
#   photos[0], photos[2]      {'photos': {'L': [{'S': 'c'}]}}
#   photos[2], photos[0]      {'photos': {'L': [{'S': 'a'}]}}
#   stock.red, stock.blue     {'stock': {'M': {'red': {'N': '1'}, 'blue': {'N': '2'}}}}
#   red 1 to 9, UPDATED_OLD   {'stock': {'M': {'red': {'N': '1'}, 'blue': {'N': '2'}}}}
#   red 1 to 9, UPDATED_NEW   {'stock': {'M': {'red': {'N': '9'}}}}
#   red 1 to 1, UPDATED_NEW   {}
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install -q --no-compile 'moto[dynamodb]==5.2.5' boto3==1.44.8 2>"$room/log" ||
    { cat "$room/log" >&2; exit 1; }
cd "$room"
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
venv/bin/python -W ignore - <<'PY'
import boto3
from moto import mock_aws

KEY = {"productId": {"S": "A"}}
STOCK = {"M": {"red": {"N": "1"}, "blue": {"N": "2"}}}
PHOTOS = {"L": [{"S": "a"}, {"S": "b"}, {"S": "c"}]}


def show(what, seen, wanted):
    print(f"{what:25} {seen}")
    assert seen == wanted, "it changed"


with mock_aws():
    client = boto3.client("dynamodb")
    client.create_table(
        TableName="Products",
        KeySchema=[{"AttributeName": "productId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "productId", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )

    def projected(paths):
        client.put_item(TableName="Products", Item={**KEY, "stock": STOCK, "photos": PHOTOS})
        return client.get_item(TableName="Products", Key=KEY, ProjectionExpression=paths)["Item"]

    def updated(number, returned):
        client.put_item(TableName="Products", Item={**KEY, "stock": STOCK})
        return client.update_item(
            TableName="Products",
            Key=KEY,
            UpdateExpression="SET stock.red = :n",
            ExpressionAttributeValues={":n": {"N": number}},
            ReturnValues=returned,
        )["Attributes"]

    for paths, wanted in {
        "photos[0], photos[2]": {"photos": {"L": [{"S": "c"}]}},
        "photos[2], photos[0]": {"photos": {"L": [{"S": "a"}]}},
        "stock.red, stock.blue": {"stock": STOCK},
    }.items():
        show(paths, projected(paths), wanted)
    show("red 1 to 9, UPDATED_OLD", updated("9", "UPDATED_OLD"), {"stock": STOCK})
    show("red 1 to 9, UPDATED_NEW", updated("9", "UPDATED_NEW"), {"stock": {"M": {"red": {"N": "9"}}}})
    show("red 1 to 1, UPDATED_NEW", updated("1", "UPDATED_NEW"), {})
PY
