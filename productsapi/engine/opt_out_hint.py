"""The hint on an AWS refusal: the key that switches the refused resource off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from productsapi.engine.resource import Resource
from productsapi.errors import AccessDenied


@contextmanager
def with_opt_out_hint(resource: Resource) -> Iterator[None]:
    """Name, where the right is missing, the key that does without what it is missing for."""
    try:
        yield
    except AccessDenied as error:
        advice = f"set {resource.opt_out}"
        if resource.opt_out and advice not in error.hint:  # one refusal may meet several resources
            error.hint = f"{error.hint}; or {advice}" if error.hint else advice
        raise
