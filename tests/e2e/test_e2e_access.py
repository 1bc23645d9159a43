"""Who may do what, as the configuration says: `auth.*` switched on, and off again."""

from __future__ import annotations

import json

import pytest
from e2e_http import Answer, bearer, call, product
from e2e_project import Deployed
from e2e_shop import Shop, code_of, new_user, shop_of, signed_in

from productsapi.routes import ROUTES

EDITORS = {"write_groups: []": "write_groups: [editors]"}
OWNERS = {"owner_only: false": "owner_only: true", "owner_groups: []": "owner_groups: [admins]"}

Header = dict[str, str]


@pytest.fixture(scope="module")
def shop(deployed_alone: Deployed) -> Shop:
    return shop_of(deployed_alone.project)


def products(deployed: Deployed) -> str:
    return f"{deployed.reported['invoke_url']}/products"


def every_change(url: str, product_id: str, header: Header) -> list[Answer]:
    return [
        call("POST", url, header, json.dumps(product(product_id))),
        call("PUT", f"{url}/{product_id}", header, '{"stock": 3}'),
        call("DELETE", f"{url}/{product_id}", header),
    ]


def statuses(answers: list[Answer]) -> list[int]:
    return [answer.status for answer in answers]


def variables(deployed: Deployed) -> dict[str, dict[str, str]]:
    """What callers reach: the environment of each function's live version."""
    lambda_ = deployed.client("lambda")
    return {
        function: lambda_.get_function_configuration(FunctionName=name, Qualifier="live")[
            "Environment"
        ]["Variables"]
        for function, name in deployed.reported["functions"].items()
    }


def test_write_groups_are_needed_until_switched_off(shop: Shop, product_id: str) -> None:
    deployed = shop.deploy(EDITORS)
    assert shop.to_do == []
    url = products(deployed)
    new_user(deployed, "writer")
    reader = signed_in(deployed, "writer")

    # a member of nothing, and then of another group only, reads
    refused = [code_of(each) for each in every_change(url, product_id, reader)]
    assert refused == [(403, "write_group_required")] * 3
    assert call("GET", url, reader).status == 200
    assert call("GET", f"{url}/{product_id}", reader).status == 404, "a refused POST made it"
    shop.project.run(*shop.command("user", "groups", "writer", "viewers", "editors2"))
    other = signed_in(deployed, "writer")
    assert code_of(every_change(url, product_id, other)[0]) == (403, "write_group_required")

    # of several groups, one is enough
    reported = shop.project.run(*shop.command("user", "groups", "writer", "viewers", "editors"))
    assert reported.out.split() == ["editors", "viewers"]
    editor = signed_in(deployed, "writer")
    assert statuses(every_change(url, product_id, editor)) == [201, 200, 204]
    still = every_change(url, product_id, reader)
    assert statuses(still) == [403] * 3, "a group counts from the next sign-in on"

    again = shop.deploy()
    assert shop.to_do == []
    assert again.reported["client_id"] == deployed.reported["client_id"]
    assert {name for own in variables(again).values() for name in own} == {
        "TABLE_NAME", "CLIENT_IDS", "CORS_ORIGIN", "LOG_LEVEL", "ROLE_ID",
    }  # fmt: skip
    assert statuses(every_change(url, product_id, reader)) == [201, 200, 204]


def test_a_refused_writer_is_let_in_by_two_commands(shop: Shop, product_id: str) -> None:
    """The way that a person goes: the kept token is replaced by that of a new sign-in."""
    deployed, project = shop.deploy(EDITORS), shop.project
    new_user(deployed, "clara")
    project.sign_in("clara")
    body = json.dumps(product(product_id))
    post = ("request", "POST", "/products", "-d", body, "--local", "--user", "clara")
    refused = project.run(*post, code=8)
    assert "write_group_required" in refused.out
    assert "the group editors" in refused.err
    assert "`productsapi user login clara --local`" in refused.err
    joined = project.run("user", "groups", "clara", "editors", "--local")
    assert "productsapi user login clara --local" in joined.err
    project.sign_in("clara")
    assert "HTTP 201" in project.run(*post).err


