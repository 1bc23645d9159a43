"""The short way of code that was saved: a version of it, and the alias moved to that.

A whole deploy looks at everything that a stack consists of. Where only sources were saved, and what
the functions serve is as that deploy left it, their code is all that has to be looked at.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from productsapi import function_code
from productsapi.aws.caller import Aws
from productsapi.dev import changes
from productsapi.dev.changes import Live
from productsapi.engine.apply import Applied, Report, apply
from productsapi.engine.outputs import Outputs
from productsapi.engine.plan import Action, Plan, plan
from productsapi.engine.read import Reading, read
from productsapi.engine.resource import Resource
from productsapi.options.registry import resources
from productsapi.stack import Stack
from productsapi.steps.code import LiveCode

CODE = frozenset({"code_sha256", "latest_code_sha256"})
"""The fields in which a version differs that only has other code."""


@dataclass(frozen=True)
class CodeUpdate:
    """A plan for the code of some functions. Not `short` where something else differs too."""

    plan: Plan
    resources: tuple[Resource, ...]
    reading: Reading

    @property
    def short(self) -> bool:
        return not self.plan.refused and all(
            change.action is Action.UPDATE and change.changed <= CODE and not change.on_hold
            for change in self.plan.to_do
        )

    def apply(self, aws: Aws, report: Report) -> Applied:
        return apply(self.plan, self.resources, self.reading, aws, report)


def planned(
    stack: Stack, aws: Aws, live: Live, known: Outputs, functions: Collection[str]
) -> CodeUpdate:
    """Look at these functions; `known` are the ids that the last whole look has found.

    Raises ConfigError where a source that was changed can't be read.
    """
    config = stack.config
    made_of = tuple(
        each
        for each in resources(stack)
        if isinstance(each, LiveCode) and each.function in functions
    )
    changed = changes.files(config, live.code, stack.code)
    with function_code.checking(config, stack.code, changed):
        found = read(made_of, aws)
    outputs = Outputs({**known.as_dict(), **found.outputs.as_dict()})
    reading = replace(found, outputs=outputs)
    return CodeUpdate(plan(made_of, reading), made_of, reading)
