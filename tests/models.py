"""What botocore finds out anew for each session and client, found out once for a process of tests.

Every `Session` has a loader of its own, which reads and parses megabytes of JSON again; each client
looks at the signatures of the same hooks, and translates the same names of events. Nobody changes
what is read: botocore itself hands one model to all clients of a session.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import botocore.hooks
import botocore.loaders
import botocore.session
import pytest
from botocore.hooks import EventAliaser
from botocore.loaders import JSONFileLoader, Loader

from productsapi.aws.models import Models

_read = cache(JSONFileLoader().load_file)


class Files(JSONFileLoader):  # type: ignore[misc]
    """Those of the package itself are read once; moto adds to what it reads, and has its own."""

    def load_file(self, file_path: str) -> Any:
        own = file_path.startswith(Loader.BUILTIN_DATA_PATH)
        return _read(file_path) if own else super().load_file(file_path)


@cache
def _shared(search_path: str | None) -> Loader:
    loader = botocore.loaders.create_loader(search_path)
    loader.file_loader = Files()
    return loader


def _loader(search_path: str | None = None) -> Loader:
    """With search paths of its own, as boto3 adds one, and everybody's cache."""
    loader = copy.copy(_shared(search_path))
    loader._search_paths = list(loader._search_paths)
    return loader


_accepts_kwargs = botocore.hooks.accepts_kwargs
_by_code: dict[Any, bool] = {}


def _accepts(hook: Callable[..., Any]) -> bool:
    code = getattr(hook, "__code__", None)  # a method gives its function's
    if code is None:
        return bool(_accepts_kwargs(hook))
    if code not in _by_code:
        _by_code[code] = bool(_accepts_kwargs(hook))
    return _by_code[code]


_made, _names = EventAliaser.__init__, {}  # type: ignore[var-annotated]


def _make(aliaser: EventAliaser, *args: Any, **named: Any) -> None:
    _made(aliaser, *args, **named)
    if aliaser._event_aliases == botocore.hooks.EVENT_ALIASES:
        aliaser._alias_name_cache = _names


@contextmanager
def read_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(botocore.session, "create_loader", _loader)
        monkeypatch.setattr(Models, "FILE_LOADER_CLASS", Files)
        monkeypatch.setattr(botocore.hooks, "accepts_kwargs", _accepts)
        monkeypatch.setattr(EventAliaser, "__init__", _make)
        yield
