"""What the page can ask for, by method and path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from productsapi.page.products import Products
from productsapi.page.server import View
from productsapi.page.user_session import SignIn
from productsapi.page.viewer import Viewer

Views = dict[tuple[str, str], View]


def products_views(products: Products, sign_in: SignIn, about: Mapping[str, Any]) -> Views:
    """Signing in and the products; `about` says which stack it is."""

    def info(_given: Mapping[str, Any]) -> dict[str, Any]:
        return {**about, "signIn": sign_in.state()}

    def password(given: Mapping[str, Any]) -> dict[str, Any]:
        sign_in.password(str(given.get("user", "")), str(given.get("password", "")))
        return sign_in.state()

    def answer(given: Mapping[str, Any]) -> dict[str, Any]:
        sign_in.answer(str(given.get("answer", "")))
        return sign_in.state()

    def out(_given: Mapping[str, Any]) -> dict[str, Any]:
        sign_in.out()
        return sign_in.state()

    return {
        ("GET", "/api/about"): info,
        ("POST", "/api/sign-in"): password,
        ("POST", "/api/answer"): answer,
        ("POST", "/api/sign-out"): out,
        ("GET", "/api/products"): products.list,
        ("GET", "/api/product"): products.get,
        ("POST", "/api/product/create"): products.create,
        ("POST", "/api/product/change"): products.change,
        ("POST", "/api/product/delete"): products.delete,
    }


def viewer_views(viewer: Viewer) -> Views:
    return {
        ("GET", "/api/viewer"): viewer.info,
        ("GET", "/api/openapi.json"): viewer.openapi,
    }
