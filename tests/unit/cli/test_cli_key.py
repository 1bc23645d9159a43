"""How `key rotate` asks the API whether it knows the new key (G10)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from productsapi import api_client
from productsapi.aws.network import Network
from productsapi.cli import key
from productsapi.engine.outputs import Outputs
from productsapi.errors import RequestFailed, SignInError

VALUE = "v" * 64


def _opened(url: str | None) -> Any:
    aws = SimpleNamespace(clients=SimpleNamespace(network=Network()))
    return SimpleNamespace(aws=aws, target="here", invoke_url=lambda _: url)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []

    def send(method: str, url: str, *, headers: dict[str, str], **_: Any) -> Any:
        found.append((f"{method} {url}", headers))
        return SimpleNamespace(status=403)

    monkeypatch.setattr(api_client, "send", send)
    return found


def _asked(monkeypatch: pytest.MonkeyPatch, people: Any) -> int:
    def find_users(_target: Any) -> Any:
        if isinstance(people, Exception):
            raise people
        return people

    monkeypatch.setattr(key, "find_users", find_users)
    return key._asking(_opened("https://api/dev"), Outputs())(VALUE)


def test_with_the_token_of_somebody_signed_in(
    monkeypatch: pytest.MonkeyPatch, sent: list[tuple[str, dict[str, str]]]
) -> None:
    people = SimpleNamespace(signed_in=lambda: ["ann", "bob"], token=lambda name: f"of-{name}")
    assert _asked(monkeypatch, people) == 403
    [(what, headers)] = sent
    assert what == "GET https://api/dev/products"
    assert headers == {"authorization": "Bearer of-ann", "x-api-key": VALUE}


@pytest.mark.parametrize("people", [SimpleNamespace(signed_in=list), SignInError("nobody")])
def test_without_anybody_it_is_asked_all_the_same(
    monkeypatch: pytest.MonkeyPatch, sent: list[tuple[str, dict[str, str]]], people: Any
) -> None:
    _asked(monkeypatch, people)
    assert sent[0][1] == {"x-api-key": VALUE}


def test_without_an_api_there_is_nobody_to_ask() -> None:
    with pytest.raises(RequestFailed, match="no API to call"):
        key._asking(_opened(None), Outputs())(VALUE)
