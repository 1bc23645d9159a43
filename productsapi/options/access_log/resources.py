"""The access log: a line of JSON for each request, also for those that reach no function.

The gateway writes it with a role that belongs to the whole account and Region. Where there is one
already, whoever's, it is taken as it is; where there is none, one is made if the configuration says
so. It stays: other APIs may log with it by then.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from productsapi import function_role_policies
from productsapi.aws.caller import Aws
from productsapi.engine.names import Key, Output
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import (
    Fields,
    Note,
    Observed,
    Ownership,
    ReadOnly,
    Resource,
    Upsert,
)
from productsapi.errors import AccessDenied, AlreadyExists, NotFound
from productsapi.releases.switch import patch_stage
from productsapi.stack import Stack, kinds, log_group
from productsapi.stack.api_tree import SERIAL_GROUP, stage_called
from productsapi.stack.features import FeaturePart
from productsapi.stack.output_names import API_ID

OFF_BY = "access_log.enabled to false"
ROLE_PATH = "/productsapi/"
ROLE = "productsapi-api-gateway-logs"
PUSH = "policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
"""AWS's own policy for it: its page «Set up CloudWatch logging for REST APIs»."""

FIELDS = {
    "requestId": "$context.requestId",
    "extendedRequestId": "$context.extendedRequestId",
    "functionRequestId": "$context.integration.requestId",
    "time": "$context.requestTime",
    "ip": "$context.identity.sourceIp",
    "userAgent": "$context.identity.userAgent",
    "user": "$context.authorizer.claims.sub",
    "httpMethod": "$context.httpMethod",
    "resourcePath": "$context.resourcePath",
    "path": "$context.path",
    "status": "$context.status",
    "responseType": "$context.error.responseType",
    "responseLatency": "$context.responseLatency",
    "integrationLatency": "$context.integrationLatency",
    "integrationStatus": "$context.integration.status",
    "responseLength": "$context.responseLength",
}
"""By the names that `productsapi logs` reads. No header, no body: they may hold tokens."""
FORMAT = json.dumps(FIELDS, separators=(",", ":"))


STAGE_LAG = 5.0
"""Seconds for which requests may be logged as before a stage's change, or its end."""


def parts(stack: Stack, *, on: bool = True) -> list[Resource]:
    made: list[Resource] = [AccessLogGroup(stack, on), AccessLog(stack, on)]
    return [AccountLogRole(stack), *made] if on else made


def group_name(stack: Stack) -> str:
    return f"/productsapi/{stack.config.stack}/api-access"


@dataclass(frozen=True)
class AccountLogRole(FeaturePart, ReadOnly):
    """Only made where there is none, and never changed or removed."""

    off_by = OFF_BY
    step = "deployment"
    kind = kinds.ACCOUNT_LOG_ROLE

    @property
    def name(self) -> str:
        return self.stack.location.region

    @property
    def create_blocker(self) -> str:
        if self.stack.config.access_log.set_account_role:
            return ""
        return (
            "API Gateway has no role in this account and Region to write logs with: set "
            f"access_log.set_account_role to true, or {self.off_by}"
        )

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        arn = self._role(aws)
        return Observed({"set": True}, notes=self._dangling(aws, arn)) if arn else None

    def _dangling(self, aws: Aws, arn: str) -> tuple[Note, ...]:
        """A role may have gone with another stack: then no log arrives, and nothing says so (G6).

        Where nobody may look, nothing is known.
        """
        try:
            aws.call("iam", "GetRole", RoleName=arn.rpartition("/")[2])
        except NotFound:
            text = f"API Gateway is to write logs with {arn}, and there is no such role: none will "
            return (Note(f"{text}arrive; set another one in the console (API Gateway, Settings)"),)
        except AccessDenied:
            pass
        return ()

    def want(self, known: Outputs) -> Fields:
        return {"set": True}

    def create(self, aws: Aws, known: Outputs) -> Given:
        partition = self.stack.location.partition
        with suppress(AlreadyExists):  # for another Region, or by a run that was killed
            aws.call(
                "iam",
                "CreateRole",
                Path=ROLE_PATH,
                RoleName=ROLE,
                AssumeRolePolicyDocument=json.dumps(
                    function_role_policies.trust("apigateway.amazonaws.com")
                ),
                Description="API Gateway writes the logs of all APIs of this account with it",
            )
        push = f"arn:{partition}:iam::aws:{PUSH}"
        aws.call("iam", "AttachRolePolicy", RoleName=ROLE, PolicyArn=push)
        if self._role(aws.forgetting()):  # somebody was faster: theirs stays
            return {}
        arn = self.stack.location.role_arn(ROLE_PATH, ROLE)
        patch = {"op": "replace", "path": "/cloudwatchRoleArn", "value": arn}
        aws.call("apigateway", "UpdateAccount", patchOperations=[patch])
        return {}

    def keep(self, aws: Aws, observed: Observed) -> str | None:
        return "it belongs to the whole account, whose other APIs may log with it"

    def _role(self, aws: Aws) -> str | None:
        arn: str | None = aws.call("apigateway", "GetAccount").get("cloudwatchRoleArn")
        return arn


