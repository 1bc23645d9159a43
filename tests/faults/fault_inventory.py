"""Everything that is in an account, in one spelling that two runs can be compared by.

Ids are named by what they belong to, so that one system made twice compares equal. What is only
history (a function's versions that no alias names, deployments that no stage serves) is counted
beside it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fault_account import Account
from fault_mend import all_tags

from productsapi.stack.function_settings import role_mark

SETTINGS = (
    "Runtime", "Role", "Handler", "MemorySize", "Timeout", "Environment", "Architectures",
    "CodeSha256", "LoggingConfig", "TracingConfig", "Layers", "State", "LastUpdateStatus",
)  # fmt: skip
OF_THE_MOMENT = {
    "CreationDate", "LastModifiedDate", "EstimatedNumberOfUsers", "Arn", "Id", "ClientId",
    "UserPoolId", "ClientSecret",
}  # fmt: skip
"""What Cognito tells of a pool or a client that no two of them share."""

FOR_AN_HOUR = {"productsapi:in-doubt"}
"""Tags that a run leaves whose answers were lost, and none that went undisturbed."""

MARK = re.compile(r"\b[0-9a-f]{32}\b.*")
"""In a deployment's description: that it is ours, and of what; no two runs share it."""


@dataclass(frozen=True)
class Inventory:
    """`lines` are facts, `history` counts what may grow."""

    lines: Counter[str]
    history: Mapping[str, int]

    def differences(self, expected: Inventory) -> list[str]:
        """Facts that are missing (-) and that are too many (+)."""
        missing, extra = expected.lines - self.lines, self.lines - expected.lines
        return [
            *(f"- {line}" for line in sorted(missing.elements())),
            *(f"+ {line}" for line in sorted(extra.elements())),
        ]

    def grown(self, expected: Inventory, allowed: int) -> list[str]:
        """History beyond what two runs in place of one can leave."""
        return [
            f"{what}: {count}, {expected.history.get(what, 0)} in an undisturbed run"
            for what, count in self.history.items()
            if count > expected.history.get(what, 0) + allowed
        ]


def inventory(account: Account) -> Inventory:
    """All that is in the account now."""
    return _Look(account).inventory()


