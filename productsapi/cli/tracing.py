"""`--trace` and `--trace-file`: each request to AWS, as the `aws` command that makes it."""

from __future__ import annotations

import functools
import json
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from io import FileIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import click

from productsapi.cli.switches import DEBUG, is_debugging
from productsapi.cli.target import Target
from productsapi.errors import Refused
from productsapi.printable import printable

if TYPE_CHECKING:
    from productsapi.aws.tracing import TracedCall

CREATED = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | os.O_WRONLY | os.O_CREAT


def trace_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command with a `target` the options that trace its requests to AWS."""

    @click.option(
        "--trace", "on_stderr", is_flag=True, help="Show each call to AWS as an aws command."
    )
    @click.option(
        "--trace-file",
        type=click.Path(path_type=Path),
        help="Write each call to AWS there, as JSON lines; only you can read the file.",
    )
    @functools.wraps(function)
    def command(target: Target, on_stderr: bool, trace_file: Path | None, **rest: Any) -> Any:
        context = click.get_current_context()
        if on_stderr:
            context.meta[DEBUG] = True
        if on_stderr or trace_file:
            file = _opened(trace_file) if trace_file else None
            if file:
                context.call_on_close(file.close)
            target = replace(target, trace=Traces(file, on_stderr=is_debugging()))
        return function(target=target, **rest)

    return command


class Traces:
    """Writes what is traced. A failed write ends no run: it is reported once."""

    def __init__(self, file: FileIO | None, *, on_stderr: bool) -> None:
        self._file = file
        self._on_stderr = on_stderr
        self._lock = Lock()

    def __call__(self, call: TracedCall) -> None:
        with self._lock:
            if self._on_stderr:
                with suppress(OSError, ValueError):  # nobody reads it any more
                    click.echo(shown(call), err=True)
            if self._file:
                self._write(self._file, call)

    def _write(self, file: FileIO, call: TracedCall) -> None:
        try:
            file.write(json.dumps(described(call), default=str).encode() + b"\n")
        except (OSError, ValueError) as error:
            self._file = None
            with suppress(OSError, ValueError):
                text = f"Warning: the trace ends here, it can't be written: {error}"
                click.secho(printable(text), fg="yellow", err=True)


def shown(call: TracedCall) -> str:
    """One line that can be pasted: what it shows of the answer is a comment."""
    at = call.began.astimezone().strftime("%H:%M:%S.%f")[:-3]
    answer = " ".join(str(each) for each in (call.status, call.error) if each)
    request = f", request {call.request_id}" if call.request_id else ""
    return printable(f"{call.command}  # {at}, {call.seconds:.3f} s, {answer}{request}")


def described(call: TracedCall) -> dict[str, Any]:
    """The same for programs; blobs by their length."""
    return {
        "time": call.began.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "seconds": round(call.seconds, 3),
        "service": call.service,
        "operation": call.operation,
        "params": _without_blobs(dict(call.params)),
        "command": str(call.command),
        "status": call.status,
        "error": call.error or None,
        "request_id": call.request_id,
    }


def _without_blobs(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_blobs(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_blobs(each) for each in value]
    if isinstance(value, (bytes, bytearray)):
        return f"{len(value)} bytes"
    return value


def _opened(path: Path) -> FileIO:
    """A file of its own, or what was there emptied; mode 0600. Raises Refused."""
    try:
        descriptor = os.open(path, CREATED, 0o600)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise Refused(f"{path} is no regular file", "give --trace-file a file's name")
        if os.name == "posix":
            os.fchmod(descriptor, 0o600)
        os.ftruncate(descriptor, 0)
    except OSError as error:
        raise Refused(f"{path} can't be written: {error.strerror}") from error
    return FileIO(descriptor, "w")  # without a buffer, which couldn't be written at the end either
