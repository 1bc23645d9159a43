"""A project's local cloud: found again by every command, kept across restarts.

    <project>/.productsapi/     0700, ignored by git: it holds Cognito's signing keys
        local.json              port, pid and mark of the last start
        state/                  what the cloud holds, written by the emulator when it is stopped
        state.unreadable-DATE/  a state that couldn't be read, kept as it was
        tmp/  home/             the emulator's TMPDIR (emptied after each stop) and its empty HOME
        local.log               what it said since its last start

State is saved on a graceful stop, and in quiet moments. What was stored since is lost when the
emulator is killed or the machine stops; the next `up` says since when.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from productsapi import private
from productsapi.errors import LocalCloudError
from productsapi.local import emulator, state
from productsapi.local.record import Record, numbers_of
from productsapi.local.saving import NOTE, SNAPSHOT
from productsapi.local.start import START_TIMEOUT, Running, Start

COMING_UP = 3.0  # for one that another command started


def _silent(_message: str) -> None:
    pass


@dataclass(frozen=True)
class LocalCloud:
    root: Path  # the project's folder
    notify: Callable[[str], None] = field(default=_silent, repr=False)  # what a person should know
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    snapshot_seconds: float = 30.0  # between two savings while it runs

    @property
    def folder(self) -> Path:
        return self.root.resolve() / ".productsapi"

    def find(self) -> Running | None:
        """Our cloud if it runs and answers. Writes nothing. Raises LocalCloudError."""
        with self._reported():
            private.refuse_link(self.folder)
        return self._found(Record.read(self.folder))

    def up(self, region: str) -> Running:
        """Our cloud, started if it doesn't run. Concurrent callers get the same one."""
        version = emulator.installed_version()
        with self._alone():
            record = Record.read(self.folder)
            if found := self._found(record) or self._awaited(record):
                return found
            self._clear_up_after(record, version)
            start = Start(
                self.folder, version, self.snapshot_seconds, self.notify, self.clock, self.sleep
            )
            return start.on_a_free_port(region, record.port)

    def down(self) -> bool:
        """Stop it with its state saved; False if it didn't run.

        Raises LocalCloudError where it can't be saved: then it runs on, and nothing is lost; or
        where it isn't known to have been: then it has stopped.
        """
        if not os.path.lexists(self.folder):
            return False
        with self._alone():
            record = Record.read(self.folder)
            pid = self._pid(record)
            if pid is None:
                return False
            failed = emulator.save(record.port, record.mark) if record.port else None
            if failed:
                raise state.unsaved(self.folder, failed)
            if lost := self._stop(pid, record, saved=failed is not None):
                raise LocalCloudError(lost)
            return True

    def _stop(self, pid: int, record: Record, *, saved: bool) -> str:
        """Stop it; gives what is lost by that, in words. `saved`: it was, just now."""
        stopped = emulator.end(pid, record.mark, clock=self.clock, sleep=self.sleep)
        failed = state.noted(self.folder / "tmp" / NOTE, record.mark)
        since = "in its last moments" if saved else self._unsaved_since(record)
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)
        Record(port=record.port, version=record.version).write(self.folder)
        if (failed is not None and not failed) or (saved and stopped and failed is None):
            return ""
        how = "" if stopped else f"(process {pid}) did not stop when asked and was killed"
        return state.lost(failed or {}, how, since)

    def _unsaved_since(self, record: Record) -> str:
        at = state.snapshot_at(self.folder / "tmp" / SNAPSHOT, record.mark)
        return f"since {at}" if at else "since its start"

    def reset(self) -> None:
        """Stop it and delete everything it held: tables, functions, APIs, users."""
        if not os.path.lexists(self.folder):
            return
        with self._alone():
            record = Record.read(self.folder)
            if pid := self._pid(record):
                self._stop(pid, record, saved=False)
            for name in ("state", "tmp", "home", *self._set_aside()):
                private.remove_folder(self.folder / name)
            for name in ("local.log", "local.log.old"):
                (self.folder / name).unlink(missing_ok=True)
            Record.forget(self.folder)

    # -- one command at a time -----------------------------------------------------------------

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One command at a time in our folder."""
        with self._reported():
            private.make_folder(self.folder)
            ignore = self.folder / ".gitignore"
            if not ignore.exists():
                private.write(ignore, "*\n")
            lock = private.exclusive_lock(
                self.folder / "lock", timeout=60, clock=self.clock, sleep=self.sleep
            )
            with lock:
                yield

    @contextmanager
    def _reported(self) -> Iterator[None]:
        """Turn the system's errors into LocalCloudError."""
        try:
            yield
        except TimeoutError:
            raise LocalCloudError(
                f"Another command has been starting or stopping the local cloud in {self.root}"
                " for a minute.",
                hint="Wait for it or end it, then try again.",
            ) from None
        except OSError as error:
            foreign = isinstance(error, private.NotAFile)
            raise LocalCloudError(
                f"The local cloud can't use {error.filename or self.folder}: {error.strerror}.",
                hint="remove it: the local cloud creates its own" if foreign else "",
            ) from error

    # -- is it there? --------------------------------------------------------------------------

    def _found(self, record: Record) -> Running | None:
        if not record.mark or not record.port or not emulator.answers(record.port, record.mark):
            return None
        pid = record.pid or self._own_pid(record.port)
        return Running(pid, record.port) if pid else None

    def _own_pid(self, port: int) -> int | None:
        """Read the process id as the emulator noted it; our own command may have been killed."""
        try:
            return int(private.read(self.folder / "tmp" / f"ministack-{port}.pid")[0])
        except (OSError, ValueError):
            return None

    def _pid(self, record: Record) -> int | None:
        """Process id of our emulator, answering or not."""
        if found := self._found(record) or self._awaited(record):
            return found.pid
        if record.pid and emulator.is_alive(record.pid, record.mark):
            return record.pid
        return None

    def _awaited(self, record: Record) -> Running | None:
        """Wait for what a command that was killed in the middle of a start left coming up."""
        starting = None if record.pid else emulator.process_of(record.mark)
        give_up = self.clock() + (START_TIMEOUT if starting else COMING_UP)
        while record.mark and self.clock() < give_up:
            pid = record.pid or starting
            if pid and not emulator.is_alive(pid, record.mark):
                return None
            if found := self._found(record):
                return found
            self.sleep(0.1)
        return None

    def _clear_up_after(self, record: Record, version: str) -> None:
        """Nothing answers: find out why, and remove what the last emulator left behind."""
        if record.pid and emulator.is_alive(record.pid, record.mark):
            raise LocalCloudError(
                f"The local cloud runs (process {record.pid}, port {record.port})"
                " but doesn't answer.",
                hint="productsapi local down",
            )
        if version and numbers_of(record.version) > numbers_of(version):
            raise LocalCloudError(
                f"The local cloud's state in {self.folder / 'state'} was written by MiniStack"
                f" {record.version}; {version} is installed and can't read it.",
                hint=f"pip install ministack=={record.version}; if nothing in it is needed:"
                " `productsapi local reset`",
            )
        if record.mark:
            since = self._unsaved_since(record)
            self.notify(
                f"The local cloud was not stopped cleanly: what was stored {since} is lost."
            )
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)

    def _set_aside(self) -> list[str]:
        return [path.name for path in self.folder.glob("state.*-*")]
