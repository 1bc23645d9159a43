"""An absence is never taken for knowledge: each default for what AWS leaves out has a reason here.

What an answer holds whatever it has to tell is asked for by its key, for the door has seen to it
that it is there (productsapi/aws/response_check.py). What stands deeper AWS leaves out where
nothing is set: the members below, and none beside them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import productsapi
from productsapi.aws.response_check import NEEDED

HOUSE = Path(productsapi.__file__).parent
ROOMS = (
    "stack", "releases", "steps", "options", "api_client/users", "operations", "operator_policy",
    "engine",
)  # fmt: skip

LEFT_OUT: dict[str, str] = {
    "what can't be fetched is left untold": "Code Location",
    "left out where nothing was set, by Lambda": """
        AdditionalVersionWeights Concurrency Description Environment ROLE_ID RoutingConfig
        TABLE_NAME TracingConfig Variables""",
    "no member of an answer, but of what a release was, as it was read": "environment",
    "left out where nothing was set, by Cognito": """
        AccountRecoverySetting AdminCreateUserConfig AliasAttributes AllowAdminCreateUserOnly
        AutoVerifiedAttributes EmailConfiguration EnableTokenRevocation RecoveryMechanisms Value
        CODE_DELIVERY_DESTINATION ChallengeParameters ExplicitAuthFlows PasswordPolicy Policies
        SchemaAttributes SmsConfiguration TokenValidityUnits USER_ID_FOR_SRP UserPoolTags
        UsernameAttributes UsernameConfiguration email""",
    "left out where nothing was set, by DynamoDB": """
        BillingModeSummary DeletionProtectionEnabled GlobalSecondaryIndexes OnDemandThroughput
        PointInTimeRecoveryDescription""",
    "left out where nothing was set, by IAM and Secrets Manager": """
        PermissionsBoundary VersionIdsToStages""",
    "left out where nothing was set, by ACM and Route 53": """
        AliasTarget Config DNSName ResourceRecords SubjectAlternativeNames""",
    "left out where nothing was set, by CloudWatch and SNS": """
        AlarmActions DataPath Dimensions InsufficientDataActions Message Messages OKActions
        Timestamps Values""",
    "left out where nothing was set, by API Gateway": """
        accessLogSettings apiKeyRequired apiStages authorizationScopes cacheClusterStatus
        cacheKeyParameters canarySettings deploymentId description enabled endpointConfiguration
        integrationResponses methodIntegration methodResponses methodSettings percentTraffic
        providerARNs quota requestModels requestParameters requestTemplates resourceMethods
        responseParameters responseTemplates throttle types uri""",
    "a deployment without a summary lets nothing in that is known: then it is made anew": """
        apiSummary authorizationType""",
    "no member of an answer, but of a policy that anybody may have written": """
        Action Resource Sid""",
    "no member of an answer, but of a line of a log": "status",
}
NEEDED_ELSEWHERE = {
    "Attributes": "of a user in a listing; users may have none",
    "AuthenticationResult": "without its tokens the answer is unintelligible",
    "ChallengeName": "there or not says how a sign-in goes on",
    "FunctionVersion": "of an alias that there may not be",
    "Policy": "an attribute of a topic",
    "Role": "of a configuration, where it is only told",
    "Tags": "of a role, a function, a secret: left out where there are none",
    "restApiId": "of a mapping in a listing: one that leads nowhere isn't ours",
    "cloudwatchRoleArn": "left out where the account has none",
    "items": "of our own API's answer; of a domain's mappings, which AWS's refusal tells too (G7)",
    "throttleSettings": "only compared with, in a warning",
    "tags": "told with an API, a stage or a plan, and asked for where they aren't what we want",
}
"""Members of the same name as those that are needed, and why they may be missing."""


def _defaulted() -> Iterator[tuple[str, str]]:
    """Each `x.get("Member")` that is needed elsewhere, or comes with an empty default."""
    needed = {
        one
        for rows in NEEDED.values()
        for each in rows.values()
        for m in each
        for one in m.split("|")
    }
    for path in (p for room in ROOMS for p in (HOUSE / room).rglob("*.py")):
        if path.name == "configuration.py":  # keys of the configuration, no answers of AWS
            continue
        tree = ast.parse(path.read_text("utf-8"))
        ors = (n for n in ast.walk(tree) if isinstance(n, ast.BoolOp) and isinstance(n.op, ast.Or))
        defaulted = {n.values[0] for n in ors if _is_empty(n.values[-1])}
        for node in ast.walk(tree):
            if (member := _got(node)) is None or not isinstance(node, ast.Call):
                continue
            empty = any(_is_empty(default) for default in node.args[1:])
            if empty or node in defaulted or member in needed:
                yield member, f"{path.relative_to(HOUSE)}:{node.lineno}"


def _got(node: ast.AST) -> str | None:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
        return None
    first = node.args[0]
    named = node.func.attr == "get" and isinstance(first, ast.Constant)
    return first.value if named and isinstance(first.value, str) else None


def _is_empty(node: ast.AST) -> bool:
    if isinstance(node, (ast.List, ast.Tuple)):
        return not node.elts
    if isinstance(node, ast.Dict):
        return not node.keys
    return isinstance(node, ast.Constant) and node.value is not None and not node.value


def test_every_default_for_what_is_absent_has_a_reason() -> None:
    reasoned = {name for names in LEFT_OUT.values() for name in names.split()} | {*NEEDED_ELSEWHERE}
    found = [f"{member} at {place}" for member, place in _defaulted() if member not in reasoned]
    assert not found, "is its absence knowledge? ask answers.NEEDED for it, or give a reason"


def test_no_reason_is_left_over() -> None:
    reasoned = {name for names in LEFT_OUT.values() for name in names.split()} | {*NEEDED_ELSEWHERE}
    assert reasoned == {member for member, _ in _defaulted()}
