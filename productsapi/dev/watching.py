"""Files that are saved, however an editor does that: written into, or put in place by a rename."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from productsapi.errors import LocalCloudError, ProductsApiError

QUIET_MS = 40
"""Milliseconds without another event after which a burst of them is over."""
LONGEST_MS = 400
LOOK_MS = 1000
"""Milliseconds between two looks whether still the same file or folder is watched."""

Saved = Callable[[], None]


def must_be_there() -> None:
    """Raises LocalCloudError where the watcher isn't installed."""
    try:
        import watchfiles  # noqa: F401
    except ImportError:
        hint = "in the folder that productsapi was cloned to: pip install -e '.[local]'"
        raise LocalCloudError("watchfiles is missing, which watches the sources", hint) from None


@contextmanager
def watching(sources: Path, config: Path, saved: Saved, broken: Saved) -> Iterator[None]:
    """Call `saved` after each burst of changes in these, from threads, until the block's end.

    `broken` is called, once, where the system refuses to watch; what is looked at each second goes
    on then.
    """
    stop = Event()
    threads = [
        Thread(target=_follow, args=(sources, None, saved, broken, stop), daemon=True),
        Thread(target=_follow, args=(config.parent, config, saved, broken, stop), daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(LOOK_MS / 1000)


def _follow(folder: Path, file: Path | None, saved: Saved, broken: Saved, stop: Event) -> None:
    """Watch a folder with all below it, or of one only the file, which others may replace.

    Where the folder itself is replaced, or the file links to one that changes, there is no event.
    """
    watched, reported = file or folder, False
    while not stop.is_set():
        seen = _identity(watched, whole=file is not None)
        try:
            for changed in _bursts(folder, file, stop):
                now = _identity(watched, whole=file is not None)
                if changed or now != seen:
                    saved()
                if now != seen and file is None:
                    break
                seen = now
        except FileNotFoundError:
            pass
        except (OSError, RuntimeError):  # as where the system's watches are used up
            if not reported:
                broken()
            reported = True
        stop.wait(LOOK_MS / 1000)
        if not stop.is_set():
            saved()


def _bursts(folder: Path, file: Path | None, stop: Event) -> Iterator[bool]:
    """Whether something changed; also each second in which nothing did."""
    from watchfiles import DefaultFilter, watch

    usual = DefaultFilter()  # leaves out editors' own files
    name = file.name if file else None
    found = watch(
        folder,
        watch_filter=lambda change, path: (
            usual(change, path) if name is None else Path(path).name == name
        ),
        debounce=LONGEST_MS,
        step=QUIET_MS,
        stop_event=stop,
        rust_timeout=LOOK_MS,
        yield_on_timeout=True,
        raise_interrupt=False,
        recursive=file is None,
    )
    for changes in found:
        yield bool(changes)


def _identity(path: Path, *, whole: bool) -> tuple[int, ...] | None:
    """Which file or folder it is; `whole`: and in which state. None where there is none."""
    try:
        seen = path.stat()
    except OSError:
        return None
    which = seen.st_dev, seen.st_ino
    return (*which, seen.st_mtime_ns, seen.st_size) if whole else which


def refused() -> ProductsApiError:
    """The error for when the system refuses to watch."""
    return ProductsApiError(
        "the system refuses to watch the files (its watches may be used up): each is looked at once"
        " a second instead",
        "sysctl fs.inotify.max_user_watches=524288",
    )
