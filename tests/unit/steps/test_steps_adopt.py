"""Taking over what someone made by hand with the guide: what changes, in what order, what stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from made_by_hand import ROUTES, Guide, Made, follow_the_guide, items
from steps_contents import inventory, kept
from steps_kept import Beginnings
from steps_moto import ACCOUNT, REGION, rest_api, user_pool
from steps_world import Call, Wire, World, empty_account, error

from productsapi.errors import AccessDenied, ProductsApiError, Refused
from productsapi.stack import Stack

BY_HAND = [
    Guide(sort_key=sort_key, variable=variable)
    for sort_key in (False, True)
    for variable in ("productID", "productId")
]
FUNCTIONS = [f"{function}productfunction" for function in ROUTES]


BY_GUIDE = Beginnings()


def made(world: World, guide: Guide | None = None) -> Made:
    """The guide followed in the world's account; no call of it is recorded."""
    world.fill_gaps()

    def follow() -> Made:
        return follow_the_guide(world.client, REGION, ACCOUNT, guide)

    by_hand = BY_GUIDE.begin(world, guide or Guide(), follow)
    world.forget_calls()
    return by_hand


def adopting(world: World, *, guide: Guide | None = None, **allowed: Any) -> Stack:
    """The stack as `deploy --adopt` sees it, with the table's keys as they are."""
    config = allowed.pop("config", {})
    if guide and guide.sort_key:
        config = {**config, "table": {"sort_key": "category"}}
    return replace(world.stack(**config), adopt=True, **allowed)


@pytest.fixture(scope="module")
def taking_over(wire: Wire, sources: Path) -> list[Call]:
    """The calls of `deploy --adopt`, in their order."""
    with empty_account(wire, sources) as world:
        made(world)
        world.deploy(adopting(world))
        return list(wire.calls)


@pytest.mark.parametrize("guide", BY_HAND, ids=str)
def test_ids_items_and_users_stay(world: World, guide: Guide) -> None:
    """Nothing that has an id, or holds something, is made anew."""
    by_hand = made(world, guide)
    had = items(world.client("dynamodb"))
    world.deploy(adopting(world, guide=guide))
    outputs = world.outputs()
    assert outputs["api_id"] == by_hand.api_id
    assert outputs["id of /products/{productId}"] == by_hand.item_id
    assert outputs["authorizer_id"] == by_hand.authorizer_id
    assert outputs["user_pool_id"] == by_hand.user_pool_id
    assert outputs["client_id"] == by_hand.client_id
    assert items(world.client("dynamodb")) == had
    assert list(user_pool(by_hand.user_pool_id).users) == ["ann"]
    assert world.plan(replace(adopting(world, guide=guide), adopt=False)).to_do == ()
    renewed = {"CreateTable", "CreateRestApi", "CreateUserPool", "CreateUserPoolClient"}
    renewed |= {"CreateAuthorizer", "CreateFunction", "CreateLogGroup", "DeleteFunction"}
    assert not renewed & set(world.operations)
    spelled_right = guide.variable == "productId"
    assert world.operations.count("UpdateResource") == (0 if spelled_right else 1)
    assert "CreateResource" not in world.operations


def test_without_adopt_it_is_refused_by_name_and_id(world: World) -> None:
    by_hand = made(world)
    with pytest.raises(Refused) as refused:
        world.deploy(world.stack())
    assert "deploy --adopt" in refused.value.hint
    for reported in (by_hand.api_id, by_hand.user_pool_id, "ProductsTable", *FUNCTIONS):
        assert reported in refused.value.message
    assert world.changing == []


def test_planning_it_changes_nothing(world: World) -> None:
    made(world)
    assert world.plan(adopting(world)).to_do
    assert world.changing == []


def test_open_methods_come_first_as_exposures(world: World) -> None:
    made(world)
    planned = world.plan(adopting(world))
    exposed = {change.key for change in planned.changes if change.exposes_access}
    assert {
        "method GET /products/{productId}",
        "method PUT /products/{productId}",
        "method DELETE /products/{productId}",
        *(f"foreign permissions {name}" for name in FUNCTIONS),
    } <= exposed
    assert "method POST /products" not in exposed


