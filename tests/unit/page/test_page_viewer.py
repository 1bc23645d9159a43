"""The viewer has its files from a package, rules of its own, and no token."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from productsapi.errors import ProductsApiError, Refused
from productsapi.page import viewer
from productsapi.page.products import Products
from productsapi.page.static_export import write
from productsapi.page.user_session import SignIn
from productsapi.page.viewer import Viewer


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with the viewer's files; it breaks whoever imports it."""
    static = tmp_path / "swagger_ui_here" / "static"
    static.mkdir(parents=True)
    (static.parent / "__init__.py").write_text("raise AssertionError")
    for name in viewer.FILES:
        (static / name).write_text(name)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(viewer, "PACKAGE", "swagger_ui_here")
    return static


def of(products: Any) -> Viewer:
    return Viewer(products, lambda url: {"servers": [url]})


def test_its_files_are_the_packages(asked: Any, installed: Path) -> None:
    found = of(asked()[0]).framed()
    assert set(found) == {"/viewer", "/swagger-ui.css", "/swagger-ui-bundle.js"}
    assert found["/swagger-ui.css"][0] == ("text/css; charset=utf-8", b"swagger-ui.css")
    (policy,) = {policy for _, policy in found.values()}
    assert "script-src 'self'; style-src 'self' 'unsafe-inline'" in policy
    assert "frame-ancestors 'self'" in policy
    assert of(None).info({}) == {"there": True, "install": None}


@pytest.mark.parametrize("missing", ["package", "file"])
def test_without_them_it_is_reported(
    installed: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    if missing == "package":
        monkeypatch.setattr(viewer, "PACKAGE", "no_such_package_anywhere")
    else:
        (installed / viewer.FILES[0]).unlink()
    assert of(None).framed() == {}
    assert of(None).info({}) == {"there": False, "install": viewer.INSTALL}


def test_it_is_written_as_static_files(installed: Path, tmp_path: Path) -> None:
    """Beside each other, with the document in them; there a person signs in by themselves."""
    page, *files = write(tmp_path / "site" / "api", {"info": {"title": "</script>"}})
    text = page.read_text("utf-8")
    named = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert set(named) == {file.name for file in files}
    assert named.index("document.js") < named.index("viewer.js")
    assert '"</script>"' in (page.parent / "document.js").read_text("utf-8")
    assert "viewer.css" not in text


def test_where_it_cannot_be_written_is_reported(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="can't be written"):
        write(tmp_path / "file" / "api", {})
    monkeypatch.setattr(viewer, "PACKAGE", "no_such_package_anywhere")
    with pytest.raises(ProductsApiError, match="isn't installed"):
        write(tmp_path / "site", {})


def test_only_what_belongs_to_a_call_is_sent_on(asked: Any) -> None:
    given = {"Content-Type": "a/b", "ETag": '"1"', "Set-Cookie": "x", "Server": "y"}
    products, api = asked((200, "{}", given))
    headers = {"if-match": '"1"', "authorization": "Bearer mine", "cookie": "c", "x-api-key": "k"}
    answer = of(products).forward("PUT", "/try/products/a%2Fb?x=1", headers, b"{}")
    assert api.asked == [("PUT", "/products/a%2Fb?x=1")]
    assert api.headers[0].keys() == {"if-match", "authorization"}
    assert api.headers[0]["authorization"].startswith("Bearer head.")
    assert answer.headers == {"content-type": "a/b", "etag": '"1"'}


def test_nobody_signed_in_is_reported_and_nothing_sent(asked: Any) -> None:
    products, api = asked()
    nobody = Products(products.url, SignIn(pool=None), send=api.send)  # type: ignore[arg-type]
    answer = of(nobody).forward("GET", "/try/products", {}, None)
    assert (answer.status, api.asked) == (502, [])
    assert b"Nobody is signed in" in answer.body
