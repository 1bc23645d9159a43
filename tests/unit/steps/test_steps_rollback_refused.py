"""What a rollback is refused for: less protection than today's, and parts that are gone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from steps_moto import REGION
from steps_releases import ORIGIN, going_back, live, releases, report_summaries, summary
from steps_world import World, error

from productsapi.errors import AccessDenied, Refused
from productsapi.releases.inventory import Version
from productsapi.releases.regressions import CurrentState, weaker_version
from productsapi.routes import FUNCTIONS

WEAKER: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "everybody might write": (
        {},
        {"auth": {"write_groups": ("editors",)}},
        "lets every signed-in user write",
    ),
    "another group might write": (
        {"auth": {"write_groups": ("editors", "guests")}},
        {"auth": {"write_groups": ("editors",)}},
        "lets guests too write",
    ),
    "not only owners might change": (
        {},
        {"auth": {"owner_only": True}},
        "lets others than its creator change a product",
    ),
    "another group might change others' products": (
        {"auth": {"owner_only": True, "owner_groups": ("chiefs", "temps")}},
        {"auth": {"owner_only": True, "owner_groups": ("chiefs",)}},
        "lets temps too change others' products",
    ),
    "another client's tokens might be taken": (
        {"auth": {"client_ids": ("theirs",)}},
        {},
        "takes tokens of theirs too",
    ),
}


@pytest.mark.parametrize("what", WEAKER)
def test_weaker_settings_are_refused_at_first(deployed: World, what: str) -> None:
    former, today, reported = WEAKER[what]
    deployed.deploy(deployed.stack(**former, functions={"memory_mb": 512}))
    deployed.deploy(deployed.stack(**today))
    deployed.forget_calls()
    with pytest.raises(Refused, match="less protected than the current release") as refused:
        going_back(deployed, deployed.stack(**today))
    for function in FUNCTIONS:
        assert f"{function}productfunction version 2 {reported}" in refused.value.message
    assert "productsapi history" in refused.value.hint
    assert deployed.changing == []


NO_WEAKER: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "today everybody may write": ({"auth": {"write_groups": ("editors",)}}, {}),
    "fewer groups": ({"auth": {"write_groups": ("a",)}}, {"auth": {"write_groups": ("a", "b")}}),
    "owners only": ({"auth": {"owner_only": True, "owner_groups": ("chiefs",)}}, {}),
    "fewer clients": ({}, {"auth": {"client_ids": ("theirs",)}}),
    "another origin and log level": (
        {"functions": {"log_level": "DEBUG"}},
        {"functions": {"log_level": "ERROR"}},
    ),
}


@pytest.mark.parametrize("what", NO_WEAKER)
def test_what_protects_as_much_is_gone_back_to(deployed: World, what: str) -> None:
    former, today = NO_WEAKER[what]
    deployed.deploy(deployed.stack(**former, table={"deletion_protection": True}))
    deployed.deploy(deployed.stack(**today))
    before = live(deployed)
    going_back(deployed, deployed.stack(**today))
    assert live(deployed) != before


SETTINGS: dict[str, tuple[dict[str, Any], str]] = {
    "any client of the pool": ({"CLIENT_IDS": ""}, "takes tokens of any app client"),
    "another table": ({"TABLE_NAME": "Theirs"}, "works on another table than today's, Theirs"),
    "other keys": ({"SORT_KEY": "category"}, "assumes another key schema than the table has"),
    "a role made anew": ({"ROLE_ID": "AROAFORMER"}, "its role was made anew since"),
    "an index that isn't there": (
        {"CATEGORY_INDEX": "category-index"},
        "asks the category index, which isn't there",
    ),
}


@pytest.mark.parametrize("what", SETTINGS)
def test_other_data_and_any_client_are_refused(deployed: World, what: str) -> None:
    variables, reported = SETTINGS[what]
    _change_version(deployed, lambda c: c["Environment"]["Variables"].update(variables))
    assert reported in _refused(deployed)


def test_a_version_of_the_same_role_is_gone_back_to() -> None:
    """Older ones hold the role's id in the form in which IAM returns it."""
    arn = "arn:aws:iam::123456789012:role/r"
    today = CurrentState("mine", {}, frozenset({arn}), category_index=False, reports_locks=True)
    then, now, other = (
        {"Variables": {"CLIENT_IDS": "mine", "ROLE_ID": mark}}
        for mark in ("AROA3XFRBF535PLBIFPI4", "AROA-3XFRBF535PLBIFPI4", "AROA-ANOTHER")
    )
    version = Version(2, None, {"Role": arn, "Environment": then})
    assert weaker_version("f", version, {"Role": arn, "Environment": now}, today) == []
    assert weaker_version("f", version, {"Role": arn, "Environment": other}, today)


