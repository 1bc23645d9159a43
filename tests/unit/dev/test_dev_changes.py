"""What of the saved files differs from what is live, and which functions that concerns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from productsapi.config import Config
from productsapi.dev.changes import Live, files, names

Packed = Callable[[], Mapping[str, bytes]]


@pytest.mark.parametrize(
    ("saved", "functions"),
    [
        ("get_product/lambda_function.py", ("get",)),
        ("get_product/more.py", ("get",)),
        ("shared/rules.py", ("create", "get", "update", "delete")),
    ],
)
def test_a_saved_file_concerns_its_functions(
    config: Config, packed: Packed, saved: str, functions: tuple[str, ...]
) -> None:
    live = Live(config, packed())
    (config.sources / saved).write_text("# saved\n", "utf-8")
    code = packed()
    assert live.functions(code) == functions
    assert names(config, live.code, code) == [f"lambda_src/{saved}"]
    assert files(config, live.code, code) == {config.sources / saved: b"# saved\n"}


def test_saved_as_it_was_concerns_none(config: Config, packed: Packed) -> None:
    live = Live(config, packed())
    path = config.sources / "shared" / "rules.py"
    path.write_bytes(path.read_bytes())
    assert live.functions(packed()) == ()


def test_a_removed_file_is_not_read(config: Config, packed: Packed) -> None:
    extra = config.sources / "get_product" / "extra.py"
    extra.write_text("", "utf-8")
    before = packed()
    extra.unlink()
    assert Live(config, before).functions(packed()) == ("get",)
    assert files(config, before, packed()) == {}


@pytest.mark.parametrize(
    ("change", "another"), [({"stack": "b"}, True), ({"region": "us-east-1"}, True), ({}, False)]
)
def test_another_name_or_region_is_another_stack(
    config: Config, change: dict[str, str], another: bool
) -> None:
    assert Live(config, {}).is_another_stack(replace(config, **change)) is another  # type: ignore[arg-type]
