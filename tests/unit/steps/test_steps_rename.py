"""Functions under new names: made new, switched over, then the old ones removed; never orphaned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from steps_contents import inventory
from steps_moto import ACCOUNT, REGION
from steps_world import World, error

from productsapi.aws.location import Location
from productsapi.config.functions import FunctionNames
from productsapi.errors import ProductsApiError, Refused
from productsapi.releases.switch import EDGE_LAG
from productsapi.routes import FUNCTIONS
from productsapi.stack import Stack

OLD = [f"{function}productfunction" for function in FUNCTIONS]


def named(prefix: str, **others: str) -> dict[str, Any]:
    """The changes that call all four functions otherwise."""
    names = {function: f"{prefix}-{function}" for function in FUNCTIONS}
    return {"functions": {"names": FunctionNames(**{**names, **others})}}


def expected(*names: str, region: str = REGION) -> dict[str, set[str]]:
    return {
        "function": set(names),
        "log group": {f"/aws/lambda/{name}" for name in names},
        "role": {f"{name}-{region}" for name in names},
    }


def there(world: World) -> dict[str, set[str]]:
    found = inventory(world)
    return {kind: set(found.get(kind, ())) for kind in ("function", "log group", "role")}


NEW = [f"new-{function}" for function in FUNCTIONS]
NEWER = [f"newer-{function}" for function in FUNCTIONS]


def test_plan_names_what_comes_and_what_goes(deployed: World) -> None:
    planned = deployed.plan(deployed.stack(**named("new")))
    actions = {change.key: change.action.value for change in planned.to_do}
    for old, new in zip(OLD, NEW, strict=True):
        for kind in ("function {}", "role {}-eu-west-2", "log group /aws/lambda/{}"):
            assert actions[kind.format(new)] == "create"
            assert actions[kind.format(old)] == "delete"
    assert deployed.changing == []


def test_all_four_are_new_and_nothing_old_stays(deployed: World) -> None:
    before = deployed.outputs()
    stack = deployed.stack(**named("new"))
    deployed.deploy(stack)
    assert there(deployed) == expected(*NEW)
    after = deployed.look(stack).outputs.as_dict()
    same = ("api_id", "user_pool_id", "client_id", "authorizer_id")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert deployed.plan(stack).to_do == ()


def test_old_ones_go_once_the_stage_serves_the_new(deployed: World) -> None:
    deployed.deploy(deployed.stack(**named("new")))
    calls = deployed.changing
    moved = calls.index("UpdateStage")
    assert max(_places(calls, "AddPermission")) < moved
    assert max(_places(calls, "CreateAlias")) < moved
    for operation in ("DeleteFunction", "DeleteLogGroup", "DeleteRole", "DeleteRolePolicy"):
        assert moved < min(_places(calls, operation))


def test_one_that_goes_meanwhile_is_no_failure(deployed: World) -> None:
    """Between two looks, or by a removal whose answer got lost."""
    gone = error("ResourceNotFoundException", status=404)
    stack = deployed.stack(**named("new"))
    deployed.fake("ListAliases", lambda asked: gone if asked["FunctionName"] in OLD else None)
    going = {change.key for change in deployed.plan(stack).to_do if change.action.value == "delete"}
    assert {f"function {name}" for name in OLD} <= going
    deployed.lose("DeleteFunction", "ResourceNotFoundException")
    deployed.deploy(stack)
    assert there(deployed) == expected(*NEW)


def test_a_functions_role_comes_first_and_goes_last(deployed: World) -> None:
    """The others are found by it, should the run be killed anywhere in between."""
    deployed.deploy(deployed.stack(**named("new")))
    for name, first, last in (
        ("new-get", "CreateRole", None),
        ("getproductfunction", None, "DeleteRole"),
    ):
        about = [
            call.operation
            for call in deployed.wire.calls
            if call.changing and _is_about(call.params, name) and call.operation != "PutIntegration"
        ]
        assert first in {None, about[0]}
        assert last in {None, about[-1]}
        assert len(about) > 2


def test_callers_get_time_before_old_functions_go(deployed: World) -> None:
    """The gateway's moved stage takes some seconds to be seen everywhere."""
    pauses: list[tuple[float, str]] = []

    def pause(seconds: float) -> None:
        pauses.append((seconds, deployed.changing[-1]))

    deployed.aws = replace(deployed.aws, pause=pause, clock=lambda: 0.0)
    deployed.deploy(deployed.stack(**named("new")))
    lags = [after for seconds, after in pauses if seconds == EDGE_LAG]
    assert len(lags) == 4
    assert "UpdateStage" in lags


