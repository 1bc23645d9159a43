"""`verify`: that a good system passes and is left as it was, and each kind of sabotage is noted."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from e2e_cloud import Clouds
from e2e_commands import Ended
from e2e_project import PASSWORD, Deployed, Project
from e2e_running import Running, running
from e2e_shop import Shop, new_shop, shop_of
from recording_proxy import held

FUNCTION, ALIAS = "getproductfunction", "live"
TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")


@pytest.fixture
def deployed(deployed_anew: Deployed) -> Deployed:
    return deployed_anew


@pytest.fixture
def shop(deployed: Deployed) -> Shop:
    return shop_of(deployed.project)


def verify(shop: Shop, code: int = 0, *words: str) -> Ended:
    return shop.project.run(*shop.command("verify"), *words, code=code)


def found(shop: Shop, code: int = 0) -> dict[str, str]:
    """Each check that isn't ok, with its state."""
    reported = json.loads(verify(shop, code, "--json").out)
    return {each["check"]: each["state"] for each in reported["checks"] if each["state"] != "ok"}


def left(deployed: Deployed) -> tuple[list[str], list[Any]]:
    """The users and products that there are."""
    pool = deployed.reported["user_pool_id"]
    users = deployed.client("cognito-idp").list_users(UserPoolId=pool)["Users"]
    items = deployed.client("dynamodb").scan(TableName=deployed.reported["table"])["Items"]
    return [user["Username"] for user in users], items


NOTHING: tuple[list[str], list[Any]] = ([], [])


# -- a good system ---------------------------------------------------------------------------------


def test_a_good_system_passes_and_is_left_as_it_was(shop: Shop, deployed: Deployed) -> None:
    run = verify(shop)
    lines = run.out.splitlines()
    assert lines
    assert all(line.startswith("ok ") for line in lines)
    for part in ("stage dev", "permissions of", "alias live of", "CORS of", "refuses no token",
                 "another signature", "other claims", "access token", "signs in", "creates",
                 "reads", "lists", "updates", "deletes", "user pool", "table"):  # fmt: skip
        assert part in run.out
    assert f"All is well: {len(lines)} checks." in run.err
    assert left(deployed) == NOTHING
    assert shop.to_do == []


def test_its_json_has_all_but_secrets(shop: Shop, deployed: Deployed) -> None:
    run = verify(shop, 0, "--json")
    reported = json.loads(run.out)
    assert (reported["state"], reported["invoke_url"]) == ("ok", deployed.reported["invoke_url"])
    assert {tuple(each) for each in reported["checks"]} == {("check", "state", "text", "fix")}
    assert not TOKEN.search(run.out + run.err)
    assert not list(shop.project.home.rglob("tokens.json")), "tokens stay in memory"


def test_a_stack_that_is_not_deployed_is_reported(project: Project) -> None:
    run = project.run("verify", "--local", code=1)
    assert "isn't deployed" in run.err
    assert "productsapi deploy --local" in run.err
    assert run.out == ""


@pytest.mark.long
def test_groups_and_owners_are_tried_by_own_users(shop: Shop) -> None:
    deployed = shop.deploy(
        {
            "write_groups: []": "write_groups: [admins, editors]",
            "owner_only: false": "owner_only: true",
            "owner_groups: []": "owner_groups: [admins]",
        }
    )
    pool = {"UserPoolId": deployed.reported["user_pool_id"]}
    cognito = deployed.client("cognito-idp")
    assert found(shop, code=1) == {"joins a write group": "failed"}
    for group in ("admins", "editors"):
        cognito.create_group(**pool, GroupName=group)
    run = verify(shop)
    assert "refuses who is in no write group" in run.out
    assert "refuses who didn't create the product" in run.out
    assert left(deployed) == NOTHING


@pytest.mark.long
def test_a_table_with_a_sort_key_is_gone_through_too(tmp_path: Path, clouds: Clouds) -> None:
    changes = {
        "sort_key: null": "sort_key: category", "category_index: false": "category_index: true",
    }  # fmt: skip
    with new_shop(tmp_path, clouds) as other:
        deployed = other.deploy(changes)
        assert found(other) == {}
        assert left(deployed) == NOTHING


# -- open: 5 ---------------------------------------------------------------------------------------


def gateway(deployed: Deployed) -> tuple[Any, str, dict[str, str]]:
    client, api_id = deployed.client("apigateway"), str(deployed.reported["api_id"])
    items = client.get_resources(restApiId=api_id)["items"]
    return client, api_id, {item["path"]: item["id"] for item in items}


def redeploy(client: Any, api_id: str) -> None:
    made = client.create_deployment(restApiId=api_id)["id"]
    move = {"op": "replace", "path": "/deploymentId", "value": made}
    client.update_stage(restApiId=api_id, stageName="dev", patchOperations=[move])


