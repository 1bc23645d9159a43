"""A plan as the `aws` commands that would carry it out: to read, to learn from, or as a script.

The real steps are run over calls that are recorded instead of sent (aws/recorded_calls.py), so what
is shown here is what a deploy sends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from productsapi.aws.caller import Aws
from productsapi.aws.recorded_calls import PLACEHOLDER, RecordedCalls, Sent
from productsapi.engine.apply import carry_out
from productsapi.engine.graph import making_edges
from productsapi.engine.names import Key, Output
from productsapi.engine.outputs import Outputs
from productsapi.engine.plan import Change, Plan
from productsapi.engine.read import Reading
from productsapi.engine.resource import Resource
from productsapi.errors import CredentialsError, Interrupted, ProductsApiError
from productsapi.releases import hold
from productsapi.stack.output_names import DEPLOYMENT_ID
from productsapi.steps.deployment import Deployment

DEFINITION = "DEFINITION"
"""The variable for what a deployment is known by: a hash of all that it freezes."""


@dataclass(frozen=True)
class Line:
    """One call, and the change that it is a part of."""

    change: Change
    sent: Sent


@dataclass(frozen=True)
class Guide:
    """The calls in the order in which AWS must get them.

    `variables` maps each placeholder to what a shell writes in its place; `definition` is what the
    variable DEFINITION is the hash of. `not_shown` are changes whose calls depend on what AWS
    returns.
    """

    lines: tuple[Line, ...]
    variables: Mapping[str, str]
    definition: str = ""
    not_shown: tuple[tuple[Change, str], ...] = ()


def guide(plan: Plan, resources: Iterable[Resource], reading: Reading, aws: Aws) -> Guide:
    """What carrying out `plan` would send, one call after another; nothing is changed.

    Raises CredentialsError, Interrupted where what is there can't be looked at any more.
    """
    resources = [*resources, *reading.orphans]
    recorded, lines, not_shown = RecordedCalls(), list[Line](), list[tuple[Change, str]]()
    recording = Aws(recorded.over(aws.clients), aws.location, pause=lambda _seconds: None)
    outputs, definition = reading.outputs.as_dict(), ""
    for resource in _step_by_step(resources, plan):
        change, before = plan[resource.key], len(recorded.sent)
        known, seen = Outputs(outputs), reading.get(resource)
        try:
            given = carry_out(change, resource, seen, recording, known)
        except (CredentialsError, Interrupted):
            raise
        except (ProductsApiError, KeyError, TypeError) as error:
            reason = error.message if isinstance(error, ProductsApiError) else ""
            not_shown.append((change, reason or "it depends on what AWS returns"))
        else:
            outputs.update(given)
            if isinstance(resource, Deployment) and DEPLOYMENT_ID in given:
                definition = resource.definition(known)
        lines += [Line(change, call) for call in recorded.sent[before:]]
    variables = _variables(lines, definition, outputs)
    if not PLACEHOLDER.search(definition):
        return Guide(tuple(lines), variables, not_shown=tuple(not_shown))
    hashed = {outputs[hold.SERVED]: f"${DEFINITION}"}
    return Guide(tuple(lines), {**variables, **hashed}, definition, tuple(not_shown))


def _variables(
    lines: Iterable[Line], definition: str, outputs: Mapping[Output, str]
) -> dict[str, str]:
    """How a shell writes each placeholder in use: `$API_ID`, named after the output that it is.

    Of a value with a prefix the placeholder is what follows it: `${ROLE_ID_OF_GET#AROA}`.
    """
    named = {value: name for name, value in outputs.items()}
    used = {*PLACEHOLDER.findall(definition)}
    used.update(token for line in lines for token in PLACEHOLDER.findall(repr(line.sent.params)))
    found: dict[str, str] = {}
    for line in lines:
        for each in line.sent.gives:
            name = named.get(Output(each.prefix + each.token), f"{line.change.key} {each.query}")
            variable = re.sub("[^A-Z0-9]+", "_", name.upper()).strip("_")
            if each.token in used:
                found[each.token] = (
                    f"${{{variable}#{each.prefix}}}" if each.prefix else f"${variable}"
                )
    return found


def _step_by_step(resources: list[Resource], plan: Plan) -> Iterator[Resource]:
    """What there is to do, after what it depends on, and as long as possible of one step."""
    edges, busy = making_edges(resources), {change.key for change in plan.to_do}
    left, placed, step = list(resources), set[Key](), ""
    while left:
        ready = [resource for resource in left if edges[resource.key] <= placed]
        ready.sort(key=lambda r: (r.key in busy, r.step != step))
        chosen = ready[0]
        left.remove(chosen)
        placed.add(chosen.key)
        if chosen.key in busy:
            step = chosen.step
            yield chosen
