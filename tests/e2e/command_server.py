"""Forks commands of productsapi from a process that has loaded what each of them would load.

In all else (see preloaded.py) such a command is a process of its own: arguments, environment,
folder, streams, signals, what the interpreter does at its end, and the exit code.

The local cloud's functions are forked from it too (see restorable.py). Run by its path, with that
of a socket to listen at, until its standard input is closed.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import runpy
import selectors
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import preloaded

LONGEST = 1 << 16
STREAMS = 3


def main() -> None:
    preloaded.load()
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(sys.argv[1])
        door.listen(64)
        os.dup2(2, 1)  # closes what tells that it listens
        reported = _serve(door)
    if reported is not None:  # from here on this is the forked one
        _run(reported)


def _run(reported: dict[str, Any]) -> NoReturn:
    code: object = None
    try:
        if program := reported.get("program"):
            sys.argv = [program]
            sys.path[0] = str(Path(program).parent)
            runpy.run_path(program, run_name="__main__")
        else:
            sys.argv = ["productsapi", *reported["words"]]
            runpy.run_module("productsapi", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code
    _end(code)


def _end(code: object) -> NoReturn:
    """As the interpreter ends, but what was loaded isn't taken apart.

    That would cost more than many a command. What a stream doesn't take, and any code that is no
    number, is left to the interpreter to tell.
    """
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    gc.collect()  # tells what was left open
    with suppress(OSError, ValueError):
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        if code is None or isinstance(code, int):
            os._exit((code or 0) & 0xFF)
    sys.exit(code)  # type: ignore[arg-type]


def _serve(door: socket.socket) -> dict[str, Any] | None:
    """Fork a process for each request; gives the request in the fork, and None at the end.

    Whoever connects is sent the process id, and at its end the exit code.
    """
    answers: dict[int, socket.socket] = {}
    woken, wakes = socket.socketpair()
    wakes.setblocking(False)
    signal.set_wakeup_fd(wakes.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)  # it wakes where it is handled
    with woken, wakes, selectors.DefaultSelector() as selector:
        for each in (door, woken, sys.stdin):
            selector.register(each, selectors.EVENT_READ)
        while True:
            ready = [key.fileobj for key, _ in selector.select()]
            if woken in ready:
                woken.recv(LONGEST)
                for pid, code in _ended():
                    with answers.pop(pid) as answer:
                        _tell(answer, code)
            if sys.stdin in ready:
                signal.set_wakeup_fd(-1)
                return None
            if door in ready:
                answer, _ = door.accept()
                reported, streams = _asked(answer)
                pid = os.fork()
                if not pid:
                    signal.set_wakeup_fd(-1)
                    break
                answers[pid] = answer
                _tell(answer, pid)
                for stream in streams:
                    os.close(stream)
    for mine in (answer, *answers.values()):
        mine.close()
    _become(reported, streams)
    return reported


def _asked(answer: socket.socket) -> tuple[dict[str, Any], list[int]]:
    reported, streams, _, _ = socket.recv_fds(answer, LONGEST, STREAMS)
    while not reported.endswith(b"\n"):
        reported += answer.recv(LONGEST)
    return json.loads(reported), streams


def _tell(answer: socket.socket, number: int) -> None:
    with suppress(OSError):  # nobody may be waiting for it any more
        answer.sendall(f"{number}\n".encode())


def _ended() -> Iterator[tuple[int, int]]:
    with suppress(ChildProcessError):
        while (waited := os.waitpid(-1, os.WNOHANG))[0]:
            yield waited[0], os.waitstatus_to_exitcode(waited[1])


def _become(reported: dict[str, Any], streams: list[int]) -> None:
    """What a process is given at its start."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it is ignored
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # as it is under nohup
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(reported["folder"])
    os.environ.clear()
    os.environ.update(reported["environment"])


if __name__ == "__main__":
    main()
