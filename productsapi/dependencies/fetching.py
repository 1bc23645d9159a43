"""Pinned lines → wheels, by pip, without a build; kept by their hash for the next time.

Which wheel pip chose for which lines is kept too: so the next look needs no network, and gives the
same. What is kept is believed by its hash alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from packaging.utils import (
    InvalidWheelFilename,
    NormalizedName,
    parse_wheel_filename,
)

from productsapi import private
from productsapi.dependencies.requirements import Wanted
from productsapi.dependencies.target import Target
from productsapi.errors import ConfigError

PIP = ("--disable-pip-version-check", "--no-input", "--quiet", "--retries", "2", "--timeout", "15")
DOWNLOAD = ("--no-deps", "--require-hashes", "--only-binary", ":all:", "--progress-bar", "off")
CREDENTIALS = re.compile(r"(?<=://)[^/\s@]+(?=@)")
LONGEST = 400
Wheels = Mapping[NormalizedName, Path]
Run = Callable[[list[str], Mapping[str, str]], "subprocess.CompletedProcess[str]"]


def cache_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where programs keep what they can get again (XDG base directories)."""
    given = environ.get("XDG_CACHE_HOME", "")
    base = Path(given) if os.path.isabs(given) else Path.home() / ".cache"  # noqa: PTH117
    return base / "productsapi" / "wheels"


def run(command: list[str], environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own interpreter
        command, env=environ, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


def wheels(path: Path, wanted: Wanted, target: Target, cache: Path, run: Run = run) -> Wheels:
    """Each package's wheel. Raises ConfigError where one can't be had."""
    if not wanted.pinned:
        return {}
    try:
        private.make_folder(cache)
        return _kept(wanted, target, cache) or _fetched(path, wanted, target, cache, run)
    except OSError as error:
        where = error.filename or cache
        hint = "set XDG_CACHE_HOME to a folder of your own that can be written"
        raise ConfigError(f"{where} can't be used: {error.strerror}", hint) from error


def _kept(wanted: Wanted, target: Target, cache: Path) -> Wheels | None:
    """What was chosen for the very same lines; None where any of it isn't there as it was."""
    try:
        chosen = json.loads(_choice(wanted, target, cache).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    found: dict[NormalizedName, Path] = {}
    for each in wanted.pinned:
        name = chosen.get(each.name) if isinstance(chosen, dict) else None
        kept = cache / str(name)
        if not isinstance(name, str) or kept.parent.parent != cache or not kept.is_file():
            return None
        if _sha256(kept) not in each.hashes:
            return None
        found[each.name] = kept
    return found


def _fetched(path: Path, wanted: Wanted, target: Target, cache: Path, run: Run) -> Wheels:
    with tempfile.TemporaryDirectory(dir=cache, prefix="new-") as made:
        folder = Path(made)
        lines = folder / "requirements.txt"
        pinned = [each.line for each in wanted.pinned]
        lines.write_text("\n".join([*wanted.options, *pinned, ""]), "utf-8")
        to = folder / "wheels"
        where = ["--dest", str(to), "-r", str(lines)]
        command = [sys.executable, "-m", "pip", "download", *PIP, *DOWNLOAD, *target.options]
        environ = {**os.environ, "PIP_REQUIRE_VIRTUALENV": "0", "PYTHONWARNINGS": "ignore"}
        ended = run([*command, *where], environ)
        if ended.returncode:
            raise _failed(path, target, ended.stderr or ended.stdout)
        found = _taken(wanted, target, to, cache)
    missing = sorted(each.name for each in wanted.pinned if each.name not in found)
    if missing:
        raise ConfigError(f"pip gave no wheel for {target} of {', '.join(missing)} ({path})")
    names = {name: str(kept.relative_to(cache)) for name, kept in found.items()}
    _replace(_choice(wanted, target, cache), json.dumps(names, sort_keys=True).encode())
    return found


def _taken(wanted: Wanted, target: Target, folder: Path, cache: Path) -> dict[NormalizedName, Path]:
    """Cache exactly what was asked for: pip may be configured otherwise than we think."""
    hashes = {each.name: each.hashes for each in wanted.pinned}
    found: dict[NormalizedName, Path] = {}
    for each in sorted(folder.iterdir()) if folder.is_dir() else ():
        try:
            name, _, _, tags = parse_wheel_filename(each.name)
        except InvalidWheelFilename:
            continue
        digest = _sha256(each)
        if digest in hashes.get(name, ()) and tags & target.tags:
            kept = cache / digest / each.name
            kept.parent.mkdir(mode=0o700, exist_ok=True)
            each.replace(kept)
            found[name] = kept
    return found


def _choice(wanted: Wanted, target: Target, cache: Path) -> Path:
    lines = [str(target), *sorted(map(str, target.tags)), *(each.line for each in wanted.pinned)]
    return cache / f"{hashlib.sha256(chr(10).join(lines).encode()).hexdigest()}.json"


def _failed(path: Path, target: Target, said: str) -> ConfigError:
    if "No module named pip" in said:
        text = f"{path}: there is no pip beside this Python to fetch packages with"
        return ConfigError(text, f"`{sys.executable} -m ensurepip`, or install pip there")
    errors = [line.partition("ERROR:")[2].strip() for line in said.splitlines() if "ERROR:" in line]
    why = CREDENTIALS.sub("***", "; ".join(errors) or said.strip())[:LONGEST]
    return ConfigError(
        f"{path}: the packages for {target} can't be fetched: {why or 'pip says nothing'}",
        "where the index is reached, there is no wheel of that version for it with one of these "
        "hashes: pin another version with its hashes (packages are never built here)",
    )


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _replace(path: Path, content: bytes) -> None:
    """Whole or not at all: another run may write the same."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    Path(file.name).replace(path)
