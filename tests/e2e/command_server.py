"""Forks commands of productsapi from a process that has loaded what each of them would load.

Loading it takes most of a short command's time: modules, and botocore's models of the services. In
all else such a command is a process of its own: arguments, environment, folder, streams, signals,
the interpreter's end and the exit code.

Run by its path, with a socket as its standard input, and until that is closed.
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

NOT_LOADED = {"productsapi.__main__", "productsapi.local.gate"}
"""Programs: what they do, they do when they are loaded."""
LOADED_BESIDE = ("sts", "cloudwatch", "sns", "secretsmanager")
"""Services that some commands ask, beside those that a look at a stack asks."""
LONGEST = 1 << 16
DESCRIPTORS = 4
"""The socket for the answers (process id, exit code), and the three streams."""


def main() -> None:
    _load()
    with socket.socket(fileno=os.dup(0)) as asked:
        words = _serve(asked)
    if words is not None:  # from here on this is the forked one
        sys.argv = ["productsapi", *words]
        runpy.run_module("productsapi", run_name="__main__", alter_sys=True)


def _load() -> None:
    import productsapi

    for module in pkgutil.walk_packages(productsapi.__path__, "productsapi."):
        if module.name not in NOT_LOADED:
            importlib.import_module(module.name)
    _load_models()
    gc.freeze()  # no command needs to look through all that


def _load_models() -> None:
    """What botocore keeps for each of its sessions, it keeps for all: a command has but one."""
    from botocore.hooks import EventAliaser
    from botocore.loaders import Loader

    from productsapi.aws.clients import LOOKED_INTO, connect_local

    _share(Loader, "_cache")
    _share(EventAliaser, "_alias_name_cache")
    clients, _ = connect_local("eu-west-2", "http://127.0.0.1:9", "000000000000")
    for service in (*LOOKED_INTO, *LOADED_BESIDE):
        clients.get(service)


def _share(kind: type, cache: str) -> None:
    """One cache for all of a kind."""
    made, shared = kind.__init__, {}  # type: ignore[misc]

    def begin(self: object, *words: object, **more: object) -> None:
        made(self, *words, **more)
        setattr(self, cache, shared)

    kind.__init__ = begin  # type: ignore[misc]


def _serve(asked: socket.socket) -> list[str] | None:
    """Fork a command for each request; gives its words in the fork, and None at the end."""
    answers: dict[int, socket.socket] = {}
    woken, wakes = socket.socketpair()
    wakes.setblocking(False)
    signal.set_wakeup_fd(wakes.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)  # it wakes where it is handled
    with woken, wakes, selectors.DefaultSelector() as selector:
        selector.register(asked, selectors.EVENT_READ)
        selector.register(woken, selectors.EVENT_READ)
        while True:
            ready = [key.fileobj for key, _ in selector.select()]
            if woken in ready:
                woken.recv(LONGEST)
                for pid, code in _ended():
                    with answers.pop(pid) as answer:
                        _tell(answer, code)
            if asked in ready:
                told, descriptors, _, _ = socket.recv_fds(asked, LONGEST, DESCRIPTORS)
                if not told:
                    signal.set_wakeup_fd(-1)
                    return None
                number, *streams = descriptors
                answer = socket.socket(fileno=number)
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
    return _become(json.loads(told), streams)


def _tell(answer: socket.socket, number: int) -> None:
    with suppress(OSError):  # nobody may be waiting for it any more
        answer.sendall(f"{number}\n".encode())


def _ended() -> Iterator[tuple[int, int]]:
    with suppress(ChildProcessError):
        while (waited := os.waitpid(-1, os.WNOHANG))[0]:
            yield waited[0], os.waitstatus_to_exitcode(waited[1])


def _become(told: dict[str, object], streams: list[int]) -> list[str]:
    """What a process is given at its start."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it is ignored
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(str(told["folder"]))
    os.environ.clear()
    os.environ.update(told["environment"])
    return list(told["words"])


if __name__ == "__main__":
    main()
