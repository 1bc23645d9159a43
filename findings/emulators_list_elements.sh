#!/usr/bin/env bash
# ministack 1.5.33 and dynalite 4.0.0, both emulators of DynamoDB
#
# Guess: REMOVE photos[0], photos[1] removes the first two elements, as an update's paths are those of the item
#   before it; and elements that SET puts past a list's end are appended in the order of their indexes. Both is
#   documented for DynamoDB.
# Behaviour: both remove one after the other, each by the index in what is left by then: the first and the THIRD
#   element go, the second stays. MiniStack appends in the order of the expression; dynalite does that right.
# Seen:
#   ministack  REMOVE photos[0], photos[1] of a b c: b   SET photos[9], photos[7]: a b c 9 7
#   dynalite   REMOVE photos[0], photos[1] of a b c: b   SET photos[9], photos[7]: a b c 7 9
set -euo pipefail
room=$(mktemp -d)
running=()
trap 'kill "${running[@]}" 2>/dev/null || true; wait; rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -q --no-compile ministack==1.5.33 boto3==1.43.106 2>log || { cat log >&2; exit 1; }
npm install --silent --no-audit --no-fund --prefix . dynalite@4.0.0 >log 2>&1 || { cat log >&2; exit 1; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
one=$(free_port)
HOME=$room TMPDIR=$room BIND_HOST=127.0.0.1 MINISTACK_HOST=127.0.0.1 GATEWAY_PORT=$one SERVICES=dynamodb \
    IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 DOCKER_HOST=unix:///nonexistent venv/bin/ministack >log 2>&1 &
running+=($!)
other=$(free_port)
node node_modules/dynalite/cli.js --host 127.0.0.1 --port "$other" --createTableMs 0 >log2 2>&1 &
running+=($!)
venv/bin/python -W ignore - "ministack $one" "dynalite $other" <<'PY'
import sys

import boto3
from botocore.config import Config

WANTED = {"ministack": ("b", "a b c 9 7"), "dynalite": ("b", "a b c 7 9")}
for name, port in (each.split() for each in sys.argv[1:]):
    patient = Config(retries={"total_max_attempts": 12, "mode": "standard"})
    client = boto3.client("dynamodb", endpoint_url=f"http://127.0.0.1:{port}", config=patient)
    client.create_table(
        TableName="Products",
        KeySchema=[{"AttributeName": "productId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "productId", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    client.get_waiter("table_exists").wait(TableName="Products", WaiterConfig={"Delay": 1})

    def photos(expression, **values):
        item = {"productId": {"S": "A"}, "photos": {"L": [{"S": each} for each in "abc"]}}
        client.put_item(TableName="Products", Item=item)
        given = {"ExpressionAttributeValues": {f":{k}": {"S": v} for k, v in values.items()}} if values else {}
        after = client.update_item(
            TableName="Products", Key={"productId": {"S": "A"}},
            UpdateExpression=expression, ReturnValues="ALL_NEW", **given,
        )["Attributes"]
        return " ".join(each["S"] for each in after["photos"]["L"])

    seen = photos("REMOVE photos[0], photos[1]"), photos("SET photos[9] = :x, photos[7] = :y", x="9", y="7")
    print(f"{name:10} REMOVE photos[0], photos[1] of a b c: {seen[0]}   SET photos[9], photos[7]: {seen[1]}")
    assert seen == WANTED[name], "it changed"
PY
