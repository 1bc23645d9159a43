#!/usr/bin/env bash
# ministack 1.5.33, CloudFormation
#
# Guess: UpdateReplacePolicy: Retain keeps the table that an update replaces, items and all, as DeletionPolicy:
#   Retain keeps the one of a deleted stack (which it does). The new table has a name of its own.
# Behaviour: the update makes the new table under the old one's generated name, in its place: the items are gone,
#   with Retain as without, and the stack says UPDATE_COMPLETE. Who tests that the policy guards the data
#   sees them lost; who tests a migration by the old table's name finds it empty.
# Seen:
#   before   1 table,  key productId,  items ['A']
#   after    1 table,  key sku,        items [], the same name: True, UPDATE_COMPLETE
#   the stack of another table deleted, DeletionPolicy Retain: items ['A']
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
    IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 DOCKER_HOST=unix:///nonexistent \
    venv/bin/ministack >log 2>&1 &
running+=($!)
venv/bin/python -W ignore - "$port" <<'PY'
import json
import sys

import boto3
from botocore.config import Config

where = {
    "endpoint_url": f"http://127.0.0.1:{sys.argv[1]}",
    "config": Config(retries={"total_max_attempts": 12, "mode": "standard"}),
}
stacks, tables = boto3.client("cloudformation", **where), boto3.client("dynamodb", **where)
tables.list_tables()  # waits until the emulator listens


def template(key):
    table = {
        "Type": "AWS::DynamoDB::Table",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
        },
    }
    return json.dumps({"Resources": {"Table": table}, "Outputs": {"Name": {"Value": {"Ref": "Table"}}}})


def done(operation, stack):
    stacks.get_waiter(f"stack_{operation}_complete").wait(StackName=stack, WaiterConfig={"Delay": 1})


def create(stack):
    """The name of the new stack's table, which holds one item."""
    stacks.create_stack(StackName=stack, TemplateBody=template("productId"))
    done("create", stack)
    name = stacks.describe_stacks(StackName=stack)["Stacks"][0]["Outputs"][0]["OutputValue"]
    tables.put_item(TableName=name, Item={"productId": {"S": "A"}})
    return name


def look(name):
    key = tables.describe_table(TableName=name)["Table"]["KeySchema"][0]["AttributeName"]
    items = [item["productId"]["S"] for item in tables.scan(TableName=name)["Items"]]
    return len(tables.list_tables()["TableNames"]), key, items


old = create("replaced")
before = look(old)
stacks.update_stack(StackName="replaced", TemplateBody=template("sku"))
done("update", "replaced")
stack = stacks.describe_stacks(StackName="replaced")["Stacks"][0]
same, after = stack["Outputs"][0]["OutputValue"] == old, look(old)
kept = create("deleted")
stacks.delete_stack(StackName="deleted")
done("delete", "deleted")
print("before   {} table,  key {},  items {}".format(*before))
print("after    {} table,  key {},        items {},".format(*after), f"the same name: {same}, {stack['StackStatus']}")
print("the stack of another table deleted, DeletionPolicy Retain: items", look(kept)[2])
assert before == (1, "productId", ["A"]) and look(kept)[1:] == ("productId", ["A"]), "the start is otherwise"
assert (after, same) == ((1, "sku", []), True), "it changed"
PY
