"""Unexpected exceptions: two lines on stderr, details in a file only for its owner."""

from __future__ import annotations

import os
import platform
import re
import tempfile
import traceback
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timezone
from email.message import Message
from pathlib import Path

import click

from productsapi import __version__, private
from productsapi.errors import Fault, ProductsApiError

MASK = "***"
LOOKS = (
    re.compile(r"eyJ[\w-]{8,}(?:\.[\w-]+){0,4}"),  # a token
    re.compile(r"(?i)(?<=bearer )\S+"),
    re.compile(r"(?<=://)[^/\s@]+(?=@)"),  # name and password in a URL
    re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}"),
    re.compile(r"[\w+=-]{40,}"),  # keys, session and refresh tokens
    re.compile(r"(?i)(?<=[\"']password[\"']: [\"'])[^\"']+"),
)
SECRET_NAME = re.compile(r"PASSWORD|SECRET|TOKEN|KEY|PROXY", re.IGNORECASE)
SHORTEST = 6
"""Of a value that is masked wherever it occurs: a shorter one would mask parts of any text."""
LONGEST_LINE = 200


def fault(error: Exception, words: Sequence[str], environ: Mapping[str, str]) -> ProductsApiError:
    """The error to report for one that isn't of our tree; `words` is what was typed."""
    if isinstance(error, ModuleNotFoundError) and not (error.name or "").startswith("productsapi"):
        hint = "install it again: pip install --force-reinstall productsapi"
        return ProductsApiError(f"the installation is incomplete: {error}", hint)
    reported = masked(f"{type(error).__name__}: {error}", environ).partition("\n")[0][:LONGEST_LINE]
    kept = _keep(_details(error, words, environ))
    where = project_url(_metadata())
    hint = f"report it at {where}" if where else "report it where you have productsapi from"
    if kept:
        hint += f", with the details in {kept} (secrets are masked; look through it all the same)"
    return Fault(f"this is a fault of productsapi, and not yours: {reported}", hint)


def masked(text: str, environ: Mapping[str, str]) -> str:
    """Without what looks like a secret, or is in a variable whose name says that it is one."""
    secrets = (value for name, value in environ.items() if SECRET_NAME.search(name))
    for value in sorted((each for each in secrets if len(each) >= SHORTEST), key=len, reverse=True):
        text = text.replace(value, MASK)
    for look in LOOKS:
        text = look.sub(MASK, text)
    return text


def project_url(metadata: Message | None) -> str:
    """The issue tracker that the installed package names, or else its home page."""
    if metadata is None:
        return ""
    named = [line.partition(",") for line in metadata.get_all("Project-URL", [])]
    trackers = [url.strip() for label, _, url in named if re.search("(?i)issue|bug|track", label)]
    others = [url.strip() for _, _, url in named]
    return next(iter([*trackers, *others]), "") or str(metadata.get("Home-page", ""))


def _metadata() -> Message | None:
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        return metadata("productsapi")  # type: ignore[return-value]  # a Message, as it is read
    except PackageNotFoundError:  # imported from a folder
        return None


def _details(error: Exception, words: Sequence[str], environ: Mapping[str, str]) -> str:
    head = [
        f"productsapi {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"command: {' '.join(_without_values(words))}",
        "",
    ]
    trace = "".join(traceback.format_exception(error))
    return "\n".join(head) + masked(trace, environ)


def _without_values(words: Iterable[str]) -> list[str]:
    """Commands and the names of options: a value may be a body, or a header with a token."""
    from productsapi.cli import COMMANDS

    lines = []
    for word in words:
        name = word.partition("=")[0] if word.startswith("--") else word[:2]
        if word in COMMANDS:
            lines.append(word)
        elif re.fullmatch(r"--?[a-z][a-z-]*", name):
            lines.append(name)
    return lines


def _keep(text: str) -> Path | None:
    """In a folder of the user's, else among the temporary files; None where nothing can be kept."""
    now = datetime.now(timezone.utc)
    name = f"fault-{now:%Y%m%d-%H%M%S}-{os.getpid()}.txt"
    with suppress(OSError):
        folder = Path(click.get_app_dir("productsapi"))
        if not folder.exists():
            private.make_folder(folder)
        private.write(folder / name, text)
        return folder / name
    with suppress(OSError):
        descriptor, path = tempfile.mkstemp(prefix="productsapi-fault-", suffix=".txt")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
        return Path(path)
    return None
