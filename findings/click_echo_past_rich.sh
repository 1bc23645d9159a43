#!/usr/bin/env bash
# rich 15.0.0 (Progress, with its default redirect_stderr=True) and click 8.5.1 (echo(err=True))
#
# Guess: while a rich Progress is shown, what is written to sys.stderr comes out above the bar, as rich's
#   documentation of redirect_stderr has it: print(file=sys.stderr) and click.echo(err=True) alike.
# Behaviour: print's line does. click.echo's doesn't: it looks for the bytes below the stream, rich's stand-in
#   hands out the real one's, and the text is written there, right behind the bar that is drawn.
# Seen (the line of the screen on which each text stands):
#   print       | by print
#   click.echo  | Working... ━━━…━ 0% -:--:--by click
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install -q --no-compile rich==15.0.0 click==8.5.1 2>"$room/log" || { cat "$room/log" >&2; exit 1; }
cat >"$room/bar.py" <<'PY'
import sys

import click
from rich.console import Console
from rich.progress import Progress

with Progress(console=Console(stderr=True)) as bar:
    bar.add_task("Working...", total=2)
    bar.refresh()
    if sys.argv[1] == "print":
        print("by print", file=sys.stderr)
    else:
        click.echo("by click", err=True)
PY
"$room/venv/bin/python" - "$room" <<'PY'
import os
import pty
import re
import subprocess
import sys

room = sys.argv[1]


def screen(way):
    """The lines as a terminal shows them: what stands behind the last carriage return of each."""
    ours, theirs = pty.openpty()
    shell = {"PATH": os.environ["PATH"], "TERM": "xterm", "COLUMNS": "80", "LINES": "24", "LANG": "C.UTF-8"}
    command = [f"{room}/venv/bin/python", f"{room}/bar.py", way]
    subprocess.run(command, stderr=theirs, env=shell, check=True)
    os.close(theirs)
    seen = b""
    try:
        while data := os.read(ours, 65536):
            seen += data
    except OSError:  # Linux: the other side is closed
        pass
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen.decode())
    return [line.rstrip("\r").split("\r")[-1] for line in text.split("\n")]


for way, text in (("print", "by print"), ("echo", "by click")):
    [line] = [each for each in screen(way) if text in each]
    print(f"{way:6} | {line}")
    alone = line == text
    assert alone == (way == "print"), "it changed"
PY
