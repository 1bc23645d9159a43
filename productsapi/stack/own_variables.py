"""The functions' environment variables that the configuration sets, `functions.environment`.

A further variable lists their names. So one that was removed from the configuration can be
distinguished from a variable that someone else set, even in a version that was published long ago.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from productsapi.config import Config
from productsapi.engine.field_changes import FieldChange
from productsapi.engine.names import Output
from productsapi.engine.outputs import Outputs, Unknown
from productsapi.engine.plan import Change
from productsapi.function_variables import OURS, SecretName
from productsapi.stack import Stack

OWN = "OWN_VARIABLES"
"""The variable that names them, with commas between."""
MASK = "***"
FIELD = "environment."


def secret_arn(name: str) -> Output:
    """The ARN of a secret that variables name."""
    return Output(f"arn of secret {name}")


def secrets(stack: Stack) -> tuple[str, ...]:
    """The names of the secrets that variables name, each once."""
    return secret_names(stack.config)


def secret_names(config: Config) -> tuple[str, ...]:
    values = config.functions.environment.values()
    return tuple(sorted({value.name for value in values if isinstance(value, SecretName)}))


def inputs(stack: Stack) -> tuple[Output, ...]:
    return tuple(map(secret_arn, secrets(stack)))


def wanted(stack: Stack, known: Outputs) -> dict[str, str | Unknown]:
    return {
        name: known[secret_arn(value.name)] if isinstance(value, SecretName) else value
        for name, value in sorted(stack.config.functions.environment.items())
    }


def names(variables: Mapping[str, str]) -> tuple[str, ...]:
    """Those that the configuration had, as a function's variables record."""
    return tuple(filter(None, variables.get(OWN, "").split(",")))


def masked(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes without the variables' values, which only --detail shows."""
    return tuple(replace(c, fields=tuple(map(_masked, c.fields))) for c in changes)


def _masked(field: FieldChange) -> FieldChange:
    if not field.field.startswith(FIELD) or field.field.removeprefix(FIELD) in OURS:
        return field
    return replace(field, old=_mask(field.old), new=_mask(field.new))


def _mask(value: object) -> object:
    return MASK if isinstance(value, str) else value
