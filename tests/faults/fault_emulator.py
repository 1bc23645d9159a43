"""The emulator with one more door: its whole account is put back without starting it again.

Run by its path, as the emulator's own door is. Starting costs more than many a broken command.
"""

from __future__ import annotations

import os
import shutil
import sys
from typing import Any

STAND = "/_faults/stand"
"""POST the folder of a saved state: all that there is goes, and what was saved comes."""


def restorable(emulator: Any) -> Any:
    """The emulator's application, with that door. Saved state is read as at a start."""
    inner = emulator.app

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] != STAND:
            await inner(scope, receive, send)
            return
        snapshot = (await _body(receive)).decode()
        emulator._reset_all_state()
        shutil.copytree(snapshot, os.environ["STATE_DIR"], dirs_exist_ok=True)
        emulator._load_persisted_state()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return app


async def _body(receive: Any) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message["body"], message.get("more_body", False)
    return body


def main() -> None:
    sys.path.pop(0)  # nothing is found by our folder
    from ministack import app as emulator

    emulator.app = restorable(emulator)
    emulator.main()


if __name__ == "__main__":
    main()
