"""What git reports about the deployed code. Without git, or outside of a repository: nothing."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from productsapi.printable import printable
from productsapi.stack.release_note import DIRTY, ReleaseNote

if TYPE_CHECKING:
    from productsapi.config import Config

LONGEST = 10.0
"""Seconds that git may take; no deploy waits for a repository on a network that is gone."""
LONGEST_COMMIT = 12
"""Characters of a commit's name: core.abbrev may be set to all 40, and a description is short."""
NO_BYTECODE = ":(exclude,glob)**/__pycache__/**"
Git = Callable[[Path, Sequence[str]], str | None]


def note(config: Config, message: str | None) -> ReleaseNote:
    """The commit of the configuration and the sources, and `message`, or else its subject."""
    commit, subject = commit_of(config.root, [config.sources, config.path.absolute()])
    return ReleaseNote(commit, one_line(subject if message is None else message))


def one_line(text: str) -> str:
    return " ".join(printable(text).split())


def git(folder: Path, words: Sequence[str]) -> str | None:
    """What git says; None where it can't be asked, or fails. Runs no program that it is set to."""
    command = ["git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-C", str(folder)]
    try:
        answer = subprocess.run(  # noqa: S603 - git itself, with words of ours and paths
            [*command, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=LONGEST,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return None if answer.returncode else answer.stdout.decode("utf-8", "replace")


def commit_of(root: Path, files: Sequence[Path], ask: Git = git) -> tuple[str, str]:
    """The commit that is checked out, with DIRTY where `files` differ from it, and its subject.

    Empty where git keeps none of `files`: then it is a repository of something else.
    """
    paths = ["--", *map(str, files), NO_BYTECODE]
    if not ask(root, ["ls-files", *paths]):
        return "", ""
    head = ask(root, ["log", "-1", "--no-show-signature", "--format=%h%x00%s"])
    changed = ask(root, ["status", "--porcelain", "--untracked-files=all", *paths])
    if head is None or changed is None:
        return "", ""
    commit, _, subject = head.strip("\n").partition("\0")
    return commit[:LONGEST_COMMIT] + (DIRTY if changed else ""), subject
