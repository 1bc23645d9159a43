"""The printed policies: short enough, least, linted, and scoped to one stack's names."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from rights_scopes import ACCOUNT, SCOPES, stack

from productsapi.aws.location import Location
from productsapi.operator_policy import LIMIT, Job, Right, Scope, needed, policies, size
from productsapi.operator_policy.document import covers, documents

LINT = """
import json, sys
from parliament import analyze_policy_string
found = []
for text in json.load(sys.stdin):
    found += [f"{f.issue}: {f.detail} {f.location}" for f in analyze_policy_string(text).findings]
print(json.dumps(found))
"""
PRINTED: dict[tuple[Job, int], list[dict[str, Any]]] = {}

JOBS = [job for job in Job if job is not Job.CALLER]
"""The jobs that there are on every configuration."""
each_job = pytest.mark.parametrize("job", JOBS, ids=lambda job: job.value)


def statements(job: Job, scope: Scope) -> list[dict[str, Any]]:
    key = (job, id(scope))
    if key not in PRINTED:
        PRINTED[key] = [s for document in policies(job, scope) for s in document["Statement"]]
    return PRINTED[key]


def several(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def allows(job: Job, scope: Scope, action: str, resource: str) -> bool:
    """Whether a job's policies let an action through, whatever the circumstances."""
    return any(
        action in several(each["Action"])
        and any(covers(pattern, resource) for pattern in several(each["Resource"]))
        for each in statements(job, scope)
    )


