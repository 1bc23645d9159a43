"""The values that resources give each other, known or not yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from productsapi.engine.names import Output

Given = Mapping[Output, str]
"""Outputs with their values, as a read, a create or an update gives them."""


@dataclass(frozen=True)
class Unknown:
    """A value that only exists once the resource that gives it does."""

    name: Output

    def __str__(self) -> str:
        return "known after deploy"


class Outputs:
    """The named values that resources give each other: ids, ARNs, pointers."""

    def __init__(self, values: Given | None = None) -> None:
        self._values = dict(values or {})

    def __getitem__(self, name: Output) -> str | Unknown:
        return self._values.get(name) or Unknown(name)

    def get(self, name: Output) -> str | None:
        return self._values.get(name)

    def fill(self, template: str, name: Output) -> str | Unknown:
        """`template` with the named output in its place, or Unknown while it is."""
        value = self[name]
        return value if isinstance(value, Unknown) else template.format(**{name: value})

    def without(self, names: tuple[Output, ...]) -> Outputs:
        return Outputs({name: v for name, v in self._values.items() if name not in names})

    def only(self, names: tuple[Output, ...]) -> Outputs:
        return Outputs({name: v for name, v in self._values.items() if name in names})

    def as_dict(self) -> dict[Output, str]:
        return dict(self._values)


LOST = Output("an answer was lost for good")
"""The output set then: what was made may show up later, beside another one."""
