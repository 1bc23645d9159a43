"""A guide's commands are what a deploy sends, and a script of them can be run."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sources import PACKAGE
from steps_world import Call, World

from productsapi import packaging
from productsapi.aws.recorded_calls import LOOK
from productsapi.engine.plan import Plan, plan
from productsapi.errors import Refused
from productsapi.operations.guide import DEFINITION, Guide, guide
from productsapi.operations.guide.script import script
from productsapi.operations.guide.script_parts import HASHED, PACKING
from productsapi.operations.guide.sentences import SENTENCES
from productsapi.operations.guide.shell import filled, shell, variable
from productsapi.operations.guide.text import subject, text
from productsapi.options.registry import resources
from productsapi.stack import Stack
from productsapi.steps import STEPS

SOURCES = PACKAGE.parent / "lambda_src"
BASH = "/bin/bash"
OPTIONS: dict[str, Any] = {
    "table": {"category_index": True, "point_in_time_recovery": True, "deletion_protection": True},
    "monitoring": {"alarms": True, "email": "a@example.com", "dashboard": True},
    "limits": {"concurrency": 5},
    "tags": {"team": "it's $HOME"},
}
RENAMED: dict[str, Any] = {
    "functions": {"memory_mb": 512},
    "user_pool": {"password_length": 12, "id_token_minutes": 30},
    "limits": {"rate": 60},
    "api": {"cors_origin": "https://example.com"},
}


def reported(world: World, stack: Stack) -> tuple[Guide, Plan]:
    made_of, reading = resources(stack), world.look(stack)
    planned = plan(made_of, reading)
    return guide(planned, made_of, reading, world.aws), planned


def values(found: Guide, outputs: dict[str, str]) -> dict[str, str]:
    """By placeholder, what AWS gave in its place when it was done."""
    given = {re.sub("[^A-Z0-9]+", "_", n.upper()).strip("_"): v for n, v in outputs.items()}
    ids = {
        token: given[variable(reference)].removeprefix("AROA" if "#" in reference else "")
        for token, reference in found.variables.items()
        if reference != f"${DEFINITION}"
    }
    digest = hashlib.sha256(put_in(found.definition, ids).encode()).hexdigest()[:32]
    return ids | {t: digest for t, r in found.variables.items() if r == f"${DEFINITION}"}


def put_in(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, str):
        return re.sub("|".join(ids), lambda token: ids[token[0]], value) if ids else value
    if isinstance(value, dict):
        return {name: put_in(each, ids) for name, each in value.items() if name != "RevisionId"}
    return [put_in(each, ids) for each in value] if isinstance(value, list) else value


def comparable(calls: list[Call], ids: dict[str, str]) -> list[str]:
    """In one order: a deploy makes them side by side."""
    return sorted(f"{call.operation} {put_in(call.params, ids)}" for call in calls)


def in_bash(words: str) -> str:
    return subprocess.run([BASH, "-c", words], capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize(
    ("before", "now"), [(None, {}), (None, OPTIONS), ({}, RENAMED), ({}, OPTIONS)]
)
def test_a_guide_shows_what_a_deploy_sends(
    world: World, before: dict[str, Any] | None, now: dict[str, Any]
) -> None:
    world.fill_gaps()
    if before is not None:
        world.deploy(world.stack(**before))
    stack = world.stack(**now)
    world.forget_calls()
    found, _ = reported(world, stack)
    assert not world.changing
    index_later = before is not None and now is OPTIONS
    assert [change.key for change, _ in found.not_shown] == (
        [f"category index {stack.config.table.name}"] if index_later else []
    )
    world.forget_calls()
    outputs = world.deploy(stack).outputs.as_dict()
    sent = [Call(s.operation, dict(s.params)) for line in found.lines
            if not LOOK.fullmatch((s := line.sent).operation) and not s.wait]  # fmt: skip
    done = [call for call in world.wire.calls if call.changing]
    assert comparable(sent, values(found, outputs)) == comparable(done, {})


def test_waits_follow_what_they_are_for(world: World) -> None:
    found, _ = reported(world, world.stack())
    lines = [shell(line, found.variables) for line in found.lines]
    waits = [(before, each) for before, each in pairwise(lines)
             if " wait " in each]  # fmt: skip
    assert len(waits) == 1 + 4 + 4
    assert all("create-table" in b or "create-function" in b or "publish-version" in b
               for b, _ in waits)  # fmt: skip


def test_each_id_is_given_before_it_is_used(world: World) -> None:
    found, _ = reported(world, world.stack())
    known: set[str] = set()
    for line in found.lines:
        shown = shell(line, found.variables)
        used = set(re.findall(r'"\$\{?([A-Z_]+)', shown.partition("=$(")[2] or shown))
        assert used <= {*known, DEFINITION}, shown
        known |= {variable(found.variables[g.token]) for g in line.sent.gives
                  if g.token in found.variables}  # fmt: skip
    assert {"API_ID", "USER_POOL_ID", "CLIENT_ID", "ROLE_ID_OF_GET"} <= known


def test_each_parameter_is_one_that_aws_knows(world: World) -> None:
    found, _ = reported(world, world.stack(**OPTIONS))
    for line in found.lines:
        assert line.sent.params.keys() <= line.sent.shape.members.keys(), line.sent.operation


def test_a_guide_has_the_manual_one_s_headings(world: World) -> None:
    found, _ = reported(world, world.stack())
    shown = text(found, "shop")
    headings = re.findall(r"^#### (.*)", shown, re.MULTILINE)
    assert headings == [f"{n}. {step.title}" for n, step in enumerate(STEPS[:7], 1)]
    numbers = [int(n) for n in re.findall(r"^# (\d+)\. ", shown, re.MULTILINE)]
    assert sorted(numbers) == list(range(1, len(found.lines) + 1))


def test_a_guide_for_nothing_says_so(deployed: World) -> None:
    found, _ = reported(deployed, deployed.stack())
    assert text(found, "shop").count("# Nothing to do.") == len(STEPS[:7])


def test_each_call_of_the_steps_has_its_sentence() -> None:
    """But for what only a teardown does, and what brings new rights in force."""
    rooms = ("steps", "options", "stack", "releases")
    sources = [path.read_text("utf-8") for room in rooms for path in (PACKAGE / room).rglob("*.py")]
    pattern = re.compile(r'\.call\(\s*"[a-z-]+",\s*"([A-Z]\w+)"')
    calls = {name for source in sources for name in pattern.findall(source)}
    assert len(calls) > len(STEPS)
    assert {c for c in calls if not LOOK.fullmatch(c)} - SENTENCES.keys() == {
        "DeleteTable",
        "Invoke",
    }


def test_each_wait_has_its_sentence(world: World) -> None:
    found, _ = reported(world, world.stack(**OPTIONS))
    waits = {subject(line) for line in found.lines if line.sent.wait}
    assert len(waits) > 1
    assert waits <= SENTENCES.keys()


def test_a_word_keeps_its_meaning_round_variables() -> None:
    line = filled("it's $X:KEY/*", {"KEY": "${A#AROA}"})
    done = subprocess.run(
        [BASH, "-c", f"A=AROAb; printf %s {line}"], capture_output=True, check=True
    )
    assert done.stdout.decode() == "it's $X:b/*"


@pytest.mark.parametrize("changes", [{}, OPTIONS])
def test_a_script_is_one_for_bash(world: World, changes: dict[str, Any]) -> None:
    stack = world.stack(**changes)
    found, planned = reported(world, stack)
    made = script(found, planned, stack, resources(stack))
    subprocess.run([BASH, "-n"], input=made.encode(), check=True)
    assert "GIVEN" not in made
    assert made.count("say 'REST API'") >= 1
    [url] = [line for line in made.splitlines() if line.startswith("say 'Invoke URL: '")]
    assert "$API_ID" in url
    assert "read -rsp" in made


def test_a_script_packs_the_very_same_code(tmp_path: Path) -> None:
    """The sources' hash is what a plan compares."""
    words = [f"{function}={function}-f" for function in ("create", "get", "update", "delete")]
    command = [sys.executable, "-c", PACKING, str(SOURCES), *words]
    subprocess.run(command, cwd=tmp_path, check=True)
    for function, package in packaging.packages(SOURCES).items():
        assert (tmp_path / f"{function}-f.zip").read_bytes() == package


