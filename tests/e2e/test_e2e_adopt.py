"""Someone followed the guide by hand; `deploy --adopt` takes it over, on real HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from e2e_http import a_good_call, bearer, call
from e2e_project import KEYS, Project, client, left_behind
from made_by_hand import PASSWORD, ROUTES, USER, Guide, Made, follow_the_guide, items
from recording_proxy import RecordingProxy

from productsapi.routes import ROUTES as OUR_ROUTES

REGION = "eu-west-2"
FUNCTIONS = [f"{function}productfunction" for function in ROUTES]


@dataclass(frozen=True)
class Hand:
    """An account in which the guide was followed, and the project that is to take it over."""

    project: Project
    endpoint: str
    made: Made

    def client(self, service: str) -> Any:
        return client(service, self.endpoint, REGION)

    def token(self) -> str:
        """Signed in through the client that front ends have known all along."""
        answer = self.client("cognito-idp").initiate_auth(
            ClientId=self.made.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": USER, "PASSWORD": PASSWORD},
        )
        return str(answer["AuthenticationResult"]["IdToken"])

    @property
    def invoke_url(self) -> str:
        return f"{self.endpoint}/restapis/{self.made.api_id}/dev/_user_request_"

    def account(self) -> dict[str, Any]:
        """All that is there, as AWS's own answers report it."""
        made, gateway = self.made, self.client("apigateway")
        iam, functions = self.client("iam"), self.client("lambda")
        roles = [arn.rsplit("/", 1)[1] for arn in made.roles.values()]
        cognito, pool = self.client("cognito-idp"), {"UserPoolId": made.user_pool_id}
        api = {"restApiId": made.api_id}
        found = {
            "names": left_behind(self.endpoint, REGION),
            "table": self.client("dynamodb").describe_table(TableName="ProductsTable"),
            "items": items(self.client("dynamodb")),
            "api": gateway.get_rest_api(**api),
            "tree": gateway.get_resources(**api, embed=["methods"]),
            "stages": gateway.get_stages(**api),
            "deployments": gateway.get_deployments(**api),
            "authorizers": gateway.get_authorizers(**api),
            "functions": [
                functions.get_function(FunctionName=f)["Configuration"] for f in FUNCTIONS
            ],
            "permissions": [functions.get_policy(FunctionName=f)["Policy"] for f in FUNCTIONS],
            "roles": [iam.list_attached_role_policies(RoleName=r) for r in roles],
            "inline": [iam.list_role_policies(RoleName=r) for r in roles],
            "pool": cognito.describe_user_pool(**pool),
            "client": cognito.describe_user_pool_client(**pool, ClientId=made.client_id),
            "users": cognito.list_users(**pool)["Users"],
        }
        return _without_metadata(found)


def _hand(project: Project, guide: Guide) -> Hand:
    project.run("local", "up")
    endpoint = project.json("local", "status")["endpoint_url"]
    account = client("sts", endpoint, REGION).get_caller_identity()["Account"]
    made = follow_the_guide(lambda s: client(s, endpoint, REGION), REGION, account, guide)
    if guide.sort_key:
        project.config("sort_key: null", "sort_key: category")
    return Hand(project, endpoint, made)


GUIDES = [
    Guide(sort_key=False, variable="productID"),
    Guide(sort_key=True, variable="productId"),
    pytest.param(Guide(sort_key=True, variable="productID"), marks=pytest.mark.long),
    pytest.param(Guide(sort_key=False, variable="productId"), marks=pytest.mark.long),
]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda g: f"{g.variable}, sort key {g.sort_key}")
def test_taken_over_it_keeps_ids_items_users_tokens(project: Project, guide: Guide) -> None:
    hand = _hand(project, guide)
    token, before = hand.token(), hand.account()

    refused = project.run("deploy", "--local", code=5)
    assert "don't belong to this stack" in refused.err
    assert "deploy --adopt --local" in refused.err
    assert "With --adopt this would be taken over and changed" in refused.err
    assert "without signing in; --adopt locks them" in refused.err
    assert hand.account() == before, "a refused deploy changed something"

    shown = project.run("plan", "--local", "--adopt")
    assert "Open now: anyone can" in shown.out
    assert "/products/{productId} without signing in; deploy --adopt locks them" in shown.out
    assert "the stage dev3 isn't ours" in shown.out
    assert "calls of the old form" in shown.out
    assert hand.account() == before, "a plan changed something"

    with RecordingProxy(hand.endpoint).serving() as proxy:
        answers: list[int] = []
        proxy.changed = lambda: answers.append(call("POST", f"{hand.invoke_url}/products").status)
        env = {**KEYS, "AWS_ENDPOINT_URL": proxy.url}
        reported = project.json("deploy", "--adopt", "--yes", env=env)
    assert len(answers) > 50
    assert set(answers) == {401}, "POST was open for a moment"
    assert reported["api_id"] == hand.made.api_id
    assert (reported["user_pool_id"], reported["client_id"]) == (
        hand.made.user_pool_id,
        hand.made.client_id,
    )
    after = hand.account()
    assert after["items"] == before["items"]
    assert after["users"] == before["users"]
    project.run("plan", "--local", "--exit-code")
    notes = project.json("plan", "--local")
    assert {each["action"] for each in notes} == {"note"}, "what others have put into the API"

    for route in OUR_ROUTES:
        assert a_good_call(hand.invoke_url, route, "PROD1", {}).status == 401, route
    statuses = {
        str(route): a_good_call(hand.invoke_url, route, "PROD1", bearer(token)).status
        for route in sorted(OUR_ROUTES, key=lambda r: r.method == "DELETE")
    }
    assert statuses == {
        "POST /products": 409,  # it is there, and isn't overwritten any more
        "GET /products": 200,
        "GET /products/{productId}": 200,
        "PUT /products/{productId}": 200,
        "PATCH /products/{productId}": 200,
        "DELETE /products/{productId}": 204,
    }
    assert call("GET", f"{hand.invoke_url}/products", bearer(hand.token())).status == 200

    gone = project.json("teardown", "--local", "--yes", "--delete-foreign")
    assert {each["resource"].split(" ")[0] for each in gone["kept"]} == {"table", "user"}
    left = left_behind(hand.endpoint, REGION)
    console = [arn.rsplit("/", 1)[1] for arn in hand.made.roles.values()]
    assert sorted(left["roles"]) == sorted(console), "the console's roles are the user's"
    assert left["APIs"] == left["functions"] == left["log groups"] == []
    assert len(items(hand.client("dynamodb"))) == 2