def test_what_has_an_authorizer_is_never_without_one(taking_over: list[Call]) -> None:
    """POST keeps its lock: nothing of it is deleted, put or patched but by the integration."""
    on_post = [c for c in taking_over if c.changing and c.params.get("httpMethod") == "POST"]
    assert [call.operation for call in on_post] == [
        "DeleteIntegrationResponse",
        "DeleteMethodResponse",
        "PutIntegration",
    ]
    assert not [call for call in taking_over if _opens(call)]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("UpdateResource", "CreateDeployment"),
        ("UpdateMethod", "CreateDeployment"),
        ("PutIntegration", "UpdateFunctionCode"),
        ("PutGatewayResponse", "UpdateFunctionCode"),
        ("PutRolePolicy", "UpdateFunctionCode"),
        ("AddPermission", "CreateDeployment"),
        ("CreateDeployment", "UpdateStage"),
        ("UpdateStage", "RemovePermission"),
    ],
)
def test_order(taking_over: list[Call], earlier: str, later: str) -> None:
    """The new code last, but for what depends on it; old statements when nobody needs them."""
    calls = [call.operation for call in taking_over]
    assert _last(calls, earlier) < calls.index(later)


def test_only_deployment_and_stage_follow_new_code(
    taking_over: list[Call],
) -> None:
    """From there on callers of the old form get wrong answers: it must be short."""
    calls = [call.operation for call in taking_over]
    after = taking_over[calls.index("UpdateFunctionCode") :]
    of_the_api = [c.operation for c in after if c.changing and "restApiId" in c.params]
    assert of_the_api == ["CreateDeployment", "UpdateStage"]


def test_integrations_become_proxies_without_mapping(world: World) -> None:
    by_hand = made(world)
    world.deploy(adopting(world))
    methods = rest_api(by_hand.api_id).resources[by_hand.item_id].resource_methods
    for http_method in ("GET", "PUT", "DELETE"):
        found = methods[http_method]
        assert found.method_integration.integration_type == "AWS_PROXY"
        assert found.method_integration.uri.endswith(":live/invocations")
        assert not found.request_parameters
        assert not found.method_responses
        assert not found.method_integration.integration_responses


def test_the_consoles_statements_go_for_ours(
    taking_over: list[Call],
) -> None:
    removed = [c.params for c in taking_over if c.operation == "RemovePermission"]
    assert len(removed) == 2 * len(FUNCTIONS), "one for the method, one for the trigger"
    assert all("Qualifier" not in params for params in removed)
    added = [c.params for c in taking_over if c.operation == "AddPermission"]
    assert {params["Qualifier"] for params in added} == {"live"}


def test_console_roles_are_noted_and_left(world: World) -> None:
    by_hand = made(world)
    reported = " ".join(note.text for note in world.plan(adopting(world)).notes)
    world.deploy(adopting(world))
    names = {role["RoleName"] for role in world.client("iam").list_roles()["Roles"]}
    for arn in by_hand.roles.values():
        assert arn.rsplit("/", 1)[1] in names
        assert arn.rsplit("/", 1)[1] in reported
    after = " ".join(note.text for note in world.plan(world.stack()).notes)
    assert "-role-" not in after


def test_the_gap_is_reported_in_words_with_its_length(world: World) -> None:
    made(world)
    [gap] = [n for n in world.plan(adopting(world)).notes if "old form" in n.text]
    assert "seconds" in gap.text
    assert "stage dev" in gap.text
    world.deploy(adopting(world))
    assert not [n for n in world.plan(world.stack()).notes if "old form" in n.text]


# -- what others have put into the API -------------------------------------------------------------


