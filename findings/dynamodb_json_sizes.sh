#!/usr/bin/env bash
# dynamodb-json 1.4.2
#
# Guess: loads(dumps(item)) gives the item back, whatever its keys are: the package is for nothing else.
# Behaviour: each dict that holds a key S, M, L, N, B, … is taken for a typed value of DynamoDB, wherever it
#   stands. An item that counts its stock by clothing size loses all but one number, which is a string then;
#   no error, no warning. DynamoDB's own JSON isn't ambiguous there: types and names alternate by level.
# Seen:
#   written  {"stock": {"M": {"S": {"N": "3"}, "M": {"N": "5"}, "L": {"N": "2"}}}}
#   read     {'stock': '3'}
#   boto3    {'stock': {'S': Decimal('3'), 'M': Decimal('5'), 'L': Decimal('2')}}
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install -q dynamodb-json==1.4.2 boto3==1.44.8 2>"$room/log" || { cat "$room/log" >&2; exit 1; }
cd "$room"
venv/bin/python -W ignore - <<'PY'
import json
from decimal import Decimal

from boto3.dynamodb.types import TypeDeserializer
from dynamodb_json import json_util

item = {"stock": {"S": 3, "M": 5, "L": 2}}
written = json_util.dumps(item)
read = json_util.loads(written)
by_boto3 = {k: TypeDeserializer().deserialize(v) for k, v in json.loads(written).items()}
print("written ", written)
print("read    ", read)
print("boto3   ", by_boto3)
assert by_boto3 == item, "what is written is wrong, too"
assert read == {"stock": "3"}, "it changed"
PY
