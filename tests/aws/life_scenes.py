"""The scenes of a life, in the order in which they are played."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from life_hand import by_hand
from life_life import Life

PRODUCT = {"productId": "TRY-1", "category": "Books", "productName": "A book", "productPrice": 9.5}
OPTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "tags": (("tags: {}", 'tags: {cost-centre: "4711"}'),),
    "limits": (("methods: {}", "methods: {POST /products: 5/10}"),),
    "groups": (("write_groups: []", "write_groups: [editors]"),),
    "owners": (("owner_only: false", "owner_only: true"),),
    "backups": (("point_in_time_recovery: false", "point_in_time_recovery: true"),),
    "API key": (("  key: false", "  key: true"),),
    "access log": (
        ("  enabled: false", "  enabled: true"),
        ("set_account_role: false", "set_account_role: true"),
    ),
    "alarms": (("alarms: false", "alarms: true"),),
    "dashboard": (("dashboard: false", "dashboard: true"),),
    "category index": (("category_index: false", "category_index: true"),),
    "cache": (("size_gb: null", "size_gb: 0.5"),),
}
"""By option what switches it on; those that AWS takes minutes for come last."""


@dataclass(frozen=True)
class Scene:
    """`always`: also after another one has failed, since it removes."""

    name: str
    play: Callable[[Life], None]
    always: bool = False

    def __str__(self) -> str:
        return self.name


def plan(life: Life) -> None:
    life.run("plan", "--exit-code", code=2)


def deploy(life: Life) -> None:
    reported = life.deploy()
    stage = "execute-api." + life.target.region + ".amazonaws.com/dev"
    assert reported["invoke_url"] == f"https://{reported['api_id']}.{stage}"
    assert life.json("deploy", "--yes")["changes"] == []


def verify(life: Life) -> None:
    life.run("verify")


def use(life: Life) -> None:
    """Over HTTP, as a user who signs in does."""
    path = f"/products/{PRODUCT['productId']}"
    life.run("user", "create", "ann")
    life.run("login", "ann")
    life.run("request", "POST", "/products", "-d", json.dumps(PRODUCT))
    life.run("request", "POST", "/products", "-d", json.dumps(PRODUCT), code=8)
    life.run("request", "PUT", path, "-d", json.dumps({"productPrice": 8}))
    life.run("request", "GET", path)
    life.run("request", "GET", "/products")
    life.run("request", "GET", path, "--anonymous", code=8)
    life.run("request", "GET", "/nowhere", code=8)
    life.run("request", "DELETE", path)
    life.run("request", "GET", path, code=8)


def change(life: Life) -> None:
    life.edit(
        ("memory_mb: 256", "memory_mb: 512"),
        ("timeout_s: 10", "timeout_s: 12"),
        ("log_level: INFO", "log_level: DEBUG"),
        ('cors_origin: "*"', 'cors_origin: "https://shop.example.com"'),
        ("id_token_minutes: 60", "id_token_minutes: 30"),
    )
    life.edit_code("changed")
    life.deploy()


def drift(life: Life) -> None:
    """Somebody opens a method, shrinks a function and widens a role."""
    reported, client = life.json("deploy", "--yes"), life.target.client
    name = reported["functions"]["get"]
    client("lambda").update_function_configuration(FunctionName=name, MemorySize=192)
    gateway, api = client("apigateway"), {"restApiId": reported["api_id"]}
    paths = gateway.get_resources(**api, limit=500)["items"]
    [products] = [each["id"] for each in paths if each["path"] == "/products"]
    opened = {"op": "replace", "path": "/authorizationType", "value": "NONE"}
    gateway.update_method(**api, resourceId=products, httpMethod="GET", patchOperations=[opened])
    found = client("lambda").get_function_configuration(FunctionName=name)
    anything = {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}
    client("iam").put_role_policy(
        RoleName=found["Role"].rpartition("/")[2],
        PolicyName="theirs",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [anything]}),
    )
    life.run("plan", "--exit-code", code=2)
    life.deploy()


def roll_back(life: Life) -> None:
    life.edit_code("to be rolled back")
    life.deploy()
    life.run("rollback", "--yes")
    life.run("request", "GET", "/products")
    life.run("deploy", "--yes", code=9)
    life.deploy("--release-hold")


def option(name: str) -> Callable[[Life], None]:
    """One option on, its price told first, and off again."""

    def play(life: Life) -> None:
        with life.edited(*OPTIONS[name]):
            life.run("plan", "--exit-code", code=2)
            life.deploy()
        life.deploy()

    return play


def adopt(life: Life) -> None:
    """The guide followed by hand under the same names, after all else is gone."""
    teardown(life)
    target = life.target
    by_hand(target.client, target.region, target.account, life.mark)
    life.run("deploy", "--yes", code=5)
    life.deploy("--adopt")
    life.run("verify")


def teardown(life: Life) -> None:
    life.json("teardown", "--yes", "--delete-data", "--delete-foreign")


SCENES = (
    Scene("plan", plan),
    Scene("deploy", deploy),
    Scene("verify", verify),
    Scene("use", use),
    Scene("change", change),
    Scene("drift", drift),
    Scene("roll back", roll_back),
    *(Scene(f"option: {name}", option(name)) for name in OPTIONS),
    Scene("adopt", adopt),
    Scene("teardown", teardown, always=True),
)
