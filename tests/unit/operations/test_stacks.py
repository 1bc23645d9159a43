"""All stacks of an account and Region, by two listings; what isn't seen isn't said to be absent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from productsapi.aws.location import Location
from productsapi.errors import AccessDenied, AwsError
from productsapi.operations.stacks import StackOverview, as_json, stacks

HERE = Location("eu-west-2", "123456789012")
FUNCTIONS = [f"lambda:eu-west-2:123456789012:function:f{n}" for n in range(4)]
DATA = [
    "dynamodb:eu-west-2:123456789012:table/T",
    "cognito-idp:eu-west-2:123456789012:userpool/eu-west-2_P",
]
STAGE = "apigateway:eu-west-2::/restapis/abc/stages/live"
LOG = "logs:eu-west-2:123456789012:log-group:/aws/lambda/f0"


class Account:
    """What the two listings return, page by page, and what is asked beside them."""

    location = HERE

    def __init__(
        self,
        tagged: list[tuple[str, str]],
        apis: dict[str, dict[str, str]] | None = None,
        stages: list[str] | AwsError = AccessDenied("GetStages", "AccessDenied", "no"),  # noqa: B008
    ) -> None:
        self._tagged, self._apis, self._stages = tagged, apis or {}, stages
        self.asked: list[str] = []

    def pages(self, service: str, operation: str, **params: Any) -> Iterator[dict[str, Any]]:
        self.asked.append(operation)
        if service == "apigateway":
            items: list[dict[str, Any]] = [{"id": i, "tags": t} for i, t in self._apis.items()]
            yield {"items": [*items, {"id": "untagged"}]}
            return
        assert params["TagFilters"] == [{"Key": "productsapi:stack"}]
        for stack, arn in self._tagged:
            tags = [{"Key": "a", "Value": "b"}, {"Key": "productsapi:stack", "Value": stack}]
            yield {"ResourceTagMappingList": [{"ResourceARN": f"arn:aws:{arn}", "Tags": tags}]}

    def call(self, service: str, operation: str, **params: Any) -> dict[str, Any]:
        self.asked.append(f"{service} {operation} {params['restApiId']}")
        if isinstance(self._stages, AwsError):
            raise self._stages
        return {"item": [{"stageName": name} for name in self._stages]}


def only(account: Any) -> StackOverview:
    (found,) = stacks(account)
    return found


@pytest.mark.parametrize(
    ("arns", "state", "not_seen"),
    [
        ([*FUNCTIONS, *DATA, STAGE], "deployed", ()),
        (DATA, "data only", ("REST API", "4 of 4 functions")),
        (DATA[:1], "data only", ("user pool", "REST API", "4 of 4 functions")),
        ([LOG], "left over", ("table", "user pool", "REST API", "4 of 4 functions")),
        ([*FUNCTIONS[1:], *DATA, STAGE], "incomplete", ("1 of 4 functions",)),
        ([*FUNCTIONS, *DATA, STAGE.partition("/stages")[0]], "incomplete", ("stage",)),
        (FUNCTIONS, "incomplete", ("table", "user pool", "REST API")),
    ],
)
def test_how_a_stack_stands(arns: list[str], state: str, not_seen: tuple[str, ...]) -> None:
    found = only(Account([("shop", arn) for arn in arns]))
    assert (found.stack, found.state, found.not_seen) == ("shop", state, not_seen)


def test_stacks_are_told_apart_by_their_tag_alone() -> None:
    account: Any = Account([("b", DATA[0]), ("a", DATA[1]), ("b", STAGE), ("b", LOG)])
    assert [(each.stack, each.of("table")) for each in stacks(account)] == [
        ("a", ()),
        ("b", ("T",)),
    ]


def test_an_api_without_a_tagging_entry_yet_is_seen() -> None:
    """API Gateway's own listing has it; the stage is asked for where no tag names it."""
    mine = {"productsapi:stack": "shop"}
    account = Account([("shop", arn) for arn in (*FUNCTIONS, *DATA)], {"abc": mine}, ["live"])
    found = only(account)
    assert found.state == "deployed"
    assert found.invoke_urls(HERE) == ["https://abc.execute-api.eu-west-2.amazonaws.com/live"]
    assert account.asked == ["GetResources", "GetRestApis", "apigateway GetStages abc"]


def test_an_api_that_both_name_is_one() -> None:
    account = Account([("shop", STAGE)], {"abc": {"productsapi:stack": "shop"}})
    found = only(account)
    assert found.stages == (("abc", "live"),)
    assert account.asked == ["GetResources", "GetRestApis"]


def test_a_stage_that_may_not_be_asked_for_is_not_seen() -> None:
    account = Account(
        [("shop", a) for a in (*FUNCTIONS, *DATA)], {"abc": {"productsapi:stack": "shop"}}
    )
    assert only(account).in_words == "incomplete (not seen: stage)"


def test_other_people_have_no_stacks() -> None:
    account: Any = Account([], {"abc": {"owner": "somebody"}})
    assert stacks(account) == []


def test_for_programs_a_url_is_one_or_none() -> None:
    found = as_json(only(Account([("shop", STAGE)])), HERE)
    assert found["invoke_url"] == "https://abc.execute-api.eu-west-2.amazonaws.com/live"
    two = as_json(only(Account([("shop", STAGE), ("shop", STAGE.replace("abc", "def"))])), HERE)
    assert (two["invoke_url"], two["api_ids"]) == (None, ["abc", "def"])
