"""The printed policies: a new IAM user who holds just one runs the whole job by the real commands.

Nothing is refused on the way, also nothing that a command would have gone on without; and what AWS
demands beside an operation's own right, and the local cloud doesn't enforce, is demanded by what
the requests carry.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.loaders import Loader
from e2e_cloud import Clouds
from e2e_project import PASSWORD, Project, client, left_behind, lent_cloud
from policy_user import Holder, new_holder, parts
from recording_proxy import RecordingProxy

from productsapi.operator_policy import TABLE

TYPED = f"{PASSWORD}\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, clouds: Clouds) -> Iterator[Project]:
    with lent_cloud(tmp_path_factory.mktemp("policy"), clouds) as (project, _):
        yield project


@pytest.fixture(scope="module")
def proxy(shop: Project) -> Iterator[RecordingProxy]:
    upstream = shop.run("local", "up").out.strip()
    with RecordingProxy(upstream).serving() as proxy:
        yield proxy


@pytest.fixture
def recorded(proxy: RecordingProxy) -> Iterator[RecordingProxy]:
    proxy.operations.clear()
    proxy.refused.clear()
    yield proxy
    assert proxy.operations
    assert proxy.refused == []


def holding(shop: Project, proxy: RecordingProxy, *jobs: str, deployed: bool = False) -> Holder:
    """A new user with just these jobs' policies, who goes by the proxy."""
    words = ("--deployed",) if deployed else ()
    documents = [part for job in jobs for part in parts(shop, job, *words)]
    return new_holder(str(proxy.upstream), documents, via=proxy.url)


def sent(proxy: RecordingProxy, service: str, operation: str) -> list[bytes]:
    """The bodies of all requests of an operation, whichever way the service names it."""
    http = Loader().load_service_model(service, "service-2")["operations"][operation]["http"]
    path = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(http["requestUri"]))
    rest = re.compile(rf"{http['method']} {path}/?(\?.*)?")
    return [body for name, body in proxy.requests if name == operation or rest.fullmatch(name)]


# -- in the order of a stack's life, on one cloud -------------------------------------------------


def test_a_deployer_deploys_and_rolls_back(shop: Project, recorded: RecordingProxy) -> None:
    env = holding(shop, recorded, "deploy").env
    assert shop.json("plan", env=env)
    shop.run("deploy", env=env)
    shop.config("memory_mb: 256", "memory_mb: 512")
    shop.config("log_retention_days: 14", "log_retention_days: 30")
    shop.config("password_length: 8", "password_length: 9")
    shop.run("deploy", env=env)
    shop.run("rollback", env=env)
    shop.run("deploy", "--release-hold", env=env)
    assert shop.json("plan", env=env) == []


def test_features_and_renames_take_both_policies(shop: Project, recorded: RecordingProxy) -> None:
    """All features, and tags on everything; by ids and former names, and no other API or pool."""
    shop.config("tags: {}", "tags: { team: shop }")
    shop.config("  key: false", "  key: true")
    shop.config("enabled: false", "enabled: true")
    shop.config("set_account_role: false", "set_account_role: true")
    shop.config("alarms: false", "alarms: true")
    shop.config("email: null", "email: ops@example.com")
    shop.config("dashboard: false", "dashboard: true")
    shop.config("concurrency: null", "concurrency: 5")
    shop.config("create: createproductfunction", "create: addproductfunction")
    shop.config("stage: dev", "stage: live")
    _add_a_domain(shop, str(recorded.upstream))
    env = holding(shop, recorded, "deploy", deployed=True).env
    shop.run("deploy", env=env)
    assert shop.json("plan", env=env) == []


def _add_a_domain(shop: Project, endpoint: str) -> None:
    """Certificate and zone are somebody else's work."""
    name = "api.shop.example.com"
    arn = client("acm", endpoint).request_certificate(DomainName=name)["CertificateArn"]
    dns = client("route53", endpoint)
    made = dns.create_hosted_zone(Name="shop.example.com", CallerReference="1")
    zone = made["HostedZone"]["Id"].rpartition("/")[2]
    example = (
        "#certificate_arn: arn:aws:acm:eu-west-2:123456789012:certificate/"
        "12345678-1234-1234-1234-123456789012"
    )
    shop.config(f"#name: {name}", f"name: {name}")
    shop.config(example, f"certificate_arn: {arn}")
    shop.config("#zone_id: Z0123456789ABCDEFGHIJ", f"zone_id: {zone}")