def test_another_stage_and_triggers_are_noted_and_left(world: World) -> None:
    by_hand = made(world)
    world.deploy(adopting(world))
    reported = [note.text for note in world.plan(world.stack()).notes if note.exposes_access]
    assert any("the stage dev3 isn't ours" in text for text in reported)
    [paths] = [text for text in reported if "aren't ours" in text]
    assert all(f"/{name}" in paths for name in FUNCTIONS)
    stages = world.client("apigateway").get_stages(restApiId=by_hand.api_id)["item"]
    assert {stage["stageName"] for stage in stages} == {"dev", "dev3"}


def test_what_a_foreign_stage_lets_in_is_reported(world: World) -> None:
    """By the deployment's own summary; moto has none."""
    made(world)
    summary = {"/products": {"GET": {"authorizationType": "NONE"}, "OPTIONS": {}}}
    world.alter("GetDeployment", lambda _, reported: reported.update(apiSummary=summary))
    reported = [n.text for n in world.plan(adopting(world)).notes if "dev3" in n.text]
    assert len(reported) == 1
    assert "where anyone may call GET /products" in reported[0]


def test_delete_foreign_removes_them_in_order(world: World) -> None:
    by_hand = made(world)
    stack = adopting(world, delete_foreign=True)
    planned = world.plan(stack)
    shown = {c.key: {f.field for f in c.fields} for c in planned.to_do}
    assert shown["foreign stages ProductsAPI"] == {"stages.dev3"}
    assert shown["foreign paths ProductsAPI"] == {f"paths./{name}" for name in FUNCTIONS}
    assert not any("isn't ours" in note.text for note in planned.notes), "reported twice"
    world.deploy(stack)
    calls = world.operations
    assert calls.index("DeleteStage") < calls.index("DeleteResource")
    assert _last(calls, "DeleteResource") < calls.index("CreateDeployment")
    paths = {r.get_path() for r in rest_api(by_hand.api_id).resources.values()}
    assert paths == {"/", "/products", "/products/{productId}"}
    assert world.plan(world.stack()).to_do == ()
    assert world.plan(world.stack()).notes == ()


# -- app clients -----------------------------------------------------------------------------------

UNFIT = {
    "has a secret": Guide(client_secret=True),
    "doesn't let users sign in by password": Guide(client_flows=("ALLOW_REFRESH_TOKEN_AUTH",)),
}


def test_a_client_with_old_flow_names_is_taken_over(world: World) -> None:
    by_hand = made(world, Guide(client_flows=("USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH")))
    world.deploy(adopting(world))
    assert world.outputs()["client_id"] == by_hand.client_id
    [sent] = world.asked("UpdateUserPoolClient")
    assert sent["ExplicitAuthFlows"] == [
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_USER_SRP_AUTH",
    ]


@pytest.mark.parametrize("why", UNFIT)
def test_an_unfit_client_is_refused_with_the_way_out(world: World, why: str) -> None:
    by_hand = made(world, UNFIT[why])
    with pytest.raises(Refused) as refused:
        world.deploy(adopting(world))
    assert why in refused.value.message
    assert f"auth: {{ client_ids: [{by_hand.client_id}] }}" in refused.value.hint
    assert world.changing == []


@pytest.mark.parametrize("why", UNFIT)
def test_unfit_client_that_is_listed_stays_beside_ours(world: World, why: str) -> None:
    by_hand = made(world, UNFIT[why])
    clients = user_pool(by_hand.user_pool_id).clients
    was = clients[by_hand.client_id].to_json(extended=True)
    config = {"auth": {"client_ids": (by_hand.client_id,)}}
    planned = world.plan(adopting(world, config=config))
    [note] = [note for note in planned.notes if by_hand.client_id in note.text]
    assert why in note.text
    world.deploy(adopting(world, config=config))
    ours = world.outputs()["client_id"]
    assert set(clients) == {ours, by_hand.client_id}
    assert clients[by_hand.client_id].to_json(extended=True) == was
    found = world.client("lambda").get_function(FunctionName="getproductfunction")
    accepted = found["Configuration"]["Environment"]["Variables"]["CLIENT_IDS"]
    assert accepted == f"{ours},{by_hand.client_id}"
    assert world.plan(world.stack(**config)).to_do == ()


