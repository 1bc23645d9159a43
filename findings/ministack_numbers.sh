#!/usr/bin/env bash
# ministack 1.5.33, DynamoDB
#
# Guess: numbers are DynamoDB's, exact to 38 digits: adding 1 counts by 1, as dynalite and moto do; and a set of
#   numbers holds values, so that {1.0} taken from {1, 2} leaves {2}.
# Behaviour: an update reckons in Python's usual 28 digits, though a put keeps 38: adding 1 to a number of 38
#   digits makes its last ten zeros, without an error. And DELETE compares a set's members as text: 1.0 isn't
#   found beside 1, while the same emulator refuses a set of 1 and 1.0 for its duplicates.
# Seen:
#   12345678901234567890123456789012345678 + 1 = 12345678901234567890123456790000000000
#   {1, 2} without {1.0}: ['1', '2']
#   {1, 1.0}: Input collection contains duplicates.
set -euo pipefail
room=$(mktemp -d)
running=()
trap 'kill "${running[@]}" 2>/dev/null || true; wait; rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -q --no-compile ministack==1.5.33 boto3==1.43.106 2>log || { cat log >&2; exit 1; }
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
HOME=$room TMPDIR=$room BIND_HOST=127.0.0.1 MINISTACK_HOST=127.0.0.1 GATEWAY_PORT=$port SERVICES=dynamodb \
    IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 DOCKER_HOST=unix:///nonexistent venv/bin/ministack >log 2>&1 &
running+=($!)
venv/bin/python -W ignore - "$port" <<'PY'
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

patient = Config(retries={"total_max_attempts": 12, "mode": "standard"})
client = boto3.client("dynamodb", endpoint_url=f"http://127.0.0.1:{sys.argv[1]}", config=patient)
client.create_table(
    TableName="Products",
    KeySchema=[{"AttributeName": "productId", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "productId", "AttributeType": "S"}],
    BillingMode="PAY_PER_REQUEST",
)


def put(value):
    client.put_item(TableName="Products", Item={"productId": {"S": "A"}, "n": value})
    return client.get_item(TableName="Products", Key={"productId": {"S": "A"}})["Item"]["n"]


def update(expression, value):
    return client.update_item(
        TableName="Products", Key={"productId": {"S": "A"}}, UpdateExpression=expression,
        ExpressionAttributeValues={":v": value}, ReturnValues="ALL_NEW",
    )["Attributes"]["n"]


many = "12345678901234567890123456789012345678"
assert put({"N": many}) == {"N": many}, "a put keeps no 38 digits any more"
total = update("ADD n :v", {"N": "1"})["N"]
put({"NS": ["1", "2"]})
left = sorted(update("DELETE n :v", {"NS": ["1.0"]})["NS"])
try:
    refusal = put({"NS": ["1", "1.0"]})
except ClientError as error:
    refusal = error.response["Error"]["Message"]
print(many, "+ 1 =", total)
print("{1, 2} without {1.0}:", left)
print("{1, 1.0}:", refusal.rsplit(": ", 1)[-1])
assert total == "12345678901234567890123456790000000000", "it changed"
assert left == ["1", "2"] and "duplicates" in refusal, "it changed"
PY
