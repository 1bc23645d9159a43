#!/usr/bin/env bash
# chalice 1.34.0, gen-policy (the policy that a deploy gives the function by default: autogen_policy)
#
# Guess: transact_write_items asks for dynamodb:PutItem and the like, execute_statement for dynamodb:PartiQL…,
#   a paginator of scan for dynamodb:Scan, as scan itself does; and a call that can't be mapped is told.
# Behaviour: each of these, and lambda's invoke, adds nothing: there's no statement and no warning, and the exit
#   code is 0. The function that's deployed with this policy lacks the permissions for just these calls, which
#   shows when they're made.
# Seen:
#   scan                  dynamodb:Scan
#   paginator of scan     nothing
#   transact_write_items  nothing
#   execute_statement     nothing
#   invoke                nothing
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install -q --no-compile chalice==1.34.0 2>"$room/log" || { cat "$room/log" >&2; exit 1; }
cd "$room"
export AWS_DEFAULT_REGION=us-east-1

seen() { # NAME WANTED CALL
    printf "import boto3\ndynamodb = boto3.client('dynamodb')\n%s\n" "$3" >one.py
    venv/bin/chalice gen-policy --filename one.py >policy.json 2>told || { cat told >&2; exit 1; }
    venv/bin/python - "$1" "$2" <<'PY'
import json
import sys

statements = json.load(open("policy.json"))["Statement"]
actions = " ".join(action for each in statements for action in each["Action"]) or "nothing"
print(f"{sys.argv[1]:21} {actions}")
assert actions == sys.argv[2], "it changed"
assert "transact" not in open("told").read(), "it's told now"
PY
}
seen scan dynamodb:Scan "dynamodb.scan(TableName='t')"
seen 'paginator of scan' nothing "dynamodb.get_paginator('scan').paginate(TableName='t')"
seen transact_write_items nothing 'dynamodb.transact_write_items(TransactItems=[])'
seen execute_statement nothing "dynamodb.execute_statement(Statement='SELECT * FROM t')"
seen invoke nothing "boto3.client('lambda').invoke(FunctionName='f')"
