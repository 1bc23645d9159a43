#!/usr/bin/env bash
# moto 5.2.5, MiniStack 1.5.33 and cognito-local 5.3.0 (Node.js), each as Cognito's user pools
#
# Guess: in a pool whose UsernameConfiguration says CaseSensitive: false, and whose users sign in with their e-mail
#   addresses, Ada@Example.COM is ada@example.com: she signs in, and nobody can be made beside her. Cognito
#   documents that, and advises it.
# Behaviour: all three take the setting, tell it back, and compare the letters: the sign-in is refused, and
#   the second user is made, where AWS answers UsernameExistsException. What a test proves here of capitals is
#   the other way round there.
# Seen:
#                  CaseSensitive  ada@example.com  Ada@Example.COM         users made
#   moto           False          signed in        UserNotFoundException   2
#   MiniStack      False          signed in        UserNotFoundException   2
#   cognito-local  False          signed in        NotAuthorizedException  2
set -euo pipefail
room=$(mktemp -d)
running=()
trap 'kill "${running[@]}" 2>/dev/null || true; wait; rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -q --no-compile ministack==1.5.33 boto3==1.43.106 'moto[cognitoidp]==5.2.5' 2>log ||
    { cat log >&2; exit 1; }
npm install --silent --no-audit --no-fund --prefix . cognito-local@5.3.0 >log 2>&1 || { cat log >&2; exit 1; }
read -r first second < <(python3 -c 'import socket
both = [socket.socket(), socket.socket()]
for each in both: each.bind(("127.0.0.1", 0))
print(*(each.getsockname()[1] for each in both))')
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
HOME=$room TMPDIR=$room BIND_HOST=127.0.0.1 MINISTACK_HOST=127.0.0.1 GATEWAY_PORT=$first \
    IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 DOCKER_HOST=unix:///nonexistent venv/bin/ministack >log 2>&1 &
running+=($!)
HOST=127.0.0.1 PORT=$second node node_modules/cognito-local/lib/bin/start.js >log2 2>&1 &
running+=($!)
venv/bin/python -W ignore - "$first" "$second" <<'PY'
import sys

import boto3
from botocore.config import Config
from moto import mock_aws

PASSWORD = "Kettle-1999"
PATIENT = Config(retries={"mode": "standard", "max_attempts": 12})
NAMES = ("ada@example.com", "Ada@Example.COM")


def tried(client):
    pool = client.create_user_pool(
        PoolName="customers", UsernameAttributes=["email"], UsernameConfiguration={"CaseSensitive": False}
    )["UserPool"]["Id"]
    told = client.describe_user_pool(UserPoolId=pool)["UserPool"]["UsernameConfiguration"]["CaseSensitive"]
    app = client.create_user_pool_client(
        UserPoolId=pool,
        ClientName="shop",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]

    def make(name):
        client.admin_create_user(
            UserPoolId=pool,
            Username=name,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": name}, {"Name": "email_verified", "Value": "true"}],
        )
        client.admin_set_user_password(UserPoolId=pool, Username=name, Password=PASSWORD, Permanent=True)

    def sign_in(name):
        try:
            client.initiate_auth(
                ClientId=app,
                AuthFlow="USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
            )
        except client.exceptions.ClientError as error:
            return error.response["Error"]["Code"]
        return "signed in"

    make(NAMES[0])
    answers = [sign_in(name) for name in NAMES]
    make(NAMES[1])
    return [told, *answers, len(client.list_users(UserPoolId=pool)["Users"])]


def at(port):
    return boto3.client("cognito-idp", endpoint_url=f"http://127.0.0.1:{port}", config=PATIENT)


with mock_aws():
    seen = {"moto": tried(boto3.client("cognito-idp"))}
seen["MiniStack"] = tried(at(sys.argv[1]))
seen["cognito-local"] = tried(at(sys.argv[2]))
print(f"{'':14} CaseSensitive  {NAMES[0]:16} {NAMES[1]:23} users made")
for name, (told, small, large, users) in seen.items():
    print(f"{name:14} {str(told):14} {small:16} {large:23} {users}")
assert seen == {
    "moto": [False, "signed in", "UserNotFoundException", 2],
    "MiniStack": [False, "signed in", "UserNotFoundException", 2],
    "cognito-local": [False, "signed in", "NotAuthorizedException", 2],
}, "it changed"
PY
