"""The client that openapi-generator makes for Python, in ./made."""

from __future__ import annotations

import json
from typing import Any

import openapi_client
from openapi_client.exceptions import ApiException
from scene import Reply, play


class Shop:
    def __init__(self, url: str, token: str) -> None:
        configured = openapi_client.Configuration(host=url, access_token=token)
        self.api = openapi_client.ProductsApi(openapi_client.ApiClient(configured))

    def create(self, product: dict[str, Any]) -> Reply:
        new = openapi_client.NewProduct.from_dict(product)
        return self._ask(self.api.create_product_with_http_info, new)

    def page(self, limit: int, token: str | None) -> tuple[list[str], str | None]:
        page = self.api.list_products(limit=limit, next_token=token)
        return [each.product_id for each in page.items], page.next_token

    def get(self, product_id: str) -> Reply:
        return self._ask(self.api.get_product_with_http_info, product_id)

    def change(self, product_id: str, changes: dict[str, Any], tag: str | None) -> Reply:
        changed = openapi_client.ProductChanges.from_dict(changes)
        return self._ask(self.api.update_product_with_http_info, product_id, changed, if_match=tag)

    def remove(self, product_id: str, tag: str) -> Reply:
        return self._ask(self.api.delete_product_with_http_info, product_id, if_match=tag)

    def _ask(self, call: Any, *given: Any, **more: Any) -> Reply:
        """It raises what is refused."""
        try:
            got = call(*given, **more)
        except ApiException as refused:
            return Reply(refused.status, code=json.loads(refused.body)["code"])
        if not got.data:
            return Reply(got.status_code)
        # to_dict leaves out what only the service sets
        return Reply(got.status_code, {**got.data.to_dict(), "version": got.data.version})


play("openapi-generator-python", Shop)
