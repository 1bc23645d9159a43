"""The usage plan: for which stage a key is good, how fast and how often.

Names of usage plans aren't unique; ours are known by the stack's tag. An account has 300 of them at
most, so one page lists all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.names import Key
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Cleanup, Fields, Managed, Observed
from productsapi.errors import NotFound
from productsapi.options.api_key.secret import OFF_BY
from productsapi.stack import Stack, kinds
from productsapi.stack.api_tree import SERIAL_GROUP, tags
from productsapi.stack.eventual_consistency import reread_until_visible
from productsapi.stack.features import FeaturePart
from productsapi.stack.output_names import API_ID, USAGE_PLAN_ID
from productsapi.stack.tag_sync import Tagged, set_tags

PERIOD = "MONTH"
SETTINGS = {"throttle": ("rateLimit", "burstLimit"), "quota": ("limit", "period")}
"""By our field, which names both values: what AWS calls them."""

Found = Mapping[str, Any]


def name_in_the_account(stack: Stack) -> str:
    """Of plan and key, beside those of other stacks and of others."""
    return f"productsapi-{stack.config.stack}"


def usage_plans(stack: Stack, aws: Aws) -> list[Found]:
    """Those that carry our tag, in the order of their ids."""
    pages = aws.pages("apigateway", "GetUsagePlans", limit=500)
    found = [plan for page in pages for plan in page["items"]]
    return sorted(ours(stack, aws, "usageplans", found), key=lambda plan: str(plan["id"]))


def ours(stack: Stack, aws: Aws, kind: str, found: Iterable[Found]) -> Iterator[dict[str, Any]]:
    """Those that carry our tag; one of our name that comes without tags is asked for them.

    It may have been made just now, by a run that was killed.
    """
    for each in found:
        reported = each.get("tags") or {}
        if not reported and each.get("name") == name_in_the_account(stack):
            arn = stack.location.api_gateway_arn(f"/{kind}/{each['id']}")
            with suppress(NotFound):
                what = f"the tags of {arn}"
                reported = reread_until_visible(aws, what, partial(_tags, arn), shown=stack.owns)
        if stack.owns(reported):
            yield {**each, "tags": reported}


def _tags(arn: str, aws: Aws) -> dict[str, str]:
    return dict(aws.call("apigateway", "GetTags", resourceArn=arn)["tags"])


def serving(stack: Stack, aws: Aws, api_id: str | None) -> Found | None:
    """The plan of ours that covers our stage. After a new API is created it covers nothing."""
    used = {"apiId": api_id, "stage": stack.config.api.stage}
    plans = usage_plans(stack, aws) if api_id else []
    return next((p for p in plans if used in [_stage(s) for s in p.get("apiStages") or []]), None)


@dataclass(frozen=True)
class UsagePlan(FeaturePart, Managed):
    """Made with its stage: one that covers another stage is among the other plans."""

    off_by = OFF_BY
    step = "deployment"
    kind = kinds.USAGE_PLAN
    serial_group = SERIAL_GROUP
    unique = False
    outputs = (USAGE_PLAN_ID,)
    inputs = (API_ID,)
    lookup_inputs = (API_ID,)

    @property
    def name(self) -> str:
        return name_in_the_account(self.stack)

    @property
    def depends_on(self) -> tuple[Key, ...]:
        return (*super().depends_on, kinds.STAGE(self.stack.config.api.stage))

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        plan = serving(self.stack, aws, known.get(API_ID))
        if plan is None:
            return None
        reported = tags(self.stack, aws, self._arn(plan["id"]), plan.get("tags") or {})
        fields = {
            "throttle": _throttle(plan.get("throttle") or {}),
            "quota": _quota(plan.get("quota") or {}),
            "tags": self.stack.ours_among(reported),
        }
        return Observed(fields, {USAGE_PLAN_ID: plan["id"]})

    def want(self, known: Outputs) -> Fields:
        limits = self.stack.config.limits
        return {
            "throttle": f"{limits.key_rate}/{limits.key_burst}",
            "quota": f"{limits.key_quota}/{PERIOD}" if limits.key_quota else None,
            "tags": dict(self.stack.tags),
        }

    def create(self, aws: Aws, known: Outputs) -> Given:
        limits = self.stack.config.limits
        quota = {"limit": limits.key_quota, "period": PERIOD} if limits.key_quota else None
        made = aws.call(
            "apigateway",
            "CreateUsagePlan",
            name=self.name,
            description=f"Whom the stack {self.stack.config.stack} lets in, and how much",
            apiStages=[{"apiId": known[API_ID], "stage": self.stack.config.api.stage}],
            throttle={"rateLimit": limits.key_rate, "burstLimit": limits.key_burst},
            **({"quota": quota} if quota else {}),
            tags=dict(self.stack.tags),
        )
        return {USAGE_PLAN_ID: made["id"]}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        """All in one call: AWS takes one UpdateUsagePlan in 20 seconds."""
        had, want, plan_id = observed.fields, self.want(known), observed.outputs[USAGE_PLAN_ID]
        patches = [
            patch
            for setting in SETTINGS
            if setting in changed
            for patch in _set(setting, had[setting], want[setting])
        ]
        if patches:
            aws.call("apigateway", "UpdateUsagePlan", usagePlanId=plan_id, patchOperations=patches)
        if "tags" in changed:
            set_tags(
                self.stack, aws, Tagged("apigateway", self._arn(plan_id)), observed.fields["tags"]
            )
        return {}

    def delete(self, aws: Aws, observed: Observed) -> None:
        remove(aws, observed.outputs[USAGE_PLAN_ID])

    def _arn(self, plan_id: str) -> str:
        return self.stack.location.api_gateway_arn(f"/usageplans/{plan_id}")


@dataclass(frozen=True)
class OtherUsagePlans(Cleanup, FeaturePart):
    """Plans of ours beside the one that is used: of a former API, or made twice.

    Gone before the key is put into the one that is used: AWS takes no key into two plans of a
    stage.
    """

    off_by = OFF_BY
    step = "deployment"
    kind = kinds.OTHER_USAGE_PLANS
    serial_group = SERIAL_GROUP
    lookup_inputs = (API_ID,)

    @property
    def name(self) -> str:
        return self.stack.config.stack

    @property
    def delete_after(self) -> tuple[Key, ...]:
        return () if self.on else (kinds.API_KEY(self.name),)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        used = serving(self.stack, aws, known.get(API_ID)) if self.on else None
        others = {
            plan["id"]: _covers(plan)
            for plan in usage_plans(self.stack, aws)
            if used is None or plan["id"] != used["id"]
        }
        return Observed({"plans": others}) if others else None

    def remove(self, aws: Aws, known: Outputs, observed: Observed) -> Given:
        for plan_id in observed.fields["plans"]:
            remove(aws, plan_id)
        return {}


def remove(aws: Aws, plan_id: str) -> None:
    """Its stages first: AWS refuses to delete a plan that covers any."""
    with suppress(NotFound):
        plan = aws.forgetting().call("apigateway", "GetUsagePlan", usagePlanId=plan_id)
        patches = [
            {"op": "remove", "path": "/apiStages", "value": f"{s['apiId']}:{s['stage']}"}
            for s in plan.get("apiStages") or []
        ]
        if patches:
            aws.call("apigateway", "UpdateUsagePlan", usagePlanId=plan_id, patchOperations=patches)
        aws.call("apigateway", "DeleteUsagePlan", usagePlanId=plan_id)


def _set(setting: str, had: str | None, want: str | None) -> list[dict[str, str]]:
    """UpdateUsagePlan's patches, as terraform's aws_api_gateway_usage_plan uses them."""
    if want is None:
        return [{"op": "remove", "path": f"/{setting}"}]
    return [
        {"op": "replace" if had else "add", "path": f"/{setting}/{name}", "value": value}
        for name, value in zip(SETTINGS[setting], want.split("/"), strict=True)
    ]


def _throttle(reported: Found) -> str | None:
    """As RATE/BURST; some endpoints return what was patched as text."""
    if "rateLimit" not in reported or "burstLimit" not in reported:
        return None
    return f"{float(reported['rateLimit']):g}/{int(reported['burstLimit'])}"


def _quota(reported: Found) -> str | None:
    return f"{int(reported['limit'])}/{reported.get('period')}" if reported.get("limit") else None


def _covers(plan: Found) -> str:
    stages = plan.get("apiStages") or []
    return ", ".join(f"{s['apiId']}/{s['stage']}" for s in stages) or "no stage"


def _stage(reported: Found) -> dict[str, Any]:
    return {"apiId": reported.get("apiId"), "stage": reported.get("stage")}
