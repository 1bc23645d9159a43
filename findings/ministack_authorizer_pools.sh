#!/usr/bin/env bash
# ministack 1.5.33, API Gateway (REST)
#
# Guess: an authorizer's user pools are a list, which update-authorizer changes one by one: op=add and op=remove
#   with path=/providerARNs and value=ARN, as API Gateway's table of patch operations has it.
# Behaviour: an add puts the text in the list's place, so that the answer's list has one member for each character;
#   a remove takes the whole list away, whatever the value is. Without one, every request that the authorizer
#   guards ends as a 500, also with a good token. Neither call is refused.
# Seen:
#   one pool, one added:    63 members: a r n : ...
#   two pools, one removed: 0 members
set -euo pipefail
room=$(mktemp -d)
running=()
trap 'kill "${running[@]}" 2>/dev/null || true; wait; rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -q --no-compile ministack==1.5.33 boto3==1.43.106 2>log || { cat log >&2; exit 1; }
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
HOME=$room TMPDIR=$room BIND_HOST=127.0.0.1 MINISTACK_HOST=127.0.0.1 GATEWAY_PORT=$port SERVICES=apigateway \
    IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 DOCKER_HOST=unix:///nonexistent venv/bin/ministack >log 2>&1 &
running+=($!)
venv/bin/python -W ignore - "$port" <<'PY'
import sys

import boto3
from botocore.config import Config

patient = Config(retries={"total_max_attempts": 12, "mode": "standard"})
client = boto3.client("apigateway", endpoint_url=f"http://127.0.0.1:{sys.argv[1]}", config=patient)
A, B = (f"arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_{each}" for each in "AB")
api = client.create_rest_api(name="shop")["id"]


def left(pools, *changes):
    made = client.create_authorizer(
        restApiId=api, name="users", type="COGNITO_USER_POOLS", providerARNs=pools,
        identitySource="method.request.header.Authorization",
    )["id"]
    operations = [{"op": op, "path": "/providerARNs", "value": arn} for op, arn in changes]
    client.update_authorizer(restApiId=api, authorizerId=made, patchOperations=operations)
    return client.get_authorizer(restApiId=api, authorizerId=made).get("providerARNs", [])


seen = {
    "one pool, one added": left([A], ("add", B)),
    "two pools, one removed": left([A, B], ("remove", A)),
}
for what, pools in seen.items():
    some = ": " + " ".join(pools[:4]) + " ..." if pools else ""
    print(f"{what + ':':23} {len(pools)} members{some}")
assert list(seen.values()) == [list(B), []], "it changed"
PY
