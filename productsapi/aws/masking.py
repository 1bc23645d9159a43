"""Masks the secrets that a call sends: in the message of its failure, and where the call is shown.

AWS's validation quotes the value that it doesn't like, a password or a key's too (K10).
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
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


def masked(
    operation: str, shape: Any, params: Mapping[str, Any], plain: Container[str] = ()
) -> dict[str, Any]:
    """A copy of `params` with each secret masked, however short it is.

    `plain` are the keys of maps, such as a function's variables, whose values are no secrets.
    """
    members = shape.members if shape else {}
    return {
        name: _masked(members.get(name), value, plain, secret=(operation, name) in SECRET_TOO)
        for name, value in params.items()
    }


def _masked(shape: Any, value: Any, plain: Container[str], *, secret: bool) -> Any:
    kind = shape.type_name if shape else ""
    if shape is not None and shape.name not in NAMES:
        secret = secret or bool(shape.metadata.get("sensitive"))
    if isinstance(value, Mapping):
        if kind == "map":
            return {
                name: each if name in plain else _masked(shape.value, each, plain, secret=secret)
                for name, each in value.items()
            }
        inner = shape.members if kind == "structure" else {}
        return {
            name: _masked(inner.get(name), each, plain, secret=secret)
            for name, each in value.items()
        }
    if isinstance(value, (list, tuple)):
        member = shape.member if kind == "list" else None
        return [_masked(member, each, plain, secret=secret) for each in value]
    return MASK if secret else value


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