class _Look:
    """One look, that learns ids as it goes and tells them by names in the end."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._names: dict[str, str] = {}
        self._history: Counter[str] = Counter()

    def inventory(self) -> Inventory:
        facts = [
            *self._pools(),
            *self._apis(),
            *self._functions(),
            *self._tables(),
            *self._roles(),
            *self._log_groups(),
            *self._others(),
        ]
        lines = Counter(line for fact in facts for line in self._lines(*fact))
        return Inventory(lines, self._history)

    def _lines(self, subject: str, value: Any) -> Iterator[str]:
        """One line for each value, however deep it is."""
        if isinstance(value, Mapping) and value:
            for name in sorted(value):
                yield from self._lines(f"{subject}: {name}", value[name])
            return
        line = f"{subject} = {json.dumps(value, sort_keys=True, default=str)}"
        for known, name in self._names.items():
            line = line.replace(known, name)
        yield line

    # -- users -----------------------------------------------------------------------------------

    def _pools(self) -> Iterator[tuple[str, Any]]:
        cognito = self._account.client("cognito-idp")
        for listed in self._account.pages(
            "cognito-idp", "list_user_pools", "UserPools", MaxResults=60
        ):
            pool_id, name = listed["Id"], f"{{pool {listed['Name']}}}"
            self._names[pool_id] = name
            yield (
                f"pool {name}",
                _described(cognito.describe_user_pool(UserPoolId=pool_id)["UserPool"]),
            )
            users = self._account.pages("cognito-idp", "list_users", "Users", UserPoolId=pool_id)
            yield f"pool {name}: users", sorted(user["Username"] for user in users)
            groups = self._account.pages("cognito-idp", "list_groups", "Groups", UserPoolId=pool_id)
            yield f"pool {name}: groups", sorted(group["GroupName"] for group in groups)
            for app in self._account.pages(
                "cognito-idp", "list_user_pool_clients", "UserPoolClients", UserPoolId=pool_id
            ):
                self._names[app["ClientId"]] = f"{{client {app['ClientName']}}}"
                found = cognito.describe_user_pool_client(
                    UserPoolId=pool_id, ClientId=app["ClientId"]
                )["UserPoolClient"]
                yield f"pool {name}: client {app['ClientName']}", _described(found)

    # -- the API ---------------------------------------------------------------------------------

    def _apis(self) -> Iterator[tuple[str, Any]]:
        gateway = self._account.client("apigateway")
        for api in self._account.pages("apigateway", "get_rest_apis", "items"):
            api_id, name = api["id"], f"{{api {api['name']}}}"
            self._names[api_id] = name
            kept = ("name", "description", "endpointConfiguration", "policy")
            yield f"api {name}", {key: api.get(key) for key in kept}
            yield f"api {name}: tags", all_tags(gateway, api_id, api.get("tags", {}))
            for authorizer in gateway.get_authorizers(restApiId=api_id)["items"]:
                self._names[authorizer.pop("id")] = f"{{authorizer {authorizer['name']}}}"
                yield f"api {name}: authorizer", authorizer
            for path in self._account.pages(
                "apigateway", "get_resources", "items", restApiId=api_id, embed=["methods"]
            ):
                self._names[path["id"]] = f"{{path {path['path']}}}"
                yield f"api {name}: path {path['path']}", path.get("resourceMethods", {})
            for response in gateway.get_gateway_responses(restApiId=api_id)["items"]:
                if not response.get("defaultResponse"):
                    yield f"api {name}: gateway response {response['responseType']}", response
            yield from self._served(api_id, name)

    def _served(self, api_id: str, name: str) -> Iterator[tuple[str, Any]]:
        gateway = self._account.client("apigateway")
        deployments = self._account.pages(
            "apigateway", "get_deployments", "items", restApiId=api_id
        )
        self._history[f"deployments of {name}"] += len(deployments)
        for stage in gateway.get_stages(restApiId=api_id)["item"]:
            summary = gateway.get_deployment(
                restApiId=api_id, deploymentId=stage["deploymentId"], embed=["apisummary"]
            )
            kept = (
                "description",
                "variables",
                "methodSettings",
                "canarySettings",
                "tracingEnabled",
            )
            reported = {key: stage.get(key) for key in kept}
            of = f"{api_id}/stages/{stage['stageName']}"
            reported["tags"] = all_tags(gateway, of, stage.get("tags", {}))
            reported["serves"] = [_unmarked(summary), summary.get("apiSummary")]
            yield f"api {name}: stage {stage['stageName']}", reported
        for deployment in deployments:
            if not MARK.search(_described(deployment)):
                yield f"api {name}: deployment without our mark", _described(deployment)

    # -- functions -------------------------------------------------------------------------------

    def _functions(self) -> Iterator[tuple[str, Any]]:
        functions = self._account.client("lambda")
        for listed in self._account.pages("lambda", "list_functions", "Functions"):
            name = listed["FunctionName"]
            answer = functions.get_function(FunctionName=name)
            yield f"function {name}", _settings(answer["Configuration"])
            yield f"function {name}: tags", answer.get("Tags", {})
            yield f"function {name}: concurrency", answer.get("Concurrency")
            yield from self._statements(name)
            versions = self._account.pages(
                "lambda", "list_versions_by_function", "Versions", FunctionName=name
            )
            self._history[f"versions of {name}"] += len(versions) - 1  # $LATEST is none
            by_number = {version["Version"]: version for version in versions}
            for alias in self._account.pages(
                "lambda", "list_aliases", "Aliases", FunctionName=name
            ):
                about = f"function {name}: alias {alias['Name']}"
                yield about, _settings(by_number[alias["FunctionVersion"]])
                yield f"{about}: weights", alias.get("RoutingConfig")
                yield from self._statements(name, alias["Name"])

    def _statements(self, name: str, alias: str = "") -> Iterator[tuple[str, Any]]:
        functions = self._account.client("lambda")
        of = {"Qualifier": alias} if alias else {}
        try:
            answer = functions.get_policy(FunctionName=name, **of)
        except functions.exceptions.ResourceNotFoundException:
            return
        for statement in json.loads(answer["Policy"])["Statement"]:
            yield f"function {name}: permission on {alias or 'itself'}", [statement]

    # -- data ------------------------------------------------------------------------------------

    def _tables(self) -> Iterator[tuple[str, Any]]:
        dynamodb = self._account.client("dynamodb")
        for name in self._account.pages("dynamodb", "list_tables", "TableNames"):
            table = dynamodb.describe_table(TableName=name)["Table"]
            kept = ("KeySchema", "TableStatus", "DeletionProtectionEnabled", "SSEDescription")
            yield f"table {name}", {key: table.get(key) for key in kept}
            yield f"table {name}: billing", table.get("BillingModeSummary", {}).get("BillingMode")
            yield f"table {name}: attributes", _sorted(table["AttributeDefinitions"])
            for index in table.get("GlobalSecondaryIndexes", []):
                shown = ("KeySchema", "Projection", "IndexStatus")
                yield f"table {name}: index {index['IndexName']}", {k: index[k] for k in shown}
            tags = dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
            kept = {tag["Key"]: tag["Value"] for tag in tags if tag["Key"] not in FOR_AN_HOUR}
            yield f"table {name}: tags", kept
            backups = dynamodb.describe_continuous_backups(TableName=name)
            state = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
            yield f"table {name}: backups", state["PointInTimeRecoveryStatus"]
            items = self._account.pages("dynamodb", "scan", "Items", TableName=name)
            yield f"table {name}: items", _sorted(items)

    # -- rights and the rest ---------------------------------------------------------------------

    def _roles(self) -> Iterator[tuple[str, Any]]:
        iam = self._account.client("iam")
        for listed in self._account.pages("iam", "list_roles", "Roles"):
            name = listed["RoleName"]
            role = iam.get_role(RoleName=name)["Role"]
            self._names |= dict.fromkeys(
                (role["RoleId"], role_mark(role["RoleId"])), f"{{role {name}}}"
            )
            kept = ("Path", "Description", "AssumeRolePolicyDocument", "PermissionsBoundary")
            yield f"role {name}", {key: role.get(key) for key in kept}
            tags = {tag["Key"]: tag["Value"] for tag in role.get("Tags", [])}
            yield f"role {name}: tags", tags
            for policy in self._account.pages(
                "iam", "list_role_policies", "PolicyNames", RoleName=name
            ):
                document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
                yield f"role {name}: policy {policy}", [document]
            for attached in self._account.pages(
                "iam", "list_attached_role_policies", "AttachedPolicies", RoleName=name
            ):
                yield f"role {name}: attached", attached["PolicyArn"]

    def _log_groups(self) -> Iterator[tuple[str, Any]]:
        logs = self._account.client("logs")
        for group in self._account.pages("logs", "describe_log_groups", "logGroups"):
            name = group["logGroupName"]
            yield f"log group {name}", group.get("retentionInDays")
            arn = group["arn"].removesuffix(":*")
            yield f"log group {name}: tags", logs.list_tags_for_resource(resourceArn=arn)["tags"]

    def _others(self) -> Iterator[tuple[str, Any]]:
        listings: tuple[tuple[str, str, str, str, dict[str, str]], ...] = (
            ("ssm", "describe_parameters", "Parameters", "Name", {}),
            ("iam", "list_policies", "Policies", "Arn", {"Scope": "Local"}),
            ("iam", "list_users", "Users", "UserName", {}),
            ("apigateway", "get_usage_plans", "items", "name", {}),
            ("apigateway", "get_api_keys", "items", "name", {}),
            ("secretsmanager", "list_secrets", "SecretList", "Name", {}),
            ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName", {}),
        )
        for service, listing, key, name, params in listings:
            for found in self._account.pages(service, listing, key, **params):
                yield f"{service} {name}", found[name]


def _settings(configuration: Mapping[str, Any]) -> dict[str, Any]:
    return {name: configuration.get(name) for name in SETTINGS}


def _described(described: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in described.items() if name not in OF_THE_MOMENT}


def _described(deployment: Mapping[str, Any]) -> str:
    return str(deployment.get("description", ""))


def _unmarked(deployment: Mapping[str, Any]) -> str:
    """That the mark is right, and not only there, is what an empty plan says."""
    return MARK.sub("{mark}", _described(deployment))


def _sorted(values: list[Any]) -> list[Any]:
    return sorted(values, key=lambda value: json.dumps(value, sort_keys=True, default=str))