def test_ours_is_known_without_the_pointer(world: World) -> None:
    by_hand = made(world, Guide(client_secret=True))
    config = {"auth": {"client_ids": (by_hand.client_id,)}}
    world.deploy(adopting(world, config=config))
    ours = world.outputs()["client_id"]
    world.client("dynamodb").untag_resource(
        ResourceArn=world.location.table_arn("ProductsTable"), TagKeys=["productsapi:client-id"]
    )
    world.deploy(world.stack(**config))
    assert world.outputs()["client_id"] == ours
    assert len(user_pool(by_hand.user_pool_id).clients) == 2


def test_several_fit_clients_are_refused_until_listed(world: World) -> None:
    by_hand = made(world)
    second = world.client("cognito-idp").create_user_pool_client(
        UserPoolId=by_hand.user_pool_id,
        ClientName="ProductsWebAppClient",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
    )["UserPoolClient"]["ClientId"]
    world.forget_calls()
    with pytest.raises(Refused) as refused:
        world.deploy(adopting(world))
    assert by_hand.client_id in refused.value.message
    assert second in refused.value.message
    assert world.changing == []
    world.deploy(adopting(world, config={"auth": {"client_ids": (second,)}}))
    assert world.outputs()["client_id"] == by_hand.client_id


# -- several of a name -----------------------------------------------------------------------------


def _second_api(world: World, name: str = "ProductsAPI", **tags: str) -> str:
    made_now = world.client("apigateway").create_rest_api(name=name, tags=tags)
    world.forget_calls()
    return str(made_now["id"])


def _second_pool(world: World, name: str = "secure-serverless-app") -> str:
    made_now = world.client("cognito-idp").create_user_pool(
        PoolName=name, Schema=[{"Name": "email", "Required": True}]
    )
    world.forget_calls()
    return str(made_now["UserPool"]["Id"])


def test_of_several_apis_one_can_be_picked(world: World) -> None:
    by_hand = made(world)
    second = _second_api(world)
    with pytest.raises(Refused) as refused:
        world.deploy(adopting(world))
    assert by_hand.api_id in refused.value.message
    assert second in refused.value.message
    assert "--api-id" in refused.value.hint
    assert world.changing == []
    world.deploy(adopting(world, api_id=by_hand.api_id))
    assert world.outputs()["api_id"] == by_hand.api_id
    assert rest_api(second).tags == {}


def test_of_several_pools_one_can_be_picked(world: World) -> None:
    by_hand = made(world)
    second = _second_pool(world)
    with pytest.raises(Refused) as refused:
        world.deploy(adopting(world))
    assert by_hand.user_pool_id in refused.value.message
    assert second in refused.value.message
    assert "--pool-id" in refused.value.hint
    assert world.changing == []
    world.deploy(adopting(world, user_pool_id=by_hand.user_pool_id))
    assert world.outputs()["user_pool_id"] == by_hand.user_pool_id


def test_without_adopt_all_ids_of_the_name_are_named(world: World) -> None:
    by_hand = made(world)
    second, pool = _second_api(world), _second_pool(world)
    with pytest.raises(Refused) as refused:
        world.deploy(world.stack())
    for reported in (by_hand.api_id, second, by_hand.user_pool_id, pool):
        assert reported in refused.value.message


def test_one_picked_by_id_is_renamed_in_place(world: World) -> None:
    by_hand = made(world)
    config = {"api": {"name": "Shop"}, "user_pool": {"name": "shop"}}
    picked = {"api_id": by_hand.api_id, "user_pool_id": by_hand.user_pool_id}
    world.deploy(adopting(world, config=config, **picked))
    assert rest_api(by_hand.api_id).name == "Shop"
    assert user_pool(by_hand.user_pool_id).name == "shop"
    assert world.plan(world.stack(**config)).to_do == ()


def test_another_stacks_is_never_taken(world: World) -> None:
    made(world)
    theirs = _second_api(world, "Other", **{"productsapi:stack": "other"})
    with pytest.raises(Refused, match="it belongs to the stack other, id") as refused:
        world.deploy(adopting(world, api_id=theirs))
    assert "choose another --api-id" in refused.value.hint
    assert world.changing == []


