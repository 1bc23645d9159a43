#!/usr/bin/env bash
# aws-lambda-powertools 3.37.0 (pydantic 2.14.4), event handler for API Gateway REST APIs
#
# Guess: a route that returns {"price": Decimal("19.99")}, as boto3 reads it from DynamoDB, answers with the
#   JSON number 19.99, whether the resolver validates (enable_validation=True) or not.
# Behaviour: the JSON type of a price hangs on a switch that's about requests, and then on the annotation:
#   a string without validation, a number with it, a string again once the route says what it returns.
#   A client that adds prices up concatenates them, or the other way round.
# Seen:
#   no validation, no annotation    {"price":"19.99"}
#   validation, no annotation       {"price":19.99}
#   validation, dict[str, Decimal]  {"price":"19.99"}
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install -q aws-lambda-powertools==3.37.0 pydantic==2.14.4 2>"$room/log" || { cat "$room/log" >&2; exit 1; }
cd "$room"
venv/bin/python -W ignore - <<'PY'
from decimal import Decimal

from aws_lambda_powertools.event_handler import APIGatewayRestResolver

EVENT = {
    "resource": "/", "path": "/", "httpMethod": "GET", "headers": {}, "multiValueHeaders": {},
    "queryStringParameters": None, "multiValueQueryStringParameters": None, "body": None,
    "isBase64Encoded": False, "requestContext": {"stage": "dev", "path": "/dev/", "resourcePath": "/"},
}


def plain():
    return {"price": Decimal("19.99")}


def annotated() -> dict[str, Decimal]:
    return {"price": Decimal("19.99")}


def answer(route, validated):
    app = APIGatewayRestResolver(enable_validation=validated)
    app.get("/")(route)
    return app.resolve(EVENT, None)["body"]


seen = [answer(plain, False), answer(plain, True), answer(annotated, True)]
names = ("no validation, no annotation", "validation, no annotation", "validation, dict[str, Decimal]")
for name, body in zip(names, seen):
    print(f"{name:31} {body}")
assert seen == ['{"price":"19.99"}', '{"price":19.99}', '{"price":"19.99"}'], "it changed"
PY