def test_a_method_without_an_authorizer_is_open_loudly(shop: Shop, deployed: Deployed) -> None:
    """Even though the function itself still refuses who brings no claims."""
    client, api_id, ids = gateway(deployed)
    none = {"op": "replace", "path": "/authorizationType", "value": "NONE"}
    client.update_method(
        restApiId=api_id, resourceId=ids["/products"], httpMethod="GET", patchOperations=[none]
    )
    redeploy(client, api_id)
    run = verify(shop, 5)
    opened = [line for line in run.out.splitlines() if line.startswith("OPEN ")]
    assert any("refuses no token" in line and "GET /products" in line for line in opened)
    assert run.err.splitlines()[0].startswith("OPEN: refuses no token")
    assert left(deployed) == NOTHING
    shop.deploy()
    assert found(shop) == {}


def test_a_stage_of_others_is_named_and_tried(shop: Shop, deployed: Deployed) -> None:
    """The local cloud doesn't report how its methods are authorized."""
    client, api_id, _ = gateway(deployed)
    client.create_deployment(restApiId=api_id, stageName="old")
    run = verify(shop)
    assert "stage old: it isn't ours; this endpoint doesn't say" in run.out
    assert "stage old refuses no token: on all 6 routes" in run.out
    assert "All is well" not in run.err
    assert "warnings: stage old." in run.err
    client.delete_stage(restApiId=api_id, stageName="old")
    shop.deploy()


def test_a_method_that_answers_everybody_is_open(shop: Shop, deployed: Deployed) -> None:
    client, api_id, ids = gateway(deployed)
    at = {"restApiId": api_id, "resourceId": ids["/products"], "httpMethod": "GET"}
    client.delete_method(**at)
    client.put_method(**at, authorizationType="NONE")
    client.put_method_response(**at, statusCode="200")
    template = {"application/json": '{"statusCode": 200}'}
    client.put_integration(**at, type="MOCK", requestTemplates=template)
    client.put_integration_response(**at, statusCode="200")
    redeploy(client, api_id)
    run = verify(shop, 5, "--json")
    reported = json.loads(run.out)
    assert reported["state"] == "open"
    assert "OPEN: refuses no token" in run.err, "loudly, even if the JSON goes to a file"
    assert {c["state"] for c in reported["checks"] if c["check"] == "refuses no token"} == {"open"}


@pytest.mark.parametrize("qualifier", [{}, {"Qualifier": ALIAS}], ids=["function", "alias"])
def test_a_permission_of_somebody_else_is_open(
    shop: Shop, deployed: Deployed, qualifier: dict[str, str]
) -> None:
    lambda_ = deployed.client("lambda")
    theirs = {"FunctionName": FUNCTION, "StatementId": "theirs", **qualifier}
    lambda_.add_permission(**theirs, Action="lambda:InvokeFunction", Principal="*")
    try:
        assert found(shop, code=5) == {f"permissions of {FUNCTION}": "open"}
    finally:
        lambda_.remove_permission(**theirs)


@pytest.mark.long
def test_a_function_without_its_write_groups_is_open(shop: Shop) -> None:
    deployed = shop.deploy({"write_groups: []": "write_groups: [staff]"})
    pool = {"UserPoolId": deployed.reported["user_pool_id"]}
    deployed.client("cognito-idp").create_group(**pool, GroupName="staff")
    assert found(shop) == {}
    lambda_, name = deployed.client("lambda"), "createproductfunction"
    now = lambda_.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    open_to_all = {key: value for key, value in now.items() if key != "WRITE_GROUPS"}
    lambda_.update_function_configuration(FunctionName=name, Environment={"Variables": open_to_all})
    lambda_.get_waiter("function_updated_v2").wait(FunctionName=name)
    version = lambda_.publish_version(FunctionName=name)["Version"]
    lambda_.update_alias(FunctionName=name, Name=ALIAS, FunctionVersion=version)
    assert found(shop, code=5)["refuses who is in no write group"] == "open"
    assert left(deployed) == NOTHING


# -- failed: 1 -------------------------------------------------------------------------------------


def test_a_missing_permission_names_its_route(shop: Shop, deployed: Deployed) -> None:
    lambda_ = deployed.client("lambda")
    policy = json.loads(lambda_.get_policy(FunctionName=FUNCTION, Qualifier=ALIAS)["Policy"])
    (sid,) = (s["Sid"] for s in policy["Statement"] if s["Sid"].endswith("GET-products"))
    lambda_.remove_permission(FunctionName=FUNCTION, Qualifier=ALIAS, StatementId=sid)
    run = verify(shop, 1)
    assert f"FAILED   permissions of {FUNCTION}" in run.out
    assert "GET /products:" in run.out
    shop.deploy()
    assert found(shop) == {}


