"""This machine: its Python, what the local cloud needs, and how the project's local cloud is."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

from productsapi.local import LocalCloud, emulator, state
from productsapi.local.record import Record, numbers_of
from productsapi.operations.finding import Finding, State

OLDEST_PYTHON = (3, 10)
PYTHON_ENDS = {
    (3, 10): date(2026, 10, 31),
    (3, 11): date(2027, 10, 31),
    (3, 12): date(2028, 10, 31),
    (3, 13): date(2029, 10, 31),
    (3, 14): date(2030, 10, 31),
}
"""Until when python.org publishes security fixes (devguide.python.org/versions)."""

EXTRA = "local"
NEEDED = ("ministack", "cryptography")
UNKNOWN = "of unknown version"


def python(version: tuple[int, int], today: date) -> Finding:
    name = ".".join(map(str, version))
    if version < OLDEST_PYTHON:
        return Finding("python", State.BROKEN, f"{name} is too old", "use Python 3.10 or newer")
    ends = PYTHON_ENDS.get(version)
    if ends and today > ends:
        text = f"{name} gets no security patches since {ends}"
        return Finding("python", State.WARNING, text, "move to a newer Python")
    return Finding("python", State.OK, name)


def local_extra(
    *,
    needed: bool,
    version_of: Callable[[str], str | None] | None = None,
    requirements: Iterable[str] | None = None,
) -> Finding:
    """Whether the local cloud's packages are there, in the versions that it is pinned to."""
    version_of = version_of or installed
    wanted = list(_pins(_requirements() if requirements is None else requirements))
    missing = [name for name, _ in wanted if version_of(name) is None]
    if missing:
        absent = f"{' and '.join(missing)} missing"
        if needed:
            return Finding("local extra", State.BROKEN, absent, emulator.INSTALL)
        return Finding("local extra", State.OK, f"{absent}; only --local needs it")
    others = [
        f"{name} {version_of(name)} instead of {pin}"
        for name, pin in wanted
        if pin and version_of(name) not in {pin, ""}
    ]
    if others:
        return Finding("local extra", State.WARNING, "; ".join(others), emulator.INSTALL)
    versions = ", ".join(f"{name} {version_of(name) or UNKNOWN}" for name, _ in wanted)
    return Finding("local extra", State.OK, versions)


def local_cloud(
    root: Path,
    *,
    needed: bool,
    free_port: Callable[[int | None], int] = emulator.free_port,
) -> Finding:
    """How the project's local cloud is. Looked at only: nothing is started or cleared up."""
    cloud = LocalCloud(root)
    if running := cloud.find():
        return Finding("local cloud", State.OK, f"runs at {running.endpoint_url}")
    record, bad = Record.read(cloud.folder), State.BROKEN if needed else State.WARNING
    if record.pid and emulator.is_alive(record.pid, record.mark):
        text = f"runs (process {record.pid}, port {record.port}) but doesn't answer"
        return Finding("local cloud", bad, text, "productsapi local down")
    present = installed("ministack")
    if present and numbers_of(record.version) > numbers_of(present):
        return Finding(
            "local cloud",
            bad,
            f"its state was written by MiniStack {record.version}; {present} can't read it",
            f"pip install ministack=={record.version}; if nothing in it is needed: "
            "`productsapi local reset`",
        )
    if present and (unread := state.unreadable(cloud.folder / "state")):
        text = f"its state can't be read ({', '.join(unread)}): {state.in_words(unread)}"
        fix = "fix it there; the next start sets it aside and goes on with the rest"
        return Finding("local cloud", bad, text, fix)
    if record.mark:
        text = "wasn't stopped cleanly: what was stored after its last clean stop is lost"
        fix = "`productsapi local up` starts it with what was saved"
        return Finding("local cloud", State.WARNING, text, fix)
    if record.port and free_port(record.port) != record.port:
        text = f"its port {record.port} is taken by another program: it will move, and its URLs"
        fix = "end that program to keep the URLs; otherwise nothing needs to be done"
        return Finding("local cloud", State.WARNING, text, fix)
    return Finding("local cloud", State.OK, "doesn't run; a command with --local starts it")


def installed(name: str) -> str | None:
    """The version of a package that can be imported, found without importing it.

    Empty where it isn't recorded, as where the package is found by PYTHONPATH alone.
    """
    if not importlib.util.find_spec(name):
        return None
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _requirements() -> list[str]:
    try:
        return importlib.metadata.requires("productsapi") or []
    except importlib.metadata.PackageNotFoundError:  # run from a folder, not installed
        return [f"{name}; extra == '{EXTRA}'" for name in NEEDED]


def _pins(requirements: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """The extra's packages, each with the one version that it is pinned to, if it is."""
    for line in requirements:
        requirement, _, marker = line.partition(";")
        if re.search(rf"extra *== *['\"]{EXTRA}['\"]", marker):
            name, _, pin = requirement.strip().partition("==")
            yield re.split(r"[<>=!~ \[(]", name, maxsplit=1)[0], pin.strip() or None
