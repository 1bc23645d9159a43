"""Actors of which one at a time goes on, from one call to the next, in an order that is chosen."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from parameter_store import Store

PATIENCE = 600


class Killed(BaseException):
    """An actor's end by SIGKILL: nothing after it is carried out."""


@dataclass
class Theatre:
    """Each actor is a thread. Time passes only while all of them wait."""

    store: Store
    choose: Callable[[Sequence[str]], str]
    """Who of those that could go on does."""
    wakes: dict[str, float] = field(default_factory=dict)
    steps: Counter[str] = field(default_factory=Counter)
    """How often each has paused."""
    killed: set[str] = field(default_factory=set)
    errors: list[BaseException] = field(default_factory=list)
    _gates: dict[str, threading.Lock] = field(default_factory=dict)
    _back: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._back.acquire()

    def enter(self, name: str, act: Callable[[], None], wakes: float = 0) -> None:
        self._gates[name] = threading.Lock()
        self._gates[name].acquire()
        self.wakes[name] = wakes

        def play() -> None:
            self._gates[name].acquire()
            try:
                with suppress(Killed):
                    self._unless_killed(name)
                    act()
            except BaseException as error:  # noqa: BLE001 - `play` raises it
                self.errors.append(error)
            self._back.release()

        threading.Thread(target=play, name=name, daemon=True).start()

    def pause(self, seconds: float) -> None:
        """Let others go on, and come back after `seconds` or later."""
        name = threading.current_thread().name
        self.wakes[name] = self.store.now + seconds
        self.steps[name] += 1
        self._back.release()
        assert self._gates[name].acquire(timeout=PATIENCE)
        self._unless_killed(name)

    def play(self) -> None:
        """To the end of all, or to the first error of one."""
        try:
            while self.wakes and not self.errors:
                self.store.now = max(self.store.now, min(self.wakes.values()))
                awake = sorted(name for name, at in self.wakes.items() if at <= self.store.now)
                self._go_on(self.choose(awake))
        finally:
            self.killed |= set(self.wakes)
            for name in list(self.wakes):
                self._go_on(name)
        for error in self.errors:
            raise error

    def _go_on(self, name: str) -> None:
        del self.wakes[name]
        self._gates[name].release()
        assert self._back.acquire(timeout=PATIENCE)

    def _unless_killed(self, name: str) -> None:
        if name in self.killed:
            raise Killed


@dataclass
class Turnstile:
    """A lock whose waiting the theatre knows of."""

    theatre: Theatre
    taken: bool = False

    def __enter__(self) -> None:
        while self.taken:
            self.theatre.pause(0.5)
        self.taken = True

    def __exit__(self, *_: object) -> None:
        self.taken = False