@pytest.mark.long
def test_an_alias_that_splits_the_calls_fails(shop: Shop, deployed: Deployed) -> None:
    lambda_ = deployed.client("lambda")
    version = lambda_.get_alias(FunctionName=FUNCTION, Name=ALIAS)["FunctionVersion"]
    lambda_.update_function_configuration(FunctionName=FUNCTION, Description="another")
    lambda_.get_waiter("function_updated_v2").wait(FunctionName=FUNCTION)
    other = lambda_.publish_version(FunctionName=FUNCTION)["Version"]
    assert other != version
    split = {"FunctionName": FUNCTION, "Name": ALIAS}
    lambda_.update_alias(**split, RoutingConfig={"AdditionalVersionWeights": {other: 0.25}})
    try:
        assert f"25% of the calls go to version {other}" in verify(shop, 1).out
    finally:
        lambda_.update_alias(**split, RoutingConfig={"AdditionalVersionWeights": {}})
    assert found(shop) == {}


@pytest.mark.long
def test_wrong_cors_fails_preflights_and_refusals(shop: Shop, deployed: Deployed) -> None:
    client, api_id, ids = gateway(deployed)
    header = "method.response.header.Access-Control-Allow-Methods"
    client.put_integration_response(
        restApiId=api_id, resourceId=ids["/products"], httpMethod="OPTIONS", statusCode="204",
        responseParameters={header: "'GET'"},
    )  # fmt: skip
    # a 401's own answer, and the one that stands in for it
    for kind in ("UNAUTHORIZED", "DEFAULT_4XX"):
        client.delete_gateway_response(restApiId=api_id, responseType=kind)
    redeploy(client, api_id)
    assert found(shop, code=1) == {"CORS of /products": "failed", "CORS of refusals": "failed"}
    shop.deploy()
    assert found(shop) == {}


def test_a_setting_that_is_otherwise_fails(shop: Shop, deployed: Deployed) -> None:
    table = {"TableName": deployed.reported["table"]}
    dynamodb = deployed.client("dynamodb")
    dynamodb.update_table(**table, DeletionProtectionEnabled=True)
    run = verify(shop, 1)
    assert "deletion_protection is true, not false" in run.out
    dynamodb.update_table(**table, DeletionProtectionEnabled=False)


def test_rights_that_are_not_there_yet_are_waited_for(shop: Shop, deployed: Deployed) -> None:
    """As in the first half minute of a new role; here they come when the wait is announced."""
    iam = deployed.client("iam")
    settings = deployed.client("lambda").get_function_configuration(
        FunctionName="createproductfunction"
    )
    role = {"RoleName": settings["Role"].rpartition("/")[2]}
    (name,) = iam.list_role_policies(**role)["PolicyNames"]
    document = iam.get_role_policy(**role, PolicyName=name)["PolicyDocument"]
    iam.delete_role_policy(**role, PolicyName=name)
    with running(shop.project, *shop.command("verify")) as verification:
        verification.wait_for("Waiting: ")
        verification.wait_for("POST /products answers 503; new rights take AWS some seconds")
        iam.put_role_policy(**role, PolicyName=name, PolicyDocument=json.dumps(document))
        verification.ends_with(0)
    assert left(deployed) == NOTHING


def test_without_rights_to_users_the_rest_is_verified(shop: Shop, deployed: Deployed) -> None:
    iam, name = deployed.client("iam"), "reader"
    iam.create_user(UserName=name)
    reads = ["dynamodb:Describe*", "dynamodb:List*", "apigateway:GET", "lambda:Get*",
             "lambda:List*", "cognito-idp:Describe*", "cognito-idp:List*"]  # fmt: skip
    statement = {"Effect": "Allow", "Action": reads, "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    run = shop.project.run(
        "verify", "--json", code=1,
        env={
            "AWS_ENDPOINT_URL": deployed.reported["endpoint_url"],
            "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
        },
    )  # fmt: skip
    reported = {each["check"]: each for each in json.loads(run.out)["checks"]}
    assert {check for check, each in reported.items() if each["state"] == "failed"} == {"signs in"}
    assert "cognito-idp:AdminCreateUser" in reported["signs in"]["text"]
    assert reported["refuses no token"]["state"] == "ok"


# -- on the way ------------------------------------------------------------------------------------


@contextmanager
def held_at(deployed: Deployed, stops: Callable[[str], bool]) -> Iterator[Running]:
    """A verification, held while the cloud hasn't got the request that `stops`."""
    with (
        held(deployed.reported["endpoint_url"], stops) as (env, reached),
        running(deployed.project, "verify", "--json", env=env) as verification,
    ):
        reached()
        yield verification


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminated"])
@pytest.mark.parametrize(
    "where",
    [
        r"AdminSetUserPassword",
        pytest.param(r"InitiateAuth", marks=pytest.mark.long),
        r"GET /restapis/.*/products\?category=.*",
    ],
    ids=["half a user", "a user", "a product"],
)
def test_an_interrupted_run_leaves_nothing(
    shop: Shop, deployed: Deployed, where: str, how: signal.Signals
) -> None:
    stops = re.compile(where)
    with held_at(
        deployed, lambda operation: stops.fullmatch(operation) is not None
    ) as verification:
        users, _ = left(deployed)
        assert users or "Password" in where
        verification.process.send_signal(how)
        said = verification.ends_with(128 + how)
        assert verification.out == ""
    assert left(deployed) == NOTHING
    assert PASSWORD not in said
