"""`open` tells a browser the address in a file, and never in an argument."""

from __future__ import annotations

import stat
import webbrowser
from pathlib import Path
from typing import Any

import pytest

from productsapi.cli import open as command

URL = "http://127.0.0.1:8123/open#the-key&<"


class Browser:
    def __init__(self, *, opens: bool = True) -> None:
        self.opens = opens
        self.reported: list[str] = []

    def open(self, url: str) -> bool:
        self.reported.append(url)
        return self.opens


def test_a_browser_is_sent_by_a_private_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser()
    monkeypatch.setattr(webbrowser, "get", lambda: browser)
    assert command.in_the_browser(URL, tmp_path)
    (page,) = tmp_path.iterdir()
    assert browser.reported == [page.as_uri()]
    assert "url=http://127.0.0.1:8123/open#the-key&amp;&lt;" in page.read_text("utf-8")
    assert not stat.S_IMODE(page.stat().st_mode) & 0o077


def _none() -> Any:
    raise webbrowser.Error


@pytest.mark.parametrize(
    "get",
    [_none, lambda: Browser(opens=False), lambda: webbrowser.GenericBrowser("lynx")],
    ids=["none", "fails", "terminal"],
)
def test_where_none_opens_the_address_is_for_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, get: Any
) -> None:
    monkeypatch.setattr(webbrowser, "get", get)
    assert not command.in_the_browser(URL, tmp_path)
