#!/usr/bin/env bash
# botocore 1.44.8, paginators (build_full_result, which the AWS CLI prints)
#
# Guess: what stands beside the items of a scan that was paged through is about those items: Count and ScannedCount
#   go with Items, and ConsumedCapacity is of the whole scan, as Count is.
# Behaviour: Count and ScannedCount are summed over pages, ConsumedCapacity is the first page's: a scan of a large
#   table seems as cheap as 1 MB of it. And with MaxItems, or from a StartingToken, Count is of the pages that were
#   asked for, not of the items that are left of them. What `aws dynamodb scan` says is so, too.
# Seen:
#   all           5 items, Count 5, ScannedCount 9, capacity 3.0 of 5.0
#   MaxItems 2    2 items, Count 3, ScannedCount 5, capacity 3.0 of 3.0
#   from there    3 items, Count 5, ScannedCount 9, capacity 3.0 of 5.0
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install -q --no-compile boto3==1.44.8 botocore==1.44.8 2>"$room/log" ||
    { cat "$room/log" >&2; exit 1; }
cd "$room"
export AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_DEFAULT_REGION=us-east-1
venv/bin/python -W ignore - <<'PY'
import boto3
from botocore.stub import Stubber

client = boto3.client("dynamodb")


def page(ids, **more):
    """A page as DynamoDB answers: two more items were read than the filter let through."""
    return {
        "Items": [{"productId": {"S": each}} for each in ids],
        "Count": len(ids),
        "ScannedCount": len(ids) + 2,
        "ConsumedCapacity": {"TableName": "Products", "CapacityUnits": float(len(ids))},
        **more,
    }


def first():
    return page("ABC", LastEvaluatedKey={"productId": {"S": "C"}})


def scan(name, pages, **asked):
    used = sum(each["ConsumedCapacity"]["CapacityUnits"] for each in pages)
    with Stubber(client) as stub:
        for each in pages:
            stub.add_response("scan", each)
        paginator = client.get_paginator("scan")
        result = paginator.paginate(
            TableName="Products", ReturnConsumedCapacity="TOTAL", PaginationConfig=asked
        ).build_full_result()
        stub.assert_no_pending_responses()
    told = result["ConsumedCapacity"]["CapacityUnits"]
    seen = len(result["Items"]), result["Count"], result["ScannedCount"], told, used
    print(f"{name:13} {seen[0]} items, Count {seen[1]}, ScannedCount {seen[2]}, capacity {told} of {used}")
    return seen, result.get("NextToken")


seen, _ = scan("all", [first(), page("DE")])
assert seen == (5, 5, 9, 3.0, 5.0), "it changed"
seen, token = scan("MaxItems 2", [first()], MaxItems=2)
assert seen == (2, 3, 5, 3.0, 3.0), "it changed"
seen, _ = scan("from there", [first(), page("DE")], StartingToken=token)
assert seen == (3, 5, 9, 3.0, 5.0), "it changed"
PY
