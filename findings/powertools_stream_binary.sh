#!/usr/bin/env bash
# aws-lambda-powertools 3.37.0, data class of a DynamoDB stream's event (and boto3 1.44.8)
#
# Guess: new_image holds the item as Python values, as boto3 reads it: Decimal for a number, bytes for B, a set of
#   bytes for BS. The class's own table says so.
# Behaviour: numbers and their sets are right, binary values stay the text of the event, base64. Nothing decodes
#   them. Who copies an image to another table with boto3 writes strings there: the attribute's type is S and SS,
#   and a reader that wants bytes fails, or shows the base64.
# Seen:
#              stored                   new_image          written again
#   price      {'N': '19.99'}           Decimal('19.99')   {'N': '19.99'}
#   sizes      {'NS': ['1']}            {Decimal('1')}     {'NS': ['1']}
#   checksum   {'B': b'\x00\xff'}       'AP8='             {'S': 'AP8='}
#   checksums  {'BS': [b'\x00\xff']}    {'AP8='}           {'SS': ['AP8=']}
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install -q --no-compile aws-lambda-powertools==3.37.0 boto3==1.44.8 2>"$room/log" ||
    { cat "$room/log" >&2; exit 1; }
cd "$room"
venv/bin/python -W ignore - <<'PY'
import base64
import json
from decimal import Decimal

from aws_lambda_powertools.utilities.data_classes import DynamoDBStreamEvent
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

STORED = {
    "price": {"N": "19.99"},
    "sizes": {"NS": ["1"]},
    "checksum": {"B": b"\x00\xff"},
    "checksums": {"BS": [b"\x00\xff"]},
}
# as the function gets it: JSON, its bytes as base64
image = json.loads(json.dumps(STORED, default=lambda value: base64.b64encode(value).decode()))
event = {"Records": [{"eventName": "INSERT", "dynamodb": {"NewImage": image}}]}
read = next(DynamoDBStreamEvent(event).records).dynamodb.new_image
again = {name: TypeSerializer().serialize(value) for name, value in read.items()}
for name, stored in STORED.items():
    print(f"{name:10} {stored!s:24} {read[name]!r:18} {again[name]}")
by_boto3 = {name: TypeDeserializer().deserialize(value) for name, value in STORED.items()}
assert by_boto3["checksum"].value == b"\x00\xff", "boto3 changed"
numbers = {"price": Decimal("19.99"), "sizes": {Decimal(1)}}
assert {name: by_boto3[name] for name in numbers} == numbers, "boto3 changed"
assert read == {**numbers, "checksum": "AP8=", "checksums": {"AP8="}}, "it changed"
assert again["checksum"] == {"S": "AP8="} and again["checksums"] == {"SS": ["AP8="]}, "writing it changed"
PY
