"""What a script does with the API, the same for each generated client."""

from __future__ import annotations

import os
from typing import Any, NamedTuple, Protocol

URL, TOKEN, OLD = (os.environ.get(name, "") for name in ("API_URL", "API_TOKEN", "OLD_TOKEN"))


class Reply(NamedTuple):
    status: int
    product: dict[str, Any] = {}  # as JSON has it  # noqa: RUF012 - never changed
    code: str = ""  # the problem's, where it is refused


class Shop(Protocol):
    def create(self, product: dict[str, Any]) -> Reply: ...
    def page(self, limit: int, token: str | None) -> tuple[list[str], str | None]: ...
    def get(self, product_id: str) -> Reply: ...
    def change(self, product_id: str, changes: dict[str, Any], tag: str | None) -> Reply: ...
    def remove(self, product_id: str, tag: str) -> Reply: ...


class Opens(Protocol):
    def __call__(self, url: str, token: str) -> Shop: ...


def play(name: str, shop: Opens, *, further: bool = True) -> None:
    """`further`: whether the client lets fields be given that the document doesn't name."""
    here, ids = shop(URL, TOKEN), [f"{name}-1", f"{name}-2"]
    bear = {"category": "Toys", "productName": "Bear", "productPrice": 9.99, "description": "Brown"}
    for each in ids:
        made = here.create({"productId": each, **bear, **({"tags": ["new"]} if further else {})})
        assert (made.status, made.product["version"]) == (201, 1), made
        assert not further or made.product["tags"] == ["new"]
    again = here.create({"productId": ids[0], **bear})
    assert (again.status, again.code) == (409, "product_exists"), again
    seen, token = here.page(1, None)
    while token:
        more, token = here.page(1, token)
        seen += more
    assert set(ids) <= set(seen)
    changed = here.change(ids[0], {"productPrice": 8.5}, '"1"')
    assert (changed.status, changed.product["version"]) == (200, 2), changed
    stale = here.change(ids[0], {"productPrice": 7}, '"1"')
    assert (stale.status, stale.code) == (412, "version_mismatch"), stale
    sent_back = here.change(ids[0], {"version": 1, "productPrice": 7}, None)
    assert (sent_back.status, sent_back.code) == (412, "version_mismatch"), sent_back
    bare = here.change(ids[0], {"description": None}, None)
    assert bare.status == 200, bare
    assert "description" not in bare.product
    for each in ids:
        version = here.get(each).product["version"]
        assert here.remove(each, f'"{version}"').status == 204
    gone = here.get(ids[0])
    assert (gone.status, gone.code) == (404, "product_not_found"), gone
    refused = shop(URL, OLD).get(ids[0])
    assert (refused.status, refused.code) == (401, "sign_in_required"), refused
    print(f"{name}: works")
