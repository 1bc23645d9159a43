#!/usr/bin/env bash
# apig-wsgi 2.20.0, serverless-wsgi 3.1.0 and aws-wsgi 0.2.7, which run a WSGI application in a Lambda function
#
# Guess: one event of a REST API is one request for the application, whichever of the three made it: the event has
#   each value of a repeated parameter and header, so the application sees all of them, and its two Set-Cookie
#   headers both leave.
# Behaviour: three adapters, three requests. aws-wsgi gives the last value of a parameter and sends the last cookie
#   alone: a filter by two tags is one by the second. serverless-wsgi gives all values of the parameter, but the
#   last of a repeated header: If-None-Match in two lines is one entity tag. Only apig-wsgi keeps everything.
# Seen:
#                    tag             If-None-Match  cookies set
#   apig-wsgi        ['red', 'new']  "1","2"        2
#   serverless-wsgi  ['red', 'new']  "2"            2
#   aws-wsgi         ['new']         "2"            1
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install -q --no-compile apig-wsgi==2.20.0 serverless-wsgi==3.1.0 aws-wsgi==0.2.7 \
    werkzeug==3.1.9 2>"$room/log" || { cat "$room/log" >&2; exit 1; }
cd "$room"
venv/bin/python -W ignore - <<'PY'
import copy
import json
from urllib.parse import parse_qs

import apig_wsgi
import awsgi
import serverless_wsgi

TAGS, ETAGS, HOST = ["red", "new"], ['"1"', '"2"'], "api.example.com"
EVENT = {
    "resource": "/{proxy+}",
    "path": "/products",
    "httpMethod": "GET",
    "headers": {"Host": HOST, "If-None-Match": ETAGS[-1]},
    "multiValueHeaders": {"Host": [HOST], "If-None-Match": ETAGS},
    "queryStringParameters": {"tag": TAGS[-1]},
    "multiValueQueryStringParameters": {"tag": TAGS},
    "pathParameters": {"proxy": "products"},
    "stageVariables": None,
    "requestContext": {"stage": "dev", "httpMethod": "GET", "identity": {"sourceIp": "192.0.2.1"}},
    "body": None,
    "isBase64Encoded": False,
}


def application(environ, start_response):
    cookies = [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    start_response("200 OK", [("Content-Type", "application/json"), *cookies])
    return [json.dumps([parse_qs(environ["QUERY_STRING"])["tag"], environ["HTTP_IF_NONE_MATCH"]]).encode()]


def seen(handle):
    answer = handle(copy.deepcopy(EVENT), None)
    one, many = answer.get("headers", {}), answer.get("multiValueHeaders", {})
    return [*json.loads(answer["body"]), len(many["Set-Cookie"]) if many else sum(name == "Set-Cookie" for name in one)]


for name, handle, wanted in (
    ("apig-wsgi", apig_wsgi.make_lambda_handler(application), [TAGS, '"1","2"', 2]),
    ("serverless-wsgi", lambda *given: serverless_wsgi.handle_request(application, *given), [TAGS, '"2"', 2]),
    ("aws-wsgi", lambda *given: awsgi.response(application, *given), [["new"], '"2"', 1]),
):
    tags, etags, cookies = seen(handle)
    print(f"{name:16} {tags!s:15} {etags:14} {cookies}")
    assert [tags, etags, cookies] == wanted, "it changed"
PY
