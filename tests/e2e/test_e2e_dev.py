"""`productsapi dev`: saved and live, with errors reported and the last good code serving."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import leaks
import pytest
from e2e_commands import PATIENCE
from e2e_http import call
from e2e_project import Deployed

pytest.importorskip("watchfiles")

GOOD = {"productId": "S1", "category": "C", "productName": "N", "productPrice": 1.25}


class Dev:
    """One that runs, and all that it has said."""

    def __init__(self, deployed: Deployed, *words: str) -> None:
        self.project, self.url = deployed.project, f"{deployed.reported['invoke_url']}/products"
        self.said = ""
        self.process = subprocess.Popen(
            self.project.command("dev", *words),
            cwd=self.project.folder, env=self.project.environment(),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        while chunk := os.read(self.process.stdout.fileno(), 4096):
            self.said += chunk.decode()

    def until(self, text: str, times: int = 1) -> None:
        give_up = time.monotonic() + PATIENCE
        while self.said.count(text) < times:
            assert time.monotonic() < give_up, f"no {text!r} in:\n{self.said}"
            assert self.process.poll() is None, self.said
            time.sleep(0.05)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stdout
        self.process.stdout.close()

    @property
    def get(self) -> Path:
        return self.project.folder / "lambda_src" / "get_product" / "lambda_function.py"

    def save(self, path: Path, text: str) -> None:
        """As many editors do: beside it, and then in its place."""
        new = path.with_name(f".{path.name}.new")
        new.write_text(text, "utf-8")
        new.replace(path)

    def ask(self, **headers: str) -> Any:
        token = self.project.run("user", "token", "dev", "--local").out.strip()
        leaks.secret(token)
        return call("GET", self.url, {"Authorization": f"Bearer {token}", **headers})


@pytest.fixture
def dev(deployed_anew: Deployed) -> Iterator[Dev]:
    project = deployed_anew.project
    lines = [json.dumps(GOOD), json.dumps({"productId": "S2"})]
    (project.folder / "seed.jsonl").write_text("\n".join(lines), "utf-8")
    running = Dev(deployed_anew, "--seed", "seed.jsonl")
    yield running
    running.end()
    leaks.saw("productsapi dev", running.said)
    kept = json.loads((project.home / ".config/productsapi/tokens.json").read_text("utf-8"))
    for pools in kept.values():
        for users in pools.values():
            leaks.secret(*(token for tokens in users.values() for token in tokens.values()))


def test_what_is_saved_is_live_and_all_is_printed(dev: Dev) -> None:
    dev.until("Watch  lambda_src/ and config/dev.yaml")
    assert "dev is signed in" in dev.said
    assert "1 created, 0 there already, 1 refused" in dev.said
    assert "seed.jsonl:2: 400 " in dev.said
    good = dev.get.read_text("utf-8")

    dev.save(
        dev.get, good.replace("    token = parameter", '    print("seen")\n    token = parameter')
    )
    dev.until("live in get")
    assert [each["productId"] for each in dev.ask().body["items"]] == ["S1"]
    dev.until("get: seen")
    dev.until("200 GET    /products ")

    dev.save(dev.get, f"{good}\ndef broken(:\n")
    dev.until("def broken(:\n               ^\n")
    dev.until("the code deployed before keeps serving")
    assert dev.ask().status == 200

    dev.save(dev.get, good.replace("    token = parameter", "    1 / 0\n    token = parameter"))
    dev.until("live in get", times=2)
    assert dev.ask().status == 500
    dev.until("ZeroDivisionError")
    dev.until("1 / 0")
    assert call("GET", dev.url).status == 401
    dev.until("401 GET    /products ")

    config = dev.project.folder / "config" / "dev.yaml"
    had = config.read_text("utf-8")
    dev.save(config, had.replace("memory_mb: 256", "memory_mb: 1"))
    dev.until("functions.memory_mb: found 1")
    dev.save(config, had.replace("memory_mb: 256", "memory_mb: 384"))
    dev.until("config/dev.yaml live")

    dev.process.send_signal(signal.SIGTERM)
    assert dev.process.wait(PATIENCE) == 143
    assert "Traceback (most" not in dev.said
    listed = dev.project.json("products", "list", "--local")
    assert [each["productId"] for each in listed] == ["S1"], "data is kept"
