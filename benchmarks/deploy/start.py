"""What this machine adds to every figure: the making of the clients, and the proxy itself."""

from __future__ import annotations

import http.client
import statistics
import subprocess
import sys
import time

from aws_proxy import HOST, Proxy

CLIENTS = """
import gc
import time
import botocore.session
from productsapi.aws.clients import Clients
clients = Clients(botocore.session.Session(), region_name="eu-west-2")
clients.get("sts")
gc.disable()
began = time.perf_counter()
for service in ("dynamodb", "lambda", "iam", "apigateway", "cognito-idp", "logs", "ssm"):
    clients.get(service)
print(time.perf_counter() - began)
"""
"""The first one, and what Python loads for it, is in the time to the first call already."""

PASSES = 300


def clients_seconds(times: int = 7) -> float:
    """To make the other clients in a fresh process: one core's work, however it is ordered."""
    command = [sys.executable, "-c", CLIENTS]
    taken = [
        subprocess.run(command, check=True, capture_output=True, text=True).stdout
        for _ in range(times)
    ]
    return statistics.median(map(float, taken))


def proxy_seconds(proxy: Proxy, port: int) -> float:
    """What the proxy itself costs a call: through it, without a model, less past it."""
    proxy.model = None
    through = http.client.HTTPConnection(HOST, proxy.port)
    past = http.client.HTTPConnection(HOST, port)
    taken = [_seconds(through) - _seconds(past) for _ in range(PASSES)]
    through.close()
    past.close()
    return statistics.median(taken)


def _seconds(connection: http.client.HTTPConnection) -> float:
    began = time.perf_counter()
    connection.request("GET", "/_ministack/ready")
    connection.getresponse().read()
    return time.perf_counter() - began