def test_one_name_alone_touches_only_its_own(deployed: World) -> None:
    names = FunctionNames(get="readproductfunction")
    stack = deployed.stack(functions={"names": names})
    deployed.deploy(stack)
    kept = [name for name in OLD if name != "getproductfunction"]
    assert there(deployed) == expected("readproductfunction", *kept)
    touched = {p["FunctionName"] for p in deployed.asked("DeleteFunction")}
    assert touched == {"getproductfunction"}
    assert deployed.plan(stack).to_do == ()


KILLED = [
    "CreateRole",
    "CreateLogGroup",
    "PutRetentionPolicy",
    "PutRolePolicy",
    "CreateFunction",
    "PublishVersion",
    "CreateAlias",
    "AddPermission",
    "PutIntegration",
    "CreateDeployment",
    "UpdateStage",
    "DeleteFunction",
    "DeleteLogGroup",
    "DeleteRolePolicy",
    "DeleteRole",
]
RENAMING = ["UpdateStage", "CreateRole", "CreateFunction", "DeleteRole"]


def _spread(operations: list[str]) -> list[Any]:
    """Every third one each time, the others in the long run."""
    marks = ((), pytest.mark.long, pytest.mark.long)
    return [pytest.param(each, marks=marks[n % 3]) for n, each in enumerate(operations)]


Begin = Callable[[str], None]


@pytest.fixture
def begin(deployed: World) -> Begin:
    """Begin to rename, and be killed at an operation before it takes effect."""

    def begin(operation: str) -> None:
        deployed.fake(operation, error("ValidationException"))
        with pytest.raises(ProductsApiError):
            deployed.deploy(deployed.stack(**named("new")))
        del deployed.wire.fakes[operation]
        deployed.fill_gaps()

    return begin


@pytest.mark.parametrize("operation", _spread(KILLED))
def test_killed_before_any_call_the_next_run_finishes(
    deployed: World, begin: Begin, operation: str
) -> None:
    begin(operation)
    stack = deployed.stack(**named("new"))
    deployed.deploy(stack)
    assert there(deployed) == expected(*NEW)
    assert deployed.plan(stack).to_do == ()


@pytest.mark.parametrize("operation", _spread(KILLED[::2]))
def test_killed_after_a_call_the_next_run_finishes(deployed: World, operation: str) -> None:
    stack = deployed.stack(**named("new"))
    deployed.lose(operation, "ValidationException")
    with pytest.raises(ProductsApiError):
        deployed.deploy(stack)
    del deployed.wire.lost[operation]
    deployed.deploy(stack)
    assert there(deployed) == expected(*NEW)
    assert deployed.plan(stack).to_do == ()


@pytest.mark.parametrize("operation", _spread(RENAMING))
def test_killed_and_renamed_again_both_former_names_go(
    deployed: World, begin: Begin, operation: str
) -> None:
    begin(operation)
    stack = deployed.stack(**named("newer"))
    deployed.deploy(stack)
    assert there(deployed) == expected(*NEWER)
    assert deployed.plan(stack).to_do == ()


@pytest.mark.parametrize("operation", ["CreateFunction", "UpdateStage", "DeleteFunction"])
def test_killed_and_named_back_the_new_ones_go(
    deployed: World, begin: Begin, operation: str
) -> None:
    begin(operation)
    deployed.deploy(deployed.stack())
    assert there(deployed) == expected(*OLD)
    assert deployed.plan(deployed.stack()).to_do == ()


@pytest.mark.parametrize("operation", _spread(RENAMING))
@pytest.mark.parametrize("prefix", ["new", "newer"])
def test_teardown_in_the_middle_of_it_leaves_nothing(
    deployed: World, begin: Begin, operation: str, prefix: str
) -> None:
    """Whatever names the configuration has by then."""
    begin(operation)
    deployed.forget_calls()
    deployed.teardown(deployed.stack(**named(prefix)))
    assert inventory(deployed) == {}
    removed = deployed.changing
    assert removed.index("DeleteStage") < removed.index("DeleteFunction")
    assert max(_places(removed, "DeleteFunction")) < removed.index("DeleteTable")


def test_renamed_amid_a_fresh_deploy_orphans_nothing(world: World) -> None:
    """No table yet, so only the roles show what was begun."""
    world.fill_gaps()
    world.fake("CreateTable", error("ValidationException"))
    with pytest.raises(ProductsApiError):
        world.deploy(world.stack())
    del world.wire.fakes["CreateTable"]
    assert there(world)["role"]
    world.deploy(world.stack(**named("new")))
    assert there(world) == expected(*NEW)