@dataclass(frozen=True)
class AccessLogGroup(FeaturePart, log_group.LogGroup):
    """API Gateway makes it again, without tags, where a late request is still logged (G1)."""

    off_by = OFF_BY
    step = "deployment"
    kind = kinds.ACCESS_LOG_GROUP

    @property
    def name(self) -> str:
        return group_name(self.stack)

    @property
    def retention_days(self) -> int:
        return self.stack.config.access_log.retention_days

    @property
    def depends_on(self) -> tuple[Key, ...]:
        return (*super().depends_on, kinds.ACCOUNT_LOG_ROLE(self.stack.location.region).if_there)

    @property
    def delete_after(self) -> tuple[Key, ...]:
        """It goes when nothing is written into it any more."""
        return () if self.on else (kinds.ACCESS_LOG(self.stack.config.api.stage),)

    def ownership(self, tags: Mapping[str, str]) -> Ownership:
        """Its name has the stack's: without any tags it is the one that API Gateway made again."""
        return super().ownership(tags) if tags else Ownership.OURS

    def delete(self, aws: Aws, observed: Observed) -> None:
        aws.wait(STAGE_LAG, f"API Gateway may still log requests into {self.name}")
        super().delete(aws, observed)


@dataclass(frozen=True)
class AccessLog(FeaturePart, Upsert):
    """The stage's setting that turns it on."""

    off_by = OFF_BY
    step = "deployment"
    kind = kinds.ACCESS_LOG
    serial_group = SERIAL_GROUP
    lookup_inputs = (API_ID,)

    @property
    def name(self) -> str:
        return self.stack.config.api.stage

    @property
    def inputs(self) -> tuple[Output, ...]:
        return (API_ID,)

    @property
    def parent(self) -> Key:
        return kinds.STAGE(self.name)

    @property
    def depends_on(self) -> tuple[Key, ...]:
        """Once the group is there: where it isn't, the gateway refuses."""
        group = [kinds.ACCESS_LOG_GROUP(group_name(self.stack))] if self.on else []
        return (*super().depends_on, self.parent, *group)

    @property
    def price(self) -> str:
        return "about $0.50 for a GB of logs, a million requests or so"

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        api_id = known.get(API_ID)
        stage = (stage_called(aws, api_id, self.name) if api_id else None) or {}
        settings = stage.get("accessLogSettings") or {}
        if not api_id or not settings.get("destinationArn"):
            return None
        fields = {
            "destination": settings["destinationArn"].removesuffix(":*"),
            "format": settings.get("format"),
        }
        return Observed(fields, raw={"api_id": api_id})

    def want(self, known: Outputs) -> Fields:
        group = self.stack.location.log_group_arn(group_name(self.stack))
        return {"destination": group, "format": FORMAT}

    def create(self, aws: Aws, known: Outputs) -> Given:
        want = self.want(known)
        settings = (("destinationArn", want["destination"]), ("format", want["format"]))
        patches = [
            {"op": "replace", "path": f"/accessLogSettings/{name}", "value": value}
            for name, value in settings
        ]
        patch_stage(aws, str(known[API_ID]), self.name, patches)
        return {}

    def delete(self, aws: Aws, observed: Observed) -> None:
        patches = [{"op": "remove", "path": "/accessLogSettings"}]
        with suppress(NotFound):
            patch_stage(aws, observed.raw["api_id"], self.name, patches)
