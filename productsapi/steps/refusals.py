"""What a plan must not be carried out for, though it could be made."""

from __future__ import annotations

from datetime import date, datetime, timezone

from productsapi.config import Config, runtimes
from productsapi.engine.plan import Action, Plan
from productsapi.errors import Refused


def runtime_warnings(config: Config, today: date | None = None) -> list[str]:
    """What AWS has announced for the configured runtime."""
    return runtimes.warnings(config.functions.runtime, today or _today())


def refuse(
    plan: Plan, config: Config, *, allow_blocked_runtime: bool, today: date | None = None
) -> None:
    """Raises Refused, before anything is changed, for what isn't ours or can't be changed."""
    if plan.refused:
        reasons = "\n  ".join(change.reason for change in plan.refused)
        raise Refused(f"nothing was changed, since:\n  {reasons}", _way_out(plan))
    blocked = _blocked_runtime(plan, config, today or _today())
    if blocked and not allow_blocked_runtime:
        raise Refused(
            blocked,
            "set functions.runtime to a newer one; AWS has moved such dates before: "
            "--allow-blocked-runtime tries all the same",
        )


def _way_out(plan: Plan) -> str:
    if len(plan.adoptable) == len(plan.refused):
        return "`productsapi deploy --adopt` takes it over; or give it another name"
    return "give it another name in the configuration, or remove what is in the way"


def _blocked_runtime(plan: Plan, config: Config, today: date) -> str | None:
    """Only a planned create or update meets AWS's refusal; tagging is neither."""
    runtime = config.functions.runtime
    touched = [c for c in plan.to_do if c.key.startswith(("function ", "live code "))]
    changes = [c for c in touched if c.changed != {"tags"}]
    if any(c.action is Action.CREATE and c.key.startswith("function ") for c in changes):
        return runtimes.blocked(runtime, today, "create")
    return runtimes.blocked(runtime, today, "update") if changes else None


def _today() -> date:
    return datetime.now(timezone.utc).date()
