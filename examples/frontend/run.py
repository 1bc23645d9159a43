"""A page of another origin on an API of its own: made, used in Chromium, and gone at the end.

    python examples/frontend/run.py

Needs the local cloud, Node with npm, and Chromium (`CHROMIUM=…` names another than
/usr/bin/chromium). In an empty folder: deploys, writes the document and the settings, makes the
client, compiles and bundles the page, serves it at another port, and walks through it. Ends with 1
if anything is otherwise than `walk.mjs` expects.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FILES = ("package.json", "package-lock.json", "tsconfig.json", "main.ts", "walk.mjs")
USER, PASSWORD = "kim", "MySecurePass1!"


def main() -> int:
    work = Path(tempfile.mkdtemp(prefix="productsapi-frontend-"))
    environment = {"HOME": str(work), "PRODUCTSAPI_PASSWORD": PASSWORD}
    shop = functools.partial(_run, work / "shop", environment, sys.executable, "-m", "productsapi")
    page = work / "page"
    page.mkdir()
    for name in FILES:
        shutil.copy(HERE / name, page)
    shutil.copytree(HERE / "page", page / "page")
    try:
        with _served(page / "page") as origin:
            _run(work, environment, sys.executable, "-m", "productsapi", "init", "shop")
            _lets_in(work / "shop" / "config" / "dev.yaml", origin)
            try:
                shop("deploy", "--local", "--yes")
                shop("user", "create", USER, "--local")
                shop("openapi", "--local", "-o", str(page / "openapi.json"))
                shop("config", "frontend", "--local", "-o", str(page / "settings.json"))
                _run(page, {}, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts=false")
                _run(page, {}, "npm", "run", "-s", "build")
                chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
                walk = {"CHROMIUM": chromium, "PAGE_URL": origin, "PAGE_USER": USER}
                print(_run(page, {**environment, **walk}, "node", "walk.mjs"), end="")
            finally:
                shop("local", "down")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return 0


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nobody reads who has fetched what."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The origin of a page that isn't the API's."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def _lets_in(config: Path, origin: str) -> None:
    """This origin and no other, so that one wrongly answered fails."""
    lines = config.read_text("utf-8").splitlines()
    [number] = [n for n, line in enumerate(lines) if line.strip().startswith("cors_origin:")]
    indent = lines[number].partition("cors_origin")[0]
    lines[number] = f'{indent}cors_origin: "{origin}"'
    config.write_text("\n".join(lines) + "\n", "utf-8")


def _run(folder: Path, environment: Mapping[str, str], *command: str) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
