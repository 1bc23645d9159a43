"""The local cloud that both tools deploy to: looked at and changed past the proxy, at no cost."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3

REGION = "eu-west-2"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}

WHOLE = {
    "tables": 1,
    "functions": 4,
    "aliases": 4,
    "permissions": 6,
    "roles": 4,
    "role policies": 4,
    "log groups": 4,
    "log groups with an end": 4,
    "APIs": 1,
    "paths": 2,
    "methods": 8,
    "methods with authorizer": 6,
    "gateway responses": 2,
    "authorizers": 1,
    "stages": 1,
    "pools": 1,
    "clients": 1,
}
"""How much of what there is when the system stands: the same for both tools."""


@dataclass(frozen=True)
class Cloud:
    port: int

    @cached_property
    def _session(self) -> Any:
        return boto3.Session("test", "test", region_name=REGION)

    def client(self, service: str) -> Any:
        return self._session.client(service, endpoint_url=f"http://127.0.0.1:{self.port}")

    def reset(self) -> None:
        """Forget everything. Only the local cloud has such a call."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("POST", "/_ministack/reset")
        if connection.getresponse().status != 200:
            raise SystemExit("the local cloud can't be emptied")
        connection.close()

    def inventory(self) -> dict[str, int]:
        """How much of what there is; of parameters, those but the lease that nobody holds."""
        counted = dict.fromkeys((*WHOLE, "parameters"), 0)
        for name, how_many in self._counts():
            counted[name] += how_many
        return {name: how_many for name, how_many in counted.items() if how_many}

    def _counts(self) -> Iterator[tuple[str, int]]:
        yield "tables", len(self._listed("dynamodb", "list_tables", "TableNames"))
        groups = self._listed("logs", "describe_log_groups", "logGroups")
        yield "log groups", len(groups)
        yield "log groups with an end", sum("retentionInDays" in group for group in groups)
        yield (
            "parameters",
            sum(
                '"nonce": ""' not in self._value(parameter["Name"])
                for parameter in self._listed("ssm", "describe_parameters", "Parameters")
            ),
        )
        for role in self._listed("iam", "list_roles", "Roles"):
            yield "roles", 1
            policies = self._listed(
                "iam", "list_role_policies", "PolicyNames", RoleName=role["RoleName"]
            )
            yield "role policies", len(policies)
        for found in self._listed("lambda", "list_functions", "Functions"):
            yield from self._of_function(found["FunctionName"])
        for api in self._listed("apigateway", "get_rest_apis", "items"):
            yield from self._of_api(api["id"])
        for pool in self._listed("cognito-idp", "list_user_pools", "UserPools", MaxResults=60):
            yield "pools", 1
            clients = self._listed(
                "cognito-idp", "list_user_pool_clients", "UserPoolClients", UserPoolId=pool["Id"]
            )
            yield "clients", len(clients)

    def _of_function(self, name: str) -> Iterator[tuple[str, int]]:
        yield "functions", 1
        aliases = self._listed("lambda", "list_aliases", "Aliases", FunctionName=name)
        yield "aliases", len(aliases)
        for alias in aliases:
            policy = self.client("lambda").get_policy(FunctionName=name, Qualifier=alias["Name"])
            yield "permissions", policy["Policy"].count('"Sid"')

    def _of_api(self, api_id: str) -> Iterator[tuple[str, int]]:
        client = self.client("apigateway")
        yield "APIs", 1
        yield "stages", len(client.get_stages(restApiId=api_id)["item"])
        yield "authorizers", len(client.get_authorizers(restApiId=api_id)["items"])
        answers = client.get_gateway_responses(restApiId=api_id)["items"]
        ours = [each for each in answers if not each.get("defaultResponse")]
        yield "gateway responses", sum(each["responseType"].startswith("DEFAULT") for each in ours)
        for path, methods in self._methods(api_id).items():
            yield "paths", int(path != "/")
            yield "methods", len(methods)
            yield "methods with authorizer", sum("authorizerId" in m for m in methods.values())

    def open_one_method(self) -> None:
        """Drift: the lock of POST /products is taken off behind the tools' back."""
        client = self.client("apigateway")
        [api] = client.get_rest_apis()["items"]
        [path] = [r for r in self._resources(api["id"]) if r["path"] == "/products"]
        client.update_method(
            restApiId=api["id"],
            resourceId=path["id"],
            httpMethod="POST",
            patchOperations=[
                {"op": "replace", "path": "/authorizationType", "value": "NONE"},
                {"op": "replace", "path": "/authorizerId", "value": ""},
            ],
        )

    def live_codes(self) -> dict[str, str]:
        """By function the hash of the code that callers reach."""
        client, names = self.client("lambda"), self._listed("lambda", "list_functions", "Functions")
        return {
            found["FunctionName"]: client.get_function(
                FunctionName=found["FunctionName"], Qualifier="live"
            )["Configuration"]["CodeSha256"]
            for found in names
        }

    def _methods(self, api_id: str) -> dict[str, dict[str, Any]]:
        return {r["path"]: r.get("resourceMethods", {}) for r in self._resources(api_id)}

    def _resources(self, api_id: str) -> list[dict[str, Any]]:
        return self._listed(
            "apigateway", "get_resources", "items", restApiId=api_id, embed=["methods"]
        )

    def _value(self, name: str) -> str:
        return str(self.client("ssm").get_parameter(Name=name)["Parameter"]["Value"])

    def _listed(self, service: str, listing: str, key: str, **params: Any) -> list[Any]:
        pages = self.client(service).get_paginator(listing).paginate(**params)
        return [item for page in pages for item in page[key]]