def test_a_name_cut_short_is_in_the_roles_description(world: World) -> None:
    world.fill_gaps()
    long = {function: f"{function}-".ljust(64, "x") for function in FUNCTIONS}
    world.deploy(world.stack(**named("", **long)))
    stack = world.stack(**named("new"))
    world.deploy(stack)
    assert there(world) == expected(*NEW)


@pytest.mark.parametrize("adopt", [False, True])
@pytest.mark.parametrize("owner", [None, "another"])
def test_what_took_a_former_name_and_isnt_ours_stays(
    deployed: World, owner: str | None, *, adopt: bool
) -> None:
    """Also when things may be taken over: not in order to be removed."""
    client, arn = deployed.client("lambda"), deployed.location.function_arn("getproductfunction")
    client.untag_resource(Resource=arn, TagKeys=["productsapi:stack"])
    if owner:
        client.tag_resource(Resource=arn, Tags={"productsapi:stack": owner})
    stack = replace(deployed.stack(**named("new")), adopt=adopt)
    deployed.deploy(stack)
    assert "getproductfunction" in there(deployed)["function"]
    assert len(deployed.asked("DeleteFunction")) == 3
    assert deployed.plan(stack).to_do == ()


def test_another_region_has_its_own_names(deployed: World) -> None:
    """Roles are the account's: the same stack in another Region has them under the same path."""
    iam = deployed.client("iam")
    iam.create_role(
        RoleName="elsewhere-eu-west-1",
        Path="/productsapi/shop/",
        AssumeRolePolicyDocument="{}",
        Tags=[{"Key": "productsapi:stack", "Value": "shop"}],
    )
    deployed.forget_calls()
    deployed.deploy(deployed.stack())
    assert (deployed.shown.to_do, deployed.changing) == ((), [])


def test_nothing_renamed_costs_one_call(deployed: World) -> None:
    deployed.look(deployed.stack())
    assert deployed.asked("ListRoles") == [{"PathPrefix": "/productsapi/shop/", "MaxItems": 1000}]
    assert len(deployed.asked("GetRole")) == 4


def test_a_name_that_callers_still_reach_is_refused(deployed: World) -> None:
    """With the old stage still there a PUT would reach the code that removes products."""
    swapped = FunctionNames(update="deleteproductfunction", delete="updateproductfunction")
    with pytest.raises(Refused) as refused:
        deployed.deploy(deployed.stack(functions={"names": swapped}))
    assert "function deleteproductfunction: work can't be changed" in refused.value.message
    assert deployed.changing == []


def test_name_that_another_has_given_up_can_be_taken(deployed: World) -> None:
    aside = FunctionNames(delete="removeproductfunction")
    taken = FunctionNames(delete="removeproductfunction", update="deleteproductfunction")
    with pytest.raises(Refused):
        deployed.deploy(deployed.stack(functions={"names": taken}))
    deployed.deploy(deployed.stack(functions={"names": aside}))
    stack = deployed.stack(functions={"names": taken})
    deployed.deploy(stack)
    names = {taken.of(function) for function in FUNCTIONS}
    assert there(deployed) == expected(*names)
    assert deployed.plan(stack).to_do == ()


def test_role_names_show_their_own_region_only(world: World) -> None:
    """A role of ours gives its function's name back, however long it is."""
    from productsapi.stack import role_name
    from productsapi.stack.previous_names import description, previous_names

    stack = Stack(world.config(), Location(REGION, ACCOUNT))
    long = "f" * 64
    roles = [
        {"RoleName": role_name("short", REGION)},
        {"RoleName": role_name(long, REGION), "Description": description(long)},
        {"RoleName": role_name("createproductfunction", REGION)},
        {"RoleName": role_name("elsewhere", "eu-west-1"), "Description": description("elsewhere")},
        {"RoleName": role_name("g" * 64, REGION), "Description": "What somebody wrote"},
    ]
    world.fake("ListRoles", {"Roles": roles, "IsTruncated": False})
    assert previous_names(stack, world.aws) == [long, "short"]


def _places(calls: list[str], operation: str) -> list[int]:
    return [index for index, name in enumerate(calls) if name == operation]


def _is_about(params: dict[str, Any], name: str) -> bool:
    return any(name in str(params.get(key, "")) for key in ("FunctionName", "RoleName")) or (
        params.get("logGroupName") == f"/aws/lambda/{name}"
    )
