#!/usr/bin/env bash
# pydynox 1.8.0 (it needs Python 3.11), with MiniStack 1.5.33 as its DynamoDB
#
# Guess: StringSetAttribute and NumberSetAttribute write what they say of themselves, DynamoDB's own sets, SS and NS.
# Behaviour: both write a list, and the numbers in it as strings. Reading makes sets of numbers again, so that
#   nothing shows it; but contains(12) finds nothing, and ADD of one more size, an ordinary update of a set, fails.
# Seen:
#   stored                  tags {'L': [{'S': 'new'}]}  sizes {'L': [{'S': '12'}, {'S': '7'}]}
#   read                    {'new'} [7, 12]
#   tags contains new       ['A']
#   sizes contains 12       []
#   ADD sizes 9             ValidationException
set -euo pipefail
room=$(mktemp -d)
running=()
trap 'kill "${running[@]}" 2>/dev/null || true; wait; rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -q --no-compile pydynox==1.8.0 ministack==1.5.33 boto3==1.43.106 2>log || { cat log >&2; exit 1; }
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
HOME=$room TMPDIR=$room BIND_HOST=127.0.0.1 MINISTACK_HOST=127.0.0.1 GATEWAY_PORT=$port \
    IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 DOCKER_HOST=unix:///nonexistent venv/bin/ministack >log 2>&1 &
running+=($!)
venv/bin/python -W ignore - "http://127.0.0.1:$port" <<'PY'
import sys

import boto3
from botocore.config import Config
from pydynox import DynamoDBClient, Model, ModelConfig, set_default_client
from pydynox.attributes import NumberSetAttribute, StringAttribute, StringSetAttribute

patient = Config(retries={"mode": "standard", "max_attempts": 12})
client = boto3.client("dynamodb", endpoint_url=sys.argv[1], config=patient)
client.create_table(
    TableName="Products",
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    BillingMode="PAY_PER_REQUEST",
)
set_default_client(
    DynamoDBClient(region="us-east-1", access_key="test", secret_key="test", endpoint_url=sys.argv[1])
)


class Product(Model):
    model_config = ModelConfig(table="Products")
    id = StringAttribute(partition_key=True)
    tags = StringSetAttribute()
    sizes = NumberSetAttribute()


def found(condition):
    return [each.id for each in Product.sync_scan(filter_condition=condition)]


Product(id="A", tags={"new"}, sizes={7, 12}).sync_save()
key = {"id": {"S": "A"}}
item = client.get_item(TableName="Products", Key=key)["Item"]
sizes = {kind: sorted(values, key=str) for kind, values in item["sizes"].items()}
read = Product.sync_get(id="A")
of_strings, of_numbers = found(Product.tags.contains("new")), found(Product.sizes.contains(12))
try:
    client.update_item(
        TableName="Products",
        Key=key,
        UpdateExpression="ADD sizes :more",
        ExpressionAttributeValues={":more": {"NS": ["9"]}},
    )
    added = "done"
except client.exceptions.ClientError as error:
    added = error.response["Error"]["Code"]
for name, seen in (
    ("stored", f"tags {item['tags']}  sizes {sizes}"),
    ("read", f"{read.tags} {sorted(read.sizes)}"),
    ("tags contains new", of_strings),
    ("sizes contains 12", of_numbers),
    ("ADD sizes 9", added),
):
    print(f"{name:23} {seen}")
assert item["tags"] == {"L": [{"S": "new"}]} and sizes == {"L": [{"S": "12"}, {"S": "7"}]}, "it changed"
assert (read.tags, read.sizes) == ({"new"}, {7, 12}), "it changed"
assert (of_strings, of_numbers, added) == (["A"], [], "ValidationException"), "it changed"
PY
