"""Save to live: from the write of a source to the first answer of the new code, beside two peers.

    python benchmarks/dev.py [--saves 20] [--chalice PYTHON] [--serverless FOLDER]

`productsapi dev` on its local cloud, `chalice local` with its reloader, and serverless-offline with
`--reloadHandler`. PYTHON is an interpreter that has chalice and watchdog; in FOLDER npm has
installed serverless@3 and serverless-offline@13. What isn't given is left out. Each has one handler
that answers a number; it is saved with the next one, by a rename as editors do it, and asked for
until that number comes. A save of each in turn, so that all have the same machine.
"""

from __future__ import annotations

import argparse
import http.client
import math
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

GIVE_UP = 90.0
NOT_LIVE = 20.0
"""Seconds for a start, and for a save that never gets live."""
PAUSE = 2.0
"""Seconds between a peer's answer and its next save."""
HEADER = "X-Saved"

CHALICE = """from chalice import Chalice, Response

app = Chalice(app_name="peer")

@app.route("/products")
def products():
    return Response("{}", headers={"X-Saved": "%s"})
"""
SERVERLESS = """exports.get = async () => (
  { statusCode: 200, headers: { "X-Saved": "%s" }, body: "{}" }
);
"""
SERVERLESS_YML = """service: peer
frameworkVersion: "3"
provider: { name: aws, runtime: nodejs20.x }
plugins: [serverless-offline]
custom: { serverless-offline: { httpPort: PORT, lambdaPort: LAMBDA, websocketPort: SOCKET } }
functions:
  get: { handler: handler.get, events: [{ http: { path: products, method: get } }] }
"""


@dataclass
class Peer:
    name: str
    source: Path
    text: Callable[[str], str]
    """The source that answers this number."""
    url: str
    headers: dict[str, str]

    def save(self, number: str) -> None:
        new = self.source.with_name(f".{self.source.name}.new")
        new.write_text(self.text(number), "utf-8")
        new.replace(self.source)

    def answer(self) -> str | None:
        """The number that it answers now; None where it doesn't."""
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        try:
            connection.request("GET", parts.path, headers=self.headers)
            answer = connection.getresponse()
            answer.read()
            return answer.getheader(HEADER)
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def until(self, number: str, most: float) -> float:
        """Seconds; infinite where it isn't live after `most`."""
        began = time.perf_counter()
        while self.answer() != number:
            if time.perf_counter() - began > most:
                return math.inf
            time.sleep(0.01)
        return time.perf_counter() - began


@contextmanager
def running(command: list[str], folder: Path, **env: str) -> Iterator[None]:
    log = folder / "said.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **env}, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


@contextmanager
def ours(folder: Path) -> Iterator[Peer]:
    env = {"XDG_CONFIG_HOME": str(folder / "home"), "AWS_EC2_METADATA_DISABLED": "true"}

    def run(*words: str) -> str:
        command = [sys.executable, "-m", "productsapi", *words]
        return subprocess.run(
            command, cwd=folder / "shop", env={**os.environ, **env}, check=True,
            capture_output=True, text=True,
        ).stdout.strip()  # fmt: skip

    (folder / "shop").mkdir(parents=True)
    run("init", ".")
    source = folder / "shop" / "lambda_src" / "get_product" / "lambda_function.py"
    had = source.read_text("utf-8")

    def text(number: str) -> str:
        end = "\n\n_handler = lambda_handler\n\n\ndef lambda_handler(event, context):\n"
        end += "    answer = _handler(event, context)\n"
        return f'{had}{end}    answer["headers"]["{HEADER}"] = "{number}"\n    return answer\n'

    try:
        with running([sys.executable, "-m", "productsapi", "dev"], folder / "shop", **env):
            log, began = folder / "shop" / "said.log", time.monotonic()
            while "Watch  " not in log.read_text("utf-8"):
                if time.monotonic() - began > GIVE_UP:
                    sys.exit(log.read_text("utf-8"))
                time.sleep(0.1)
            url = next(
                line.split()[1] for line in log.read_text("utf-8").split("\n") if line[:4] == "API "
            )
            token = run("user", "token", "dev", "--local")
            headers = {"Authorization": f"Bearer {token}"}
            yield Peer("productsapi dev", source, text, f"{url}/products", headers)
    finally:
        run("local", "down")


@contextmanager
def chalice(folder: Path, python: Path) -> Iterator[Peer]:
    (folder / ".chalice").mkdir(parents=True)
    (folder / ".chalice" / "config.json").write_text('{"version": "2.0", "app_name": "peer"}')
    port, source = free_port(), folder / "app.py"
    source.write_text(CHALICE % "begin", "utf-8")
    command = [str(python.with_name("chalice")), "local", "--port", str(port)]
    with running(command, folder, AWS_DEFAULT_REGION="eu-west-2"):
        url = f"http://127.0.0.1:{port}/products"
        yield Peer("chalice local", source, lambda number: CHALICE % number, url, {})


@contextmanager
def serverless(folder: Path, installed: Path) -> Iterator[Peer]:
    folder.mkdir()
    (folder / "node_modules").symlink_to(installed.resolve() / "node_modules")
    port, source = free_port(), folder / "handler.js"
    yml = SERVERLESS_YML.replace("PORT", str(port), 1)
    yml = yml.replace("LAMBDA", str(free_port())).replace("SOCKET", str(free_port()))
    (folder / "serverless.yml").write_text(yml, "utf-8")
    source.write_text(SERVERLESS % "begin", "utf-8")
    command = ["node_modules/.bin/serverless", "offline", "start", "--reloadHandler"]
    quiet = {"SLS_TELEMETRY_DISABLED": "1", "SLS_NOTIFICATIONS_MODE": "off"}
    with running(command, folder, **quiet):
        url = f"http://127.0.0.1:{port}/dev/products"
        name = "serverless-offline --reloadHandler"
        yield Peer(name, source, lambda number: SERVERLESS % number, url, {})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--saves", type=int, default=20)
    parser.add_argument("--chalice", type=Path)
    parser.add_argument("--serverless", type=Path)
    given = parser.parse_args()
    with ExitStack() as ending:
        base = Path(ending.enter_context(tempfile.TemporaryDirectory()))
        peers = [ending.enter_context(ours(base / "ours"))]
        if given.chalice:
            peers.append(ending.enter_context(chalice(base / "chalice", given.chalice)))
        if given.serverless:
            peers.append(ending.enter_context(serverless(base / "serverless", given.serverless)))
        for peer in peers:
            peer.save("warm")
            if peer.until("warm", GIVE_UP) == math.inf:
                sys.exit(f"{peer.name}: nothing is live after {GIVE_UP:.0f} s")
        times: dict[str, list[float]] = {peer.name: [] for peer in peers}
        for number in range(given.saves):
            for peer in peers:
                time.sleep(PAUSE)
                peer.save(str(number))
                times[peer.name].append(peer.until(str(number), NOT_LIVE))
    print(f"{'':<36}{'median':>8}{'lowest':>9}{'highest':>9}   of {given.saves} saves, seconds")
    for name, found in times.items():
        figures = statistics.median(found), min(found), max(found)
        never = found.count(math.inf)
        note = f"   {never} not live after {NOT_LIVE:.0f} s" if never else ""
        print(f"{name:<36}{figures[0]:8.2f}{figures[1]:9.2f}{figures[2]:9.2f}{note}")


if __name__ == "__main__":
    main()
