"""Names changed in the configuration, under callers: nothing is lost, doubled or left behind."""

from __future__ import annotations

import itertools
import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from e2e_commands import PATIENCE
from e2e_http import bearer, call, product
from e2e_project import KEYS, Deployed, left_behind
from e2e_shop import Shop, meanwhile, new_user, shop_of
from recording_proxy import RecordingProxy

from productsapi.routes import FUNCTIONS

PRODUCTS = [f"P-{number}" for number in range(5)]


def names(prefix: str) -> dict[str, str]:
    """The pieces of the configuration that call all four functions otherwise."""
    return {f"{f}: {f}productfunction": f"{f}: {prefix}-{f}" for f in FUNCTIONS}


def expected(prefix: str, region: str) -> dict[str, set[str]]:
    functions = {f"{prefix}-{function}" for function in FUNCTIONS}
    return {
        "functions": functions,
        "log groups": {f"/aws/lambda/{name}" for name in functions},
        "roles": {f"{name}-{region}" for name in functions},
    }


def there(deployed: Deployed) -> dict[str, set[str]]:
    found = left_behind(deployed.reported["endpoint_url"], deployed.reported["region"])
    assert {kind: len(found[kind]) for kind in ("tables", "APIs", "pools")} == {
        "tables": 1, "APIs": 1, "pools": 1,
    }  # fmt: skip
    return {kind: set(found[kind]) for kind in ("functions", "log groups", "roles")}


@pytest.fixture(scope="module")
def shop(deployed_alone: Deployed) -> Shop:
    return shop_of(deployed_alone.project)


@pytest.fixture(scope="module")
def deployed(deployed_alone: Deployed) -> Deployed:
    new_user(deployed_alone, "ann")
    return deployed_alone


@pytest.fixture(scope="module")
def header(deployed: Deployed) -> dict[str, str]:
    """A token from before any renaming; and products that are there from then on."""
    header = bearer(deployed.tokens("ann")["IdToken"])
    for each in PRODUCTS:
        body = json.dumps(product(each))
        assert (
            call("POST", f"{deployed.reported['invoke_url']}/products", header, body).status == 201
        )
    return header


def is_there(deployed: Deployed, function: str) -> bool:
    listed = deployed.client("lambda").list_functions()["Functions"]
    return function in {each["FunctionName"] for each in listed}


def deployment(deployed: Deployed) -> str:
    """What the stage serves."""
    gateway, reported = deployed.client("apigateway"), deployed.reported
    stage = gateway.get_stage(restApiId=reported["api_id"], stageName=reported["stage"])
    return str(stage["deploymentId"])


class InFlight:
    """Calls under way are let finish before a function is removed, as AWS's edge has time to.

    There the product waits (`wait_for_edge`). An emulator has no edge: a call that was sent to the
    function that the stage served a moment ago would find it gone.
    """

    def __init__(self) -> None:
        self._ended, self._calls = threading.Condition(), 0

    def counted(self, ask: Callable[[], int]) -> Callable[[], int]:
        def counting() -> int:
            try:
                return ask()
            finally:
                with self._ended:
                    self._calls += 1
                    self._ended.notify_all()

        return counting

    def append(self, operation: str) -> None:
        """Stands where a proxy notes its operations, before it passes them on."""
        if operation.startswith("DELETE ") and "/functions/" in operation:
            with self._ended:
                before = self._calls
                assert self._ended.wait_for(lambda: self._calls > before, PATIENCE)


@contextmanager
def behind(deployed: Deployed, calls: InFlight) -> Iterator[dict[str, str]]:
    """An environment whose commands remove no function under a call."""
    proxy = RecordingProxy(deployed.reported["endpoint_url"])
    proxy.operations = calls  # type: ignore[assignment]
    with proxy.serving():
        yield {**KEYS, "AWS_ENDPOINT_URL": proxy.url}