def test_a_linter_finds_nothing_but_what_is_wrong() -> None:
    """Parliament; in a process of its own, since it opens files that it doesn't close."""
    texts = [json.dumps(d) for s in SCOPES.values() for job in JOBS for d in policies(job, s)]
    texts += [json.dumps(d) for d in policies(Job.CALLER, SCOPES["everything"])]
    assert len(texts) >= len(SCOPES) * len(JOBS)
    bad = {"Effect": "Allow", "Action": "lambda:NoSuchThing", "Resource": "*"}
    wrong = json.dumps({"Version": "2012-10-17", "Statement": [bad]})
    lax = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
    done = subprocess.run(
        [sys.executable, "-c", LINT],
        input=json.dumps([*texts, wrong]), env=lax, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    [only] = json.loads(done.stdout)
    assert only.startswith("UNKNOWN_ACTION")


@each_job
def test_one_managed_policy_holds_it_or_two_with_more(job: Job, scope: Scope) -> None:
    parts, config = policies(job, scope), scope.stack.config
    more = config.api.key or config.access_log.set_account_role or scope.former
    assert len(parts) == 1 or (job is Job.DEPLOY and more and len(parts) == 2)
    assert all(size(part) <= LIMIT for part in parts)


def test_size_is_counted_as_iam_counts() -> None:
    assert size({"A": "b c"}) == len('{"A":"bc"}')


@each_job
def test_long_names_make_several_that_allow_the_same(job: Job) -> None:
    own = stack()
    names = {f: f"{f}{'x' * 58}" for f in ("create", "get", "update", "delete")}
    functions = replace(own.config.functions, names=replace(own.config.functions.names, **names))
    long = Scope(
        replace(own, config=replace(own.config, functions=functions)),
        former=tuple(f"former{number}{'y' * 56}" for number in range(8)),
    )
    parts = policies(job, long)
    assert len(parts) > 1 or job in {Job.USER_ADMIN, Job.DATA}
    assert all(size(part) <= LIMIT for part in parts)
    together = [
        (a, r)
        for s in statements(job, long)
        for a in several(s["Action"])
        for r in several(s["Resource"])
    ]
    for right in needed(job, long):
        for arn in right.on(long):
            assert any(a == right.action and covers(r, arn) for a, r in together)


def test_a_domains_rights_are_for_its_own_zone_only() -> None:
    scope, action = SCOPES["everything"], "route53:ChangeResourceRecordSets"
    zones = "arn:aws:route53:::hostedzone"
    assert allows(Job.DEPLOY, scope, action, f"{zones}/{scope.stack.config.api.domain.zone_id}")
    assert not allows(Job.DEPLOY, scope, action, f"{zones}/Z9999999999ZZZZZZZZZZ")


@each_job
def test_it_allows_each_line_of_the_table_and_no_more(job: Job, scope: Scope) -> None:
    lines = needed(job, scope)
    for right in lines:
        for arn in (*right.on(scope), *right.also(scope)):
            assert allows(job, scope, right.action, arn), f"{right.action} on {arn}"
    listed = {action for each in statements(job, scope) for action in several(each["Action"])}
    assert listed == {right.action for right in lines}
    assert not [action for action in listed if "*" in action]


@each_job
def test_a_star_alone_is_where_aws_knows_no_other(job: Job, scope: Scope) -> None:
    wide = {
        action
        for each in statements(job, scope)
        if "*" in several(each["Resource"])
        for action in several(each["Action"])
    }
    assert wide <= {
        "cloudwatch:GetMetricData", "cognito-idp:CreateUserPool", "cognito-idp:ListUserPools",
        "cognito-idp:TagResource", "dynamodb:ListTables", "iam:GetAccountSummary",
        "iam:ListRoles", "lambda:GetAccountSettings", "logs:DescribeLogGroups",
        "sns:Unsubscribe", "tag:GetResources",
    }  # fmt: skip
    if scope.user_pool_id:
        assert not wide & {"cognito-idp:CreateUserPool", "cognito-idp:TagResource"}


@each_job
def test_only_who_makes_api_keys_may_read_them(job: Job, scope: Scope) -> None:
    """Their values are shown to whoever may GET them, and IAM can't distinguish how."""
    may = scope.stack.config.api.key and job in {Job.DEPLOY, Job.TEARDOWN}
    for path in ("/apikeys", "/apikeys/a1", "/usageplans/p/keys", "/apikeys?x"):
        arn = f"arn:aws:apigateway:eu-west-2::{path}"
        assert may or not allows(job, scope, "apigateway:GET", arn), path
    assert may or not allows(job, scope, "secretsmanager:GetSecretValue", "*")


def test_a_caller_may_fetch_the_key_and_nothing_else() -> None:
    (document,) = policies(Job.CALLER, SCOPES["everything"])
    secret = f"arn:aws:secretsmanager:eu-west-2:{ACCOUNT}:secret:productsapi/products-dev/api-key"
    assert document["Statement"] == [
        {
            "Effect": "Allow",
            "Action": "secretsmanager:GetSecretValue",
            "Resource": f"{secret}-??????",
        }
    ]
    assert needed(Job.CALLER, SCOPES["dev"]) == ()


@each_job
def test_nothing_of_another_stack_is_in_it(job: Job, scope: Scope) -> None:
    """Of what has a name of its own; an API and a pool have ids, known once they are there."""
    arns = [arn for each in statements(job, scope) for arn in several(each["Resource"])]
    other = f"eu-west-2:{ACCOUNT}"
    for arn in (
        f"arn:aws:dynamodb:{other}:table/ProductsTable-other",
        f"arn:aws:lambda:{other}:function:createproductfunction-other",
        f"arn:aws:iam::{ACCOUNT}:role/productsapi/other/createproductfunction-eu-west-2",
        f"arn:aws:iam::{ACCOUNT}:role/admin",
        f"arn:aws:logs:{other}:log-group:/aws/lambda/createproductfunction-other:*",
        f"arn:aws:ssm:{other}:parameter/productsapi/other/lease",
    ):
        assert not any(covers(pattern, arn) for pattern in arns if pattern != "*"), arn
    if scope.api_id:
        for path in ("other1", "other1/stages/dev"):
            arn = f"arn:aws:apigateway:eu-west-2::/restapis/{path}"
            assert not any(covers(pattern, arn) for pattern in arns if pattern != "*")


def test_by_known_ids_nothing_is_made_beside_them() -> None:
    deployed = SCOPES["deployed"]
    assert not allows(
        Job.DEPLOY, deployed, "apigateway:POST", "arn:aws:apigateway:eu-west-2::/restapis"
    )
    assert allows(
        Job.DEPLOY, SCOPES["dev"], "apigateway:POST", "arn:aws:apigateway:eu-west-2::/restapis"
    )
    assert not any(r.action == "cognito-idp:CreateUserPool" for r in needed(Job.DEPLOY, deployed))


def test_former_names_are_as_much_the_stacks_as_todays() -> None:
    arn = f"arn:aws:lambda:eu-west-2:{ACCOUNT}:function:oldget"
    assert allows(Job.DEPLOY, SCOPES["renamed"], "lambda:DeleteFunction", arn)
    assert not allows(Job.DEPLOY, SCOPES["deployed"], "lambda:DeleteFunction", arn)


def test_a_role_is_passed_to_lambda_only() -> None:
    (passing,) = [
        each for each in statements(Job.DEPLOY, SCOPES["dev"]) if "iam:PassRole" in each["Action"]
    ]
    assert passing["Action"] == "iam:PassRole"
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}


