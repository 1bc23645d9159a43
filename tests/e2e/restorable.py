"""The local cloud's emulator with two more doors: its account is written down, and put back.

Run by its path, as the emulator's own door is, which it has too. Starting an emulator and deploying
to it costs more than most of what tests do with it. So does starting its functions: they are forked
by command_server.py, which FORKS names.
"""

from __future__ import annotations

import gc
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from forked import Forked

FORKS = "TESTS_FORKS_AT"
_server = os.environ.pop(FORKS, "")

GATE = Path(__file__).parents[2] / "productsapi" / "local" / "gate.py"
SAVE, STAND = "/_tests/save", "/_tests/stand"
"""POST a folder: to it all that there is goes; or all that there is goes away, and it comes."""


def restorable(emulator: Any) -> Any:
    """The emulator's application, with those doors; state goes the way of a start and a stop."""
    inner = emulator.app

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] not in {SAVE, STAND}:
            await inner(scope, receive, send)
            return
        folder, state = (await _body(receive)).decode(), os.environ["STATE_DIR"]
        if scope["path"] == SAVE:
            emulator.save_all(emulator._build_persistence_save_dict())
            shutil.copytree(state, folder)
        else:
            emulator._reset_all_state()
            shutil.copytree(folder, state, dirs_exist_ok=True)
            emulator._load_persisted_state()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return app


class Function(Forked):
    """One of the local cloud's functions, as lambda_runtime uses subprocess.Popen."""

    def __init__(self, words: list[str], *, cwd: str, env: dict[str, str], **_: object) -> None:
        pipes = [os.pipe() for _ in range(3)]
        theirs = [pipes[0][0], pipes[1][1], pipes[2][1]]
        reported = {"program": words[1], "folder": cwd, "environment": env}
        try:
            super().__init__(_server, reported, theirs)
        finally:
            for each in theirs:
                os.close(each)
        self.stdin = os.fdopen(pipes[0][1], "w", buffering=1, encoding="utf-8")
        self.stdout, self.stderr = (os.fdopen(each[0], encoding="utf-8") for each in pipes[1:])


async def _body(receive: Any) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message["body"], message.get("more_body", False)
    return body


def main() -> None:
    sys.path.pop(0)  # from now on nothing is found by our folder
    from ministack import app as emulator
    from ministack.core import lambda_runtime
    from ministack.services import apigateway_v1

    gc.freeze()  # no request needs to look through what is loaded
    gc.set_threshold(20_000)
    lambda_runtime.subprocess = SimpleNamespace(Popen=Function, PIPE=subprocess.PIPE)
    emulator.app = restorable(emulator)
    runpy.run_path(str(GATE))["put_before"](emulator, apigateway_v1)
    emulator.main()


if __name__ == "__main__":
    main()
