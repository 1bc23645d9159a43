"""Whether a rollback was planned on the present state: AWS's reads may be older than that.

A write never acts on an older state. So each alias, and the stage, is first set to the value that
was read. Lambda refuses that where the alias has a later revision (HTTP 412). API Gateway knows no
revisions, but its answer holds the stage's present state.
"""

from __future__ import annotations

from dataclasses import replace

from productsapi.aws.caller import Aws
from productsapi.engine.read import Reading
from productsapi.errors import NotFound, Outdated
from productsapi.releases.hold import DEFINITION, Hold, marked, parse, unmarked
from productsapi.releases.inventory import Past, Snapshot, snapshot
from productsapi.releases.metadata import no_rollback_metadata, parse_rollback_metadata
from productsapi.releases.rollback import Prepared, StaleRead
from productsapi.releases.switch import AliasMove, patch_stage, say, stage_fields
from productsapi.stack import ALIAS, Stack, revisions
from productsapi.stack.output_names import API_ID


def chosen_anew(first: Prepared, second: Prepared) -> bool:
    """Whether a second look shows a release in force that the first one didn't know of.

    A former one in force is another run's rollback, to what was chosen here too.
    """
    return bool(second.in_force and first.in_force and second.in_force > first.in_force)


def confirmed(stack: Stack, aws: Aws, prepared: Prepared, reading: Reading) -> Reading:
    """The reading of the moves, with the aliases' revisions as they are now. Raises StaleRead."""
    _confirm_stage(stack, aws, prepared.past, str(reading.outputs[API_ID]))
    observed = dict(reading.observed)
    for function, found in prepared.past.functions.items():
        alias = found.aliases[ALIAS]
        name, version = stack.function_name(function), alias["FunctionVersion"]
        where = {"FunctionName": name, "Name": ALIAS, "FunctionVersion": version}
        if said := alias.get("Description"):
            where["Description"] = said
        try:
            now = aws.call("lambda", "UpdateAlias", **where, **revisions.of(alias))
        except Outdated as error:
            raise StaleRead(error.operation, f"the alias {name}:{ALIAS}") from error
        key = AliasMove(stack, function, int(version), Hold()).key
        if key in observed:
            raw = {**alias, **revisions.of(now)}
            observed[key] = replace(observed[key], raw=raw)
    return replace(reading, observed=observed)


def _confirm_stage(stack: Stack, aws: Aws, past: Past, api_id: str) -> None:
    seen = past.stage or {}
    said = seen.get("description") or no_rollback_metadata(stack)
    now = patch_stage(aws, api_id, past.stage_name, [say(said)])
    fields = ("deployment", "canary")
    if any(stage_fields(now)[field] != stage_fields(seen)[field] for field in fields):
        served = _served(stack, aws, past, api_id, str(now.get("deploymentId")))
        if (right := _said_since(stack, past, said, served)) != said:
            patch_stage(aws, api_id, past.stage_name, [say(right)])
        raise StaleRead("UpdateStage", f"the stage {past.stage_name}")
    if past.served is None and _served(stack, aws, past, api_id, str(now.get("deploymentId"))):
        raise StaleRead("GetDeployments", "the API's deployments")


def _said_since(stack: Stack, past: Past, said: str, now: Snapshot | None) -> str:
    """What the stage must say that was just set to what it `said` before it was moved.

    A deploy that has gone forward since has ended the rollback. A rollback may hold what was seen
    to be served; where that isn't known, it is held.
    """
    hold, seen = parse(said), past.served
    forward = now is not None and seen is not None and now.age > seen.age
    if seen and not forward and not (now and now.metadata.definition == seen.metadata.definition):
        hold = hold.plus({DEFINITION: seen.metadata.definition}, stack.began.date())
    base = no_rollback_metadata(stack) if parse_rollback_metadata(said) else unmarked(said)
    return marked(base, hold)


def _served(stack: Stack, aws: Aws, past: Past, api_id: str, deployment_id: str) -> Snapshot | None:
    """What the stage serves now, if that is ours; a list that is as old as the stage lacks it."""
    known = next((each for each in past.deployments if each.id == deployment_id), None)
    if known:
        return known
    try:
        found = aws.call(
            "apigateway",
            "GetDeployment",
            restApiId=api_id,
            deploymentId=deployment_id,
            embed=["apisummary"],  # as it is asked for elsewhere
        )
    except NotFound:
        return None
    return snapshot(stack, found)
