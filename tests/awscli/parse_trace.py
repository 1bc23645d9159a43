"""The commands of a trace, read by the AWS CLI itself: each must send what the trace says was sent.

In an environment of its own, since awscli 1 pins botocore:

    python3 -m venv awscli-venv && awscli-venv/bin/pip install -q awscli
    productsapi deploy --local --trace-file trace.jsonl
    awscli-venv/bin/python tests/awscli/parse_trace.py trace.jsonl

Nothing is sent. Ends with 1 where a command is refused or means something else.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from awscli import clidriver

PLACE = ["--region", "eu-west-2"]
EMPTY_ZIP = b"PK\x05\x06" + bytes(18)


def parsed(words: list[str]) -> tuple[str, dict[str, Any]]:
    """Operation and parameters that the CLI makes of a command, which it doesn't send."""
    calls: list[tuple[str, dict[str, Any]]] = []

    def invoke(_self: Any, _service: str, operation: str, params: Any, _globals: Any) -> int:
        calls.append((operation, params))
        return 0

    clidriver.CLIOperationCaller.invoke = invoke
    if clidriver.create_clidriver().main([*words[1:], *PLACE]) or len(calls) != 1:
        raise SystemExit(f"refused: {words}")
    operation, params = calls[0]
    paged = params.pop("PaginationConfig", {})  # of what the CLI calls --page-size
    return operation, {**params, **({"MaxItems": paged["PageSize"]} if "PageSize" in paged else {})}


def split(line: str) -> list[str]:
    script = f'words=({line}); printf "%s\\0" "${{words[@]}}"'
    done = subprocess.run(["/bin/bash", "-c", script], capture_output=True, check=True)
    return done.stdout.decode().split("\0")[:-1]


def without_blobs(value: Any) -> Any:
    """As a trace tells it, but for a blob's length; it masks those that are secrets."""
    if isinstance(value, dict):
        return {name: without_blobs(each) for name, each in value.items()}
    if isinstance(value, list):
        return [without_blobs(each) for each in value]
    if isinstance(value, bytes) or value == "***" or str(value).endswith(" bytes"):
        return "blob"
    return value


def main(path: Path) -> int:
    lines = path.read_text("utf-8").splitlines()
    calls = {call["command"]: call for call in map(json.loads, lines)}
    wrong = 0
    with TemporaryDirectory() as folder:
        for line, call in calls.items():
            words = split(line)
            for number, word in enumerate(words):
                if word.startswith("fileb://"):
                    blob = Path(folder, word.removeprefix("fileb://"))
                    blob.write_bytes(EMPTY_ZIP)
                    words[number] = f"fileb://{blob}"
            operation, params = parsed(words)
            expected = call["operation"], without_blobs(call["params"])
            if (operation, without_blobs(params)) != expected:
                wrong += 1
                print(f"{line}\n  means {operation} {params}\n  and not {call['params']}")
    print(f"{len(calls)} commands, {wrong} of them not what was sent")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