def test_a_script_hashes_as_a_deploy_does(world: World) -> None:
    world.fill_gaps()
    stack = world.stack()
    found, _ = reported(world, stack)
    ids = values(found, world.deploy(stack).outputs.as_dict())
    names = {variable(r): ids[t] for t, r in found.variables.items() if "#" not in r}
    hashed = HASHED.format(
        name=DEFINITION, text=filled(found.definition, found.variables), digest=32
    )
    assigned = "\n".join(f"{n}='{v}'" for n, v in names.items() if n != DEFINITION)
    assert in_bash(f'{assigned}\n{hashed}\nprintf %s "$DEFINITION"') == names[DEFINITION]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, "there is nothing to do"),
        ({"functions": {"memory_mb": 512}}, "what is to be changed or removed is: function "),
        ({"api": {"key": True}}, "(without it: api.key to false): a secret would be"),
    ],
)
def test_what_no_script_can_do_is_refused(
    deployed: World, changes: dict[str, Any], reason: str
) -> None:
    stack = deployed.stack(**changes)
    found, planned = reported(deployed, stack)
    with pytest.raises(Refused) as refused:
        script(found, planned, stack, resources(stack))
    assert reason in refused.value.message


def test_packages_of_others_are_refused(world: World) -> None:
    stack = world.stack()
    found, planned = reported(world, stack)
    vars(stack)["code"] = {**stack.code, "get": b"with a package of others"}
    with pytest.raises(Refused, match="requirements"):
        script(found, planned, stack, resources(stack))


def test_no_secret_gets_into_a_guide(world: World) -> None:
    stack = world.stack(api={"key": True})
    found, _ = reported(world, stack)
    shown = text(found, "shop")
    secrets = [line.sent.params["value"] for line in found.lines if "value" in line.sent.params]
    assert secrets
    assert not [secret for secret in secrets if secret in shown]
