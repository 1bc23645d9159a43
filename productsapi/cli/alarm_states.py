"""What watches the stack, and whether it reports something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from productsapi.cli.wrapping import say

if TYPE_CHECKING:
    from productsapi.engine.read import Reading
    from productsapi.stack import Stack
    from productsapi.stack.option import State


def states(stack: Stack, reading: Reading) -> dict[str, State]:
    """Of all options that watch."""
    from productsapi.options.registry import OPTIONS

    watching = (option.states for option in OPTIONS if option.states)
    return {name: state for each in watching for name, state in each(stack, reading).items()}


def print_states(found: Mapping[str, State]) -> None:
    """Those that report something, a line each, and how many there are of the others."""
    for name, state in found.items():
        if state.alarming:
            say(f"! {state.value} {name}: {state.text}", err=False, fg="red")
    if found:
        counts = Counter(state.value for state in found.values())
        text = ", ".join(f"{number} {value}" for value, number in sorted(counts.items()))
        say(f"Alarms:        {text}", err=False, hang=15)
