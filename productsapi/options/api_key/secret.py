"""The secret that holds the API key's value, and how a caller gets it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.names import Key, Output
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Managed, Observed
from productsapi.errors import AccessDenied, AlreadyExists, AwsError, NotFound, RequestFailed
from productsapi.stack import Stack, kinds, tag_list, tag_map
from productsapi.stack.features import FeaturePart
from productsapi.stack.tag_sync import Tagged, set_tags

OFF_BY = "api.key to false"
VERSION = Output("version of the API key's secret")
"""Which version of the secret is the current one."""
CHANGED = Output("when the API key's secret was changed")
PRICE = 0.40
"""Dollars a month for a secret (AWS's page of prices)."""
RECOVERY_DAYS = 7
"""The fewest that Secrets Manager takes. Nothing is lost with it: a deploy makes a new value."""
SCHEDULED = "InvalidRequestException"
"""AWS's answer to whatever is asked of a secret that waits for its deletion, but to restore it."""


def secret_name(stack: Stack) -> str:
    return f"productsapi/{stack.config.stack}/api-key"


@dataclass(frozen=True)
class KeySecret(FeaturePart, Managed):
    """Made empty: the key puts its value in. One that waits for its deletion counts as gone.

    AWS lets nobody make another of the name while it waits, so it is restored then.
    """

    off_by = OFF_BY
    step = "deployment"
    kind = kinds.API_KEY_SECRET
    outputs = (VERSION, CHANGED)

    @property
    def name(self) -> str:
        return secret_name(self.stack)

    @property
    def delete_after(self) -> tuple[Key, ...]:
        return () if self.on else (kinds.API_KEY(self.stack.config.stack),)

    @property
    def monthly(self) -> float:
        return PRICE

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        try:
            found = aws.call("secretsmanager", "DescribeSecret", SecretId=self.name)
        except NotFound:
            return None
        tags = tag_map(found.get("Tags", []))
        ownership = self.stack.ownership(tags)
        if found.get("DeletedDate") and self.stack.owns(tags):
            return None
        fields, owner = {"tags": self.stack.ours_among(tags)}, self.stack.owner(tags)
        return Observed(fields, _outputs(found), ownership, owner=owner)

    def want(self, known: Outputs) -> Fields:
        return {"tags": dict(self.stack.tags)}

    def create(self, aws: Aws, known: Outputs) -> Given:
        try:
            aws.call(
                "secretsmanager",
                "CreateSecret",
                Name=self.name,
                Description=f"The API key of the stack {self.stack.config.stack}",
                Tags=tag_list(self.stack.tags),
            )
        except AwsError as error:
            if not isinstance(error, AlreadyExists) and error.code != SCHEDULED:
                raise
            return self._restore(aws, error)
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        set_tags(self.stack, aws, Tagged("secretsmanager", self.name), observed.fields["tags"])
        return {}

    def delete(self, aws: Aws, observed: Observed) -> None:
        try:
            self._call(aws, "DeleteSecret", RecoveryWindowInDays=RECOVERY_DAYS)
        except NotFound:
            pass
        except AwsError as error:
            if error.code != SCHEDULED:
                raise

    def _restore(self, aws: Aws, why: AwsError) -> Given:
        """Bring back one of ours that waits for its deletion; the key of its value is gone.

        One that doesn't wait was there already, with its key: reads were only late. Raises `why`
        for what isn't ours.
        """
        asking = aws.forgetting()
        found = asking.call("secretsmanager", "DescribeSecret", SecretId=self.name)
        tags = tag_map(found.get("Tags", []))
        if not self.stack.owns(tags):
            raise why
        if found.get("DeletedDate"):
            self._call(asking, "RestoreSecret")
        had = Observed({"tags": self.stack.ours_among(tags)})
        if had.fields != self.want(Outputs()):
            self.update(aws, Outputs(), had, frozenset({"tags"}))
        return {} if found.get("DeletedDate") else _outputs(found)

    def _call(self, aws: Aws, operation: str, **params: Any) -> dict[str, Any]:
        return aws.call("secretsmanager", operation, SecretId=self.name, **params)


def parse_time(text: str | None) -> datetime | None:
    """The time that an output holds."""
    return datetime.fromisoformat(text) if text else None


def _outputs(found: Mapping[str, Any]) -> Given:
    """Which version is the current one, and when any of the secret was changed last."""
    versions: Mapping[str, list[str]] = found.get("VersionIdsToStages") or {}
    current = [each for each, labels in versions.items() if "AWSCURRENT" in labels]
    changed = found.get("LastChangedDate")
    outputs = {VERSION: current[0]} if current else {}
    return outputs | ({CHANGED: changed.isoformat()} if isinstance(changed, datetime) else {})


def value_for_a_caller(stack: Stack, aws: Aws) -> str:
    """The key itself, for the header x-api-key and for nothing else.

    Raises RequestFailed where there is none yet, AccessDenied where it is not for this caller.
    """
    answer: dict[str, Any] = {}
    try:
        with suppress(NotFound):
            answer = aws.call("secretsmanager", "GetSecretValue", SecretId=secret_name(stack))
    except AccessDenied as error:
        error.hint = (
            f"ask for secretsmanager:GetSecretValue on the secret {secret_name(stack)}, or for the "
            "key itself, and set PRODUCTSAPI_API_KEY to it"
        )
        raise
    except AwsError as error:
        if error.code != SCHEDULED:
            raise
    if not answer.get("SecretString"):
        raise RequestFailed("there is no API key yet", "productsapi deploy")
    return str(answer["SecretString"])
