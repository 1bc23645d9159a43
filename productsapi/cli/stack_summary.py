"""The state of a stack, in short: one line on the whole, what is off, and what differs. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from productsapi.cli.plan_summary import Line, lines
from productsapi.config import Config
from productsapi.engine.plan import Action, Plan
from productsapi.options.registry import OPTIONS
from productsapi.wording import in_a_row, plural

STATES: Mapping[Action, tuple[str, str | None]] = {
    Action.CREATE: ("missing", "yellow"),
    Action.UPDATE: ("drifted", "red"),
    Action.UNCHANGED: ("there", "green"),
    Action.DELETE: ("left over", "red"),
    Action.REFUSE: ("in the way", "red"),
}
"""What a resource's planned change says of its state, and its colour."""
OFF = ("off", None)
"""The state of what is there only as a setting that is off, or as a look that found nothing."""


def headline(stack: str, location: str, plan: Plan) -> str:
    """The whole in one line. What isn't there, and isn't wanted, is no part."""
    actions = [c.action for c in plan.changes if c.action in STATES]
    right = actions.count(Action.UNCHANGED)
    if actions.count(Action.CREATE) == len(actions):
        text = "nothing is there"
    elif right == len(actions):
        text = f"all {plural(right, 'part')} as configured"
    else:
        text = f"{right} of {plural(len(actions), 'part')} as configured"
    return f"{stack} on {location}: {text}"


def differing(plan: Plan) -> list[Line]:
    """What isn't as configured, in the lines of a plan."""
    return [line for line in lines(plan) if line.action in STATES]


def off(config: Config) -> str:
    """What the configuration leaves out, of all that can be had; empty where that is nothing."""
    protected = {
        "the table": config.table.deletion_protection,
        "the user pool": config.user_pool.deletion_protection,
    }
    unprotected = [what for what, on in protected.items() if not on]
    switches: Mapping[str, Any] = {
        "backups": config.table.point_in_time_recovery,
        f"protection of {in_a_row(unprotected or ['all'])}": not unprotected,
        **{option.title: option.on(config) for option in OPTIONS if option.title},
    }
    return ", ".join(name for name, on in switches.items() if not on)


def is_empty(fields: Mapping[str, Any]) -> bool:
    """Whether what was found is only that a setting is off, or that there is nothing of a kind."""
    return not any(
        is_empty(value) is False if isinstance(value, Mapping) else value
        for value in fields.values()
    )
