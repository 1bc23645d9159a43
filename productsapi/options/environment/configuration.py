"""The key of the functions' own variables: which names are free, and what a value may be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from productsapi.config_keys.declaration import mapping
from productsapi.config_keys.rules import Rule, Tags
from productsapi.function_variables import LAMBDAS, OURS, SecretName

# Lambda's guide, "Defined runtime environment variables", reserved. Those that it lists as free to
# be set (PATH, LANG, PYTHONPATH ...) are free here too.
RESERVED = frozenset({
    "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_MAX_CONCURRENCY", "AWS_LAMBDA_METADATA_API", "AWS_LAMBDA_METADATA_TOKEN",
    "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
})  # fmt: skip
FIXED = 400
"""Bytes of our own whose length depends on no key: names, the client's id, the role's."""
ARN = 100
"""Bytes of a secret's ARN beside its name."""


class VariableName(Rule):
    """lambda: EnvironmentVariableName, [a-zA-Z]([a-zA-Z0-9_])+."""

    allowed = (
        "2 to 64 letters, digits and _, beginning with a letter; not a name that Lambda reserves "
        f"(AWS_REGION ...), nor one of {', '.join(OURS)}"
    )

    def accepts(self, value: object) -> bool:
        return (
            isinstance(value, str)
            and re.fullmatch(r"[a-zA-Z][a-zA-Z0-9_]{1,63}", value) is not None
            and value not in RESERVED
            and value not in OURS
        )


class VariableValue(Rule):
    """secretsmanager: SecretIdType and CreateSecret's Name: letters, digits and /_+=.@-."""

    allowed = "text, or {secret: NAME} with the name of a secret in Secrets Manager"

    def accepts(self, value: object) -> bool:
        if isinstance(value, SecretName):
            return re.fullmatch(r"[A-Za-z0-9/_+=.@-]{1,512}", value.name) is not None
        return isinstance(value, str) and "\0" not in value

    def of_pair(self, key: str, value: object) -> object | None:
        return SecretName(value) if key == "secret" and isinstance(value, str) else None


class Variables(Tags):
    """Unlike tags they may differ in case only."""

    @property
    def allowed(self) -> str:
        return f"up to {self.most} of `NAME: text` or `NAME: {{secret: SECRET_NAME}}`"

    def accepts(self, value: object) -> bool:
        return (
            isinstance(value, dict)
            and len(value) <= self.most
            and all(self.key.accepts(name) and self.value.accepts(v) for name, v in value.items())
        )


ENVIRONMENT: Mapping[str, str | SecretName] = mapping(
    Variables(VariableName(), VariableValue(), most=50),
    "Environment variables of your own, for all four functions, such as "
    "`GREETING: hello`. With `API_TOKEN: {secret: shop/token}` the variable holds the ARN "
    "of that secret in Secrets Manager, and the functions may read it; its value is in no "
    "setting and no plan. Lambda takes 4 KB in all, ours included.",
)


def conflicts(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    own = values.get("functions.environment")
    if not own:
        return
    keys = ("auth.client_ids", "auth.write_groups", "auth.owner_groups", "api.cors_origin")
    others = {"table.name": values.get("table.name", "")}
    for key in keys:
        given = values.get(key, ())
        others[key] = given if isinstance(given, str) else ",".join(given)
    size = _size(own, others)
    if size > LAMBDAS:
        text = f"found {size} bytes with our own variables, allowed: {LAMBDAS} (Lambda "
        advice = "takes 4 KB of settings in all); a large value can be in a secret"
        yield "functions.environment", text + advice


def _size(own: Mapping[str, str | SecretName], others: Mapping[str, Any]) -> int:
    """Bytes of the whole environment, at most; `others` are the texts of ours that vary.

    Lambda measures it as JSON, where a quote takes two.
    """
    values = {name: _at_most(value) for name, value in own.items()}
    varying = {"OWN_VARIABLES": ",".join(own), **others}
    return FIXED + len(json.dumps({**varying, **values}, ensure_ascii=False).encode())


def _at_most(value: str | SecretName) -> str:
    return value if isinstance(value, str) else "-" * (ARN + len(value.name))
