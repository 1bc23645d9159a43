"""The fixtures are a plugin, which the options' tests have too: made once in a run of both."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.import_plugin("steps_fixtures")
