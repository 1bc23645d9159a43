#!/usr/bin/env bash
# ministack 1.5.33, DynamoDB (and moto 5.2.5 beside it)
#
# Guess: a key of type N is its value: 1, 1.0 and 1E0 name the same item in each operation, as DynamoDB compares
#   numbers. A price or a rating read from JSON as 1.0 finds what was put as 1.
# Behaviour: PutItem makes the number's plain form, also under a condition; no other operation does. An update by
#   1.0 makes a second item with a key that the table has, and counts from nothing; a delete, also in a
#   transaction, ends well and deletes nothing; reads find nothing. moto has one item throughout.
# Seen (the table holds {id 1, stock 5}):
#                            ministack                moto
#   PutItem 1.0, stock 6     [('1', '6')]             [('1.0', '6')]
#   UpdateItem 1.0, stock+1  [('1', '5'), ('1', '1')] [('1', '6')]
#   DeleteItem 1.0           [('1', '5')]             []
#   the same, transaction    [('1', '5')]             []
#   GetItem, Query 1.0       [0, 0]                   [1, 1]
set -euo pipefail
room=$(mktemp -d)
running=()
trap 'kill "${running[@]}" 2>/dev/null || true; wait; rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -q --no-compile ministack==1.5.33 boto3==1.43.106 'moto[dynamodb]==5.2.5' 2>log ||
    { cat log >&2; exit 1; }
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
HOME=$room TMPDIR=$room BIND_HOST=127.0.0.1 MINISTACK_HOST=127.0.0.1 GATEWAY_PORT=$port \
    IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 DOCKER_HOST=unix:///nonexistent venv/bin/ministack >log 2>&1 &
running+=($!)
venv/bin/python -W ignore - "$port" <<'PY'
import sys

import boto3
from botocore.config import Config
from moto import mock_aws

TABLE = {"TableName": "Shelves"}
OTHER_FORM = {"Key": {"id": {"N": "1.0"}}}
ONE = {":one": {"N": "1"}}
ASKED = {"KeyConditionExpression": "id = :id", "ExpressionAttributeValues": {":id": {"N": "1.0"}}}


def left(client, change):
    client.put_item(**TABLE, Item={"id": {"N": "1"}, "stock": {"N": "5"}})
    change(client)
    items = client.scan(**TABLE)["Items"]
    for item in items:
        client.delete_item(**TABLE, Key={"id": item["id"]})
    return [(item["id"]["N"], item["stock"]["N"]) for item in items]


def found(client):
    client.put_item(**TABLE, Item={"id": {"N": "1"}})
    return [len(client.get_item(**TABLE, **OTHER_FORM).get("Item", {})), client.query(**TABLE, **ASKED)["Count"]]


CHANGES = {
    "PutItem 1.0, stock 6": lambda c: c.put_item(**TABLE, Item={"id": {"N": "1.0"}, "stock": {"N": "6"}}),
    "UpdateItem 1.0, stock+1": lambda c: c.update_item(
        **TABLE, **OTHER_FORM, UpdateExpression="ADD stock :one", ExpressionAttributeValues=ONE
    ),
    "DeleteItem 1.0": lambda c: c.delete_item(**TABLE, **OTHER_FORM),
    "the same, transaction": lambda c: c.transact_write_items(TransactItems=[{"Delete": TABLE | OTHER_FORM}]),
}


def look(client):
    client.create_table(
        **TABLE,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return [left(client, change) for change in CHANGES.values()] + [found(client)]


retries = Config(retries={"total_max_attempts": 12, "mode": "standard"})  # until the emulator listens
ministack = look(boto3.client("dynamodb", endpoint_url=f"http://127.0.0.1:{sys.argv[1]}", config=retries))
with mock_aws():
    moto = look(boto3.client("dynamodb"))
for name, one, other in zip([*CHANGES, "GetItem, Query 1.0"], ministack, moto):
    print(f"{name:24} {one!s:24} {other}")
assert moto == [[("1.0", "6")], [("1", "6")], [], [], [1, 1]], "moto changed"
assert ministack == [[("1", "6")], [("1", "5"), ("1", "1")], [("1", "5")], [("1", "5")], [0, 0]], "it changed"
PY