@pytest.mark.parametrize("option", ["api_id", "user_pool_id"])
def test_an_unknown_or_late_id_is_refused(world: World, option: str) -> None:
    made(world)
    with pytest.raises(Refused, match="there is no"):
        world.deploy(adopting(world, **{option: "eu-west-2_nothing"}))
    assert world.changing == []
    world.deploy(adopting(world))
    with pytest.raises(Refused, match=r"has its .* already"):
        world.deploy(adopting(world, **{option: "eu-west-2_nothing"}))


# -- what can't be taken over ----------------------------------------------------------------------


def test_another_sort_key_is_reported_in_words(world: World) -> None:
    made(world, Guide(sort_key=True))
    says = r"sort_key can't be changed.* it is category \(S\); .* set table.sort_key to what it has"
    with pytest.raises(Refused, match=says) as refused:
        world.deploy(adopting(world))
    assert "remove" not in refused.value.message + refused.value.hint
    assert world.changing == []


def test_pool_with_another_sign_in_is_refused_in_words(world: World) -> None:
    made(world, Guide(sign_in=("email",)))
    with pytest.raises(Refused, match="sign_in can't be changed"):
        world.deploy(adopting(world))
    assert world.changing == []


# -- killed in between -----------------------------------------------------------------------------

STATIONS = [
    "PutIntegration",
    "CreateDeployment",
    "UpdateStage",
    *(
        pytest.param(station, marks=pytest.mark.long)
        for station in (
            "UpdateUserPool",
            "UpdateResource",
            "DeleteIntegrationResponse",
            "UpdateFunctionCode",
            "CreateAlias",
            "AddPermission",
            "RemovePermission",
        )
    ),
]


@pytest.mark.parametrize("station", STATIONS)
def test_stopped_anywhere_the_next_run_finishes(world: World, station: str) -> None:
    by_hand = made(world)
    _refuse_once(world, station)
    with pytest.raises(ProductsApiError) as stopped:
        world.deploy(adopting(world))
    assert isinstance(stopped.value, AccessDenied)
    world.fill_gaps()
    world.deploy(adopting(world))
    outputs = world.outputs()
    assert (outputs["api_id"], outputs["client_id"]) == (by_hand.api_id, by_hand.client_id)
    assert world.plan(world.stack()).to_do == ()
    assert len(items(world.client("dynamodb"))) == 3
    assert not [c for c in world.wire.calls if _opens(c)]


def _refuse_once(world: World, operation: str) -> None:
    usual = world.wire.fakes.get(operation)
    answers = iter([error("AccessDeniedException", status=403)])

    def answer(params: dict[str, Any]) -> Any:
        return next(answers, None) or (usual(params) if usual else None)

    world.fake(operation, answer)


def _opens(call: Call) -> bool:
    return call.params.get("httpMethod") != "OPTIONS" and "NONE" in str(call.params)


# -- afterwards ------------------------------------------------------------------------------------


def test_teardown_removes_ours_and_keeps_data(world: World) -> None:
    by_hand = made(world)
    world.deploy(adopting(world))
    planned, _ = world.teardown(world.stack())
    reasons = kept(planned)
    assert reasons.keys() == {
        "table ProductsTable",
        "user pool secure-serverless-app",
        "rest api ProductsAPI",
    }
    assert "dev3" in reasons["rest api ProductsAPI"]
    left = inventory(world)
    assert "function" not in left
    assert "log group" not in left
    assert sorted(left["role"]) == sorted(a.rsplit("/", 1)[1] for a in by_hand.roles.values())
    world.teardown(world.stack(delete_foreign=True))
    assert inventory(world).keys() == {"table", "pool", "role"}
    assert len(items(world.client("dynamodb"))) == 3


def _last(calls: list[str], name: str) -> int:
    return len(calls) - 1 - calls[::-1].index(name)
