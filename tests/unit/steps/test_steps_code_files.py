"""Which files of the code a plan names."""

from __future__ import annotations

import io
import zipfile
from types import SimpleNamespace
from typing import Any, cast

import pytest

from productsapi.aws.caller import Aws
from productsapi.aws.network import Network
from productsapi.cli.plan_detail import changes_as_json
from productsapi.cli.plan_summary import lines
from productsapi.engine.field_changes import FieldChange
from productsapi.engine.plan import Action, Change, Plan
from productsapi.errors import AccessDenied, RequestFailed
from productsapi.packaging import code_sha256
from productsapi.releases.code_files import LARGEST, in_words, with_files
from productsapi.routes import FUNCTIONS
from productsapi.stack import Stack
from productsapi.stack.kinds import LIVE_CODE

URL = "https://bucket.example/code.zip?X-Amz-Signature=secret"
OLD = {"lambda_function.py": "1", "shared/product.schema.json": "{}"}
NEW = OLD | {"shared/product.schema.json": '{"a": 1}'}


def zipped(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


CODE = zipped(OLD)


class Cloud:
    """Four functions with the old code; `answers` and `sends` may be made otherwise."""

    def __init__(self, answer: Any = None, sent: Any = (200, {}, CODE)) -> None:
        reported = {"CodeSha256": code_sha256(CODE), "CodeSize": len(CODE)}
        self.answer = answer or {"Configuration": reported, "Code": {"Location": URL}}
        self.sent = sent
        self.asked: list[str] = []

    def call(self, _service: str, operation: str, **params: str) -> Any:
        assert (operation, params["Qualifier"]) == ("GetFunction", "live")
        return _given(self.answer)

    def send(self, method: str, url: str, headers: dict[str, str], body: None) -> Any:
        assert (method, headers, body) == ("GET", {}, None)  # nothing of ours goes along
        self.asked.append(url)
        return _given(self.sent)


def _given(value: Any) -> Any:
    if isinstance(value, Exception):
        raise value
    return value


def shown(cloud: Cloud, field: str = "code_sha256", wanted: dict[str, str] = NEW) -> Plan:
    changes = tuple(
        Change("code", LIVE_CODE(f), Action.UPDATE, (FieldChange(field, "x", "y"),))
        for f in FUNCTIONS
    )
    code = {function: zipped(wanted) for function in FUNCTIONS}
    stack = cast("Stack", SimpleNamespace(code=code, function_name=lambda function: function))
    return with_files(Plan(changes), stack, cast("Aws", cloud), cast("Network", cloud))


def test_a_plan_names_the_file_that_changed() -> None:
    [line] = lines(shown(Cloud()))
    assert line.text == "code of all four functions (shared/product.schema.json changed)"


def test_the_address_of_the_code_is_printed_nowhere() -> None:
    plan = shown(Cloud())
    assert changes_as_json(plan.changes)[0]["about"] == "shared/product.schema.json changed"
    assert "secret" not in repr(plan) + repr(changes_as_json(plan.changes))


CONFIGURED = {"CodeSha256": code_sha256(CODE), "CodeSize": len(CODE)}


@pytest.mark.parametrize(
    "cloud",
    [
        Cloud(answer=AccessDenied("GetFunction", "AccessDenied", "no")),
        Cloud(answer={"Configuration": CONFIGURED}),
        Cloud(answer={"Configuration": CONFIGURED, "Code": {"Location": "file:///etc/passwd"}}),
        Cloud(
            answer={
                "Configuration": CONFIGURED | {"CodeSize": LARGEST + 1},
                "Code": {"Location": URL},
            }
        ),
        Cloud(sent=RequestFailed(f"{URL} doesn't answer", "")),
        Cloud(sent=(403, {}, CODE)),
        Cloud(sent=(200, {}, CODE[:-9])),
        Cloud(sent=(200, {}, b"<html>")),
        Cloud(
            answer={
                "Configuration": CONFIGURED | {"CodeSha256": code_sha256(b"no zip")},
                "Code": {"Location": URL},
            },
            sent=(200, {}, b"no zip"),
        ),
    ],
    ids=["refused", "untold", "file", "large", "offline", "403", "half", "page", "no-zip"],
)
def test_code_that_cannot_be_fetched_is_left_out(cloud: Cloud) -> None:
    [line] = lines(shown(cloud))
    assert line.text == "code of all four functions"
    assert len(cloud.asked) <= 1


def test_nothing_is_fetched_where_no_code_changes() -> None:
    cloud = Cloud(answer=AssertionError("nothing is asked"))
    assert all(not change.about for change in shown(cloud, "memory").changes)


@pytest.mark.parametrize(
    ("live", "wanted", "reported"),
    [
        ("a", "a", ""),
        ("a", "b", "get_product/b added, get_product/a removed"),
        ("", "ab", "get_product/a and get_product/b added"),
        ("", "abc", "get_product/a, get_product/b and get_product/c added"),
        ("", "abcd", "get_product/a, get_product/b and get_product/c added, 1 more file"),
        ("abc", "de", "get_product/d and get_product/e added, get_product/a removed, 2 more files"),
    ],
)
def test_at_most_three_files_are_named(live: str, wanted: str, reported: str) -> None:
    found = in_words(dict.fromkeys(live, (1, 1)), dict.fromkeys(wanted, (1, 1)), "get_product")
    assert found == reported


def a_package(version: str) -> dict[str, str]:
    record = f"its/a.py,sha256=1,1\nits/b.py,sha256=2,1\nits-{version}.dist-info/RECORD,,\n"
    return {"its/a.py": version, "its/b.py": "2", f"its-{version}.dist-info/RECORD": record}


@pytest.mark.parametrize(
    ("wanted", "reported"),
    [
        (NEW | a_package("1.0"), "shared/product.schema.json changed, package its 1.0 added"),
        (OLD | a_package("1.0"), "package its 1.0 added"),
    ],
)
def test_a_package_is_one_for_all_functions(wanted: dict[str, str], reported: str) -> None:
    changes = shown(Cloud(), wanted=wanted).changes
    assert {change.about for change in changes} == {reported}


def test_another_version_of_a_package_is_reported() -> None:
    live = zipped(OLD | a_package("1.0"))
    reported = {"CodeSha256": code_sha256(live), "CodeSize": len(live)}
    cloud = Cloud({"Configuration": reported, "Code": {"Location": URL}}, (200, {}, live))
    changes = shown(cloud, wanted=OLD | a_package("2.0")).changes
    assert {change.about for change in changes} == {
        "package its 2.0 added, package its 1.0 removed"
    }
