"""The whole of it by the command line: deploy, users, requests, teardown, and up again."""

from __future__ import annotations

import json

import pytest
from e2e_http import bearer, call, product
from e2e_project import PASSWORD, Deployed, Project, client, left_behind

CONTRACT = {
    "stack", "account", "region", "endpoint_url", "invoke_url", "api_id", "stage", "user_pool_id",
    "client_id", "table", "functions",
}  # fmt: skip


def test_deploy_and_status_give_programs_the_same(deployed: Deployed) -> None:
    """The machine contract: one object, these keys at least, the same values from both."""
    reported = deployed.reported
    assert set(reported) >= {*CONTRACT, "changes", "seconds"}
    assert (reported["stack"], reported["region"], reported["stage"]) == (
        "products-dev",
        "eu-west-2",
        "dev",
    )
    assert reported["table"] == "ProductsTable"
    assert set(reported["functions"]) == {"create", "get", "update", "delete"}
    assert reported["invoke_url"].startswith(
        f"{reported['endpoint_url']}/restapis/{reported['api_id']}/dev"
    )
    status = deployed.project.json("status", "--local")
    assert {key: status[key] for key in CONTRACT} == {key: reported[key] for key in CONTRACT}
    assert {each["state"] for each in status["resources"]} == {"there"}
    local = deployed.project.json("local", "status")
    assert local == {"running": True, "endpoint_url": reported["endpoint_url"]}


def test_status_before_a_deploy_has_no_ids(project: Project) -> None:
    status = project.json("status", "--local")
    assert {each["state"] for each in status["resources"]} == {"missing"}
    ids = ("invoke_url", "api_id", "user_pool_id", "client_id")
    assert [status[key] for key in ids] == [None] * 4


def test_users_from_creation_to_deletion(deployed: Deployed) -> None:
    project = deployed.project
    words = ("user", "create", "ann", "--local", "--email", "ann@example.com", "--group", "editors")
    made = project.run(*words, "--password-stdin", stdin=f"{PASSWORD}\n")
    assert "login ann --local" in made.err
    twice = project.run(*words, "--password-stdin", stdin=f"{PASSWORD}\n", code=7)
    assert "already is a user ann" in twice.err

    wrong = project.run(
        "login", "ann", "--local", "--password-stdin", stdin="Wrong1!pass\n", code=7
    )
    assert "Wrong password" in wrong.err
    project.sign_in("ann")
    (ann,) = [user for user in project.json("user", "list", "--local") if user["name"] == "ann"]
    assert ann == {
        "name": "ann", "status": "CONFIRMED", "enabled": True, "email": "ann@example.com",
    }  # fmt: skip

    token = project.run("user", "token", "ann", "--local").out.strip()
    url = f"{deployed.reported['invoke_url']}/products"
    assert call("GET", url, bearer(token)).status == 200
    answer = project.json("request", "GET", "/products", "--local", "--user", "ann")
    assert answer["status"] == 200

    new = "AnotherPass2!"
    project.run("user", "password", "ann", "--local", env={"PRODUCTSAPI_PASSWORD": new})
    project.run("login", "ann", "--local", env={"PRODUCTSAPI_PASSWORD": PASSWORD}, code=7)
    project.run("user", "login", "ann", "--local", env={"PRODUCTSAPI_PASSWORD": new})

    project.run("user", "logout", "ann", "--local")
    out = project.run("user", "token", "ann", "--local", code=7)
    assert "user login ann --local" in out.err
    project.run("user", "delete", "ann", "--local", "--yes")
    gone = project.run("user", "delete", "ann", "--local", "--yes", code=7)
    assert "There is no user ann" in gone.err


def test_who_signed_up_is_confirmed_by_a_password(deployed: Deployed) -> None:
    deployed.client("cognito-idp").sign_up(
        ClientId=deployed.reported["client_id"], Username="ben", Password=PASSWORD
    )
    early = ("login", "ben", "--local", "--password-stdin")
    assert "isn't confirmed" in deployed.project.run(*early, stdin=f"{PASSWORD}\n", code=7).err
    words = ("user", "password", "ben", "--local", "--password-stdin")
    deployed.project.run(*words, stdin=f"{PASSWORD}\n")
    deployed.project.sign_in("ben")


def test_a_temporary_password_gets_the_way_out_named(deployed: Deployed) -> None:
    deployed.client("cognito-idp").admin_create_user(
        UserPoolId=deployed.reported["user_pool_id"], Username="temp",
        TemporaryPassword=PASSWORD, MessageAction="SUPPRESS",
    )  # fmt: skip
    words = ("login", "temp", "--local", "--password-stdin")
    refused = deployed.project.run(*words, stdin=f"{PASSWORD}\n", code=7)
    assert "temporary password" in refused.err
    assert "productsapi user password temp --local" in refused.err


