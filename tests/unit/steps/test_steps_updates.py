"""Updates: what must go along, what goes first, what goes in one call, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
import steps_tampering as tampering
from steps_moto import user_pool
from steps_world import World, managed

from productsapi.engine.outputs import Outputs, Unknown
from productsapi.errors import Refused
from productsapi.routes import FUNCTIONS

FUNCTION_KEYS = [f"function {f}productfunction" for f in FUNCTIONS]
LIVE_KEYS = [f"live code {f}productfunction" for f in FUNCTIONS]


def test_variables_that_others_set_stay(deployed: World) -> None:
    """UpdateFunctionConfiguration replaces the environment as a whole."""
    tampering.variable(deployed)
    deployed.deploy(deployed.stack())
    found = deployed.client("lambda").get_function(FunctionName="getproductfunction")
    variables = found["Configuration"]["Environment"]["Variables"]
    assert (variables["THEIRS"], variables["TABLE_NAME"]) == ("stays", "ProductsTable")


def test_further_clients_stay_beside_ours(deployed: World) -> None:
    client_id = deployed.outputs()["client_id"]
    deployed.deploy(deployed.stack(auth={"client_ids": ("theirs1", "theirs2")}))
    found = deployed.client("lambda").get_function(FunctionName="getproductfunction")
    reported = found["Configuration"]["Environment"]["Variables"]["CLIENT_IDS"]
    assert reported == f"{client_id},theirs1,theirs2"


def test_alias_moved_off_our_version_is_moved_back(deployed: World) -> None:
    tampering.alias(deployed)
    planned = deployed.plan(deployed.stack())
    assert planned["live code getproductfunction"].action.value == "update"
    deployed.deploy(deployed.stack())
    alias = deployed.client("lambda").get_alias(FunctionName="getproductfunction", Name="live")
    assert alias["FunctionVersion"] != "$LATEST"


def test_alias_update_clears_weights(deployed: World) -> None:
    deployed.deploy(deployed.stack(functions={"memory_mb": 512}))
    weights = [call["RoutingConfig"] for call in deployed.asked("UpdateAlias")]
    assert weights == [{"AdditionalVersionWeights": {}}] * 4


def test_lock_of_a_method_changes_in_one_call(deployed: World) -> None:
    """Between two there would be a moment in which anyone gets in, or nobody."""
    tampering.method(deployed, authorization_type="NONE", authorizer_id=None)
    authorizer_id = deployed.outputs()["authorizer_id"]
    deployed.deploy(deployed.stack())
    [call] = deployed.asked("UpdateMethod")
    assert call["patchOperations"] == [
        {"op": "replace", "path": "/authorizationType", "value": "COGNITO_USER_POOLS"},
        {"op": "replace", "path": "/authorizerId", "value": authorizer_id},
    ]


def test_g8_the_lock_goes_back_by_itself(deployed: World) -> None:
    """One UpdateMethod is all or nothing: beside a validator the lock would fail with it."""
    tampering.method(
        deployed, authorization_type="NONE", authorizer_id=None, request_validator_id="theirs"
    )
    deployed.deploy(deployed.stack())
    lock, validator = (call["patchOperations"] for call in deployed.asked("UpdateMethod"))
    assert [patch["path"] for patch in lock] == ["/authorizationType", "/authorizerId"]
    assert validator == [{"op": "replace", "path": "/requestValidatorId"}]


def test_authorizer_gets_our_pool_before_other_goes(deployed: World) -> None:
    """AWS refuses one that is without any pool, at any moment of a patch."""
    tampering.authorizer(deployed, provider_arns=["arn:theirs"])
    deployed.deploy(deployed.stack())
    [call] = deployed.asked("UpdateAuthorizer")
    assert [patch["op"] for patch in call["patchOperations"]] == ["add", "remove"]


def test_settings_of_the_table_change_one_at_a_time(deployed: World) -> None:
    """UpdateTable takes only some of them together."""
    tampering.provisioned(deployed)
    deployed.forget_calls()
    deployed.deploy(deployed.stack(table={"deletion_protection": True}))
    sent = [set(call) - {"TableName"} for call in deployed.asked("UpdateTable")]
    assert sent == [{"BillingMode"}, {"DeletionProtectionEnabled"}]


def test_new_code_is_uploaded_published_and_made_live(deployed: World, tmp_path: Any) -> None:
    for folder in ("shared", *(f"{function}_product" for function in FUNCTIONS)):
        module = tmp_path / "lambda_src" / folder / "lambda_function.py"
        module.parent.mkdir(parents=True)
        new = " anew" if folder == "get_product" else ""
        module.write_text(f"# {folder}{new}\n")
    stack = deployed.stack(path=tmp_path / "config" / "dev.yaml")
    planned = deployed.plan(stack)
    assert [c.key for c in planned.to_do] == ["live code getproductfunction"]
    assert {f.field for f in planned.to_do[0].fields} == {"code_sha256", "latest_code_sha256"}
    deployed.forget_calls()
    deployed.deploy(stack)
    assert deployed.changing == ["UpdateFunctionCode", "PublishVersion", "UpdateAlias"]
    assert deployed.plan(stack).to_do == ()


def test_code_changed_by_hand_is_put_back(deployed: World) -> None:
    """Not yet published, so no caller has met it."""
    package = deployed.stack().code["get"]
    deployed.client("lambda").update_function_code(
        FunctionName="createproductfunction", ZipFile=package
    )
    planned = deployed.plan(deployed.stack())
    assert [c.key for c in planned.to_do] == ["live code createproductfunction"]
    assert [f.field for f in planned.to_do[0].fields] == ["latest_code_sha256"]
    deployed.deploy(deployed.stack())
    assert deployed.plan(deployed.stack()).to_do == ()


@pytest.mark.parametrize(
    ("changes", "reported"),
    [
        ({"table": {"sort_key": "category"}}, "sort_key can't be changed"),
    ],
)
def test_what_only_replacing_could_change_is_refused(
    deployed: World, changes: dict[str, Any], reported: str
) -> None:
    with pytest.raises(Refused, match=reported):
        deployed.deploy(deployed.stack(**changes))
    assert deployed.changing == []


def test_a_pool_with_other_sign_in_is_refused(deployed: World) -> None:
    """Cognito fixes these when it makes a pool."""
    pool = user_pool(deployed.outputs()["user_pool_id"])
    pool.extended_config["UsernameAttributes"] = ["email"]
    deployed.forget_calls()
    with pytest.raises(Refused, match="sign_in can't be changed"):
        deployed.deploy(deployed.stack())
    assert deployed.changing == []


def test_authorizer_of_another_kind_is_refused(deployed: World) -> None:
    """API Gateway patches no TOKEN authorizer into a Cognito one."""
    tampering.authorizer(deployed, type="TOKEN")
    deployed.forget_calls()
    with pytest.raises(Refused, match="another kind of authorizer"):
        deployed.deploy(deployed.stack())
    assert deployed.changing == []


def test_a_new_pools_ids_are_known_after_deploy(deployed: World) -> None:
    """The plan says so instead of showing the old ones as unchanged."""
    deployed.client("cognito-idp").delete_user_pool(UserPoolId=deployed.outputs()["user_pool_id"])
    planned = deployed.plan(deployed.stack())
    unknown = {c.key for c in planned.to_do if any(isinstance(f.new, Unknown) for f in c.fields)}
    assert {
        "authorizer CognitoUserAuth",
        "id tags ProductsTable",
        "deployment dev",
        "stage dev",
        *FUNCTION_KEYS,
        *LIVE_KEYS,
    } <= unknown


def test_wants_need_only_what_they_say(world: World) -> None:
    """A resource that used an output it doesn't name would be made before it is known."""
    from productsapi.options.registry import resources

    everything = {name: "x" for r in resources(world.stack()) for name in r.outputs}
    for resource in managed(world.stack()):
        known = Outputs(
            {name: value for name, value in everything.items() if name in resource.inputs}
        )
        assert "known after deploy" not in json.dumps(resource.want(known), default=str)
