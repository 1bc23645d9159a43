"""A project's sources, small enough to be read, and the zips that are made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from productsapi import packaging
from productsapi.config import Config
from productsapi.routes import FUNCTIONS

Zips = Mapping[str, bytes]
HANDLER = (
    "from shared.rules import rule\n\ndef lambda_handler(event, context):\n    return rule()\n"
)
RULES = "def rule():\n    return 1 / 0\n"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    for function in FUNCTIONS:
        folder = tmp_path / "lambda_src" / f"{function}_product"
        folder.mkdir(parents=True)
        (folder / "lambda_function.py").write_text(HANDLER, "utf-8")
    shared = tmp_path / "lambda_src" / "shared"
    shared.mkdir()
    (shared / "rules.py").write_text(RULES, "utf-8")
    (shared / "product.schema.json").write_text("{}", "utf-8")
    return Config(schema=1, stack="shop", region="eu-west-2", path=tmp_path / "config" / "dev.yaml")


@pytest.fixture
def packed(config: Config) -> Callable[[], Zips]:
    return lambda: packaging.packages(config.sources)
