"""The critical path: what no order of calls can avoid."""

from __future__ import annotations

import pytest
from critical_path import Node, critical_path, without_lease
from needs import SCENARIOS, nodes


def names(table: list[Node]) -> list[str]:
    return [node.name for node in critical_path(table).nodes]


def test_the_chain_that_ends_last_is_found() -> None:
    table = [
        Node("start", 1),
        Node("short", 0.1, ("start",)),
        Node("shorter", 0.1, ("short",)),
        Node("long", 5, ("start",)),
        Node("end", 1, ("shorter", "long")),
        Node("beside", 2, ("start",)),
    ]
    assert names(table) == ["start", "long", "end"]
    assert critical_path(table).seconds == pytest.approx(7)


def test_a_need_that_nothing_meets_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="end needs middle"):
        critical_path([Node("start", 1), Node("end", 1, ("start", "middle"))])


def test_without_the_lease_calls_cost_nothing_in_order() -> None:
    table = [Node("look", 1), Node("lease", 2, ("look",), lease=True), Node("do", 3, ("lease",))]
    assert critical_path(table).seconds == pytest.approx(6)
    assert critical_path(without_lease(table)).seconds == pytest.approx(4)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_goes_from_python_to_its_waits(
    scenario: str,
) -> None:
    """Only the last node is needed by none: nothing is begun whose end isn't waited for."""
    table = nodes(scenario, start=0.3, clients=0.2)
    assert names(table)[0] == "start of Python"
    needed = {need for node in table for need in node.needs}
    assert [node.name for node in table if node.name not in needed] == [table[-1].name]


def test_deploys_hang_on_the_role_or_the_function() -> None:
    assert {"role not assumable", "function Pending"} < set(
        names(nodes("fresh", 0.3, 0.2, {"role not assumable": 10}))
    )
    assert "update InProgress" in names(nodes("code", 0.3, 0.2))


def test_a_lease_is_taken_and_given_back_round_changes() -> None:
    for scenario in SCENARIOS:
        leased = [node.name for node in nodes(scenario, 0.3, 0.2) if node.lease]
        taken = ["PutParameter (lease)", "look again", "PutParameter (lease given back)"]
        assert leased == ([] if scenario == "nothing" else taken)


def test_farther_away_each_call_takes_longer() -> None:
    here, there = (critical_path(nodes("nothing", 0.3, 0.0, seconds=s)) for s in (0.08, 0.25))
    assert there.seconds - here.seconds == pytest.approx(3 * 0.17)
