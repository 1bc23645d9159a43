#!/usr/bin/env bash
# moto 5.2.5, DynamoDB's PartiQL (ExecuteStatement)
#
# Guess: what isn't supported is an error; INSERT of a key that exists is a DuplicateItemException as DynamoDB
#   documents; IN and BETWEEN select the rows that they name.
# Behaviour: wrong answers with status 200. INSERT replaces the item that is there, with every attribute that the
#   statement doesn't name; IN finds the first of its values alone; BETWEEN finds nothing. A test that code
#   can't overwrite an item fails, one that it can passes.
# Seen:
#   item before  {'productId': {'S': 'A'}, 'stock': {'N': '4'}}
#   after INSERT {'productId': {'S': 'A'}, 'price': {'N': '1'}}
#   IN           ['A']
#   BETWEEN      []
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install -q --no-compile 'moto[dynamodb]==5.2.5' boto3==1.44.8 2>"$room/log" ||
    { cat "$room/log" >&2; exit 1; }
cd "$room"
export AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_DEFAULT_REGION=us-east-1
venv/bin/python -W ignore - <<'PY'
import boto3
from moto import mock_aws

with mock_aws():
    client = boto3.client("dynamodb")
    client.create_table(
        TableName="Products",
        KeySchema=[{"AttributeName": "productId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "productId", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for key in "AB":
        client.put_item(TableName="Products", Item={"productId": {"S": key}, "stock": {"N": "4"}})

    def run(statement):
        return client.execute_statement(Statement=statement)["Items"]

    def select(where):
        return sorted(each["productId"]["S"] for each in run(f'SELECT * FROM "Products" WHERE {where}'))

    def item():
        return client.get_item(TableName="Products", Key={"productId": {"S": "A"}})["Item"]

    found = select("productId IN ['A', 'B']"), select("stock BETWEEN 1 AND 9")
    before = item()
    run("INSERT INTO \"Products\" VALUE {'productId': 'A', 'price': 1}")
    print("item before ", before)
    print("after INSERT", item())
    print("IN          ", found[0])
    print("BETWEEN     ", found[1])
    assert item() == {"productId": {"S": "A"}, "price": {"N": "1"}}, "it changed"
    assert found == (["A"], []), "it changed"
PY
