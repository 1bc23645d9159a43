#!/usr/bin/env bash
# moto 5.2.5, EventBridge's rules
#
# Guess: a rule for orders that have an item with sku B gets the order whose list of items has one: EventBridge looks
#   into the objects of a list. true matches true, and no number.
# Behaviour: moto finds nothing in a list of objects, neither a value nor exists nor a number's range, so that the
#   rule's target never gets an order; a list of texts works, and an object. 1 matches true, and false matches 0, as
#   they are equal in Python.
# Seen (messages that the rule's queue got, of one order):
#   {"items": {"sku": ["B"]}}                    0
#   {"items": {"sku": [{"exists": true}]}}       0
#   {"items": {"n": [{"numeric": [">", 1]}]}}    0
#   {"buyer": {"country": ["GB"]}}               1
#   {"tags": ["gift"]}                           1
#   {"paid": [1]}                                1
#   {"discount": [false]}                        1
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install -q --no-compile 'moto[events,sqs]==5.2.5' boto3==1.44.8 2>"$room/log" ||
    { cat "$room/log" >&2; exit 1; }
cd "$room"
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
venv/bin/python -W ignore - <<'PY'
import json

import boto3
from moto import mock_aws

ORDER = {
    "items": [{"sku": "A", "n": 1}, {"sku": "B", "n": 2}],
    "buyer": {"country": "GB"},
    "tags": ["gift", "new"],
    "paid": True,
    "discount": 0,
}
WANTED = (
    ({"items": {"sku": ["B"]}}, 0),
    ({"items": {"sku": [{"exists": True}]}}, 0),
    ({"items": {"n": [{"numeric": [">", 1]}]}}, 0),
    ({"buyer": {"country": ["GB"]}}, 1),
    ({"tags": ["gift"]}, 1),
    ({"paid": [1]}, 1),
    ({"discount": [False]}, 1),
)


def delivered(pattern):
    with mock_aws():
        events, queues = boto3.client("events"), boto3.client("sqs")
        url = queues.create_queue(QueueName="orders")["QueueUrl"]
        asked = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        events.put_rule(Name="orders", EventPattern=json.dumps({"source": ["shop"], "detail": pattern}))
        events.put_targets(Rule="orders", Targets=[{"Id": "queue", "Arn": asked["Attributes"]["QueueArn"]}])
        events.put_events(Entries=[{"Source": "shop", "DetailType": "Order", "Detail": json.dumps(ORDER)}])
        return len(queues.receive_message(QueueUrl=url).get("Messages", []))


for pattern, wanted in WANTED:
    seen = delivered(pattern)
    print(f"{json.dumps(pattern):44} {seen}")
    assert seen == wanted, "it changed"
PY
