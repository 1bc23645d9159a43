"""Only the browser that was given the key is answered, and only by the page itself."""

from __future__ import annotations

import pytest

from productsapi.page.request_guard import Guard

PORT = 8123
OWN = f"http://127.0.0.1:{PORT}"


@pytest.fixture
def guard() -> Guard:
    return Guard(PORT)


def headers(guard: Guard, **others: str) -> dict[str, str]:
    """Of a request from the page, but for those that a test says; an empty one isn't sent."""
    cookie = guard.set_cookie.partition(";")[0]
    usual = {"Host": f"127.0.0.1:{PORT}", "Cookie": cookie, "Origin": OWN}
    usual |= {name.replace("_", "-"): value for name, value in others.items()}
    return {name: value for name, value in usual.items() if value}


def test_the_page_itself_is_answered(guard: Guard) -> None:
    for method in ("GET", "POST"):
        assert guard.refusal(method, "/api/products", headers(guard)) == ""
    typed = headers(guard, Origin="", Sec_Fetch_Site="none")
    assert guard.refusal("GET", "/", typed) == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"Host": "evil.example"},  # a name that resolves to 127.0.0.1
        {"Host": f"localhost:{PORT}"},
        {"Host": "127.0.0.1:80"},
        {"Host": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},  # another port of this machine
        {"Cookie": ""},
        {"Cookie": f"productsapi-{PORT}=guessed"},
        {"Cookie": f"productsapi-{PORT}="},
        {"Cookie": "productsapi-80=other"},
    ],
    ids=str,
)
def test_what_others_may_send_is_refused(guard: Guard, wrong: dict[str, str]) -> None:
    assert guard.refusal("POST", "/api/product/delete", headers(guard, **wrong))


def test_a_link_of_another_site_leads_nowhere(guard: Guard) -> None:
    """But to the page that takes the key, which the browser is sent to by a file."""
    linked = headers(guard, Origin="", Sec_Fetch_Site="cross-site")
    assert guard.refusal("GET", "/", linked)
    assert guard.refusal("GET", "/api/products", linked)
    assert guard.refusal("GET", "/open", {**linked, "Cookie": ""}) == ""
    assert guard.refusal("POST", "/open", linked)


def test_the_key_is_good_once(guard: Guard) -> None:
    key = guard.url.partition("#")[2]
    assert len(key) > 40
    assert not any(map(guard.exchange, ("", None, 1, key[:-1], "ü", "\ud800")))
    assert guard.exchange(key)
    assert not guard.exchange(key)
    assert not guard.exchange("")


def test_neither_secret_is_shown(guard: Guard) -> None:
    cookie = guard.set_cookie.partition(";")[0].partition("=")[2]
    assert guard.key not in repr(guard)
    assert cookie not in repr(guard)
    assert guard.key != cookie
    assert "HttpOnly; SameSite=Strict" in guard.set_cookie
