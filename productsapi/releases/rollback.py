"""A rollback: what is moved, and in which order; or why it is refused."""

from __future__ import annotations

from dataclasses import dataclass

from productsapi.aws.caller import Aws
from productsapi.engine.outputs import Outputs
from productsapi.engine.read import Reading
from productsapi.engine.resource import Resource
from productsapi.errors import Outdated, Refused
from productsapi.releases import metadata, rollback_holds
from productsapi.releases.history import Entry, History, history
from productsapi.releases.inventory import Past, Snapshot
from productsapi.releases.regressions import CurrentState, weaker_deployment, weaker_version
from productsapi.releases.switch import AliasMove, StageMove
from productsapi.routes import FUNCTIONS
from productsapi.stack import Stack, kinds
from productsapi.stack.api_tree import served_deployment, summary_in, summary_of
from productsapi.stack.option import Options, required
from productsapi.stack.output_names import API_ID, AUTHORIZER_ID, CLIENT_ID, SERVED_ID, USER_POOL_ID

LOOKED_AT = frozenset(
    {
        kinds.CATEGORY_INDEX,
        kinds.ROLE,
        kinds.APP_CLIENT,
        kinds.AUTHORIZER,
        kinds.STAGE,
        kinds.RELEASES,
    }
)
"""Kinds of resources that show what there is to go back to, and what that has to fit in with."""


HINT = "nothing was moved; repeat the command in a minute"


class StaleRead(Outdated):
    """What was read is older than the present state. Nothing was moved: read and choose again."""

    def __init__(self, operation: str, what: str) -> None:
        text = f"what AWS returned for {what} is older than its present state"
        super().__init__(operation, "Older", text, HINT)


@dataclass(frozen=True)
class Prepared:
    """The release that is gone back to, and what has to be where for that."""

    entry: Entry
    moves: tuple[Resource, ...]
    past: Past
    """What it was chosen by."""
    in_force: metadata.Release | None
    released: tuple[str, ...] = ()
    """What was held and is served again, since it was asked for by name."""
    on_hold: tuple[str, ...] = ()
    """What is rolled back from: no deploy makes it live again unasked."""


def past_of(stack: Stack, reading: Reading) -> Past:
    """Raises Refused where nothing is deployed."""
    observed = reading.observed.get(kinds.RELEASES(stack.config.stack))
    if observed is None or not reading.outputs.get(API_ID):
        raise Refused("nothing is deployed here", "`productsapi deploy` makes the first release")
    past: Past = observed.raw["past"]
    return past


def prepare(
    stack: Stack, options: Options, aws: Aws, reading: Reading, asked: str | None
) -> Prepared:
    """Raises Refused where there is no such release, or it protects less than today's.

    And StaleRead where one answer of Lambda's is older than another: what is served isn't listed.
    """
    past = past_of(stack, reading)
    if any(found.unlisted for found in past.functions.values()):
        raise StaleRead("ListVersionsByFunction", "the versions")
    known = history(past, stack.config.releases.keep)
    entry = known.find(asked)
    if past.stage is None or any(found.live is None for found in past.functions.values()):
        raise Refused(
            "not all of the stack is served now, so it is unknown what a rollback would change",
            "`productsapi deploy` repairs that first",
        )
    today = _today(stack, options, reading)
    reasons = [
        *_weaker_versions(stack, past, entry, today),
        *_weaker_deployment(aws, entry.state.deployment, reading.outputs, today),
    ]
    if reasons:
        raise Refused(
            f"the release of {entry.release} is less protected than the current release, or "
            "depends on something that no longer exists:\n  " + "\n  ".join(reasons),
            "choose another from `productsapi history`; or change the configuration or the code, "
            "and `productsapi deploy`",
        )
    moves = _moves(stack, str(reading.outputs[API_ID]), past, known, entry)
    held = rollback_holds.rolled_back_from(past, entry.state)
    return Prepared(entry, moves, past, known.in_force, entry.on_hold, held)


def _moves(
    stack: Stack, api_id: str, past: Past, known: History, entry: Entry
) -> tuple[Resource, ...]:
    """Back: the stage first, so that what callers meet in between is what they met in the deploy.

    A deploy makes new code live before it moves the stage to what needs that code. So does a way
    forward, also to a release that is in force in part, since another way there was cut short.
    """
    own = metadata.release(stack, None)
    newest = entry.release == past.releases[-1]
    rollback = None if newest else metadata.Rollback(entry.release, own)
    versions = {f: entry.state.versions[f].number for f in FUNCTIONS}
    served = entry.state.deployment.id
    after = rollback_holds.after_a_move(stack, past, entry.state)
    if known.in_force and entry.release >= known.in_force:
        aliases = [AliasMove(stack, f, versions[f], after.functions[f]) for f in FUNCTIONS]
        keys = tuple(alias.key for alias in aliases)
        return (*aliases, StageMove(stack, api_id, served, rollback, after.definition, keys))
    stage = StageMove(stack, api_id, served, rollback, after.definition)
    aliases = [
        AliasMove(stack, f, versions[f], after.functions[f], (stage.key,)) for f in FUNCTIONS
    ]
    return (stage, *aliases)


def _weaker_versions(stack: Stack, past: Past, entry: Entry, today: CurrentState) -> list[str]:
    """Of the functions that are moved; the others protect as they do today."""
    reasons = []
    for function, then in entry.state.versions.items():
        live = past.functions[function].live
        if live and live is not then:
            name = stack.function_name(function)
            reasons += weaker_version(name, then, live.configuration, today)
    return reasons


def _weaker_deployment(
    aws: Aws, then: Snapshot, outputs: Outputs, today: CurrentState
) -> list[str]:
    """Where another one is served."""
    served_id = outputs.get(SERVED_ID)
    if then.id == served_id:
        return []
    api_id = str(outputs[API_ID])
    served = served_deployment(aws, api_id, served_id) if served_id else None
    return weaker_deployment(
        then, summary_of(aws, api_id, then.id), summary_in(served or {}), today
    )


def _today(stack: Stack, options: Options, reading: Reading) -> CurrentState:
    outputs = reading.outputs
    index = reading.observed.get(kinds.CATEGORY_INDEX(stack.config.table.name))
    roles = [f for f in FUNCTIONS if kinds.ROLE(stack.role_name(f)) in reading.observed]
    return CurrentState(
        outputs.get(CLIENT_ID),
        metadata.external_dependencies(
            stack, outputs.get(AUTHORIZER_ID), outputs.get(USER_POOL_ID)
        ),
        frozenset(stack.role_arn(function) for function in roles),
        bool(index and index.fields["keys"]),
        reports_locks=not stack.location.local,
        required=required(options, stack, reading),
    )
