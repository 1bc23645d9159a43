#!/usr/bin/env bash
# botocore 1.44.8 (SigV4Auth), requests-aws4auth 1.4.0, aws-requests-auth 0.4.3 (on requests 2.34.2)
#
# Guess: three signers of one protocol make the same canonical query string of one URL, the one of the published
#   rule: names and values percent-encoded but for letters, digits and -_.~, and sorted by name, then by value.
# Behaviour: two of the three don't keep the rule.
#   botocore takes the query's values as they stand in the URL: a * or ' that requests leaves as it is, is
#     signed as it is. Only requests-aws4auth encodes it. (botocore does it right for parameters given apart.)
#   aws-requests-auth sorts the pairs with their = : where one name begins with another, as size and size-max,
#     the longer comes first, as - sorts before =.
# Seen (* marks what isn't the rule's):
#   ?name=a*          name=a%2A          botocore* aws-requests-auth*
#   ?size=1&size-max=2  size=1&size-max=2  aws-requests-auth*
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install -q --no-compile botocore==1.44.8 requests==2.34.2 requests-aws4auth==1.4.0 \
    aws-requests-auth==0.4.3 2>"$room/log" || { cat "$room/log" >&2; exit 1; }
cd "$room"
venv/bin/python -W ignore - <<'PY'
from urllib.parse import parse_qsl, quote, urlsplit

import requests
from aws_requests_auth.aws_auth import AWSRequestsAuth
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from requests_aws4auth import AWS4Auth

botocore_signer = SigV4Auth(Credentials("id", "secret"), "execute-api", "us-east-1")
aws4auth = AWS4Auth("id", "secret", "us-east-1", "execute-api")


def by_the_rule(query):
    pairs = [tuple(quote(part, safe="-_.~") for part in pair) for pair in parse_qsl(query, True)]
    return "&".join("=".join(pair) for pair in sorted(pairs))


def differing(query):
    prepared = requests.Request("GET", "https://api.example.com/dev/products?" + query).prepare()
    sent = urlsplit(prepared.url).query
    made = {
        "botocore": botocore_signer.canonical_query_string(AWSRequest("GET", prepared.url)),
        "requests-aws4auth": aws4auth.amz_cano_querystring(sent),
        "aws-requests-auth": AWSRequestsAuth.get_canonical_querystring(prepared),
    }
    rule = by_the_rule(sent)
    others = [name for name, each in made.items() if each != rule]
    print(f"?{query:19} {rule:18} {' '.join(name + '*' for name in others)}")
    return others


assert differing("b=2&a=1") == [], "none keeps the rule any more"
assert differing("name=a*") == ["botocore", "aws-requests-auth"], "it changed"
assert differing("size=1&size-max=2") == ["aws-requests-auth"], "it changed"
PY