def test_owner_only_lets_creators_and_groups_change(shop: Shop, product_id: str) -> None:
    deployed = shop.deploy(OWNERS)
    assert shop.to_do == []
    url = products(deployed)
    headers = {}
    for name in ("creator", "stranger", "admin"):
        new_user(deployed, name)
        if name == "admin":
            shop.project.run(*shop.command("user", "groups", name, "admins"))
        headers[name] = signed_in(deployed, name)
    one = f"{url}/{product_id}"
    made = call("POST", url, headers["creator"], json.dumps(product(product_id)))
    assert made.status == 201

    for more in ({}, {"If-Match": '"1"'}, {"If-Match": '"77"'}):
        stranger = {**headers["stranger"], **more}
        assert code_of(call("PUT", one, stranger, '{"stock": 666}')) == (403, "not_owner")
        assert code_of(call("DELETE", one, stranger)) == (403, "not_owner")
    assert call("GET", one, headers["stranger"]).text == made.text

    # to become the owner of somebody else's product is none of the ways
    for method in ("PUT", "PATCH"):
        taken = call(method, one, headers["stranger"], '{"createdBy": "me", "stock": 666}')
        assert code_of(taken) == (403, "not_owner")
    posted = call("POST", url, headers["stranger"], json.dumps(product(product_id)))
    assert code_of(posted) == (409, "product_exists")

    assert call("PUT", one, headers["creator"], '{"stock": 1}').status == 200
    by_admin = call("PUT", one, headers["admin"], '{"stock": 2}')
    assert (by_admin.status, by_admin.body["createdBy"]) == (200, made.body["createdBy"])
    assert call("DELETE", one, headers["creator"]).status == 204
    assert code_of(call("PUT", one, headers["stranger"], '{"stock": 1}')) == (
        404, "product_not_found",
    )  # fmt: skip
    call("POST", url, headers["creator"], json.dumps(product(product_id)))
    assert call("DELETE", one, headers["admin"]).status == 204

    # what is imported in somebody's name is that one's own
    row = shop.project.folder / "row.jsonl"
    row.write_text(json.dumps(product(product_id)))
    shop.project.run(*shop.command("products", "import", str(row), "--as", "creator"))
    assert code_of(call("DELETE", one, headers["stranger"])) == (403, "not_owner")
    assert call("DELETE", one, headers["creator"]).status == 204


def test_what_nobody_created_is_the_owner_groups(shop: Shop, product_id: str) -> None:
    """Such as items put into the table by an import: they have no createdBy."""
    deployed = shop.deploy(OWNERS)
    new_user(deployed, "nobody")
    item = {"productId": {"S": product_id}, "category": {"S": "Imported"}}
    deployed.client("dynamodb").put_item(TableName=deployed.reported["table"], Item=item)
    one = f"{products(deployed)}/{product_id}"
    header = signed_in(deployed, "nobody")
    assert code_of(call("PUT", one, header, '{"stock": 1}')) == (403, "not_owner")
    assert code_of(call("DELETE", one, header)) == (403, "not_owner")
    shop.project.run(*shop.command("user", "groups", "nobody", "admins"))
    header = signed_in(deployed, "nobody")
    assert call("PUT", one, header, '{"stock": 1}').status == 200
    assert call("DELETE", one, header).status == 204


@pytest.mark.long
def test_a_configured_other_clients_tokens_are_taken(shop: Shop, product_id: str) -> None:
    deployed = shop.deploy()
    new_user(deployed, "mobile")
    other = deployed.client("cognito-idp").create_user_pool_client(
        UserPoolId=deployed.reported["user_pool_id"],
        ClientName="the mobile app",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
    )["UserPoolClient"]["ClientId"]
    from_other = bearer(deployed.tokens("mobile", other)["IdToken"])
    from_ours = signed_in(deployed, "mobile")
    url = products(deployed)

    def asked(header: Header) -> list[Answer]:
        one = {route: url + route.path.removeprefix("/products") for route in ROUTES}
        change = '{"stock": 3}'
        bodies = {"POST": json.dumps(product(product_id)), "PUT": change, "PATCH": change}
        return [
            call(
                route.method,
                one[route].replace("{productId}", product_id),
                header,
                bodies.get(route.method),
            )
            for route in ROUTES
        ]

    assert [code_of(each) for each in asked(from_other)] == [(401, "unknown_client")] * len(ROUTES)
    shop.deploy({"client_ids: []": f"client_ids: [{other}]"})
    assert shop.to_do == []
    for header in (from_other, from_ours):
        assert statuses(asked(header)) == [201, 200, 200, 200, 200, 204]
    shop.deploy()
    assert {code_of(each) for each in asked(from_other)} == {(401, "unknown_client")}
    assert statuses(asked(from_ours)) == [201, 200, 200, 200, 200, 204]


def test_what_was_opened_by_hand_is_reported_each_way(deployed_anew: Deployed) -> None:
    """A method of others that anyone may call, and a permission for anyone."""
    project, reported = deployed_anew.project, deployed_anew.reported
    gateway, functions = deployed_anew.client("apigateway"), deployed_anew.client("lambda")
    paths = gateway.get_resources(restApiId=reported["api_id"])["items"]
    [products] = [path["id"] for path in paths if path["path"] == "/products"]
    patch = {"restApiId": reported["api_id"], "resourceId": products, "httpMethod": "PATCH"}
    anyone = {"Action": "lambda:InvokeFunction", "Principal": "*", "StatementId": "anyone"}

    def opened() -> None:
        gateway.put_method(**patch, authorizationType="NONE")
        gateway.put_integration(**patch, type="MOCK")
        functions.add_permission(FunctionName="getproductfunction", **anyone)

    opened()
    exposed = ["open methods ProductsAPI", "foreign permissions getproductfunction"]
    note = "the method PATCH /products isn't ours"
    first, *planned = project.json("plan", "--local")
    assert (first["action"], first["door"]) == ("note", True)
    assert note in first["reason"]
    assert [change["resource"] for change in planned if change["door"]] == exposed
    ended = project.run("deploy", "--yes", "--local", "--json")
    assert all(f"! open: {each}" in ended.err for each in exposed)
    assert note in ended.err
    result = json.loads(ended.out)
    assert [change["resource"] for change in result["changes"] if change["door"]] == exposed
    assert [each["door"] for each in result["notes"] if note in each["text"]] == [True]
