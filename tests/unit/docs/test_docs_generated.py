"""What is generated is what stands there; and what it is generated from says enough."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import commands_page
import configuration_page
import example_files
import pytest
import yaml

from productsapi.cli import COMMANDS, main
from productsapi.config import load
from productsapi.config.model import Config
from productsapi.config.yaml_values import written
from productsapi.config_keys.declaration import entries
from productsapi.config_keys.rules import Rule

ROOT = Path(__file__).parents[3]


def generator() -> ModuleType:
    path = ROOT / "docs" / "generate" / "__main__.py"
    spec = importlib.util.spec_from_file_location("generate", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_nothing_generated_is_stale() -> None:
    pages: Callable[[], dict[str, str]] = generator().pages
    stale = [path for path, text in pages().items() if (ROOT / path).read_text("utf-8") != text]
    assert not stale, "run `python docs/generate`"


def test_each_key_has_a_row_with_its_meaning() -> None:
    rows = configuration_page.page().splitlines()
    for entry in entries(Config):
        if entry.about.rule:
            (row,) = [row for row in rows if row.startswith(f"| `{entry.path}` |")]
            assert entry.about.doc.partition("*")[0] in row
            assert entry.about.price in row


def test_each_section_has_its_meaning() -> None:
    page = configuration_page.page()
    for entry in entries(Config):
        if not entry.about.rule:
            assert entry.path in page
            assert entry.about.doc in page


def test_a_rule_of_unknown_kind_is_no_text() -> None:
    class Odd(Rule):
        allowed = "odd"

        def accepts(self, value: object) -> bool:
            return True

    with pytest.raises(TypeError):
        configuration_page.type_of(Odd())


@pytest.mark.parametrize(
    "value",
    [None, True, 0, 14, "dev", "*", "true", "NULL", "123", "1.0.0", "a b", "a: b", "é", "-", "x,y"],
)
def test_a_value_is_read_as_it_was_written(value: object) -> None:
    assert yaml.safe_load(f"key: {written(value)}") == {"key": value}
    assert yaml.safe_load(f"[{written(value)}]") == [value]


@pytest.mark.parametrize("name", example_files.HEADS)
def test_values_of_a_file_stay_what_they_are(tmp_path: Path, name: str) -> None:
    """Whatever stands in it, comments and all: what is written anew means the same."""
    text = (ROOT / "config" / name).read_text("utf-8")
    changed = text.replace("memory_mb: 256", "memory_mb: 512 # more").replace(
        "methods: {}", "methods: {POST /products: 5/10}"
    )
    path = tmp_path / name
    path.write_text(changed, "utf-8")
    before = load(path)
    path.write_text(example_files.text(path), "utf-8")
    assert load(path) == before
    assert before.limits.methods == {"POST /products": "5/10"}
    assert ("memory_mb: 512 # default: 256" in path.read_text("utf-8")) is True


def test_a_key_that_a_file_lacks_gets_its_default(tmp_path: Path) -> None:
    path = tmp_path / "dev.yaml"
    path.write_text("{schema: 1, stack: products-dev, region: eu-west-2}", "utf-8")
    assert example_files.text(path) == (ROOT / "config" / "dev.yaml").read_text("utf-8")


def test_each_command_is_in_the_page() -> None:
    page = commands_page.page()
    for name in COMMANDS:
        assert f"### `productsapi {name}`" in page
    for inner in ("user create", "products import", "local up", "key rotate"):
        assert f"### `productsapi {inner}`" in page
    assert "| `--exit-code` | Exit with 2 when there is something to do. |" in page
    assert "    productsapi plan -c config/prod.yaml --exit-code" in page


def test_exit_codes_are_those_of_help() -> None:
    reported = commands_page.exit_codes()
    assert set(reported) == {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 64, 70, 129, 130, 143}
    assert all(reported.values())
    said = (main.help or "").partition("Exit codes:")[2]
    assert [code for code in reported if str(code) not in said] == []