@pytest.mark.long
def test_the_answers_to_requests_are_explained(deployed: Deployed, product_id: str) -> None:
    project = deployed.project
    project.make_user("dora")
    project.sign_in("dora")
    as_dora = ("--local", "--user", "dora")
    (project.folder / "product.json").write_text(json.dumps(product(product_id)), "utf-8")
    made = project.run("request", "POST", "/products", "-d", "@product.json", *as_dora)
    assert "HTTP 201" in made.err
    assert json.loads(made.out)["productId"] == product_id
    cases: list[tuple[int, str, list[str]]] = [
        (0, "HTTP 200", ["GET", f"products/{product_id}"]),
        (8, "no such product", ["GET", "/products/nothing"]),
        (8, "conflicts with what is stored", ["POST", "/products", "-d", "@product.json"]),
        (8, "each violation, with its field", ["POST", "/products", "-d", "{}"]),
        (8, "application/json", ["POST", "/products", "-d", "x", "-H", "content-type: text/csv"]),
        (8, "knows no GET /elsewhere", ["GET", "/elsewhere"]),
        (8, "knows no GET /%C3%BC%20b", ["GET", "/ü b"]),
        (8, "No token was sent", ["GET", "/products", "--anonymous"]),
        (8, "isn't a token", ["GET", "/products", "-H", "Authorization: Bearer x"]),
        (0, "HTTP 204", ["DELETE", f"/products/{product_id}"]),
    ]
    for code, words, request in cases:
        assert words in project.run("request", *request, *as_dora, code=code).err, request


def test_a_second_deploy_and_a_plan_find_nothing_to_do(deployed: Deployed) -> None:
    project = deployed.project
    assert project.json("plan", "--local") == []
    project.run("plan", "--local", "--exit-code")
    again = project.run("deploy", "--local")
    assert "Nothing to do" in again.err
    assert deployed.reported["invoke_url"] in again.out


def test_from_nothing_to_nothing_by_way_of_kept_data(
    cold_project: Project,
) -> None:
    """Teardown keeps items and users, deploy takes them up, --delete-data leaves nothing."""
    project = cold_project
    reported = project.json("deploy", "--local")
    endpoint = reported["endpoint_url"]
    project.make_user("eve")
    project.sign_in("eve")
    body = json.dumps(product("KEPT"))
    project.run("request", "POST", "/products", "-d", body, "--local")

    first = project.json("teardown", "--local", "--yes")
    assert {each["resource"].partition(" ")[0] for each in first["kept"]} == {"table", "user"}
    there = left_behind(endpoint)
    assert {kind for kind, names in there.items() if names} == {"tables", "pools"}
    clients = client("cognito-idp", endpoint).list_user_pool_clients(
        UserPoolId=reported["user_pool_id"]
    )["UserPoolClients"]
    assert [each["ClientId"] for each in clients] == [reported["client_id"]]

    second = project.run("teardown", "--local", "--yes")
    assert "Removed: 0. Kept: 2." in second.out
    assert "it holds items" in second.out
    assert "it has users" in second.out
    assert left_behind(endpoint) == there

    again = project.json("deploy", "--local")
    same = ("table", "user_pool_id", "client_id")
    assert [again[key] for key in same] == [reported[key] for key in same]
    project.sign_in("eve")
    kept = project.json("request", "GET", "/products/KEPT", "--local")
    assert (kept["status"], kept["body"]["createdBy"] != "") == (200, True)
    assert project.json("plan", "--local") == []

    last = project.json("teardown", "--local", "--yes", "--delete-data")
    assert last["kept"] == []
    assert {kind: names for kind, names in left_behind(endpoint).items() if names} == {}
    nothing = project.json("teardown", "--local", "--yes", "--delete-data")
    assert nothing["removed"] == nothing["kept"] == []


@pytest.mark.long
def test_empty_data_is_no_reason_to_keep(project: Project) -> None:
    endpoint = project.json("deploy", "--local")["endpoint_url"]
    assert project.json("teardown", "--local", "--yes")["kept"] == []
    assert {kind: names for kind, names in left_behind(endpoint).items() if names} == {}


def test_a_teardown_needs_somebody_or_a_yes(deployed: Deployed) -> None:
    refused = deployed.project.run("teardown", "--local", code=5)
    assert "--yes" in refused.err
    assert deployed.project.json("plan", "--local") == []


def test_prod_is_the_same_system_hardened(project: Project) -> None:
    """No self sign-up, and protected data goes only after the configuration says so."""
    prod = ("-c", "config/prod.yaml", "--local")
    reported = project.json("deploy", *prod)
    endpoint, region = reported["endpoint_url"], reported["region"]
    cognito = client("cognito-idp", endpoint, region)
    pool = cognito.describe_user_pool(UserPoolId=reported["user_pool_id"])["UserPool"]
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True, "self sign-up"
    assert call("GET", f"{reported['invoke_url']}/products").status == 401
    assert project.json("plan", *prod) == []

    refused = project.run("teardown", *prod, "--yes", "--delete-data", code=5)
    assert "deletion_protection" in refused.err
    assert project.json("plan", *prod) == [], "a refused teardown removed something"

    path = project.folder / "config" / "prod.yaml"
    text = path.read_text("utf-8")
    assert text.count("deletion_protection: true") == 2
    path.write_text(text.replace("deletion_protection: true", "deletion_protection: false"))
    project.run("deploy", *prod)
    project.run("teardown", *prod, "--yes", "--delete-data")
    left = {kind: names for kind, names in left_behind(endpoint, region).items() if names}
    assert left == {"roles": ["productsapi-api-gateway-logs"]}  # the account's, for all its APIs
