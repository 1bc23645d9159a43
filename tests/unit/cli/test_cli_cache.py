"""The words of `cache flush`."""

from __future__ import annotations

import pytest

from productsapi.cli import cache as command
from productsapi.cli.config_file import DEFAULT_CONFIG
from productsapi.cli.target import Target
from productsapi.config.model import Api, Config
from productsapi.options.cache.configuration import Cache
from productsapi.options.cache.flush import Flush

TARGET = Target(DEFAULT_CONFIG, None, "work", local=False)
OFF = Flush(None, "the stage dev has no cache")


def said(capsys: pytest.CaptureFixture[str], found: Flush, size_gb: str | None) -> tuple[str, str]:
    api = Api(cache=Cache(size_gb=size_gb))
    command._print(found, Config(schema=1, stack="shop", region="eu-west-2", api=api), TARGET)
    return tuple(capsys.readouterr())


def test_a_flush_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    out = "The cache of the stage dev is being flushed.\n"
    assert said(capsys, Flush("0.5"), "0.5") == (out, "")


def test_without_a_cache_it_says_how_to_get_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = "Nothing to flush: the stage dev has no cache.\n"
    assert said(capsys, OFF, None) == (out, "")
    following = "Next: productsapi deploy --profile work, which switches it on\n"
    assert said(capsys, OFF, "0.5") == (out, following)
