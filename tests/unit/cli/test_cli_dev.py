"""`productsapi dev`: what it takes, whom it signs in, and what it does with what is saved."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from productsapi.api_client import Answer
from productsapi.api_client.token_store import Tokens
from productsapi.cli import dev_session, dev_user, main
from productsapi.cli.dev_session import Session
from productsapi.cli.dev_view import View
from productsapi.cli.target import Target
from productsapi.errors import AwsError, ConfigError, ProductsApiError, SignInError

CONFIG = Path(__file__).parents[3] / "config" / "dev.yaml"


# -- what it takes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "reported"),
    [
        (["--aws", "--local"], "two places"),
        (["--aws", "--seed", "x.jsonl"], "products import"),
        (["--profile", "work"], "uses no AWS profile"),
    ],
)
def test_what_makes_no_sense_together_is_reported(words: list[str], reported: str) -> None:
    ended = CliRunner().invoke(main, ["dev", "-c", str(CONFIG), *words])
    assert ended.exit_code == 64
    assert reported in ended.output


@pytest.mark.parametrize(
    ("production", "reported"),
    [("", "there is no terminal to ask on"), ("live", "live is production")],
)
def test_aws_needs_a_person_and_no_production(
    monkeypatch: pytest.MonkeyPatch, production: str, reported: str
) -> None:
    stack = SimpleNamespace(location="account 1 in eu-west-2")
    opened = SimpleNamespace(stack=stack, name_to_type=production)
    monkeypatch.setattr("productsapi.cli.opened_stack.open_stack", lambda _target: opened)
    ended = CliRunner().invoke(main, ["dev", "-c", str(CONFIG), "--aws"])
    assert ended.exit_code == 5
    assert reported in ended.output


# -- the products of a file ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ('{"a": 1}\n{"a": \n', "seed.jsonl:2: this is no JSON"),
        ('{"a": 1}\n\n[1]\n', "seed.jsonl:3: a product is an object"),
        ("\xff", "seed.jsonl:1: this is no JSON"),
    ],
)
def test_a_line_that_is_no_product_is_reported(tmp_path: Path, text: str, reported: str) -> None:
    path = tmp_path / "seed.jsonl"
    path.write_text(text, "latin-1")
    with pytest.raises(ProductsApiError, match=r"seed\.jsonl") as raised:
        dev_user.seeds(path)
    assert reported in raised.value.message


def test_a_file_that_is_not_there_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ProductsApiError, match="can't be read: No such file"):
        dev_user.seeds(tmp_path / "none.jsonl")


class Pool:
    """Keeps what was asked of it."""

    def __init__(self, groups: tuple[str, ...] | None = None) -> None:
        self.groups = groups  # None: there is no such user
        self.asked: list[tuple[Any, ...]] = []

    def create(self, name: str, password: str, *, groups: Any = ()) -> None:
        if self.groups is not None:
            raise SignInError("There already is a user dev.")
        self.asked.append(("create", name, sorted(groups)))

    def groups_of(self, _name: str) -> list[str]:
        return list(self.groups or ())

    def set_groups(self, name: str, groups: Any) -> None:
        self.asked.append(("groups", name, sorted(groups)))

    def set_password(self, name: str, password: str) -> None:
        assert len(password) >= 8
        self.asked.append(("password", name))

    def login(self, name: str, _password: str) -> Tokens:
        self.asked.append(("login", name))
        return Tokens(f"id{len(self.asked)}", "access", "refresh")


def people(pool: Pool, answers: list[int] | None = None) -> Any:
    config = SimpleNamespace(
        user_pool=SimpleNamespace(password_length=8),
        auth=SimpleNamespace(write_groups=("editors",)),
        api=SimpleNamespace(key=False),
    )
    opened = SimpleNamespace(
        stack=SimpleNamespace(config=config),
        invoke_url=lambda _outputs: "http://127.0.0.1/api",
        aws=SimpleNamespace(clients=SimpleNamespace(network=None)),
    )
    kept: dict[str, Tokens] = {}
    tokens = SimpleNamespace(put=lambda _pool, name, given: kept.update({name: given}))
    return SimpleNamespace(
        opened=opened, pool=pool, tokens=tokens, kept_under=None, kept=kept, outputs=None,
        token=lambda _name: "t",
    )  # fmt: skip


def test_the_user_is_made_and_signed_in_twice() -> None:
    """For the commands, and for the page: each renews its own."""
    someone = people(Pool())
    for_the_page = dev_user.sign_in(someone)
    assert someone.pool.asked[0] == ("create", "dev", ["editors"])
    assert someone.kept["dev"] != for_the_page


def test_who_is_there_keeps_its_groups() -> None:
    someone = people(Pool(("others",)))
    dev_user.sign_in(someone)
    assert someone.pool.asked[:2] == [("groups", "dev", ["editors", "others"]), ("password", "dev")]


def test_products_are_sent_as_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(201, {}), (409, {}), (400, {"errors": [{"field": "f", "message": "is odd"}]})]
    sent: list[bytes] = []

    def send(method: str, url: str, *, body: bytes, **_: Any) -> Answer:
        assert (method, url) == ("POST", "http://127.0.0.1/api/products")
        sent.append(body)
        status, described = answers[len(sent) - 1]
        return Answer(status, {}, json.dumps(described).encode())

    monkeypatch.setattr("productsapi.api_client.send", send)
    exact = b'{"productPrice": 0.12345678901234567890}'
    wanted = [dev_user.Seed(f"s:{n}", exact) for n in (1, 2, 3)]
    result = dev_user.seed_products(people(Pool()), wanted)
    assert sent == [exact] * 3
    assert result.in_words() == "1 created, 1 there already, 1 refused"
    assert result.refused == ["s:3: 400 f is odd"]


# -- what was saved --------------------------------------------------------------------------------


class Saved(Session):
    """One whose ways to get live are what a test says."""

    def __init__(self, *outcomes: Any) -> None:
        super().__init__(Target(CONFIG, None, None, local=True), asks=False)
        self.outcomes = list(outcomes)

    def _catch_up(self) -> str:
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return str(outcome)


@pytest.fixture
def view() -> View:
    return View(lambda: None)  # type: ignore[arg-type,return-value]


def test_an_error_is_reported_once_and_its_end(
    view: View, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = ConfigError("x.py:3: python3.13 can't read it", "fix it")
    session = Saved(odd, odd, "", "")
    for _ in range(4):
        session.catch_up(view)
    shown = capsys.readouterr()
    assert shown.err.count("x.py:3") == 1
    assert shown.err.count(dev_session.STILL_SERVING) == 1
    assert shown.out.count("live again") == 1


def test_what_is_live_already_is_not_reported(
    view: View, capsys: pytest.CaptureFixture[str]
) -> None:
    Saved("").catch_up(view)
    assert capsys.readouterr() == ("", "")


def test_a_cloud_that_is_gone_is_no_last_good(
    view: View, capsys: pytest.CaptureFixture[str]
) -> None:
    Saved(AwsError("GetParameter", "Gone", "it doesn't answer")).catch_up(view)
    assert dev_session.STILL_SERVING not in capsys.readouterr().err


def test_the_short_way_fails_into_the_whole_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the local cloud was stopped: the whole way starts it."""

    def gone(*_: Any) -> bool:
        raise AwsError("GetParameter", "Gone", "it doesn't answer")

    session = Session(Target(CONFIG, None, None, local=True), asks=False)
    monkeypatch.setattr(session, "_update_code", gone)
    assert session._updated(None, ("get",)) is False  # type: ignore[arg-type]
