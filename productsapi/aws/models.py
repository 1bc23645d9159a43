"""botocore's models of AWS's services, found by name."""

from __future__ import annotations

import os
from functools import cached_property
from typing import Any

from botocore.loaders import Loader


class Models(Loader):  # type: ignore[misc]  # botocore has no types
    """A loader that takes each folder of models for a service's.

    botocore's own looks into all 400 of them, for each of two kinds of model, to know whether the
    one service that it was asked for is among them.
    """

    def list_available_services(self, type_name: str) -> list[str]:
        return self._folders

    @cached_property
    def _folders(self) -> list[str]:
        there = filter(os.path.isdir, self.search_paths)
        return sorted({name for path in there for name in os.listdir(path)})  # noqa: PTH208


def find_by_name(session: Any) -> None:
    """Let a session load models so, from where it would: AWS_DATA_PATH's folders come first."""
    paths = list(session.get_component("data_loader").search_paths)
    models = Models(extra_search_paths=paths, include_default_search_paths=False)
    session.register_component("data_loader", models)
