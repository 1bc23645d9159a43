"""Pydantic models that datamodel-code-generator makes, in ./made, with httpx."""

from __future__ import annotations

from typing import Any

import httpx
from product_models import NewProduct, Problem, Product, ProductChanges, ProductPage
from scene import Reply, play


class Shop:
    def __init__(self, url: str, token: str) -> None:
        self.http = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"})

    def create(self, product: dict[str, Any]) -> Reply:
        return self._ask("POST", "/products", NewProduct.model_validate(product))

    def page(self, limit: int, token: str | None) -> tuple[list[str], str | None]:
        query = {"limit": limit, **({"nextToken": token} if token else {})}
        page = ProductPage.model_validate_json(self.http.get("/products", params=query).content)
        return [each.productId for each in page.items], page.nextToken

    def get(self, product_id: str) -> Reply:
        return self._ask("GET", f"/products/{product_id}")

    def change(self, product_id: str, changes: dict[str, Any], tag: str | None) -> Reply:
        return self._ask(
            "PUT", f"/products/{product_id}", ProductChanges.model_validate(changes), tag
        )

    def remove(self, product_id: str, tag: str) -> Reply:
        return self._ask("DELETE", f"/products/{product_id}", tag=tag)

    def _ask(self, method: str, path: str, body: Any = None, tag: str | None = None) -> Reply:
        content = body.model_dump_json(exclude_unset=True) if body else None
        headers = {"Content-Type": "application/json", **({"If-Match": tag} if tag else {})}
        got = self.http.request(method, path, content=content, headers=headers)
        if got.is_error:
            return Reply(got.status_code, code=Problem.model_validate_json(got.content).code.value)
        if not got.content:
            return Reply(got.status_code)
        product = Product.model_validate_json(got.content)
        return Reply(got.status_code, product.model_dump(mode="json", exclude_unset=True))


play("datamodel-code-generator", Shop)
