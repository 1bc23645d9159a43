"""The API key: made with a value of ours, which nobody but callers ever reads again."""

from __future__ import annotations

import secrets
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.apply import LOOKS
from productsapi.engine.names import Key, Output
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.plan import difference
from productsapi.engine.resource import Fields, Managed, Note, Observed
from productsapi.errors import AccessDenied, AlreadyExists, NotFound
from productsapi.options.api_key.answering import BYTES, Ask, known_by_now
from productsapi.options.api_key.secret import (
    CHANGED,
    OFF_BY,
    VERSION,
    KeySecret,
    parse_time,
    secret_name,
)
from productsapi.options.api_key.usage_plan import name_in_the_account, ours
from productsapi.stack import kinds
from productsapi.stack.api_tree import SERIAL_GROUP, tags
from productsapi.stack.features import FeaturePart
from productsapi.stack.output_names import USAGE_PLAN_ID
from productsapi.stack.tag_sync import Tagged, set_tags

VERSION_TAG = "productsapi:secret-version"
IN_THE_SECRET = "the one in Secrets Manager"  # noqa: S105 - what a plan says of the value
ANOTHER = "another than in Secrets Manager"
NEW = "a new one"
STAYS = Output("why the former API key stays")
YOUNG = timedelta(minutes=15)
"""For which a read may be older than a key or its secret, and a minute's difference of clocks."""
AGAIN = (
    "the API key and its secret don't fit each other; looking again, since what AWS returns may be "
    "old, before another one is made"
)
UNSEEN = (
    "whether the API key is as it should be can't be seen: apigateway:GET isn't allowed on "
    "/apikeys, which would show its value too"
)


