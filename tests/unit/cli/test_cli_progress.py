"""The steps while a plan is carried out: how far each is, how long, and what it waits for."""

from __future__ import annotations

import io

import pytest
from keys import key
from rich.console import Console

from productsapi.cli.progress import LiveReport, PlainReport
from productsapi.cli.progress_rows import AS_IT_SHOULD_BE, ProgressState, Row, rows
from productsapi.engine.plan import Action, Change, Plan
from productsapi.steps import STEPS

TABLE = Change("table", key("table T"), Action.CREATE)
FUNCTIONS = [Change("functions", key(f"function f{n}"), Action.CREATE) for n in (1, 2)]
ALARM = Change("monitoring", key("alarm a"), Action.CREATE)
PLAN = Plan((TABLE, *FUNCTIONS))
EDGES = {FUNCTIONS[0].key: frozenset({TABLE.key}), FUNCTIONS[1].key: frozenset({FUNCTIONS[0].key})}


def row(state: ProgressState, step: int, now: float = 10.0) -> Row:
    return rows(PLAN, EDGES, state, now)[step - 1]


def test_a_step_without_a_change_is_as_it_should_be() -> None:
    assert row(ProgressState(), 3) == Row("✓", "3 IAM permissions", "", None, AS_IT_SHOULD_BE)


def test_a_step_that_can_not_begin_says_after_what() -> None:
    assert row(ProgressState(), 2) == Row("·", "2 Lambda functions", "0/2", None, "after table T")
    assert row(ProgressState(ended={TABLE.key: 1.0}), 2).text == ""


def test_what_is_under_way_has_its_time_and_reason() -> None:
    began = {each.key: 4.0 for each in FUNCTIONS}
    state = ProgressState(began=began)
    assert row(state, 2) == Row(">", "2 Lambda functions", "0/2", 6.0, "function f1 and 1 more")
    state.waits[FUNCTIONS[1].key] = "Lambda is preparing f2"
    assert row(state, 2).text == "Lambda is preparing f2 and 1 more"


def test_the_time_of_a_step_that_is_done_stands_still() -> None:
    state = ProgressState(began={TABLE.key: 4.0}, ended={TABLE.key: 5.5})
    assert row(state, 1, now=99.0) == Row("✓", "1 DynamoDB table", "1/1", 1.5, "")


def test_a_step_that_failed_is_not_done() -> None:
    state = ProgressState(began={TABLE.key: 4.0}, ended={TABLE.key: 5.0}, failed={TABLE.key})
    assert (row(state, 1).mark, row(state, 1).count) == ("!", "0/1")


@pytest.mark.parametrize("width", [40, 80, 120])
def test_each_step_is_one_line_at_any_width(width: int) -> None:
    report = LiveReport(PLAN, EDGES)
    report.begun(TABLE)
    report.waiting(TABLE, "AWS is creating it, " * 20)
    console = Console(file=io.StringIO(), width=width, no_color=True)
    with console.capture() as captured:
        console.print(report.table())
    lines = captured.get().rstrip("\n").split("\n")
    assert len(lines) == 8, "seven steps and the total"
    assert all(len(line) <= width for line in lines)
    assert "…" in lines[0]


@pytest.mark.parametrize(("plan", "count"), [(PLAN, 7), (Plan((TABLE, ALARM)), len(STEPS))])
def test_a_line_counts_the_steps_that_are_shown(
    plan: Plan, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    report = PlainReport(plan)
    report.begun(TABLE)
    report.done(TABLE)
    assert capsys.readouterr().err.startswith(f"[1/{count}] table T: created in ")