def test_a_version_refusing_todays_client_is_refused() -> None:
    """Nobody would get in: not less protection, but no service either."""
    role = "arn:aws:iam::123456789012:role/r"
    then, now = ({"Variables": {"CLIENT_IDS": ids}} for ids in ("former", "mine,former"))
    today = CurrentState("mine", {}, frozenset({role}), category_index=False, reports_locks=True)
    version = Version(2, None, {"Role": role, "Environment": then})
    reported = weaker_version("f", version, {"Role": role, "Environment": now}, today)
    assert reported == ["f version 2 takes no tokens of today's app client, mine"]


def test_settings_without_an_explanation_are_refused(deployed: World) -> None:
    """As when the key that they are encrypted with isn't the caller's to use."""
    untold = {"Error": {"ErrorCode": "AccessDeniedException", "Message": "kms"}}
    _change_version(deployed, lambda c: c.update(Environment=untold))
    with pytest.raises(AccessDenied, match="variables of getproductfunction can't be read: kms"):
        _refused(deployed)


def test_another_role_is_refused(deployed: World) -> None:
    _change_version(deployed, lambda c: c.update(Role="arn:aws:iam::123456789012:role/admin"))
    assert "runs with another role than today's" in _refused(deployed)


def test_role_that_is_gone_is_refused(deployed: World) -> None:
    deployed.deploy(deployed.stack(functions={"memory_mb": 512}))
    deployed.fake(
        "GetRole",
        lambda asked: (
            error("NoSuchEntity", status=404)
            if asked["RoleName"] == f"getproductfunction-{REGION}"
            else None
        ),
    )
    with pytest.raises(Refused, match="getproductfunction version 1 runs with a role that is gone"):
        going_back(deployed, deployed.stack())


LOCKS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "open": ({"authorizationType": "NONE"}, {}, "has GET /products locked by NONE"),
    "locked otherwise": (
        {"authorizationType": "AWS_IAM"},
        {},
        "has GET /products locked by AWS_IAM",
    ),
    "untold": ({"authorizationType": None}, {}, "doesn't report how GET /products is locked"),
    "no API key, of which today one is asked": (
        {"apiKeyRequired": False},
        {"apiKeyRequired": True},
        "asks for no API key at GET /products",
    ),
}


@pytest.mark.parametrize("what", LOCKS)
def test_deployment_that_lets_more_in_is_refused(deployed: World, what: str) -> None:
    former, today, reported = LOCKS[what]
    first, second = _two_deployments(deployed)
    report_summaries(deployed, **{first: summary(**former), second: summary(**today)})
    assert f"API deployment {first} {reported}" in _refused(deployed)


def test_open_method_of_others_is_refused_too(deployed: World) -> None:
    first, _ = _two_deployments(deployed)
    orders = {"/orders": {"ANY": {"authorizationType": "NONE", "apiKeyRequired": False}}}
    report_summaries(deployed, **{first: {**summary(), **orders}})
    assert "has ANY /orders locked by NONE" in _refused(deployed)


def test_a_method_others_locked_their_way_is_left(
    deployed: World,
) -> None:
    first, _ = _two_deployments(deployed)
    orders = {"/orders": {"ANY": {"authorizationType": "AWS_IAM", "apiKeyRequired": False}}}
    report_summaries(deployed, **{first: {**summary(), **orders}})
    going_back(deployed, deployed.stack())


def test_a_silent_deployment_is_taken_locally_only(
    deployed: World,
) -> None:
    """The local cloud's summary leaves the authorization out, whatever it is."""
    first, _ = _two_deployments(deployed)
    report_summaries(deployed, **{first: {}})
    assert "doesn't report which methods it serves" in _refused(deployed)
    untold = summary(authorizationType=None)
    report_summaries(deployed, **{first: untold})
    stack = deployed.stack()
    elsewhere = replace(
        stack, location=replace(stack.location, endpoint_url="http://localhost:4566")
    )
    with pytest.raises(Refused, match="doesn't report how GET /products is locked"):
        going_back(deployed, elsewhere)
    going_back(deployed, replace(stack, location=replace(stack.location, local=True)))


