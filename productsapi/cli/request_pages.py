"""A listing's pages, one after the other, as its items: every number as the API wrote it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from productsapi.errors import RequestFailed

if TYPE_CHECKING:
    from productsapi.api_client import Answer

ITEMS = "items"
NEXT = "nextToken"
"""The member, and the query parameter that it is sent back as."""


class Refusal(Exception):
    """A page that was refused."""

    def __init__(self, answer: Answer, path: str) -> None:
        super().__init__(answer.status)
        self.answer, self.path = answer, path


def items(ask: Callable[[str], Answer], path: str) -> Iterator[Any]:
    """All items from `path` on, page after page, as exact_json reads them.

    Raises Refusal where a page is refused, RequestFailed where an answer is no page: it ends where
    a page has no token for a next one, and nowhere else.
    """
    from productsapi.page import exact_json

    tokens: set[str] = set()
    following: str | None = path
    while following is not None:
        answer = ask(following)
        if answer.refused:
            raise Refusal(answer, following)
        try:
            page = exact_json.read(answer.body)
        except ValueError:
            page = None
        if not isinstance(page, dict) or not isinstance(page.get(ITEMS), list):
            text = f"{following} answered without a page of {ITEMS}"
            raise RequestFailed(
                f"{text}, so there is no next page to ask for", "omit --paginate to see the answer"
            )
        yield from page[ITEMS]
        token = page.get(NEXT)
        following = with_token(path, str(token)) if token else None
        if token in tokens:
            raise RequestFailed(f"page after page the same {NEXT} came back")
        tokens.add(str(token))


def with_token(path: str, token: str) -> str:
    """The path of the page that `token` is for; other parameters stay."""
    base, _, query = path.partition("?")
    kept = [each for each in query.split("&") if each and each.partition("=")[0] != NEXT]
    return f"{base}?{'&'.join([*kept, f'{NEXT}={quote(token, safe=str())}'])}"
