"""A call that is repeated in the background for as long as a run goes on."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread


class Heartbeat:
    """Calls `beat`, first after `pause` seconds, then after as many as it returned."""

    def __init__(self, beat: Callable[[], float], pause: float) -> None:
        self._beat = beat
        self._pause = pause
        self.stopped = Event()
        self.thread = Thread(target=self._run, name="lease", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self, timeout: float) -> None:
        """Let no further call begin, and wait up to `timeout` seconds for the one under way."""
        self.stopped.set()
        if self.thread.is_alive():
            self.thread.join(timeout)

    def _run(self) -> None:
        pause = self._pause
        while not self.stopped.wait(pause):
            pause = self._beat()
