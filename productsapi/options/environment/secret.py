"""A secret of the user's: its ARN is asked for, its value never."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.names import Output
from productsapi.engine.outputs import Outputs
from productsapi.engine.resource import Fields, Note, Observed, ReadOnly
from productsapi.errors import NotFound
from productsapi.stack import Stack, kinds, own_variables

AWS_KEY = "alias/aws/secretsmanager"


@dataclass(frozen=True)
class Secret(ReadOnly):
    stack: Stack
    secret: str
    step = "functions"
    kind = kinds.SECRET

    @property
    def name(self) -> str:
        return self.secret

    @property
    def outputs(self) -> tuple[Output, ...]:
        return (own_variables.secret_arn(self.secret),)

    @property
    def create_blocker(self) -> str:
        return (
            f"functions.environment names the secret {self.secret}, and there is none of that name "
            f"in {self.stack.location.region}: make it with `aws secretsmanager create-secret "
            f"--name {self.secret} --secret-string file://FILE --region "
            f"{self.stack.location.region}`, or take the variable out"
        )

    @property
    def opt_out(self) -> str:
        return f"functions.environment to one without the secret {self.secret}"

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        found = described(aws, self.secret)
        if found is None:
            return None
        outputs = {own_variables.secret_arn(self.secret): found["ARN"]}
        return Observed({"there": True}, outputs, notes=self._notes(found))

    def want(self, known: Outputs) -> Fields:
        return {"there": True}

    def keep(self, aws: Aws, observed: Observed) -> str | None:
        return "it is yours: the functions only read it"

    def _notes(self, found: Mapping[str, Any]) -> tuple[Note, ...]:
        """AWS's own key needs no right; another one has a policy of its own, which isn't ours."""
        key = found.get("KmsKeyId")
        if not key or key == AWS_KEY:
            return ()
        text = f"the secret {self.secret} is encrypted with {key}: that key's policy must allow "
        return (Note(f"{text}the functions' roles kms:Decrypt, or they can't read it"),)


def described(aws: Aws, name: str) -> Mapping[str, Any] | None:
    """None where there is none, or it waits for its deletion, which no function can read."""
    try:
        found = aws.call("secretsmanager", "DescribeSecret", SecretId=name)
    except NotFound:
        return None
    return None if found.get("DeletedDate") else found
