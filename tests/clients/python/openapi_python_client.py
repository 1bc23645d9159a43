"""The client that openapi-python-client makes, in ./made."""

from __future__ import annotations

from typing import Any

from products_api_client import AuthenticatedClient
from products_api_client.api.products import (
    create_product,
    delete_product,
    get_product,
    list_products,
    update_product,
)
from products_api_client.models import NewProduct, Product, ProductChanges, ProductPage
from products_api_client.types import Response, Unset
from scene import Reply, play


def reply(got: Response[Any]) -> Reply:
    if isinstance(got.parsed, Product):
        return Reply(got.status_code, got.parsed.to_dict())
    code = getattr(got.parsed, "code", None)
    return Reply(got.status_code, code=str(code.value) if code else "")


class Shop:
    def __init__(self, url: str, token: str) -> None:
        self.client = AuthenticatedClient(base_url=url, token=token)

    def create(self, product: dict[str, Any]) -> Reply:
        body = NewProduct.from_dict(product)
        return reply(create_product.sync_detailed(client=self.client, body=body))

    def page(self, limit: int, token: str | None) -> tuple[list[str], str | None]:
        more = {"next_token": token} if token else {}
        page = list_products.sync(client=self.client, limit=limit, **more)
        assert isinstance(page, ProductPage)
        after = None if isinstance(page.next_token, Unset) else page.next_token
        return [each.product_id for each in page.items], after

    def get(self, product_id: str) -> Reply:
        return reply(get_product.sync_detailed(product_id, client=self.client))

    def change(self, product_id: str, changes: dict[str, Any], tag: str | None) -> Reply:
        body = ProductChanges.from_dict(changes)
        more = {"if_match": tag} if tag else {}
        return reply(
            update_product.sync_detailed(product_id, client=self.client, body=body, **more)
        )

    def remove(self, product_id: str, tag: str) -> Reply:
        return reply(delete_product.sync_detailed(product_id, client=self.client, if_match=tag))


play("openapi-python-client", Shop)
