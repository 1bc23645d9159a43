"""The four functions against code in the manual guide's form, side by side in one run.

Told are the time from a fresh process to ready, the own time of a warm request, the zip's size and
the memory.

    python benchmarks/handlers.py [PAIRS]

«Ready» is what Lambda's init phase does: import the module, make the client. Nothing is sent.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "lambda_src"
FUNCTIONS = ("create", "get", "update", "delete")
GUIDE = ROOT / "benchmarks" / "guide"
WARM_REQUESTS = 3000

INIT = """
import resource, sys, time
started = time.perf_counter()
import lambda_function
seconds = time.perf_counter() - started
print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
LAMBDA = {
    "PATH": os.environ["PATH"],
    "AWS_LAMBDA_FUNCTION_NAME": "bench",
    "AWS_REGION": "eu-west-2",
    "AWS_DEFAULT_REGION": "eu-west-2",
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_EC2_METADATA_DISABLED": "true",
    "TABLE_NAME": "ProductsTable",
    "CLIENT_IDS": "client",
}


def init(*folders: Path) -> tuple[float, float]:
    """Seconds to ready, and peak memory in MiB, of a fresh process."""
    path = {"PYTHONPATH": os.pathsep.join(map(str, folders))}
    command = [sys.executable, "-c", INIT]
    ended = subprocess.run(
        command, env={**LAMBDA, **path}, check=True, capture_output=True, text=True
    )
    seconds, peak = ended.stdout.split()
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    return float(seconds), float(peak) / unit


def beside_the_guide(function: str, pairs: int) -> str:
    folders = (SOURCES / f"{function}_product", SOURCES)
    init(*folders), init(GUIDE)  # compile, and warm the file cache
    measured = [(init(*folders), init(GUIDE)) for _ in range(pairs)]
    ours = statistics.median(a[0] for a, _ in measured)
    theirs = statistics.median(b[0] for _, b in measured)
    ratio = statistics.median(a[0] / b[0] for a, b in measured)
    memory = [statistics.median(pair[which][1] for pair in measured) for which in (0, 1)]
    return (
        f"{function:<7} {ours * 1000:8.1f} {theirs * 1000:8.1f} {ratio:7.2f}"
        f" {memory[0]:9.1f} {memory[1]:9.1f}"
    )


class Table:
    """Answers at once, so that what is left is our own time."""

    def __init__(self, item: dict) -> None:
        self.item = item

    def put_item(self, **_: object) -> dict:
        return {}

    def get_item(self, **_: object) -> dict:
        return {"Item": self.item}

    def update_item(self, **_: object) -> dict:
        return {"Attributes": self.item}

    def delete_item(self, **_: object) -> dict:
        return {}


def warm() -> dict[str, float]:
    """Median seconds of one warm request of each function, without the call to DynamoDB."""
    sys.path.insert(0, str(SOURCES))
    from importlib.util import module_from_spec, spec_from_file_location

    from shared.attributes import item_of

    product = {
        "productId": "PROD001",
        "category": "Electronics",
        "productName": "Smartphone Model X",
        "description": "Latest model smartphone with advanced features.",
        "productPrice": 799,
        "stock": 150,
    }
    stored = Table(item_of({**product, "version": 1, "createdBy": "someone"}))
    bodies = {"create": json.dumps(product), "update": json.dumps({"stock": 3})}
    medians = {}
    for function in FUNCTIONS:
        spec = spec_from_file_location(function, SOURCES / f"{function}_product/lambda_function.py")
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        handler = module.lambda_handler.using(LAMBDA, lambda: stored)
        event = event_of(function, bodies.get(function))
        medians[function] = median_of(handler, event)
    return medians


def event_of(function: str, body: str | None) -> dict:
    item = function != "create"
    method = {"create": "POST", "get": "GET", "update": "PUT", "delete": "DELETE"}[function]
    return {
        "httpMethod": method,
        "resource": "/products/{productId}" if item else "/products",
        "path": "/products/PROD001" if item else "/products",
        "headers": {"Content-Type": "application/json"},
        "pathParameters": {"productId": "PROD001"} if item else None,
        "queryStringParameters": None,
        "requestContext": {
            "requestId": "bench",
            "authorizer": {"claims": {"sub": "s", "token_use": "id", "aud": "client"}},
        },
        "body": body,
        "isBase64Encoded": False,
    }


def median_of(handler: object, event: dict) -> float:
    taken = []
    with Path(os.devnull).open("w") as nowhere:
        kept, sys.stdout = sys.stdout, nowhere
        try:
            for _ in range(WARM_REQUESTS):
                started = time.perf_counter()
                answer = handler(event, None)
                taken.append(time.perf_counter() - started)
        finally:
            sys.stdout = kept
    if answer["statusCode"] >= 400:
        raise SystemExit(answer["body"])
    return statistics.median(taken)


def main(pairs: int) -> None:
    from productsapi.packaging import package

    print("         ready: ours   guide's        peak MiB: ours, guide's")
    print("               ms       ms   ratio")
    for function in FUNCTIONS:
        print(beside_the_guide(function, pairs))
    print(f"(medians of {pairs} pairs; target: a ratio of 0.75 at the most)\n")
    for function, seconds in warm().items():
        size = len(package(SOURCES, function)) / 1024
        print(
            f"{function:<7} {seconds * 1000:6.3f} ms of its own a warm request, zip {size:.0f} KiB"
        )
    print(f"(medians of {WARM_REQUESTS}; target: 0.3 ms at the most)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 11)