def test_open_method_is_refused_locally_too(deployed: World) -> None:
    first, _ = _two_deployments(deployed)
    report_summaries(deployed, **{first: summary(authorizationType="NONE")})
    stack = deployed.stack()
    with pytest.raises(Refused, match="locked by NONE"):
        going_back(deployed, replace(stack, location=replace(stack.location, local=True)))


def test_deployment_that_is_gone_is_refused(deployed: World) -> None:
    first, _ = _two_deployments(deployed)
    deployed.fake(
        "GetDeployment",
        lambda asked: (
            error("NotFoundException", status=404) if asked["deploymentId"] == first else None
        ),
    )
    assert f"API deployment {first} is gone" in _refused(deployed)


@pytest.mark.parametrize(
    ("what", "reported"),
    [
        ("authorizer", "lets in by another authorizer than today's"),
        ("pool", "lets in the users of another user pool than today's"),
        ("functions", "calls functions that have other names today"),
    ],
)
def test_a_deployment_with_other_needs_is_refused(
    deployed: World, what: str, reported: str
) -> None:
    first, _ = _two_deployments(deployed)
    report_summaries(deployed)

    def another(_: Any, answer: dict[str, Any]) -> None:
        for item in answer["items"]:
            if item["id"] == first:
                words = item["description"].split()
                item["description"] = " ".join(
                    f"{what}=another" if word.startswith(f"{what}=") else word for word in words
                )

    deployed.alter("GetDeployments", another)
    assert f"API deployment {first} {reported}" in _refused(deployed)


def test_a_deployment_silent_on_its_needs_is_refused(deployed: World) -> None:
    """The first ones did not."""
    first, _ = _two_deployments(deployed)
    report_summaries(deployed)

    def bare(_: Any, answer: dict[str, Any]) -> None:
        for item in answer["items"]:
            if item["id"] == first:
                item["description"] = " ".join(item["description"].split()[:3])

    deployed.alter("GetDeployments", bare)
    assert "doesn't record which authorizer" in _refused(deployed)


def test_what_isnt_moved_isnt_judged(deployed: World) -> None:
    """The deployment stays; that it is untold bars no rollback of code."""
    report_summaries(deployed, **{_served(deployed): {}})
    deployed.deploy(deployed.stack(functions={"memory_mb": 512}))
    going_back(deployed, deployed.stack())
    assert live(deployed) == dict.fromkeys(FUNCTIONS, "1")


def test_an_alias_others_moved_is_put_right_first(deployed: World) -> None:
    deployed.deploy(deployed.stack(functions={"memory_mb": 512}))
    deployed.client("lambda").update_alias(
        FunctionName="getproductfunction", Name="live", FunctionVersion="$LATEST"
    )
    with pytest.raises(Refused, match="not all of the stack is served") as refused:
        going_back(deployed, deployed.stack())
    assert "productsapi deploy" in refused.value.hint


def _refused(world: World) -> str:
    """Why going back is, before anything is changed."""
    if len(releases(world, world.stack()).entries) == 1:
        world.deploy(world.stack(functions={"memory_mb": 1024}))
    world.forget_calls()
    with pytest.raises(Refused) as refused:
        going_back(world, world.stack())
    assert world.changing == []
    return refused.value.message


def _change_version(world: World, change: Any) -> None:
    """The newest version as it is now, otherwise than it is, in all listings from now on."""
    listed = world.client("lambda").list_versions_by_function(FunctionName="getproductfunction")
    number = listed["Versions"][-1]["Version"]

    def altered(asked: dict[str, Any], reported: dict[str, Any]) -> None:
        for version in reported["Versions"]:
            if (asked["FunctionName"], version["Version"]) == ("getproductfunction", number):
                change(version)

    world.alter("ListVersionsByFunction", altered)


def _two_deployments(world: World) -> tuple[str, str]:
    first = _served(world)
    world.deploy(world.stack(api={"cors_origin": ORIGIN}))
    return first, _served(world)


def _served(world: World) -> str:
    history = releases(world, world.stack())
    assert history.served is not None
    return history.served.deployment.id
