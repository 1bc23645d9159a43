"""Forks commands of productsapi from a process that has loaded what each of them would load.

Loading it takes most of a short command's time: modules, and botocore's models of the services. In
all else such a command is a process of its own: arguments, environment, folder, streams, signals,
the interpreter's end and the exit code.

The local cloud's functions are forked from it too (see restorable.py). Run by its path, with that
of a socket to listen at, until its standard input is closed.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

NOT_LOADED = {"productsapi.__main__", "productsapi.local.gate"}
"""Programs: what they do, they do when they are loaded."""
LOADED_BESIDE = ("sts", "cloudwatch", "sns", "secretsmanager")
"""Services that some commands ask, beside those that a look at a stack asks."""
LONGEST = 1 << 16
STREAMS = 3


def main() -> None:
    _load()
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(sys.argv[1])
        door.listen(64)
        os.dup2(2, 1)  # closes what tells that it listens
        told = _serve(door)
    if told is not None:  # from here on this is the forked one
        _run(told)


def _run(told: dict[str, Any]) -> None:
    if program := told.get("program"):
        sys.argv = [program]
        sys.path[0] = str(Path(program).parent)
        runpy.run_path(program, run_name="__main__")
    else:
        sys.argv = ["productsapi", *told["words"]]
        runpy.run_module("productsapi", run_name="__main__", alter_sys=True)


def _load() -> None:
    import boto3

    import productsapi

    for module in pkgutil.walk_packages(productsapi.__path__, "productsapi."):
        if module.name not in NOT_LOADED:
            importlib.import_module(module.name)
    boto3.session.Session()  # loads what they are made of
    _load_models()
    gc.freeze()  # no command needs to look through all that


def _load_models() -> None:
    """What botocore keeps for each of its sessions, it keeps for all: a command has but one."""
    from botocore import hooks, useragent
    from botocore.loaders import Loader

    from productsapi.aws.clients import LOOKED_INTO, connect_local

    _share(Loader, "_cache")
    _share(hooks.EventAliaser, "_alias_name_cache")
    _look_for_few_aliases(hooks.EventAliaser)
    hooks.accepts_kwargs = cache(hooks.accepts_kwargs)
    useragent.sanitize_user_agent_string_component = cache(
        useragent.sanitize_user_agent_string_component
    )
    clients, _ = connect_local("eu-west-2", "http://127.0.0.1:9", "000000000000")
    for service in (*LOOKED_INTO, *LOADED_BESIDE):
        clients.get(service)


def _look_for_few_aliases(aliaser: Any) -> None:
    """It tries two hundred names on each event, though what they begin with is rarely there."""
    from botocore.utils import EVENT_ALIASES

    first = {name.partition(".")[0] for name in EVENT_ALIASES}
    find = aliaser._alias_event_name

    def alias(self: Any, event: str) -> str:
        return event if first.isdisjoint(event.split(".")) else find(self, event)

    aliaser._alias_event_name = alias


def _share(kind: type, kept: str) -> None:
    """One cache for all of a kind."""
    made, shared = kind.__init__, {}  # type: ignore[misc]

    def begin(self: object, *words: object, **more: object) -> None:
        made(self, *words, **more)
        setattr(self, kept, shared)

    kind.__init__ = begin  # type: ignore[misc]


def _serve(door: socket.socket) -> dict[str, Any] | None:
    """Fork a process for each request; gives the request in the fork, and None at the end.

    Whoever connects is told the process id, and at its end the exit code.
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
                told, streams = _asked(answer)
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
    _become(told, streams)
    return told


def _asked(answer: socket.socket) -> tuple[dict[str, Any], list[int]]:
    told, streams, _, _ = socket.recv_fds(answer, LONGEST, STREAMS)
    while not told.endswith(b"\n"):
        told += answer.recv(LONGEST)
    return json.loads(told), streams


def _tell(answer: socket.socket, number: int) -> None:
    with suppress(OSError):  # nobody may be waiting for it any more
        answer.sendall(f"{number}\n".encode())


def _ended() -> Iterator[tuple[int, int]]:
    with suppress(ChildProcessError):
        while (waited := os.waitpid(-1, os.WNOHANG))[0]:
            yield waited[0], os.waitstatus_to_exitcode(waited[1])


def _become(told: dict[str, Any], streams: list[int]) -> None:
    """What a process is given at its start."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it is ignored
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # as it is under nohup
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(told["folder"])
    os.environ.clear()
    os.environ.update(told["environment"])


if __name__ == "__main__":
    main()
