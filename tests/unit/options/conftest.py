"""Each option on the stack of the steps' tests: by their fixtures and helpers."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "steps"))


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.import_plugin("steps_fixtures")
