"""Each right by itself: without it a command is refused, and says which one it lacks.

The suite takes the changing calls of a fresh deploy. All of them, some minutes long, with the
result written to POLICY.md beside this file:

    PRODUCTSAPI_POLICY_ALL=1 .venv/bin/pytest -n 0 tests/e2e/test_e2e_policy_each.py
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest
from e2e_cloud import Clouds
from e2e_project import Project, lent_cloud
from policy_growth import Growth, line
from policy_scenes import Scenes
from policy_user import new_holder

from productsapi.operator_policy import TABLE, Job
from productsapi.operator_policy.document import covers

ALL = os.environ.get("PRODUCTSAPI_POLICY_ALL")
SAMPLE = (
    "CreateTable", "PutRolePolicy", "CreateFunction", "AddPermission", "CreateRestApi",
    "CreateDeployment", "PutGatewayResponse", "CreateUserPoolClient",
)  # fmt: skip
RESULT = Path(__file__).with_name("POLICY.md")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, clouds: Clouds) -> Iterator[Project]:
    with lent_cloud(tmp_path_factory.mktemp("each"), clouds) as (project, _):
        yield project


@pytest.fixture
def growth(project: Project) -> Growth:
    endpoint = project.run("local", "up").out.strip()
    return Growth(project, new_holder(endpoint, []), (Job.DEPLOY,))


def a_fresh_deploy_names_each_right_that_it_lacks(
    growth: Growth,
) -> None:
    """One after the other, as the messages say, all others being there."""
    own = [right for right in growth.lines() if not right.carrying]
    taken = {line(right) for right in own if right.operation in SAMPLE}
    growth.given = {line(right) for right in growth.lines()} - taken
    found = growth.run("deploy", "--yes")
    assert sorted(found) == sorted(taken)


def every_right_enforced_here_is_named_where_it_lacks(growth: Growth) -> None:
    scenes = Scenes(growth)
    scenes.play()
    enforced = {line(right) for right in TABLE if not right.carrying}
    covered = {
        line(one)
        for one, other in permutations([r for r in TABLE if r.service == "apigateway"], 2)
        if one.action == other.action
        and not (one.carrying or other.carrying)
        and one.on(scenes.scope) != other.on(scenes.scope)
        and covers(other.on(scenes.scope)[0], one.on(scenes.scope)[0])
    }
    proven = {*scenes.named, *scenes.reported}
    left = enforced - proven - covered
    RESULT.write_text(scenes.report(sorted(covered - proven), sorted(left)), "utf-8")
    assert left <= scenes.unreached.keys()


if ALL:
    test_every_right_enforced_here_is_named_where_it_lacks = (
        every_right_enforced_here_is_named_where_it_lacks
    )
else:
    test_a_fresh_deploy_names_each_right_that_it_lacks = (
        a_fresh_deploy_names_each_right_that_it_lacks
    )
