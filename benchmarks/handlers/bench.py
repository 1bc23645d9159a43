"""The functions beside the guide's form, an earlier commit, AWS Powertools and chalice.

    python benchmarks/handlers/bench.py [--pairs 15] [--before REV] [--python PYTHON]

PYTHON is an interpreter that has boto3, aws-lambda-powertools and chalice; of forms that can't be
imported there nothing is reported. All take turns in one run, each time in a process of its own,
against a server that answers as DynamoDB does, over TLS. Told are ratios to the guide's form.

On AWS, ours reads the five of the system's authorities that vouch for AWS (`shared/trust.py`). Here
the server's own authority stands for these, among the same number of others.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
WARM_REQUESTS = 300
ENVIRONMENTS, EACH = 20, 50
PRODUCT = {
    "productId": "PROD001",
    "category": "Electronics",
    "productName": "Smartphone Model X",
    "description": "Latest model smartphone with advanced features.",
    "productPrice": 799,
    "stock": 150,
}
FIGURES = {
    "ready": "ready, CPU of the whole process",
    "unpacked": "the same, its own sources compiled",
    "context": "import, client and TLS context (CPU)",
    "first": "process start to first answer (CPU)",
    "peak": "peak memory",
    "warm": "a warm request with its call (CPU)",
}
Told = dict[str, float]


def event() -> dict[str, Any]:
    """POST /products, as a REST API with a proxy integration hands it on."""
    return {
        "httpMethod": "POST",
        "resource": "/products",
        "path": "/products",
        "headers": {"Content-Type": "application/json"},
        "multiValueHeaders": {"Content-Type": ["application/json"]},
        "pathParameters": None,
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "stageVariables": None,
        "requestContext": {
            "requestId": "bench",
            "resourcePath": "/products",
            "httpMethod": "POST",
            "path": "/products",
            "authorizer": {"claims": {"sub": "s", "token_use": "id", "aud": "client"}},
        },
        "body": json.dumps(PRODUCT),
        "isBase64Encoded": False,
    }


def forms(before: str, folder: Path) -> dict[str, list[Path]]:
    """The folders of each form; the earlier commit's sources are taken out of git."""
    earlier = folder / "before"
    earlier.mkdir()
    packed = subprocess.run(
        ["git", "-C", ROOT, "archive", before, "lambda_src"], check=True, capture_output=True
    ).stdout
    subprocess.run(["tar", "-x", "-C", earlier], input=packed, check=True)
    task = folder / "task"
    no_bytecode = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "lambda_src", task / "lambda_src", ignore=no_bytecode)
    _vouched_for(task / "lambda_src" / "shared" / "trust.py", folder / "bundle.pem")
    shutil.copytree(HERE / "forms", task / "forms", ignore=no_bytecode)
    made = {
        "guide": [task / "forms" / "guide"],
        "ours": [task / "lambda_src" / "create_product", task / "lambda_src"],
        f"ours at {before}": [earlier / "lambda_src" / "create_product", earlier / "lambda_src"],
    }
    return {**made, **{name: [task / "forms" / name] for name in ("powertools", "chalice")}}


def _vouched_for(trust: Path, bundle: Path) -> None:
    """Have ours know the bundle's last authority, the server's own, by its fingerprint as well."""
    last = bundle.read_text().rpartition("-----BEGIN")
    der = ssl.PEM_cert_to_DER_cert("".join(last[1:]))
    source, known = trust.read_text(), "AWS_ROOTS = frozenset(\n    (\n"
    if known not in source:
        raise SystemExit(f"{trust} has no such list any more")
    fingerprint = hashlib.sha256(der).hexdigest()
    trust.write_text(source.replace(known, f'{known}        "{fingerprint}",\n'))


