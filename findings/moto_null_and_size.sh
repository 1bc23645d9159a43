#!/usr/bin/env bash
# moto 5.2.5, DynamoDB: conditions on NULL and on size()
#
# Guess: a condition note = NULL finds the items whose note is NULL, not those that have none, and <> all the others:
#   DynamoDB keeps the two apart. size() of an attribute that an item lacks is no match, as any comparison with it.
# Behaviour: to moto an attribute that isn't there is NULL, so that = and IN find one item too many, <> one too few,
#   and an update that should be refused is made. size() of a missing attribute is an error for the whole scan;
#   in a write's condition it's a ValueError of moto's own and not DynamoDB's refusal.
# Seen (A's note is NULL and it has two photos, B's note is a text and it has no photo in its list, C has neither):
#   note = NULL                     ['A', 'C']
#   note <> NULL                    ['B']
#   note IN (NULL)                  ['A', 'C']
#   size(photos) > 0                ValidationException
#   update C if note = NULL         made
#   update C if size(photos) < 10   ValueError
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
from botocore.exceptions import ClientError
from moto import mock_aws

PHOTOS = {"L": [{"S": "front.png"}, {"S": "back.png"}]}
NULL = {"NULL": True}


def show(what, seen, wanted):
    print(f"{what:31} {seen}")
    assert seen == wanted, "it changed"


with mock_aws():
    client = boto3.client("dynamodb")
    client.create_table(
        TableName="Products",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for item in (
        {"id": {"S": "A"}, "note": NULL, "photos": PHOTOS},
        {"id": {"S": "B"}, "note": {"S": "a text"}, "photos": {"L": []}},
        {"id": {"S": "C"}},
    ):
        client.put_item(TableName="Products", Item=item)

    def found(condition, value):
        try:
            items = client.scan(
                TableName="Products", FilterExpression=condition, ExpressionAttributeValues={":v": value}
            )["Items"]
        except ClientError as error:
            return error.response["Error"]["Code"]
        return sorted(item["id"]["S"] for item in items)

    def updated(condition, value):
        try:
            client.update_item(
                TableName="Products",
                Key={"id": {"S": "C"}},
                UpdateExpression="SET stock = :one",
                ConditionExpression=condition,
                ExpressionAttributeValues={":v": value, ":one": {"N": "1"}},
            )
        except ClientError as error:
            return error.response["Error"]["Code"]
        except ValueError as error:
            return type(error).__name__
        return "made"

    show("note = NULL", found("note = :v", NULL), ["A", "C"])
    show("note <> NULL", found("note <> :v", NULL), ["B"])
    show("note IN (NULL)", found("note IN (:v)", NULL), ["A", "C"])
    show("size(photos) > 0", found("size(photos) > :v", {"N": "0"}), "ValidationException")
    show("update C if note = NULL", updated("note = :v", NULL), "made")
    show("update C if size(photos) < 10", updated("size(photos) < :v", {"N": "10"}), "ValueError")
PY
