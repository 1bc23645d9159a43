#!/usr/bin/env bash
# pydynamodb 0.8.2 (DB API over PartiQL; boto3 1.43.106), with MiniStack 1.5.33 as its DynamoDB
#
# Guess: a Decimal parameter, what boto3 asks for and gives for every number, is a number in the statement.
# Behaviour: it's a string, and nothing tells: an INSERT stores the price as text, an UPDATE turns the number that
#   was there into text, and WHERE price = ? finds no number. A float or an int is a number, and a SELECT makes floats
#   of what is stored, so a price read and written back as a Decimal changes its type.
# Seen:
#   INSERT Decimal('19.99')         {'S': '19.99'}
#   INSERT 19.99                    {'N': '19.99'}
#   UPDATE to Decimal('24.50')      {'S': '24.50'}
#   WHERE price = Decimal('5.25')   []
#   WHERE price = 5.25              [('boto3', 5.25)]
set -euo pipefail
room=$(mktemp -d)
running=()
trap 'kill "${running[@]}" 2>/dev/null || true; wait; rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -q --no-compile pydynamodb==0.8.2 ministack==1.5.33 boto3==1.43.106 2>log ||
    { cat log >&2; exit 1; }
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
HOME=$room TMPDIR=$room BIND_HOST=127.0.0.1 MINISTACK_HOST=127.0.0.1 GATEWAY_PORT=$port \
    IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 DOCKER_HOST=unix:///nonexistent venv/bin/ministack >log 2>&1 &
running+=($!)
venv/bin/python -W ignore - "http://127.0.0.1:$port" <<'PY'
import sys
from decimal import Decimal

import boto3
from botocore.config import Config
from pydynamodb import connect

PLACE = {"endpoint_url": sys.argv[1], "region_name": "us-east-1"}


def show(what, seen, wanted):
    print(f"{what:31} {seen}")
    assert seen == wanted, "it changed"


patient = Config(retries={"mode": "standard", "max_attempts": 12})
table = boto3.resource("dynamodb", config=patient, **PLACE).create_table(
    TableName="Products",
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    BillingMode="PAY_PER_REQUEST",
)
client = boto3.client("dynamodb", **PLACE)
cursor = connect(**PLACE).cursor()


def stored(product):
    return client.get_item(TableName="Products", Key={"id": {"S": product}})["Item"]["price"]


def asked(price):
    cursor.execute('SELECT id, price FROM "Products" WHERE price = ?', [price])
    return list(cursor.fetchall())


insert = "INSERT INTO \"Products\" VALUE {'id': ?, 'price': ?}"
cursor.execute(insert, ["decimal", Decimal("19.99")])
cursor.execute(insert, ["float", 19.99])
show("INSERT Decimal('19.99')", stored("decimal"), {"S": "19.99"})
show("INSERT 19.99", stored("float"), {"N": "19.99"})
cursor.execute('UPDATE "Products" SET price = ? WHERE id = ?', [Decimal("24.50"), "float"])
show("UPDATE to Decimal('24.50')", stored("float"), {"S": "24.50"})
table.put_item(Item={"id": "boto3", "price": Decimal("5.25")})
show("WHERE price = Decimal('5.25')", asked(Decimal("5.25")), [])
show("WHERE price = 5.25", asked(5.25), [("boto3", 5.25)])
PY
