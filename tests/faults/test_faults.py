"""A sample of the fault bench and of the race; `python tests/faults/bench.py` runs all of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

import fault_path  # noqa: F401
import pytest
from fault_bench import Bench, Case, Judged, Recording, new_bench
from fault_inventory import inventory
from fault_judge import afterwards
from fault_kinds import Kind
from fault_phases import PHASES
from fault_report import line
from fault_world import World
from race import race

SAMPLE = (
    ("fresh", Kind.CUT_AFTER, "CreateRestApi"),
    ("fresh", Kind.CUT_AFTER, "CreateUserPool"),
    ("fresh", Kind.CUT_AFTER, "CreateUserPoolClient"),
    ("fresh", Kind.CUT_AFTER, "CreateAuthorizer"),
    ("fresh", Kind.CUT_AFTER, "CreateDeployment"),
    ("fresh", Kind.TIMED_OUT, "CreateRestApi"),
    ("fresh", Kind.KILLED_AFTER, "CreateUserPool"),
    ("fresh", Kind.DENIED, "GetRole"),
    ("change", Kind.KILLED_BEFORE, "UpdateStage"),
    ("change", Kind.DENIED, "UpdateFunctionConfiguration"),
    ("change", Kind.CTRL_C, "UpdateAlias"),
    ("teardown", Kind.THROTTLED, "DeleteRestApi"),
    ("teardown", Kind.KILLED_AFTER, "DeleteStage"),
)
"""Always these: what AWS makes twice, a kill in the middle, a right that lacks, a known quota."""

ROUNDS = 3


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with new_bench(tmp_path_factory.mktemp("faults"), os.cpu_count() or 1) as bench:
        yield bench


@pytest.fixture(scope="module")
def recordings(bench: Bench) -> Mapping[str, Recording]:
    return bench.record(PHASES, times=1)


@pytest.fixture(scope="module")
def judged(bench: Bench, recordings: Mapping[str, Recording]) -> list[Judged]:
    """All of the sample, side by side."""
    cases = [_case(recordings[phase], kind, operation) for phase, kind, operation in SAMPLE]
    return list(bench.run(cases, recordings))


def _case(recording: Recording, kind: Kind, operation: str) -> Case:
    for case in recording.cases():
        if (case.fault.kind, case.fault.key.operation) == (kind, operation):
            return case
    raise AssertionError(f"an undisturbed {recording.phase.name} makes no {operation}")


@pytest.mark.parametrize(("phase", "kind", "operation"), SAMPLE)
def test_broken_it_ends_clearly_and_is_put_right_next(
    judged: list[Judged], phase: str, kind: Kind, operation: str
) -> None:
    sought = phase, kind, operation
    (found,) = [
        each
        for each in judged
        if (each.case.phase.name, each.case.fault.kind, each.case.fault.key.operation) == sought
    ]
    assert not found.problems, line(1, 1, found)


def test_two_deploys_at_once_leave_one_of_everything(
    bench: Bench, recordings: Mapping[str, Recording]
) -> None:
    rounds = race(bench, ROUNDS, recordings["fresh"].expected, late=False)
    failed = [str(each) for each in rounds if each.problems]
    assert not failed, "\n".join(failed)


def test_every_call_is_named_as_aws_names_it(recordings: Mapping[str, Recording]) -> None:
    """Else calls of one URL would count as one, and a reading one could pass for a changing one."""
    keys = [key for recording in recordings.values() for key in recording.keys]
    assert len(keys) > 100
    assert [str(key) for key in keys if not key.operation.isalnum()] == []


def test_the_bench_sees_what_is_twice_missing_or_left(
    bench: Bench, recordings: Mapping[str, Recording]
) -> None:
    def look(world: World, _item: int) -> list[str]:
        world.stand(bench.undisturbed)
        account, expected = world.account, recordings["fresh"].expected
        assert list(afterwards(inventory(account), expected)) == []
        gateway = account.client("apigateway")
        (api,) = gateway.get_rest_apis()["items"]
        gateway.create_rest_api(name=api["name"])
        gateway.create_deployment(restApiId=api["id"], description="productsapi x " + 32 * "0")
        (group, *_) = account.client("logs").describe_log_groups()["logGroups"]
        account.client("logs").delete_log_group(logGroupName=group["logGroupName"])
        account.client("ssm").put_parameter(Name="/lock", Value="left", Type="String")
        return list(afterwards(inventory(account), expected))

    ((_, seen),) = bench.side_by_side(look, [0])
    reported = "\n".join(seen)
    assert "+ api {api ProductsAPI}: name" in reported
    assert "deployments of {api ProductsAPI}: " in reported
    assert "- log group " in reported
    assert '+ ssm Name = "/lock"' in reported
