"""botocore's service models, read once for all sessions of a process instead of once for each.

Every `Session` has a loader of its own, which reads and parses megabytes of JSON again. Nobody
changes what it gives: botocore itself hands one model to all clients of a session.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import botocore.loaders
import botocore.session
import pytest
from botocore.loaders import Loader

_shared = cache(botocore.loaders.create_loader)


def _loader(search_path: str | None = None) -> Loader:
    """With search paths of its own, as boto3 adds one, and everybody's cache."""
    loader = copy.copy(_shared(search_path))
    loader._search_paths = list(loader._search_paths)
    return loader


@contextmanager
def read_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(botocore.session, "create_loader", _loader)
        yield
