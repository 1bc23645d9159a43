"""Another environment: its file, and how the one that is meant is found."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from productsapi.cli import config_file, main
from productsapi.cli.config_file import DEFAULT_CONFIG, found
from productsapi.cli.target import Target
from productsapi.config import load

HEAD = "schema: 1\nstack: shop-dev\nregion: eu-west-2\n"


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PRODUCTSAPI_CONFIG", raising=False)
    (tmp_path / "config").mkdir()
    (tmp_path / "src" / "deep").mkdir(parents=True)
    (tmp_path / "config" / "dev.yaml").write_text(HEAD, "utf-8")
    monkeypatch.chdir(tmp_path)


def init(*args: str) -> Result:
    return CliRunner().invoke(main, ["init", *args])


def test_a_second_environment_shares_no_name() -> None:
    result = init("--env", "staging")
    assert result.exit_code == 0, result.output
    assert "productsapi deploy --local -c config/staging.yaml" in result.stderr
    dev, staging = load(Path("config/dev.yaml")), load(Path("config/staging.yaml"))
    assert (staging.stack, staging.region) == ("shop-staging", "eu-west-2")
    names = {
        dev.table.name: staging.table.name,
        dev.api.name: staging.api.name,
        dev.api.stage: staging.api.stage,
        dev.user_pool.name: staging.user_pool.name,
        **{getattr(dev.functions.names, n): v for n, v in vars(staging.functions.names).items()},
    }
    assert not names.keys() & set(names.values())
    assert all("staging" in name for name in names.values())


def test_it_says_what_the_first_one_says() -> None:
    """But for names, and what can't be another one's: its app clients, its being production."""
    Path("config/dev.yaml").write_text(
        HEAD + 'expected_account: "012345678901"\nproduction: true\ntags: {team: shop, n: "1"}\n'
        "table: {name: T99, sort_key: category}\nfunctions: {memory_mb: 512}\n"
        "api: {name: mine, cors_origin: [https://a.example.com, https://b.example.com], "
        'cache: {size_gb: "0.5"}}\n'
        "auth: {client_ids: [abc], write_groups: [editors]}\n"
        "limits: {methods: {GET /products: 1/2}}\n",
        "utf-8",
    )
    assert init("--env", "staging").exit_code == 0
    config = load(Path("config/staging.yaml"))
    assert config.expected_account == "012345678901"
    assert config.tags == {"team": "shop", "n": "1"}
    assert (config.table.sort_key, config.table.name) == ("category", "shop-staging-table")
    assert config.functions.memory_mb == 512
    assert config.api.origins == ("https://a.example.com", "https://b.example.com")
    assert config.api.cache.size_gb == "0.5"
    assert config.limits.methods == {"GET /products": "1/2"}
    assert (config.auth.client_ids, config.auth.write_groups) == ((), ("editors",))
    assert not config.production


@pytest.mark.parametrize(
    ("stack", "file", "expected"),
    [
        ("shop-dev", "dev", "shop-live"),
        ("shop", "dev", "shop-live"),
        ("shop-prod", "prod", "shop-live"),
        ("dev", "dev", "dev-live"),
        ("shop-dev", "other", "shop-live"),  # by its stage, which is dev
    ],
)
def test_the_last_word_of_the_stack_is_changed(stack: str, file: str, expected: str) -> None:
    path = Path(f"config/{file}.yaml")
    path.write_text(HEAD.replace("shop-dev", stack), "utf-8")
    assert init("--env", "live", "--from", str(path)).exit_code == 0
    assert load(Path("config/live.yaml")).stack == expected


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["--env", "dev"], 5, "config/dev.yaml is there already"),
        (["--env", "Staging"], 64, "lower-case"),
        (["--env", "../x"], 64, "lower-case"),
        (["--env", "a" * 30], 5, "3 to 32"),
        (["--env", "end-"], 5, "3 to 32"),
        (["--env", "staging", "here"], 64, "omit DIRECTORY"),
        ([], 64, "DIRECTORY"),
        (["--env", "staging", "--from", "none"], 3, "config/none.yaml: no such file"),
    ],
)
def test_what_makes_no_environment_is_reported(args: list[str], code: int, said: str) -> None:
    result = init(*args)
    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr
    assert sorted(path.name for path in Path("config").iterdir()) == ["dev.yaml"]


def test_schema_1_keeps_the_names_it_always_had(tmp_path: Path) -> None:
    config = load(Path("config/dev.yaml"))
    assert (config.table.name, config.api.stage) == ("ProductsTable", "dev")


def test_a_name_that_is_given_counts() -> None:
    Path("config/x.yaml").write_text(HEAD.replace("1", "2", 1) + "api: {name: N}\n", "utf-8")
    config = load(Path("config/x.yaml"))
    assert (config.api.name, config.api.stage) == ("N", "dev")
    assert config.functions.names.get == "shop-dev-get"


@pytest.mark.parametrize("typed", ["config/dev.yaml", "dev"])
def test_from_below_the_project_it_is_found(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    monkeypatch.chdir("src/deep")
    assert found(Path(typed)) == Path("../../config/dev.yaml")
    assert load(found(Path(typed))).root == Path.cwd().parents[1]


def test_the_nearest_one_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    nearer = Path("src/config/dev.yaml")
    nearer.parent.mkdir()
    nearer.write_text(HEAD, "utf-8")
    monkeypatch.chdir("src/deep")
    assert found(DEFAULT_CONFIG) == Path("../config/dev.yaml")


@pytest.mark.parametrize("typed", ["no.yaml", "config/no.yaml", "../config/no.yaml", "/no/such"])
def test_what_is_nowhere_stays_as_it_was_typed(typed: str) -> None:
    assert found(Path(typed)) == Path(typed)


def test_a_file_of_that_very_name_is_meant_first() -> None:
    Path("dev").write_text(HEAD, "utf-8")
    assert found(Path("dev")) == Path("dev")


def test_a_folder_of_that_name_is_not_meant() -> None:
    Path("staging").mkdir()
    Path("config/staging.yaml").write_text(HEAD, "utf-8")
    assert found(Path("staging")) == Path("config/staging.yaml")


@pytest.mark.parametrize("typed", ["n" * 300, "a\0b", "config/" + "n" * 300])
def test_a_name_that_no_file_can_have_is_no_fault(typed: str) -> None:
    result = CliRunner().invoke(main, ["plan", "-c", typed])
    assert (result.exit_code, "Traceback" in result.output) == (3, False), result.stderr


def test_what_others_put_above_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in /tmp, where anybody may."""
    monkeypatch.chdir("src/deep")
    monkeypatch.setattr(config_file, "_trusted", lambda *_: False)
    assert found(DEFAULT_CONFIG) == DEFAULT_CONFIG


def test_whose_file_it_is_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path("config/dev.yaml")
    assert config_file._trusted(path)
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    assert config_file._trusted(path), "whose this folder is, as in a container"


def test_a_link_is_whose_it_is_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a link to somebody's own file would have others' sources deployed."""
    mine = os.lstat
    Path("config/other.yaml").symlink_to("dev.yaml")

    def lstat(path: Path) -> os.stat_result:
        seen = list(mine(path))
        seen[4] += 1 if path.name == "other.yaml" else 0
        return os.stat_result(seen)

    monkeypatch.setattr(Path, "lstat", lstat)
    monkeypatch.chdir("src")
    assert found(Path("dev")) == Path("../config/dev.yaml")
    assert found(Path("other")) == Path("config/other.yaml")


def test_hints_from_below_name_no_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("src")
    target = Target(found(DEFAULT_CONFIG), None, None, local=True)
    assert target.command("plan") == "productsapi plan --local"