@dataclass(frozen=True)
class ApiKey(FeaturePart, Managed):
    """`rotate` wants another value; `keep_former` leaves the keys that it takes the place of.

    A key's value can't be changed: another one is made, put into the plan, then into the secret,
    and then the former ones go. Killed at any point, the secret holds no value that doesn't work,
    and what hasn't got into it is a former key to the next run. With `ask` the former ones only go
    when the API answers to the new one.
    """

    rotate: bool = False
    keep_former: bool = False
    ask: Ask | None = field(default=None, repr=False, compare=False)
    off_by = OFF_BY
    step = "deployment"
    kind = kinds.API_KEY
    serial_group = SERIAL_GROUP

    @property
    def name(self) -> str:
        return self.stack.config.stack

    @property
    def inputs(self) -> tuple[Output, ...]:
        return (USAGE_PLAN_ID,) if self.on else ()

    @property
    def lookup_inputs(self) -> tuple[Output, ...]:
        return (*self.inputs, VERSION)

    @property
    def depends_on(self) -> tuple[Key, ...]:
        others = (kinds.OTHER_USAGE_PLANS(self.name), kinds.API_KEY_SECRET(secret_name(self.stack)))
        return (*super().depends_on, *others) if self.on else super().depends_on

    @property
    def delete_after(self) -> tuple[Key, ...]:
        """Switched off, it goes when the stage serves what asks for none."""
        return () if self.on else (kinds.STAGE(self.stack.config.api.stage),)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        """Where it may not be looked at, what the secret has a value for is taken for granted."""
        version = known.get(VERSION)
        try:
            keys = self._keys(aws)
        except AccessDenied:
            if not version or not self.on or self.rotate:
                raise
            return Observed(self.want(known), notes=(Note(UNSEEN),))
        if not keys:
            return None
        current = next((k for k in keys if version and k["tags"].get(VERSION_TAG) == version), None)
        key = current or keys[-1]
        plans = _plans_of(aws, key["id"])
        reported = tags(self.stack, aws, self._arn(key["id"]), key["tags"])
        fields = {
            "value": IN_THE_SECRET if current else ANOTHER,
            "enabled": key.get("enabled", False),
            "usage_plan": next((p for p in plans if p == known.get(USAGE_PLAN_ID)), None),
            "former": ", ".join(k["id"] for k in keys if k is not key) or None,
            "tags": self.stack.ours_among(reported),
        }
        raw = {"id": key["id"], "made": keys[-1].get("createdDate")}
        return Observed(fields, raw=raw)

    def want(self, known: Outputs) -> Fields:
        return {
            "value": NEW if self.rotate else IN_THE_SECRET,
            "enabled": True,
            "usage_plan": known[USAGE_PLAN_ID],
            **({} if self.keep_former else {"former": None}),
            "tags": dict(self.stack.tags),
        }

    def create(self, aws: Aws, known: Outputs) -> Given:
        """Where the secret has a value, there was a key of it, which may only show by now.

        Raises AlreadyExists then, by which it is taken up.
        """
        changed = parse_time(known.get(CHANGED))
        if known.get(VERSION) and self._may_lag(changed) and self._looked_again(aws, known):
            raise AlreadyExists("CreateApiKey", "Late", "it shows by now")
        return self._make(aws, known)

    def _make(self, aws: Aws, known: Outputs) -> Given:
        value, version = secrets.token_hex(BYTES), str(uuid.uuid4())
        key_id = aws.call(
            "apigateway",
            "CreateApiKey",
            name=name_in_the_account(self.stack),
            description=f"Its value is in Secrets Manager: {secret_name(self.stack)}",
            enabled=True,
            value=value,
            tags={**self.stack.tags, VERSION_TAG: version},
        )["id"]
        self._into_plan(aws, known, key_id)
        answers = self.ask is None or known_by_now(aws, value, self.ask)
        aws.call(
            "secretsmanager",
            "PutSecretValue",
            SecretId=secret_name(self.stack),
            ClientRequestToken=version,
            SecretString=value,
        )
        made = {VERSION: version}
        if not answers:
            return {**made, STAYS: "the new one isn't known to answer yet"}
        if not self.keep_former:
            self._remove_but(aws, key_id)
        return made

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        if "value" in changed:
            return self._another(aws, known, observed)
        key_id = observed.raw["id"]
        if "usage_plan" in changed:
            self._into_plan(aws, known, key_id)
        if "enabled" in changed:
            patch = {"op": "replace", "path": "/enabled", "value": "true"}
            aws.call("apigateway", "UpdateApiKey", apiKey=key_id, patchOperations=[patch])
        if "tags" in changed:
            set_tags(
                self.stack, aws, Tagged("apigateway", self._arn(key_id)), observed.fields["tags"]
            )
        if "former" in changed:
            self._remove_but(aws, key_id)
        return {}

    def _another(self, aws: Aws, known: Outputs, observed: Observed) -> Given:
        """Make another key; not where a late read of the secret returned its previous version."""
        if not self.rotate and self._may_lag(observed.raw.get("made")):
            known, settled = self._looked_again(aws, known) or (known, None)
            if settled is not None:
                changed = difference(self, settled, known).changed
                outputs = {**settled.outputs, VERSION: str(known[VERSION])}
                return {**outputs, **self.update(aws, known, settled, changed)}
        return self._make(aws, known)

    def _may_lag(self, since: Any) -> bool:
        """Whether reads may still return the previous state; assumed where no time is known."""
        return not isinstance(since, datetime) or self.stack.began - since < YOUNG

    def _looked_again(self, aws: Aws, known: Outputs) -> tuple[Outputs, Observed] | None:
        """Secret and key as they fit each other, once they do; None where they still don't."""
        asking = aws.forgetting()
        for pause in (0.0, *LOOKS):
            if pause:
                aws.wait(pause, AGAIN)
            secret = KeySecret(self.stack).read(asking, Outputs())
            now = Outputs({**known.as_dict(), **(secret.outputs if secret else {})})
            seen = self.read(asking, now)
            if seen and seen.fields["value"] == IN_THE_SECRET:
                return now, seen
        return None

    def delete(self, aws: Aws, observed: Observed) -> None:
        self._remove_but(aws, None)

    def _keys(self, aws: Aws) -> list[dict[str, Any]]:
        """Those of ours, oldest first; without their values."""
        name = name_in_the_account(self.stack)
        pages = aws.pages("apigateway", "GetApiKeys", nameQuery=name, limit=500)
        found = [key for page in pages for key in page["items"]]
        keys = ours(self.stack, aws, "apikeys", found)
        return sorted(keys, key=lambda key: (str(key.get("createdDate")), str(key["id"])))

    def _into_plan(self, aws: Aws, known: Outputs, key_id: str) -> None:
        plan = known[USAGE_PLAN_ID]
        aws.call(
            "apigateway", "CreateUsagePlanKey", usagePlanId=plan, keyId=key_id, keyType="API_KEY"
        )

    def _remove_but(self, aws: Aws, kept: str | None) -> None:
        """Our keys but one, listed again: one may have been created whose answer was lost."""
        asking = aws.forgetting()
        for key in self._keys(asking):
            if key["id"] == kept:
                continue
            for plan in _plans_of(asking, key["id"]):
                with suppress(NotFound):
                    aws.call("apigateway", "DeleteUsagePlanKey", usagePlanId=plan, keyId=key["id"])
            with suppress(NotFound):
                aws.call("apigateway", "DeleteApiKey", apiKey=key["id"])

    def _arn(self, key_id: str) -> str:
        return self.stack.location.api_gateway_arn(f"/apikeys/{key_id}")


def _plans_of(aws: Aws, key_id: str) -> list[str]:
    """The ids of the plans that a key is in; a plan's list of its keys would hold their values."""
    pages = aws.pages("apigateway", "GetUsagePlans", keyId=key_id, limit=500)
    return [plan["id"] for page in pages for plan in page["items"]]
