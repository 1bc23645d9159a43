"""Where requests go: to AWS itself, or to an emulator that stands for it."""

from __future__ import annotations

import http.client
import re
import ssl
from dataclasses import replace
from urllib.parse import urlsplit

from e2e_project import client
from fault_calls import Request
from fault_kinds import Answer
from fault_mend import with_locks, with_tags
from life_tunnel import Answering
from recording_proxy import HOP_BY_HOP

API_HOST = re.compile(r"(\w+)\.execute-api\.[\w-]+\.amazonaws\.com")
TIMEOUT = 90.0


def aws_itself() -> Answering:
    """Straight on, over TLS with the machine's own authorities."""
    trusted = ssl.create_default_context()

    def answering(host: str, request: Request) -> Answer:
        connection = http.client.HTTPSConnection(host, timeout=TIMEOUT, context=trusted)
        return _asked(connection, request)

    return answering


def emulated(url: str) -> Answering:
    """To an emulator, that knows a deployed API by its path and not by its host."""
    netloc = urlsplit(url).netloc

    def answering(host: str, request: Request) -> Answer:
        if api := API_HOST.fullmatch(host):
            stage, _, rest = request.path.removeprefix("/").partition("/")
            path = f"/restapis/{api[1]}/{stage}/_user_request_/{rest}"
            request = replace(request, path=path)
        return _asked(http.client.HTTPConnection(netloc, timeout=TIMEOUT), request)

    return answering


def _asked(connection: http.client.HTTPConnection, request: Request) -> Answer:
    """The Host header stays, since it is part of what is signed."""
    try:
        connection.request(request.method, request.path, request.body, dict(request.headers))
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    left_out = HOP_BY_HOP | {"content-length"}
    return Answer(
        answer.status, {n: v for n, v in answer.getheaders() if n.lower() not in left_out}, body
    )


def mended(url: str, answering: Answering) -> Answering:
    """With what the emulator keeps to itself and AWS tells, without which nothing would be done."""
    gateway = client("apigateway", url)

    def reported(host: str, request: Request) -> Answer:
        operation, named = request.named
        answer, api = answering(host, request), named.get("restapi_id", "")
        return with_tags(gateway, operation, api, with_locks(gateway, operation, api, answer))

    return reported
