"""verify: what it makes of what AWS says is served, permitted, pointed at and set."""

from __future__ import annotations

import json
from typing import Any

import pytest
from checks_aws import ACCOUNT, REGION, aws

from productsapi.aws.location import Location
from productsapi.config.model import Api, Config
from productsapi.engine.outputs import Outputs
from productsapi.engine.plan import difference
from productsapi.engine.read import Reading
from productsapi.engine.resource import Fields, Managed, Observed
from productsapi.errors import NotFound
from productsapi.operations.finding import Finding, State
from productsapi.operations.verify import functions, stage
from productsapi.operations.verify.settings import settings
from productsapi.options.cache import cluster
from productsapi.options.cache import stage as stage_part
from productsapi.options.cache.configuration import Cache
from productsapi.options.cache.verify import cached
from productsapi.routes import ROUTES
from productsapi.stack import Stack, kinds

ON_AWS = Location(REGION, ACCOUNT)
ELSEWHERE = Location(REGION, ACCOUNT, endpoint_url="http://127.0.0.1:4566")
KNOWN = Outputs({"api_id": "abcdefghij", "served_id": "dep000"})
COGNITO = {"authorizationType": "COGNITO_USER_POOLS", "apiKeyRequired": False}
OPEN = {"authorizationType": "NONE", "apiKeyRequired": False}


def summary(**changed: dict[str, Any] | None) -> dict[str, Any]:
    """The deployment of our API, but for some methods: `POST_products` or so, None takes it out."""
    methods: dict[str, dict[str, Any]] = {"/products": {}, "/products/{productId}": {}}
    for route in ROUTES:
        methods[route.path][route.method] = COGNITO
    for by_method in methods.values():
        by_method["OPTIONS"] = OPEN
    for name, method in changed.items():
        verb, _, path = name.partition("_")
        at = methods.setdefault({"products": "/products"}.get(path, f"/{path}"), {})
        if method is None:
            del at[verb]
        else:
            at[verb] = method
    return {"id": "dep000", "apiSummary": methods}


def ours(deployment: dict[str, Any], location: Location = ON_AWS) -> list[tuple[State, str]]:
    scripted = aws(location, GetDeployment=deployment)
    found = list(stage.our_stage(scripted, KNOWN, "dev"))
    ((_, asked),) = scripted.asked
    assert asked == {
        "restApiId": "abcdefghij", "deploymentId": "dep000", "embed": ["apisummary"],
    }, "the deployment that is served, not the tree"  # fmt: skip
    return [(f.state, f.text) for f in found]


def test_every_route_behind_cognito_is_fine() -> None:
    ((state, text),) = ours(summary())
    assert state is State.OK
    assert "behind Cognito" in text


@pytest.mark.parametrize(
    ("name", "method", "state"),
    [
        ("GET_products", OPEN, State.OPEN),
        ("POST_products", {"authorizationType": "AWS_IAM"}, State.FAILED),
        ("POST_products", {"authorizationType": "CUSTOM"}, State.FAILED),
        ("POST_products", {}, State.FAILED),  # AWS always reports it
        ("POST_products", None, State.FAILED),
        ("OPTIONS_products", None, State.FAILED),
        ("PATCH_products", OPEN, State.OPEN),
        ("GET_hook", OPEN, State.OPEN),
        ("GET_hook", COGNITO, State.WARNING),
        ("OPTIONS_hook", OPEN, State.WARNING),
    ],
)
def test_a_method_that_is_otherwise_is_reported(
    name: str, method: dict[str, Any] | None, state: State
) -> None:
    ((found, text),) = ours(summary(**{name: method}))
    assert found is state
    assert name.partition("_")[0] in text


def test_absent_guards_are_not_taken_for_open() -> None:
    """The emulator doesn't; the requests without a token show it there."""
    unreported = {f"{r.method}_{r.path.removeprefix('/')}": {} for r in ROUTES}
    ((state, text),) = ours(summary(**unreported), ELSEWHERE)
    assert state is State.OK
    assert "doesn't say" in text
    assert [state for state, _ in ours(summary(**unreported))] == [State.FAILED] * len(ROUTES)


def test_a_stage_that_serves_nothing_fails() -> None:
    (found,) = stage.our_stage(aws(), Outputs({"api_id": "abcdefghij"}), "dev")
    assert found.state is State.FAILED


