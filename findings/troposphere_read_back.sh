#!/usr/bin/env bash
# troposphere 4.11.1, TemplateGenerator (reads a CloudFormation template into troposphere's objects)
#
# Guess: a valid template that's read and written again without a change says the same; what the reader doesn't
#   know is an error, as an unknown resource type or property is.
# Behaviour: UpdateReplacePolicy is dropped from each resource, and the section Rules from the template, silently,
#   while DeletionPolicy, Condition, DependsOn and Metadata are kept. A table that was to outlive its replacement
#   is deleted with its data when a later change replaces it. Both can be set on troposphere's own objects.
# Seen:
#   lost from the table:     ['UpdateReplacePolicy']
#   lost from the template:  ['Rules']
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install -q --no-compile troposphere==4.11.1 2>"$room/log" || { cat "$room/log" >&2; exit 1; }
cd "$room"
venv/bin/python -W ignore - <<'PY'
import json

from troposphere.dynamodb import Table
from troposphere.template_generator import TemplateGenerator

template = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Rules": {
        "SomeRule": {
            "Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "Stage"}, "dev"]}, "AssertDescription": "only dev"}]
        }
    },
    "Parameters": {"Stage": {"Type": "String"}},
    "Resources": {
        "Table": {
            "Type": "AWS::DynamoDB::Table",
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Metadata": {"owner": "shop"},
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "KeySchema": [{"AttributeName": "productId", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "productId", "AttributeType": "S"}],
            },
        }
    },
}
written = json.loads(TemplateGenerator(json.loads(json.dumps(template))).to_json())
table, again = template["Resources"]["Table"], written["Resources"]["Table"]
lost = sorted(set(table) - set(again)), sorted(set(template) - set(written))
print("lost from the table:    ", lost[0])
print("lost from the template: ", lost[1])
assert lost == (["UpdateReplacePolicy"], ["Rules"]), "it changed"
assert all(again[name] == table[name] for name in again), "something else changed"
assert Table("T", UpdateReplacePolicy="Retain").resource["UpdateReplacePolicy"] == "Retain"
PY
