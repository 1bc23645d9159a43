"""DELETE /products/{productId}."""

from __future__ import annotations

import pytest
from harness import SMARTPHONE, Api


def test_answers_204_and_the_product_is_gone(api: Api) -> None:
    api.post(SMARTPHONE)
    reply = api.delete("PROD001")
    assert (reply.status, reply.text) == (204, "")
    assert api.get("PROD001").status == 404


def test_absent_is_404(api: Api) -> None:
    reply = api.delete("PROD001")
    assert (reply.status, reply.code) == (404, "product_not_found")


@pytest.mark.parametrize(("tags", "status"), [('"1"', 204), ("*", 204), ('"2"', 412)])
def test_if_match(api: Api, tags: str, status: int) -> None:
    api.post(SMARTPHONE)
    assert api.delete("PROD001", headers={"If-Match": tags}).status == status
    assert api.get("PROD001").status == (404 if status == 204 else 200)


def test_a_body_is_no_matter(api: Api) -> None:
    """RFC 9110 gives a DELETE's body no meaning."""
    api.post(SMARTPHONE)
    assert api.delete("PROD001", body="{").status == 204
