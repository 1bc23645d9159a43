#!/usr/bin/env bash
# MiniStack 1.5.33, DynamoDB: a filter on a global secondary index, beside moto 5.2.5
#
# Guess: a query of an index sees what is projected into it, as in AWS. A filter on an attribute that isn't, takes
#   it for missing; Select=ALL_ATTRIBUTES on such an index is refused, since nothing is fetched from the table.
# Behaviour: MiniStack filters the table's items and projects afterwards, in Query and in Scan: "in stock" by an
#   index without the stock finds what it should, and in AWS nothing, with no error there either. ALL_ATTRIBUTES
#   is taken, and gives some of them. moto does both as AWS documents it.
# Seen:
#                                       moto                  MiniStack
#   Query, stock > 0                    []                    ['B']
#   Query, attribute_not_exists(stock)  ['A', 'B']            []
#   Scan, stock > 0                     []                    ['B']
#   Query, ALL_ATTRIBUTES               ValidationException   ['A', 'B'] with ['category', 'id', 'name']
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

INDEX = {"TableName": "Products", "IndexName": "byCategory"}
KEY = {"KeyConditionExpression": "category = :c", "ExpressionAttributeValues": {":c": {"S": "kettles"}}}


def names(items):
    return sorted(item["name"]["S"] for item in items)


def answers(client):
    client.create_table(
        TableName="Products",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "category", "AttributeType": "S"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "byCategory",
                "KeySchema": [{"AttributeName": "category", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["name"]},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    for name, stock in (("A", "0"), ("B", "5")):
        item = {"id": {"S": name}, "category": {"S": "kettles"}, "name": {"S": name}, "stock": {"N": stock}}
        client.put_item(TableName="Products", Item=item)
    zero = {":zero": {"N": "0"}}
    asked = {**KEY, "ExpressionAttributeValues": {**KEY["ExpressionAttributeValues"], **zero}}
    yield names(client.query(**INDEX, **asked, FilterExpression="stock > :zero")["Items"])
    yield names(client.query(**INDEX, **KEY, FilterExpression="attribute_not_exists(stock)")["Items"])
    yield names(client.scan(**INDEX, ExpressionAttributeValues=zero, FilterExpression="stock > :zero")["Items"])
    try:
        items = client.query(**INDEX, **KEY, Select="ALL_ATTRIBUTES")["Items"]
    except client.exceptions.ClientError as error:
        yield error.response["Error"]["Code"]
    else:
        yield f"{names(items)} with {sorted(items[0])}"


with mock_aws():
    right = list(answers(boto3.client("dynamodb")))
patient = Config(retries={"mode": "standard", "max_attempts": 12})
seen = list(answers(boto3.client("dynamodb", endpoint_url=f"http://127.0.0.1:{sys.argv[1]}", config=patient)))
asked = ("Query, stock > 0", "Query, attribute_not_exists(stock)", "Scan, stock > 0", "Query, ALL_ATTRIBUTES")
for row in (("", "moto", "MiniStack"), *zip(asked, right, seen)):
    print(f"{row[0]:35} {row[1]!s:21} {row[2]!s}")
assert right == [[], ["A", "B"], [], "ValidationException"], "it changed"
assert seen == [["B"], [], ["B"], "['A', 'B'] with ['category', 'id', 'name']"], "it changed"
PY
