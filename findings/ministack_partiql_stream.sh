#!/usr/bin/env bash
# ministack 1.5.33, DynamoDB Streams
#
# Guess: each change of an item is in the table's stream, whichever operation made it: PutItem or PartiQL's INSERT.
# Behaviour: no statement of PartiQL makes a record, alone, in a batch or in a transaction, though the items change.
#   The plain operations and TransactWriteItems do, with the images before and after. A function on the stream
#   runs for some writes only, and nothing says so.
# Seen:
#   PutItem              ['INSERT']
#   UpdateItem           ['MODIFY']
#   TransactWriteItems   ['MODIFY']
#   UPDATE               []
#   UPDATE in a batch    []
#   UPDATE in a transaction []
#   INSERT               []
#   DELETE               []
#   DeleteItem           ['REMOVE']
set -euo pipefail
room=$(mktemp -d)
running=()
trap 'kill "${running[@]}" 2>/dev/null || true; wait; rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -q --no-compile ministack==1.5.33 boto3==1.43.106 2>log || { cat log >&2; exit 1; }
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
HOME=$room TMPDIR=$room BIND_HOST=127.0.0.1 MINISTACK_HOST=127.0.0.1 GATEWAY_PORT=$port \
    IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 DOCKER_HOST=unix:///nonexistent venv/bin/ministack >log 2>&1 &
running+=($!)
venv/bin/python -W ignore - "$port" <<'PY'
import sys

import boto3
from botocore.config import Config

where = {
    "endpoint_url": f"http://127.0.0.1:{sys.argv[1]}",
    "config": Config(retries={"total_max_attempts": 12, "mode": "standard"}),
}
client, streams = boto3.client("dynamodb", **where), boto3.client("dynamodbstreams", **where)
client.list_tables()  # waits until the emulator listens
stream = client.create_table(
    TableName="Products",
    KeySchema=[{"AttributeName": "productId", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "productId", "AttributeType": "S"}],
    BillingMode="PAY_PER_REQUEST",
    StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
)["TableDescription"]["LatestStreamArn"]
KEY = {"productId": {"S": "A"}}
ADD = {"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}
ITEM = {"TableName": "Products", "Key": KEY}


def records():
    shards = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]
    for shard in shards:
        iterator = streams.get_shard_iterator(
            StreamArn=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        yield from streams.get_records(ShardIterator=iterator)["Records"]


def update(n):
    return {"Statement": f"UPDATE \"Products\" SET n = {n} WHERE productId = 'A'"}


steps = {
    "PutItem": (lambda: client.put_item(TableName="Products", Item=KEY), ["INSERT"]),
    "UpdateItem": (lambda: client.update_item(**ITEM, **ADD), ["MODIFY"]),
    "TransactWriteItems": (lambda: client.transact_write_items(TransactItems=[{"Update": ITEM | ADD}]), ["MODIFY"]),
    "UPDATE": (lambda: client.execute_statement(**update(7)), []),
    "UPDATE in a batch": (lambda: client.batch_execute_statement(Statements=[update(8)]), []),
    "UPDATE in a transaction": (lambda: client.execute_transaction(TransactStatements=[update(9)]), []),
    "INSERT": (lambda: client.execute_statement(Statement="INSERT INTO \"Products\" VALUE {'productId': 'B'}"), []),
    "DELETE": (lambda: client.execute_statement(Statement="DELETE FROM \"Products\" WHERE productId = 'B'"), []),
    "DeleteItem": (lambda: client.delete_item(**ITEM), ["REMOVE"]),
}
known, table = 0, []
for name, (change, wanted) in steps.items():
    change()
    seen = [record["eventName"] for record in records()][known:]
    known += len(seen)
    before, table = table, client.scan(TableName="Products")["Items"]
    print(f"{name:20} {seen}")
    assert table != before, f"{name} changed no item"
    assert seen == wanted, "it changed"
PY
