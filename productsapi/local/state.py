"""The emulator's state on disk: whether it can be read, and what of it couldn't be saved.

MiniStack writes a file for each service when it stops. One that it can't read it passes over, and
writes over at its next stop; one that it can't write it only logs.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from productsapi.errors import LocalCloudError

CONTENTS = {
    "apigateway": "HTTP APIs",
    "apigateway_v1": "REST APIs",
    "cloudwatch": "alarms and dashboards",
    "cloudwatch_logs": "logs",
    "cognito": "user pools and users",
    "dynamodb": "tables and their items",
    "iam": "roles and policies",
    "lambda": "functions",
    "secretsmanager": "secrets",
    "sns": "topics",
    "ssm": "parameters",
    "keys": "keys that sign tokens",
    "code": "the functions' code",
}
"""What is in each file, by its name without the ending."""
KEYS, CODE = "keys", "code"
LOAD_FAILURE = re.compile(
    r"Persistence: failed to load (?P<a>\w+): (?P<why>.*)"
    r"|Persistence: (?P<b>\w+) state is format .*"
    r"|Failed to restore persisted state for (?P<c>\w+);.*"
)
"""MiniStack's words for what it goes on without."""


def unreadable(folder: Path) -> dict[str, str]:
    """The files that can't be read, by their path in the folder, each with why."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            continue
        try:
            _must_be_whole(path)
        except (OSError, ValueError, TypeError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            found[path.relative_to(folder).as_posix()] = why or type(error).__name__
    return found


def load_failures_in_log(log: str) -> dict[str, str]:
    """What the emulator says that it couldn't read, in the same form."""
    return {
        f"{found['a'] or found['b'] or found['c']}.json": found["why"] or found[0]
        for found in LOAD_FAILURE.finditer(log)
    }


def must_be_read(folder: Path) -> None:
    """Raises LocalCloudError where something can't be read; the state is kept aside then."""
    if unread := unreadable(folder):
        keep_aside(folder, unread)


def keep_aside(folder: Path, unread: Mapping[str, str]) -> NoReturn:
    """Set the state aside for what can't be read of it, and raise LocalCloudError to say so."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    try:
        aside = set_aside(folder, unread, stamp)
    except shutil.Error as error:
        raise LocalCloudError(f"The local cloud's state can't be copied: {error}") from error
    raise LocalCloudError(
        f"The local cloud's state can't be read: {_describe(unread)}. All of it was set aside as"
        f" {aside}; what can be read was left in place. Lost without the rest: {in_words(unread)}.",
        hint=f"fix it there and put it back as {folder.name}; or go on without it: the next"
        " command starts with what is left, and `productsapi deploy --local` creates the rest",
    )


def unsaved(folder: Path, failed: Mapping[str, str]) -> LocalCloudError:
    """What is to be said while it still runs."""
    return LocalCloudError(
        f"The local cloud's state can't be saved in {folder}: {_describe(failed)}."
        f" It runs on, so that nothing is lost: {in_words(failed)}.",
        hint="free space there, then `productsapi local down`; or delete its state with"
        " `productsapi local reset`",
    )


def lost(failed: Mapping[str, str], how: str, since: str) -> str:
    """What a stop has lost, in words; `how` it was stopped, if not as asked."""
    if how:
        return f"The local cloud {how}: what was stored {since} is lost."
    if failed:
        what = f"{in_words(failed)} ({_describe(failed)})"
        return f"The local cloud stopped, and couldn't save what was stored {since}: {what}."
    return f"The local cloud stopped without saying that it saved what was stored {since}."


def set_aside(folder: Path, names: Iterable[str], stamp: str) -> Path:
    """Move the whole state to another name, and leave of it what isn't among `names`.

    Whole, so that it can be put back once those files are fixed. Raises OSError, before anything
    has moved.
    """
    aside, rest = (folder.with_name(f"{folder.name}.{n}-{stamp}") for n in ("unreadable", "rest"))
    left_out = {folder / name for name in names}

    def without(inside: str, there: list[str]) -> set[str]:
        return {name for name in there if Path(inside) / name in left_out}

    shutil.rmtree(rest, ignore_errors=True)
    shutil.copytree(folder, rest, ignore=without)
    folder.rename(aside)
    rest.rename(folder)
    return aside


def in_words(names: Iterable[str]) -> str:
    """What is in these files, or of these services: "tables and their items, logs"."""
    kinds = dict.fromkeys(_kind(name) for name in names)
    known = [CONTENTS[kind] for kind in kinds if kind in CONTENTS]  # a stack has no others
    return ", ".join(known or kinds)


UNUSABLE = (OSError, ValueError, KeyError, TypeError)
"""Of a note that isn't there, isn't whole, or is another run's."""


def noted(path: Path, mark: str) -> Mapping[str, str] | None:
    """What the emulator noted that it couldn't save; None where it isn't known that it saved."""
    try:
        return dict(_note(path, mark)["failed"])
    except UNUSABLE:
        return None


def snapshot_at(path: Path, mark: str) -> str:
    """When the last snapshot was taken, such as "22:31:07 UTC"; empty where none is known."""
    try:
        return str(_note(path, mark)["at"])
    except UNUSABLE:
        return ""


def _note(path: Path, mark: str) -> Any:
    """What the emulator with this mark has left there. Raises UNUSABLE."""
    note = json.loads(path.read_text("utf-8"))
    if note["mark"] != mark:
        raise ValueError(path)
    return note


def _describe(failed: Mapping[str, str]) -> str:
    by_why: dict[str, list[str]] = {}
    for name, why in failed.items():
        by_why.setdefault(why, []).append(name)
    return "; ".join(f"{', '.join(names)}: {why}" for why, names in by_why.items())


def _kind(name: str) -> str:
    path = Path(name)
    return {".pem": KEYS, ".zip": CODE}.get(path.suffix, path.stem)


def _must_be_whole(path: Path) -> None:
    """Raises OSError or ValueError where it isn't what the emulator wrote."""
    data = path.read_bytes()
    if path.suffix == ".json":
        kept = json.loads(data)
        if not isinstance(kept, dict) or not isinstance(kept.get("payload", {}), dict):
            raise ValueError("it holds no state")
    elif path.suffix == ".pem":
        try:
            from cryptography.hazmat.primitives.serialization import load_pem_private_key
        except ImportError:  # then nothing is started: only `doctor` looks
            return
        load_pem_private_key(data, password=None)
    elif path.suffix == ".zip" and hashlib.sha256(data).hexdigest() != path.stem:
        raise ValueError("it isn't what was written")
