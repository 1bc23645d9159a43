"""A deployed API that answers what a test says, and somebody who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from page_tokens import FAR, id_token

from productsapi.api_client import Answer
from productsapi.api_client.token_store import Tokens
from productsapi.page.products import Products
from productsapi.page.user_session import SignIn


@dataclass
class Api:
    """Answers in turn; keeps what it was sent."""

    answers: list[Answer]
    asked: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def send(self, method: str, url: str, **given: Any) -> Answer:
        self.asked.append((method, url.removeprefix("https://api")))
        self.bodies.append((given["body"] or b"").decode())
        self.headers.append(given["headers"])
        return self.answers.pop(0)


Asked = Callable[..., tuple[Products, Api]]


@pytest.fixture
def asked() -> Asked:
    """Make Products of the answers, each a status with its body and headers."""

    def make(*answers: tuple[int, str] | tuple[int, str, dict[str, str]]) -> tuple[Products, Api]:
        sign_in = SignIn(pool=None)  # type: ignore[arg-type]  # nothing is renewed
        sign_in.user, sign_in._tokens = "ann", Tokens(id_token(FAR), "access", "refresh")
        api = Api([Answer(s, *(rest or [{}]), body.encode()) for s, body, *rest in answers])
        return Products(lambda: "https://api", sign_in, api.send), api

    return make
