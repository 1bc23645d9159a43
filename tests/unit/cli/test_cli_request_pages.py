"""`request --paginate`: every page, every digit, and no short list taken for a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
import pytest
from click.testing import CliRunner

from productsapi.api_client import Answer
from productsapi.cli.request import _print_pages
from productsapi.cli.request_pages import Refusal, items, with_token
from productsapi.errors import RequestFailed


def api(pages: dict[str, tuple[int, str]]) -> tuple[Callable[[str], Answer], list[str]]:
    """What answers by path, and what it was asked."""
    asked: list[str] = []

    def ask(path: str) -> Answer:
        asked.append(path)
        status, body = pages[path]
        return Answer(status, {}, body.encode())

    return ask, asked


TWO = {
    "/products?limit=2": (200, '{"items": [{"p": 0.10}, {"p": 1e400}], "nextToken": "a/b=&c"}'),
    "/products?limit=2&nextToken=a%2Fb%3D%26c": (
        200,
        '{"items": [{"p": 12345678901234567890.5}]}',
    ),
}


def run(pages: dict[str, tuple[int, str]], path: str, *, as_json: bool) -> tuple[str, Any]:
    refused: list[Refusal | None] = []

    @click.command()
    def command() -> None:
        refused.append(_print_pages(api(pages)[0], path, as_json=as_json))

    return CliRunner().invoke(command).stdout, refused[0]


def test_it_follows_the_token_to_the_end() -> None:
    ask, asked = api(TWO)
    assert len(list(items(ask, "/products?limit=2"))) == 3
    assert asked == list(TWO)


@pytest.mark.parametrize(
    ("as_json", "expected"),
    [
        (False, '{"p": 0.10}\n{"p": 1e400}\n{"p": 12345678901234567890.5}\n'),
        (True, '[\n  {"p": 0.10},\n  {"p": 1e400},\n  {"p": 12345678901234567890.5}\n]\n'),
    ],
)
def test_numbers_stay_as_they_were_written(as_json: bool, expected: str) -> None:
    assert run(TWO, "/products?limit=2", as_json=as_json) == (expected, None)


@pytest.mark.parametrize(("as_json", "expected"), [(False, ""), (True, "[]\n")])
def test_nothing_is_no_line_or_an_empty_array(as_json: bool, expected: str) -> None:
    pages = {"/products": (200, '{"items": [], "nextToken": null}')}
    assert run(pages, "/products", as_json=as_json) == (expected, None)


@pytest.mark.parametrize(("as_json", "expected"), [(False, '{"p": 1}\n'), (True, "")])
def test_a_refused_page_is_no_end(as_json: bool, expected: str) -> None:
    """Lines that came before it stay; an array is whole or isn't there."""
    second = "/products?nextToken=n"
    pages = {"/products": (200, '{"items": [{"p": 1}], "nextToken": "n"}'), second: (429, "{}")}
    out, refused = run(pages, "/products", as_json=as_json)
    assert out == expected
    assert (refused.answer.status, refused.path) == (429, second)


@pytest.mark.parametrize("body", ["", "[]", "<html>", '{"productId": "P"}', '{"items": {}}', "{"])
def test_what_is_no_page_is_no_empty_one(body: str) -> None:
    with pytest.raises(RequestFailed):
        list(items(api({"/products": (200, body)})[0], "/products"))


def test_a_token_that_comes_back_ends_it() -> None:
    page = (200, '{"items": [{"p": 1}], "nextToken": "n"}')
    with pytest.raises(RequestFailed, match="the same"):
        list(items(api({"/p": page, "/p?nextToken=n": page})[0], "/p"))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/p", "/p?nextToken=t"),
        ("/p?a=1&nextToken=old&b=2", "/p?a=1&b=2&nextToken=t"),
        ("/p?", "/p?nextToken=t"),
    ],
)
def test_a_token_takes_the_place_of_a_former_one(path: str, expected: str) -> None:
    assert with_token(path, "t") == expected


def test_what_a_product_says_steers_no_terminal() -> None:
    pages = {"/p": (200, '{"items": [{"n": "\\u001b[2J\\u202e"}]}')}
    assert run(pages, "/p", as_json=False)[0] == '{"n": "\\u001b[2J\\u202e"}\n'