def test_who_moves_data_needs_no_more_than_data(
    shop: Project, recorded: RecordingProxy, tmp_path: Path
) -> None:
    admin = holding(shop, recorded, "user-admin").env
    shop.run("user", "create", "mover", "--password-stdin", stdin=TYPED, env=admin)
    # the emulator asks for the call's own name, on anything; IAM knows but what statements do
    calls = ["dynamodb:BatchExecuteStatement", "dynamodb:TransactWriteItems"]
    lax = {"Effect": "Allow", "Action": calls, "Resource": "*"}
    documents = [*parts(shop, "data"), {"Version": "2012-10-17", "Statement": [lax]}]
    env = new_holder(str(recorded.upstream), documents, via=recorded.url).env
    row = {"productId": "M1", "category": "C", "productName": "N", "productPrice": 1}
    path = tmp_path / "rows.jsonl"
    for mode, stock in (("create", 1), ("upsert", 2), ("replace", 3)):
        rows = [{**row, "stock": stock}, {**row, "productId": f"{mode}-1", "odd name": 1}]
        path.write_text("\n".join(map(json.dumps, rows)))
        words = ("products", "import", str(path), "--as", "mover", "--mode", mode, "--json")
        reported = shop.json(*words, env=env)
        assert (reported["read"], reported["bad"]) == (2, 0)
    path.write_text(json.dumps({**row, "productId": "M2"}))
    shop.run(*words[:5], "--write", "transactions", env=env)
    assert shop.json("products", "get", "M1", "--json", env=env)["stock"] == 3
    assert shop.json("products", "count", "--json", env=env)["products"] >= 4
    shop.run("products", "export", env=env)


@pytest.mark.parametrize(
    "right", [r for r in TABLE if r.carrying], ids=lambda r: f"{r.operation} {r.carrying}"
)
def test_requests_carry_what_demands_a_right_besides(proxy: RecordingProxy, right: object) -> None:
    """Recorded by the deployers' runs: the create carries tags, a role, what is tagged."""
    bodies = sent(proxy, right.service, right.operation)  # type: ignore[attr-defined]
    assert bodies, "no deployer made this call"
    in_path = right.carrying in {"resourceArn", "FunctionName"}  # type: ignore[attr-defined]
    name = right.carrying.encode()  # type: ignore[attr-defined]
    assert in_path or any(name in body for body in bodies)


def test_a_reader_sees_everything_and_changes_nothing(
    shop: Project, recorded: RecordingProxy
) -> None:
    env = holding(shop, recorded, "read", deployed=True).env
    for command in ("plan", "status", "history", "logs", "metrics"):
        shop.run(command, env=env)
    assert recorded.changes == []
    refused = shop.run("teardown", "--yes", env=env, code=4)
    assert "ssm:GetParameter isn't allowed" in refused.err
    recorded.refused.clear()


def test_an_admin_of_users_makes_them_and_verifies(shop: Project, recorded: RecordingProxy) -> None:
    env = holding(shop, recorded, "user-admin").env
    words = ("user", "create", "ann", "--group", "editors", "--password-stdin")
    shop.run(*words, stdin=TYPED, env=env)
    assert "already is a user ann" in shop.run(*words, stdin=TYPED, env=env, code=7).err
    assert "ann" in shop.run("user", "list", env=env).out
    shop.run("login", "ann", "--password-stdin", stdin=TYPED, env=env)
    calling = holding(shop, recorded, "user-admin", "caller").env
    assert shop.json("request", "GET", "/products", env=calling)["status"] == 200
    shop.run("user", "groups", "ann", "admins", env=env)
    shop.run("verify", env=holding(shop, recorded, "read", "user-admin", "caller").env)
    shop.run("user", "delete", "ann", "--yes", env=env)


def test_a_teardown_leaves_but_the_accounts_log_role(
    shop: Project, recorded: RecordingProxy
) -> None:
    env = holding(shop, recorded, "teardown").env
    shop.run("teardown", "--yes", "--delete-data", env=env)
    left = {kind: there for kind, there in left_behind(str(recorded.upstream)).items() if there}
    assert left == {"roles": ["productsapi-api-gateway-logs"]}
