"""An emulator of its own account, for as long as a block runs."""

from __future__ import annotations

import os
import secrets
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import life_ministack

from productsapi.local import emulator

READY = 300.0


@contextmanager
def emulator_of(folder: Path, account: str, region: str) -> Iterator[str]:
    """Its URL. It is ended whatever happens, and keeps nothing."""
    for name in ("state", "tmp", "home"):
        (folder / name).mkdir(parents=True)
    port, mark = emulator.free_port(None), secrets.token_hex(8)
    env = emulator.environment(folder, port, region, mark, os.environ)
    env |= {"MINISTACK_ACCOUNT_ID": account}
    log = folder / "emulator.log"
    process = emulator.launch(mark, env, log, Path(life_ministack.__file__))
    try:
        give_up = time.monotonic() + READY
        while not emulator.answers(port, mark):
            if process.poll() is not None or time.monotonic() > give_up:
                raise AssertionError(log.read_text("utf-8"))
            time.sleep(0.05)
        yield f"http://{emulator.HOST}:{port}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
