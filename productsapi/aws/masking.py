"""Masks the secrets that a call sent in the message of its failure.

AWS's validation quotes the value that it doesn't like, a password or a key's too (K10).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from productsapi.errors import AwsError, ProductsApiError

MASK = "***"
SHORTEST = 6
"""Of what is masked, as of a password: a shorter one would tear holes into any text."""
SECRET_TOO = {("CreateApiKey", "value")}
"""Secrets that botocore's models don't mark as such, by operation and parameter."""
NAMES = {"ClientIdType", "UsernameType"}
"""Shapes that the models mark, and that a message says nothing without."""


def mask(
    error: ProductsApiError, operation: str, shape: Any, params: Mapping[str, Any]
) -> ProductsApiError:
    """The same error without the secrets in `params`; `shape` is the operation's input."""
    secrets = sorted(set(_secrets(operation, shape, params)), key=len, reverse=True)
    for secret in secrets:
        error.message = error.message.replace(secret, MASK)
        error.hint = error.hint.replace(secret, MASK)
        if isinstance(error, AwsError):
            error.text = error.text.replace(secret, MASK)
    error.args = (error.message,)
    return error


def _secrets(operation: str, shape: Any, params: Mapping[str, Any]) -> Iterator[str]:
    members = shape.members if shape else {}
    for name, value in params.items():
        marked = (operation, name) in SECRET_TOO
        yield from _marked(members.get(name), value, marked=marked)


def _marked(shape: Any, value: Any, *, marked: bool) -> Iterator[str]:
    """The texts below `value` that the model, or a parent, marks as sensitive."""
    kind = shape.type_name if shape else ""
    if shape is not None and shape.name not in NAMES:
        marked = marked or bool(shape.metadata.get("sensitive"))
    if isinstance(value, str):
        if marked and len(value) >= SHORTEST:
            yield value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            inner = shape.members.get(name) if kind == "structure" else None
            yield from _marked(shape.value if kind == "map" else inner, each, marked=marked)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _marked(shape.member if kind == "list" else None, each, marked=marked)
