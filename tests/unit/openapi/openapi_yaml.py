"""YAML read by the C library where it is: ten times as fast as in Python."""

from __future__ import annotations

from typing import Any

import yaml

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def loaded(text: str) -> Any:
    return yaml.load(text, Loader)  # noqa: S506 - safe, either of them
