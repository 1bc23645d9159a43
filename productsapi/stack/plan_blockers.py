"""What a plan must not be carried out for, though it could be made."""

from __future__ import annotations

from datetime import date, datetime, timezone

from productsapi.config import Config, runtimes
from productsapi.engine.plan import Action, Change, Plan
from productsapi.engine.resource import Note, Ownership
from productsapi.errors import Held, Refused
from productsapi.stack import kinds
from productsapi.stack.function_settings import OtherTable

CHOICES = {
    kinds.TABLE: "table.name",
    kinds.FUNCTION: "functions.names",
    kinds.ROLE: "functions.names",
    kinds.LOG_GROUP: "functions.names",
    kinds.REST_API: "--api-id",
    kinds.USER_POOL: "--pool-id",
}
"""The setting by which one meets what is another stack's; all else is named for the stack."""


def runtime_warnings(config: Config, today: date | None = None) -> list[str]:
    """What AWS has announced for the configured runtime."""
    return runtimes.warnings(config.functions.runtime, today or _today())


def held_notes(plan: Plan, *, release_hold: bool) -> tuple[Note, ...]:
    """What a rollback went back from and this plan would make live again."""
    if not plan.on_hold:
        return ()
    what = ", ".join(plan.on_hold)
    if release_hold:
        text = f"made live again, though it was rolled back from: {what}"
        return (Note(text, warns=True),)
    way = "`productsapi deploy` stops, and with --release-hold makes it live again"
    return (Note(f"held, since it was rolled back from: {what}; {way}", warns=True),)


def refuse(
    plan: Plan,
    config: Config,
    *,
    allow_blocked_runtime: bool,
    release_hold: bool = False,
    today: date | None = None,
) -> None:
    """Raises Refused, before anything is changed, for what isn't ours or can't be changed.

    And Held for what was rolled back from.
    """
    if others := _other_tables(plan, config):
        raise Refused(
            f"nothing was changed: the stack works on the table {others}, and table.name is "
            f"{config.table.name}, where its products aren't",
            f"set table.name back to {others}; to move, `productsapi teardown` then, which keeps a "
            "table that holds items, deploy with the new name, and copy the items over",
        )
    if plan.refused:
        raise Refused(f"nothing was changed, since:\n  {_reasons(plan)}", _remediation_hint(plan))
    if plan.on_hold and not release_hold:
        raise Held(
            "nothing was changed: this would make live again what was rolled back from:\n  "
            + "\n  ".join(plan.on_hold),
            "fix that first; or `productsapi deploy --release-hold` makes it live again",
        )
    blocked = _blocked_runtime(plan, config, today or _today())
    if blocked and not allow_blocked_runtime:
        raise Refused(
            blocked,
            "set functions.runtime to a newer one; AWS has moved such dates before: "
            "--allow-blocked-runtime tries all the same",
        )


def _reasons(plan: Plan) -> str:
    """A line each, but what isn't ours for the same reason together, a line a kind."""
    reasons, together = [], dict[str, list[Change]]()
    for change in plan.refused:
        if why := _shared_reason(change):
            together.setdefault(why, []).append(change)
        else:
            reasons.append(change.reason)
    for why, changes in together.items():
        if len(changes) == 1:
            reasons.append(changes[0].reason)
        else:
            reasons.append(f"these exist and don't belong to this stack: {why}")
            reasons += _by_kind(changes)
    return "\n  ".join(reasons)


def _shared_reason(change: Change) -> str:
    if change.owner:
        return f"they belong to the stack {change.owner}"
    return "they carry no stack's tag" if change.ownership is Ownership.UNTAGGED else ""


def _by_kind(changes: list[Change]) -> list[str]:
    names: dict[str, list[str]] = {}
    for change in changes:
        which = f" (id {change.identity})" if change.identity else ""
        names.setdefault(change.key.kind, []).append(f"{change.key.name}{which}")
    return [f"  {kind}: {', '.join(of)}" for kind, of in names.items()]


def _remediation_hint(plan: Plan) -> str:
    """Never to remove what is there: it holds somebody's products, or serves somebody."""
    others = [change for change in plan.refused if change.ownership is Ownership.OTHER_STACK]
    ways = []
    if others:
        owners = " or ".join(sorted({change.owner for change in others if change.owner}))
        settings = ", ".join(
            dict.fromkeys(CHOICES.get(change.key.kind, "stack") for change in others)
        )
        ways.append(f"choose another {settings} in the configuration: what is there stays as it is")
        if owners:
            ways.append(f"if {owners} is the stack you mean, set stack to that")
    if plan.adoptable:
        ways.append("`productsapi deploy --adopt` takes over what belongs to no stack")
        if not others:
            ways.append("or give it another name")
    # else each reason names its own remedy
    return "; ".join(ways) or "do that, then repeat the command"


def _other_tables(plan: Plan, config: Config) -> str:
    """What the stack's functions work on, where the configured table isn't there or isn't ours.

    Where it is ours, their settings have drifted, and are repaired.
    """
    table = next((c for c in plan.changes if c.key == kinds.TABLE(config.table.name)), None)
    if table is None or (table.action is not Action.CREATE and table.ownership is Ownership.OURS):
        return ""
    return ", ".join(sorted({n.table for n in plan.notes if isinstance(n, OtherTable)}))


def _blocked_runtime(plan: Plan, config: Config, today: date) -> str | None:
    """Only a planned create or update meets AWS's refusal; tagging and removing are neither."""
    runtime = config.functions.runtime
    touched = [c for c in plan.to_do if c.key.kind in {kinds.FUNCTION, kinds.LIVE_CODE}]
    changes = [c for c in touched if c.changed != {"tags"} and c.action is not Action.DELETE]
    if any(c.action is Action.CREATE and c.key.kind == kinds.FUNCTION for c in changes):
        return runtimes.blocked(runtime, today, "create")
    return runtimes.blocked(runtime, today, "update") if changes else None


def _today() -> date:
    return datetime.now(timezone.utc).date()