def test_the_accounts_log_role_is_in_it_only_if_set() -> None:
    """And then with AWS's own policy only, and passed to API Gateway only."""
    role = f"arn:aws:iam::{ACCOUNT}:role/productsapi/productsapi-api-gateway-logs"

    def about(name: str) -> dict[str, Any]:
        return {
            action: each.get("Condition")
            for each in statements(Job.DEPLOY, SCOPES[name])
            if role in several(each["Resource"])
            for action in several(each["Action"])
        }

    assert about("dev") == {}
    push = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    assert about("logging") == {
        "iam:GetRole": None,
        "iam:CreateRole": None,
        "iam:AttachRolePolicy": {"ArnEquals": {"iam:PolicyARN": push}},
        "iam:PassRole": {"StringEquals": {"iam:PassedToService": "apigateway.amazonaws.com"}},
    }


def test_with_a_boundary_no_role_is_made_without_it() -> None:
    """Else whoever may make roles and functions could give himself any right."""
    bound = {"ArnEquals": {"iam:PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/developers-boundary"}}  # noqa: E501  # fmt: skip
    furnishing = {"iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"}
    for each in statements(Job.DEPLOY, SCOPES["bounded"]):
        actions = set(several(each["Action"]))
        assert "iam:DeleteRolePermissionsBoundary" not in actions
        if actions & furnishing:
            assert actions <= furnishing
            assert each["Condition"] == bound


def test_reading_changes_nothing() -> None:
    read = {right.action.partition(":")[2] for right in needed(Job.READ, SCOPES["dev"])}
    assert all(re.match(r"(Get|List|Describe|Filter|GET)", name) for name in read)


def test_an_admin_of_users_reaches_only_users() -> None:
    changing = {
        right.action
        for right in needed(Job.USER_ADMIN, SCOPES["dev"])
        if not re.match(r".*:(Get|List|Describe|GET)", right.action)
    }
    assert {action.partition(":")[0] for action in changing} == {"cognito-idp"}
    assert all(re.search(r":(Admin|CreateGroup)", action) for action in changing)


@pytest.mark.parametrize(
    ("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_other_partitions_have_arns_of_their_own(region: str, partition: str) -> None:
    scope = Scope(stack(location=Location(region, ACCOUNT, partition)))
    arns = [arn for each in statements(Job.DEPLOY, scope) for arn in several(each["Resource"])]
    assert {arn.split(":")[1] for arn in arns if arn != "*"} == {partition}


def test_a_line_may_depend_on_the_configuration() -> None:
    """How a feature's rights are added."""
    where = Scope.function_names.fget  # only to have a callable of a scope
    assert where is not None
    base = needed(Job.DEPLOY, SCOPES["dev"])[0]
    off = replace(base, action="x:Y", when=lambda scope: scope.stack.config.auth.owner_only)
    assert isinstance(off, Right)
    (document,) = documents([r for r in (base, off) if r.when(SCOPES["dev"])], SCOPES["dev"])
    assert "x:Y" not in json.dumps(document)


def test_w1_describing_alarms_is_allowed_on_all() -> None:
    """AWS judges DescribeAlarms on `alarm:*`; what changes one stays within the stack's own."""
    every = f"arn:aws:cloudwatch:eu-west-2:{ACCOUNT}:alarm:*"
    for job in (Job.DEPLOY, Job.TEARDOWN, Job.READ):
        assert allows(job, SCOPES["everything"], "cloudwatch:DescribeAlarms", every)
    assert not allows(Job.DEPLOY, SCOPES["everything"], "cloudwatch:PutMetricAlarm", every)