def asking(deployed: Deployed, new: dict[str, str]) -> Callable[[], int]:
    """Ask as AWS's gateway does, which knows the functions that the served deployment froze.

    The local cloud's gateway goes by the API as it stands instead, and so finds functions that
    aren't there yet. Each time another function is asked.
    """
    former, client, old = (
        deployment(deployed),
        deployed.client("lambda"),
        deployed.reported["functions"],
    )
    claims = {"sub": "ann", "token_use": "id", "aud": deployed.reported["client_id"]}
    calls = itertools.cycle([("get", "GET", None), ("update", "PUT", '{"stock": 3}')])

    def ask() -> int:
        function, method, body = next(calls)
        event = {
            "httpMethod": method,
            "resource": "/products/{productId}",
            "path": "/products/P-1",
            "pathParameters": {"productId": "P-1"},
            "headers": {"Content-Type": "application/json"},
            "requestContext": {"authorizer": {"claims": claims}},
            "body": body,
        }
        names = old if deployment(deployed) == former else new
        answer = client.invoke(
            FunctionName=names[function], Qualifier="live", Payload=json.dumps(event)
        )
        return int(json.load(answer["Payload"])["statusCode"])

    return ask


def check(deployed: Deployed, header: dict[str, str]) -> None:
    """All routes work, and the products are all there."""
    url = f"{deployed.reported['invoke_url']}/products"
    assert call("POST", url, header, json.dumps(product("NEW"))).status == 201
    assert call("DELETE", f"{url}/NEW", header).status == 204
    listed = call("GET", f"{url}?limit=100", header)
    assert {each["productId"] for each in listed.body["items"]} == set(PRODUCTS)
    assert call("GET", url).status == 401


def test_callers_dont_notice_functions_renamed(
    shop: Shop, deployed: Deployed, header: dict[str, str]
) -> None:
    new = {function: f"shop-{function}" for function in FUNCTIONS}
    before = deployment(deployed)
    calls = InFlight()
    with (
        behind(deployed, calls) as env,
        meanwhile(calls.counted(asking(deployed, new))) as answers,
    ):
        shop.deploy(names("shop"), env)
    renamed = shop.deploy(names("shop"))  # told without the proxy's address
    assert set(answers) == {200}
    assert deployment(renamed) != before
    assert there(renamed) == expected("shop", renamed.reported["region"])
    same = ("invoke_url", "api_id", "user_pool_id", "client_id", "table")
    assert {key: renamed.reported[key] for key in same} == {
        key: deployed.reported[key] for key in same
    }
    assert renamed.reported["functions"]["get"] == "shop-get"
    assert shop.to_do == []
    check(renamed, header)


@pytest.mark.long
def test_killed_in_a_rename_only_the_last_names_stay(
    shop: Shop, deployed: Deployed, header: dict[str, str]
) -> None:
    shop.deploy(names("shop"))
    path = shop.project.folder / shop.config
    path.write_text(path.read_text("utf-8").replace(": shop-", ": killed-"), "utf-8")
    killed = subprocess.Popen(
        shop.project.command(*shop.command("deploy")),
        cwd=shop.project.folder,
        env=shop.project.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while killed.poll() is None and not is_there(deployed, "killed-get"):
            pass
    finally:
        killed.kill()
        killed.wait()
    last = shop.deploy(names("last"))
    assert there(last) == expected("last", last.reported["region"])
    assert shop.to_do == []
    check(last, header)


@pytest.mark.long
def test_a_renamed_table_is_refused(shop: Shop, deployed: Deployed, header: dict[str, str]) -> None:
    standing = shop.deploy()
    path: Path = shop.project.folder / shop.config
    path.write_text(shop.starter.replace("name: ProductsTable", "name: Another"), "utf-8")
    for command in ("plan", "deploy"):
        refused = shop.project.run(*shop.command(command), code=5)
        assert "works on the table ProductsTable, and table.name is Another" in refused.err
        assert "set table.name back to ProductsTable" in refused.err
    path.write_text(shop.starter, "utf-8")
    assert shop.to_do == []
    check(standing, header)


@pytest.mark.long
def test_torn_down_under_other_names_nothing_is_left(
    shop: Shop, deployed: Deployed, header: dict[str, str]
) -> None:
    standing = shop.deploy()
    path = shop.project.folder / shop.config
    text = path.read_text("utf-8")
    for old, new in names("never").items():
        text = text.replace(old, new)
    path.write_text(text, "utf-8")
    shop.project.run(*shop.command("teardown"), "--yes", "--delete-data")
    found = left_behind(standing.reported["endpoint_url"], standing.reported["region"])
    assert {kind: each for kind, each in found.items() if each} == {}
