"""What a run's time line shows: each call, and when none was under way."""

from __future__ import annotations

from aws_calls import Request
from aws_model import Model
from aws_proxy import Call, Proxy
from aws_times import Times
from contenders import Timed
from runs import Run, by_call
from timeline import timeline

RUN = Timed(began=100.0, ended=102.0)
CALLS = [
    Call(Request("iam", "CreateRole", {"RoleName": "reader"}), 100.3, 100.4, 0.08, 200),
    Call(Request("sts", "GetCallerIdentity", {}), 100.2, 100.29, 0.08, 200),
    Call(Request("lambda", "CreateFunction", {}), 101.0, 101.6, 0.6, 400, "NotYet"),
]


def test_calls_stand_in_order_with_their_gaps() -> None:
    reported = [line.split("|")[0].split() for line in timeline(CALLS, RUN)][1:]
    assert [words[:3] for words in reported] == [
        ["0.00", "0.20", "--"],
        ["0.20", "0.09", "GetCallerIdentity"],
        ["0.30", "0.10", "*CreateRole"],
        ["0.40", "0.60", "--"],
        ["1.00", "0.60", "*CreateFunction"],
        ["1.60", "0.40", "--"],
    ]
    assert reported[4][-1] == "NotYet"


def run_of(model: Model) -> Run:
    proxy = Proxy(1)
    proxy.model = model
    proxy.calls += CALLS
    return Run.of("productsapi", "teardown", RUN, {"roles": 1}, proxy)


def test_runs_are_told_apart_by_what_a_call_took() -> None:
    near, far = run_of(Model()), run_of(Model(Times(0.25)))
    assert by_call([near, far, near]) == {0.08: [near, near], 0.25: [far]}


def test_a_run_counts_calls_and_the_time_around_them() -> None:
    run = run_of(Model())
    assert (run.reading, run.changing, run.refused) == (1, 2, {"CreateFunction NotYet": 1})
    assert [round(s, 2) for s in (run.to_first_call, run.to_second_call)] == [0.2, 0.3]
    assert round(run.after_last_call, 2) == 0.4
    assert round(run.late, 2) == 0.02
    assert run.left == {"roles": 1}
