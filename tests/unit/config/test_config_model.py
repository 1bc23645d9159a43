"""The example files and the model say the same, and everything is explained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from productsapi import routes
from productsapi.config import Config, load
from productsapi.config.functions import FunctionNames
from productsapi.config_keys.declaration import Entry, entries

CONFIGS = Path(__file__).parents[3] / "config"
FILES = [CONFIGS / "dev.yaml", CONFIGS / "prod.yaml"]
KEY = re.compile(r"( *)#?([a-z_]+):( |$)")
ALL = list(entries(Config))


def value(config: Config, path: str) -> object:
    found: object = config
    for name in path.split("."):
        found = getattr(found, name)
    return found


def paths(text: str) -> list[tuple[str, int]]:
    """Find each key of a file, commented-out ones (`#key:`) too: its path and its line's index."""
    found, parents = [], [("", -1)]
    for index, line in enumerate(text.splitlines()):
        if match := KEY.match(line):
            depth = len(match[1])
            while parents[-1][1] >= depth:
                parents.pop()
            path = f"{parents[-1][0]}.{match[2]}".lstrip(".")
            parents.append((path, depth))
            found.append((path, index))
    return found


@pytest.mark.parametrize("entry", ALL, ids=[entry.path for entry in ALL])
def test_explained(entry: Entry) -> None:
    """Each key has its meaning and, unless a section, says what is allowed; defaults are good."""
    assert entry.about.doc.endswith(".")
    if rule := entry.about.rule:
        assert rule.allowed
        assert entry.required or rule.accepts(entry.default)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_key_is_in_the_examples(file: Path) -> None:
    """Each key of the model, and no other, is in the file, live or commented out."""
    found = [path for path, _ in paths(file.read_text()) if not path.startswith("tags.")]
    assert sorted(found) == sorted(entry.path for entry in ALL)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_key_is_explained_where_it_is(file: Path) -> None:
    """Each key has a comment beside it or right above."""
    text = file.read_text()
    lines = text.splitlines()
    for path, index in paths(text):
        own, above = lines[index], lines[index - 1].lstrip()
        assert " # " in own or above.startswith("# ") or path.startswith("tags."), path


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_commented_keys_are_good(file: Path, tmp_path: Path) -> None:
    """A commented-out key works as soon as its # is taken away."""
    text = re.sub(r"(?m)^( *)#([a-z_]+:)", r"\1\2", file.read_text())
    (tmp_path / "c.yaml").write_text(text)
    config = load(tmp_path / "c.yaml")
    assert config.expected_account == "123456789012"
    assert config.permissions.boundary


def test_dev_is_the_guide() -> None:
    """dev.yaml is what someone who followed the guide has, but for the runtime that has ended."""
    config = load(FILES[0])
    assert config.region == "eu-west-2"
    assert config.table.name == "ProductsTable"
    assert [config.functions.names.of(function) for function in routes.FUNCTIONS] == [
        "createproductfunction",
        "getproductfunction",
        "updateproductfunction",
        "deleteproductfunction",
    ]
    assert config.functions.architecture == "x86_64"
    assert (config.api.name, config.api.stage) == ("ProductsAPI", "dev")
    pool = config.user_pool
    assert (pool.name, pool.client) == ("secure-serverless-app", "ProductsWebAppClient")
    assert pool.authorizer == "CognitoUserAuth"
    assert pool.self_sign_up


def test_dev_is_the_defaults() -> None:
    """The defaults noted in dev.yaml are those of the code."""
    config = load(FILES[0])
    least = Config(schema=1, stack=config.stack, region=config.region, path=config.path)
    assert config == least
    assert config.root == CONFIGS.parent


def test_prod_is_hardened_and_apart() -> None:
    """prod.yaml guards its data, lets nobody sign up, and shares no name with dev.yaml."""
    dev, prod = load(FILES[0]), load(FILES[1])
    assert prod.table.deletion_protection
    assert prod.table.point_in_time_recovery
    assert prod.user_pool.deletion_protection
    assert not prod.user_pool.self_sign_up
    assert prod.functions.log_retention_days > dev.functions.log_retention_days
    assert prod.api.cors_origin == "https://shop.example.com"
    names = [
        entry.path
        for entry in ALL
        if not entry.path.startswith("api.domain.")
        and re.search(r"(stack|names\.\w+|\.name|client|authorizer|stage)$", entry.path)
    ]
    assert len(names) == 11
    assert [path for path in names if value(dev, path) == value(prod, path)] == []


def test_a_name_for_each_function() -> None:
    """The functions of the routes and the names that can be configured are the same four."""
    assert tuple(FunctionNames.__dataclass_fields__) == routes.FUNCTIONS