def others(*deployments: str, **by_id: dict[str, Any]) -> list[tuple[str, State]]:
    scripted = aws(
        GetStages={
            "item": [{"stageName": name, "deploymentId": name} for name in ("dev", *deployments)]
        },
        GetDeployment=lambda params: by_id[params["deploymentId"]],
    )
    return [(f.check, f.state) for f in stage.other_stages(scripted, KNOWN, "dev")]


def test_another_stage_is_looked_at_by_what_it_serves() -> None:
    """Such as one of the guide's, from before there was an authorizer."""
    assert others() == []
    found = others("dev3", "old", dev3=summary(GET_products=OPEN), old=summary())
    assert found == [("stage dev3", State.OPEN), ("stage old", State.WARNING)]


# -- who may invoke --------------------------------------------------------------------------------

FUNCTION = "getproductfunction"


def statement(source: str = "abcdefghij/*/GET/products", **changed: Any) -> dict[str, Any]:
    arn = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{source}"
    return {
        "Sid": "productsapi-x",
        "Effect": "Allow",
        "Principal": {"Service": "apigateway.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{FUNCTION}:live",
        "Condition": {"ArnLike": {"AWS:SourceArn": arn}},
        **changed,
    }


OURS = (statement(), statement("abcdefghij/*/GET/products/*"))
UNQUALIFIED = {"Resource": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{FUNCTION}"}


def permitted(
    stack: Stack, on_alias: tuple[dict[str, Any], ...], own: tuple[dict[str, Any], ...] = ()
) -> list[Finding]:
    def get_policy(params: dict[str, Any]) -> Any:
        statements = on_alias if params.get("Qualifier") == "live" else own
        if not statements:
            return NotFound("GetPolicy", "ResourceNotFoundException", "no policy")
        return {"Policy": json.dumps({"Version": "2012-10-17", "Statement": list(statements)})}

    return list(functions.permissions(aws(GetPolicy=get_policy), stack, "get", "abcdefghij"))


def test_just_our_statements_are_fine(stack: Stack) -> None:
    (found,) = permitted(stack, OURS)
    assert found.state is State.OK
    assert found.text == "only this API, for GET /products, GET /products/{productId}"


def test_an_aliass_statements_twice_are_fine(
    stack: Stack,
) -> None:
    assert [f.state for f in permitted(stack, OURS, OURS)] == [State.OK]


@pytest.mark.parametrize("left", [OURS[:1], OURS[1:], ()])
def test_a_missing_statement_fails_and_names_the_route(
    stack: Stack, left: tuple[dict[str, Any], ...]
) -> None:
    (found,) = permitted(stack, left)
    assert found.state is State.FAILED
    assert ("GET /products/{productId}" in found.text) == (OURS[1] not in left)


@pytest.mark.parametrize(
    "stranger",
    [
        statement(Principal="*"),
        statement(Principal={"AWS": "999999999999"}),
        statement(Principal={"Service": "events.amazonaws.com"}),
        statement(Condition=None),
        statement(Condition={}),
        statement("abcdefghij/*/*/*"),
        statement("otherother/*/GET/products"),
        statement(Action="lambda:*"),
        statement(Action="lambda:InvokeFunctionUrl", Principal="*"),
        statement(Condition={"StringLike": {"AWS:SourceArn": "*"}}),
        statement(Condition={"ArnLike": {"AWS:SourceArn": "*", "AWS:SourceAccount": "1"}}),
    ],
    ids=lambda s: json.dumps([s["Principal"], s["Action"], s["Condition"]])[:80],
)
def test_whoever_else_may_invoke_gets_past_the_gateway(
    stack: Stack, stranger: dict[str, Any]
) -> None:
    (found,) = permitted(stack, (*OURS, {**stranger, "Sid": "theirs"}))
    assert found.state is State.OPEN
    assert found.fix.endswith(f"--function-name {FUNCTION} --qualifier live --statement-id theirs")


def test_a_statement_by_the_functions_own_name_is_open(
    stack: Stack,
) -> None:
    (found,) = permitted(stack, OURS, ({**OURS[0], **UNQUALIFIED},))
    assert found.state is State.OPEN
    assert found.fix.endswith(f"--function-name {FUNCTION} --statement-id productsapi-x")


def test_what_is_open_and_what_is_missing_are_reported(stack: Stack) -> None:
    found = permitted(stack, (OURS[0], statement(Principal="*")))
    assert [f.state for f in found] == [State.OPEN, State.FAILED]


def alias(stack: Stack, answer: Any) -> list[tuple[State, str]]:
    return [(f.state, f.text) for f in functions.alias(aws(GetAlias=answer), stack, "get")]


def test_an_alias_on_one_published_version_is_fine(stack: Stack) -> None:
    assert alias(stack, {"FunctionVersion": "7"}) == [(State.OK, "version 7")]
    none = {"FunctionVersion": "7", "RoutingConfig": {"AdditionalVersionWeights": {}}}
    assert alias(stack, none) == [(State.OK, "version 7")]


def test_an_alias_that_splits_the_calls_fails(stack: Stack) -> None:
    split = {"FunctionVersion": "7", "RoutingConfig": {"AdditionalVersionWeights": {"6": 0.1}}}
    ((state, text),) = alias(stack, split)
    assert state is State.FAILED
    assert text == "10% of the calls go to version 6, the rest to 7"


def test_a_missing_alias_or_a_changeable_one_fails(stack: Stack) -> None:
    assert alias(stack, {"FunctionVersion": "$LATEST"})[0][0] is State.FAILED
    gone = NotFound("GetAlias", "ResourceNotFoundException", "no")
    assert alias(stack, gone)[0][0] is State.FAILED


# -- settings --------------------------------------------------------------------------------------


class Thing(Managed):
    step = "table"
    kind = kinds.TABLE
    name = "things"  # type: ignore[assignment]

    def __init__(self, exposing: frozenset[str] = frozenset()) -> None:
        self._exposing = exposing

    @property
    def exposure_fields(self) -> frozenset[str]:
        return self._exposing

    def read(self, *_: Any) -> Observed | None:
        raise AssertionError("it was read before")

    def want(self, known: Outputs) -> Fields:
        return {"size": 1, "mode": "on"}

    create = update = read  # type: ignore[assignment]


def compared(fields: Fields | None, exposing: frozenset[str] = frozenset()) -> tuple[State, str]:
    thing = Thing(exposing)
    observed = {} if fields is None else {thing.key: Observed(fields)}
    (found,) = settings([thing], Reading(observed, Outputs()))
    return found.state, found.text


def test_settings_are_as_configured_or_named_with_both() -> None:
    assert compared({"size": 1, "mode": "on"}) == (State.OK, "as configured")
    assert compared({"size": 2, "mode": "on"}) == (State.FAILED, "size is 2, not 1")
    assert compared({"size": 1, "mode": None}) == (State.FAILED, "mode is null, not on")
    assert compared(None) == (State.FAILED, "it isn't there")


def test_a_setting_that_lets_someone_in_is_open() -> None:
    assert compared({"size": 1, "mode": "off"}, frozenset({"mode"}))[0] is State.OPEN


def cache_found(**changed: Any) -> list[tuple[State, str]]:
    """What is made of a stage that has the wanted cache, but for `changed`."""
    config = Config(schema=1, stack="shop", region=REGION, api=Api(cache=Cache(size_gb="0.5")))
    fields = {**cluster.size(config), **stage_part.wanted(config), **changed}
    reading = Reading({"stage dev": Observed(fields)}, Outputs())
    return [(each.state, each.text) for each in cached(Stack(config, ON_AWS), reading)]


def test_a_cache_that_answers_others_is_open() -> None:
    assert cache_found() == [(State.OK, "as configured")]
    ((state, text),) = cache_found(cache_open="callers get each other's answers")
    assert (state, "each other's answers" in text) == (State.OPEN, True)
    assert cache_found(cache_size_gb=None) == [
        (State.FAILED, "cache_size_gb is null, not 0.5"),
    ]


def test_what_is_neither_wanted_nor_there_is_fine() -> None:
    class Unwanted(Thing):
        wanted = False  # type: ignore[assignment]

    thing = Unwanted()
    assert difference(thing, None, Outputs()).fields == ()
    (found,) = settings([thing], Reading({}, Outputs()))
    assert found.state is State.OK