def test_foreign_stages_and_triggers_keep_the_api(project: Project) -> None:
    hand = _hand(project, Guide())
    project.run("deploy", "--local", "--adopt", "--yes")
    kept = project.json("teardown", "--local", "--yes")["kept"]
    [api] = [each for each in kept if each["resource"] == "rest api ProductsAPI"]
    assert "the stage dev3 isn't ours" in api["reason"]
    assert "the paths /createproductfunction, " in api["reason"]

    reported = project.json("deploy", "--local", "--yes", "--delete-foreign")
    changed = {change["resource"] for change in reported["changes"]}
    assert {"foreign stages ProductsAPI", "foreign paths ProductsAPI"} <= changed
    assert reported["api_id"] == hand.made.api_id
    found = hand.client("apigateway").get_resources(restApiId=hand.made.api_id)["items"]
    assert {item["path"] for item in found} == {"/", "/products", "/products/{productId}"}
    stages = hand.client("apigateway").get_stages(restApiId=hand.made.api_id)["item"]
    assert [stage["stageName"] for stage in stages] == ["dev"]


@pytest.mark.parametrize(
    ("guide", "why"),
    [
        (Guide(client_secret=True), "has a secret"),
        pytest.param(
            Guide(client_flows=("ALLOW_REFRESH_TOKEN_AUTH",)),
            "sign in by password",
            marks=pytest.mark.long,
        ),
    ],
    ids=["secret", "flow"],
)
def test_an_unfit_client_stays_once_its_id_is_listed(
    project: Project, guide: Guide, why: str
) -> None:
    hand = _hand(project, guide)
    before = hand.account()
    refused = project.run("deploy", "--local", "--adopt", "--yes", code=5)
    assert why in refused.err
    line = f"client_ids: [{hand.made.client_id}]"
    assert line in refused.err
    assert hand.account() == before

    project.config("client_ids: []", line)
    done = project.run("deploy", "--local", "--adopt", "--yes")
    assert f"app client {hand.made.client_id}" in done.err
    ours = project.json("status", "--local")["client_id"]
    assert ours != hand.made.client_id
    assert hand.account()["client"] == before["client"]
    functions = hand.client("lambda")
    for name in FUNCTIONS:
        found = functions.get_function(FunctionName=name, Qualifier="live")["Configuration"]
        accepted = found["Environment"]["Variables"]["CLIENT_IDS"]
        assert accepted == f"{ours},{hand.made.client_id}"
    project.run("plan", "--local", "--exit-code")


@pytest.mark.long
def test_of_several_apis_and_pools_the_user_picks(project: Project) -> None:
    hand = _hand(project, Guide(triggers=False, stages=("dev",)))
    gateway, cognito = hand.client("apigateway"), hand.client("cognito-idp")
    api = gateway.create_rest_api(name="ProductsAPI")["id"]
    pool = cognito.create_user_pool(PoolName="secure-serverless-app")["UserPool"]["Id"]
    refused = project.run("deploy", "--local", code=5).err
    assert "With --adopt: there are 2" in refused
    assert "don't belong to this stack" in refused
    picked = ("--api-id", hand.made.api_id)
    which = project.run("deploy", "--local", "--adopt", "--yes", *picked, code=5).err
    assert "--pool-id" in which
    assert hand.made.user_pool_id in which
    assert pool in which
    picked += ("--pool-id", hand.made.user_pool_id)
    reported = project.json("deploy", "--local", "--adopt", "--yes", *picked)
    assert reported["api_id"] == hand.made.api_id
    assert reported["user_pool_id"] == hand.made.user_pool_id
    assert gateway.get_rest_api(restApiId=api).get("tags", {}) == {}
    assert project.json("plan", "--local") == [], "found by their marks from now on"


def _without_metadata(found: Any) -> Any:
    if isinstance(found, dict):
        return {k: _without_metadata(v) for k, v in found.items() if k != "ResponseMetadata"}
    return [_without_metadata(each) for each in found] if isinstance(found, list) else found
