#!/usr/bin/env bash
# jsonschema 4.26.0, fastjsonschema 2.22.3, jsonschema_rs 0.61.0
#
# Guess: an item as boto3 reads it from DynamoDB, its numbers Decimal, is judged as the JSON it came from: all
#   three take a Decimal for a number, and 5 is an integer whatever holds it (5.0 as a float is one by the
#   standard, and for all three).
# Behaviour: three validators, three answers. jsonschema takes a Decimal for a number but never for an integer,
#   thinks Decimal("0.1") smaller than a minimum of 0.1, and raises a TypeError of Python's, no ValidationError,
#   at multipleOf. fastjsonschema agrees on the first two and raises a decimal error at the third. jsonschema_rs
#   takes all. The float 5.0 passes everywhere.
# Seen:
#                              jsonschema  fastjsonschema    jsonschema_rs
#   integer: 5.0               True        True              True
#   integer: Decimal('5')      False       False             True
#   minimum 0.1: Decimal('0.1') False      False             True
#   multipleOf 0.01: Decimal('19.99')  TypeError  InvalidOperation  True
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install -q --no-compile jsonschema==4.26.0 fastjsonschema==2.22.3 jsonschema_rs==0.61.0 \
    2>"$room/log" || { cat "$room/log" >&2; exit 1; }
cd "$room"
venv/bin/python -W ignore - <<'PY'
from decimal import Decimal

import fastjsonschema
import jsonschema
import jsonschema_rs


def fast(schema, value):
    try:
        fastjsonschema.compile(schema)(value)
    except fastjsonschema.JsonSchemaException:
        return False
    return True


def answers(name, schema, value):
    seen = []
    for valid in (
        lambda: jsonschema.Draft202012Validator(schema).is_valid(value),
        lambda: fast(schema, value),
        lambda: jsonschema_rs.validator_for(schema).is_valid(value),
    ):
        try:
            seen.append(str(valid()))
        except ArithmeticError as error:
            seen.append(type(error).__name__)
        except TypeError as error:
            seen.append(type(error).__name__)
    print(f"{name + ': ' + repr(value):34} {seen[0]:10} {seen[1]:17} {seen[2]}")
    return seen


assert answers("integer", {"type": "integer"}, 5.0) == ["True"] * 3
wanted = ["False", "False", "True"]
assert answers("integer", {"type": "integer"}, Decimal("5")) == wanted, "it changed"
assert answers("minimum 0.1", {"type": "number", "minimum": 0.1}, Decimal("0.1")) == wanted, "it changed"
cents = {"type": "number", "multipleOf": 0.01}
assert answers("multipleOf 0.01", cents, Decimal("19.99")) == ["TypeError", "InvalidOperation", "True"], "it changed"
PY