class Probe:
    """Runs a form in a process of its own."""

    def __init__(self, python: str, folder: Path, port: int) -> None:
        self.python = python
        self.event = folder / "event.json"
        self.event.write_text(json.dumps(event()))
        self.environment = {
            "PATH": os.environ["PATH"],
            "AWS_LAMBDA_FUNCTION_NAME": "bench",
            "AWS_REGION": "eu-west-2",
            "AWS_DEFAULT_REGION": "eu-west-2",
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL_DYNAMODB": f"https://localhost:{port}",
            "AWS_CA_BUNDLE": str(folder / "bundle.pem"),
            "POWERTOOLS_SERVICE_NAME": "bench",
            "TABLE_NAME": "ProductsTable",
            "CLIENT_IDS": "client",
        }
        self.cache = str(folder / "cache")

    def environment_of(self, folders: list[Path]) -> dict[str, str]:
        """An SDK brings authorities of its own; ours go by the system's, which are the same."""
        made = {**self.environment, "PYTHONPATH": os.pathsep.join(map(str, folders))}
        if (folders[-1] / "shared" / "trust.py").exists():
            made["SSL_CERT_FILE"] = made.pop("AWS_CA_BUNDLE")
        return made

    def __call__(self, folders: list[Path], warm: int, *, unpacked: bool = False) -> Told | None:
        """None where the form's packages aren't there.

        `unpacked`: as Lambda unpacks a zip of sources, where no bytecode can be written. What is
        installed has its own.
        """
        kept = {"PYTHONPYCACHEPREFIX": self.cache}
        bytecode = {"PYTHONDONTWRITEBYTECODE": "1"} if unpacked else kept
        ended = subprocess.run(
            [self.python, HERE / "probe.py", self.event, str(warm)],
            env=self.environment_of(folders) | bytecode, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        if "ModuleNotFoundError" in ended.stderr:
            return None
        if ended.returncode:
            raise SystemExit(ended.stderr)
        reported: Told = json.loads(ended.stdout)
        return reported


@contextmanager
def dynamodb(folder: Path) -> Iterator[int]:
    command = [sys.executable, HERE / "server.py", folder]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        yield int(server.stdout.readline())
        server.stdin.close()


def many(probe: Probe, folders: list[Path]) -> float:
    """CPU seconds of 1,000 requests in 20 environments, as 20 callers at once make Lambda start."""
    with ThreadPoolExecutor(ENVIRONMENTS) as pool:
        reported = pool.map(lambda _: probe(folders, EACH - 1), range(ENVIRONMENTS))
        return sum(each["whole"] for each in reported)


def measured(probe: Probe, made: dict[str, list[Path]], pairs: int) -> dict[str, list[Told]]:
    there = {name: folders for name, folders in made.items() if probe(folders, 1)}
    seen: dict[str, list[Told]] = {name: [] for name in there}
    for number in range(pairs):
        for name, folders in there.items():
            reported = probe(folders, WARM_REQUESTS)
            reported["unpacked"] = probe(folders, 1, unpacked=True)["ready"]
            seen[name].append(reported)
        print(f"\rround {number + 1} of {pairs}", end="", file=sys.stderr, flush=True)
    for name, folders in there.items():
        for each in seen[name][:1]:
            each["many"] = many(probe, folders)
    return seen


def ratio(ours: list[Told], other: list[Told], figure: str) -> float:
    return statistics.median(a[figure] / b[figure] for a, b in zip(ours, other, strict=True))


def print_table(seen: dict[str, list[Told]]) -> None:
    print("\n" + " " * 38 + "".join(f"{name[:16]:>18}" for name in seen))
    for figure, title in FIGURES.items():
        unit = 1 if figure == "peak" else 1000
        cells = [
            f"{statistics.median(each[figure] for each in reported) * unit:9.2f}"
            f" ({ratio(reported, seen['guide'], figure):.2f})"
            for reported in seen.values()
        ]
        print(f"{title:<38}" + "".join(f"{cell:>18}" for cell in cells))
    whole = {name: reported[0]["many"] for name, reported in seen.items()}
    cells = [f"{each * 1000:9.0f} ({each / whole['guide']:.2f})" for each in whole.values()]
    title = f"{ENVIRONMENTS * EACH} requests, {ENVIRONMENTS} environments"
    print(f"{title:<38}" + "".join(f"{cell:>18}" for cell in cells))
    for name, reported in seen.items():
        if name not in {"ours", "guide"}:
            print(f"a warm request beside {name}: {ratio(seen['ours'], reported, 'warm'):.2f}")
    print("(ms, MiB; in brackets the medians of the ratios to the guide's form, by rounds)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--before", default="c788ee5", metavar="REV")
    parser.add_argument("--python", default=sys.executable)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with dynamodb(folder) as port:
            probe = Probe(asked.python, folder, port)
            seen = measured(probe, forms(asked.before, folder), asked.pairs)
    print(time.strftime("\n%Y-%m-%d"), subprocess.check_output([asked.python, "-V"], text=True))
    print_table(seen)


if __name__ == "__main__":
    main()
