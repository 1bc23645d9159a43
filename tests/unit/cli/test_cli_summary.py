"""A plan in short: counted and grouped, with nothing lost that a person must see."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest
import sources
from keys import key

from productsapi.aws.location import Location
from productsapi.cli.exposures import exposures
from productsapi.cli.plan_notes import merged
from productsapi.cli.plan_screen import print_screen
from productsapi.cli.plan_summary import cost, lines
from productsapi.cli.resource_names import NOUNS, named, several
from productsapi.cli.tables import stacked
from productsapi.cli.wrapping import wrapped
from productsapi.config import load
from productsapi.engine.field_changes import FieldChange
from productsapi.engine.outputs import Outputs, Unknown
from productsapi.engine.plan import Action, Change, Plan, plan
from productsapi.engine.read import Reading
from productsapi.engine.resource import Note, Resource
from productsapi.options.registry import resources
from productsapi.stack import Stack
from productsapi.stack.function_settings import UnusedRole
from productsapi.stack.kinds import FOREIGN_PERMISSIONS
from productsapi.wording import plural

FUNCTIONS = ("create", "get", "update", "delete")
MEMORY = FieldChange("memory_mb", 256, 512)


def change(text: str, action: Action, *fields: FieldChange, **more: Any) -> Change:
    steps = {
        "function": "functions", "live": "code", "method": "rest_api", "alarm": "monitoring",
        "table": "table", "deployment": "deployment", "stage": "deployment", "former": "deployment",
        "dashboard": "monitoring", "role": "permissions", "log": "functions",
    }  # fmt: skip
    return Change(steps[text.split(maxsplit=1)[0]], key(text), action, fields, **more)


def reported(*changes: Change) -> list[str]:
    return [line.text for line in lines(Plan(changes))]


def each(kind: str, *fields: FieldChange, action: Action = Action.UPDATE) -> list[Change]:
    return [change(f"{kind} {name}", action, *fields) for name in FUNCTIONS]


def code(name: str) -> tuple[FieldChange, ...]:
    hashes = (f"old of {name}", f"new of {name}")
    return (FieldChange("code_sha256", *hashes), FieldChange("latest_code_sha256", *hashes))


@pytest.fixture(scope="module")
def production() -> Plan:
    config = load(sources.PACKAGE.parent / "config" / "prod.yaml")
    stack = Stack(config, Location("eu-west-2", "123456789012"))
    return plan(resources(stack), Reading({}, Outputs()))


def test_production_from_nothing_fits_a_screen(
    production: Plan, capsys: pytest.CaptureFixture[str]
) -> None:
    print_screen(production, err=False)
    shown = [w for line in capsys.readouterr().out.splitlines() for w in _at_80(line)]
    assert len(shown) <= 24 - len(["heading", "question"])
    assert max(map(len, shown)) <= 80


def _at_80(line: str) -> list[str]:
    return wrapped(line, 80).splitlines()


def test_what_is_made_is_counted_with_what_matters(production: Plan) -> None:
    found = [line.text for line in lines(production) if line.action is Action.CREATE]
    assert found[0] == "1 table ProductsTable-prod (protected, backups)"
    assert found[1] == "4 functions (python3.13, 256 MB), 4 log groups (kept 365 days)"
    assert any("(protected, no self sign-up)" in line for line in found)
    assert "Adds about $1.90 a month" in cost(production)
    assert "6 alarms $1.90" in cost(production)


def test_each_kind_of_resource_has_its_words() -> None:
    """One that takes more than an s for several needs an entry of its own."""

    def kinds(base: type[Resource]) -> set[str]:
        ours = base.__module__.startswith("productsapi") and not inspect.isabstract(base)
        own = {base.kind} if ours and hasattr(base, "kind") else set()
        return own.union(*map(kinds, base.__subclasses__()))

    found = kinds(Resource)
    assert {"table", "role limits"} <= found
    assert not [kind for kind in found - NOUNS.keys() if kind.endswith(("s", "x", "y", "code"))]
    assert several("endpoint parameter") == "endpoint parameters"


def test_new_code_of_all_four_is_one_line() -> None:
    changes = [change(f"live code {name}", Action.UPDATE, *code(name)) for name in FUNCTIONS]
    assert reported(*changes) == ["code of all four functions"]
    assert reported(changes[0]) == ["code of create"], "it is the only one there"
    others = each("live code", action=Action.UNCHANGED)[2:]
    assert reported(*changes[:2], *others) == ["code of functions create and get"]


def test_a_setting_is_reported_once() -> None:
    live = [change(f"live code {n}", Action.UPDATE, MEMORY, *code(n)) for n in FUNCTIONS]
    assert reported(*each("function", MEMORY), *live) == [
        "all four functions: memory_mb 256 → 512",
        "code of all four functions",
    ]
    assert reported(*each("function", MEMORY), *each("live code", MEMORY)) == [
        "all four functions: memory_mb 256 → 512",
        "new versions of all four functions with that",
    ]
    other = FieldChange("memory_mb", 128, 512)
    mixed = reported(*each("function", MEMORY), change("live code get", Action.UPDATE, other))
    assert mixed[-1] == "live version get: memory_mb 128 → 512", "it isn't the same change"


@pytest.mark.parametrize("action", [Action.DELETE, Action.KEEP, Action.REFUSE])
def test_each_that_goes_stays_or_is_refused_is_named(action: Action) -> None:
    many = [change(f"alarm a{n}", action, reason="because") for n in range(30)]
    text = " ".join(reported(*many, *each("function", action=Action.CREATE)))
    assert {f"a{n}" for n in range(30)} <= set(re.findall(r"\w+", text))
    assert text.count("because") == 1


def test_what_a_change_takes_away_is_named() -> None:
    gone = [FieldChange(f"stages.{name}", "d1", None) for name in ("old", "older")]
    whole = FieldChange("keys", {"category": "S"}, None)
    fields = [FieldChange(f"tags.t{n}", n, n + 1) for n in range(20)]
    (line,) = reported(change("former stages A", Action.UPDATE, *fields, *gone, whole))
    assert line == "former stages A: without stages old, older, without keys, tags"
    served = FieldChange("foreign", "GET /theirs, PUT /theirs", None)
    (line,) = reported(change("deployment dev", Action.UPDATE, served))
    assert line == "deployment dev: without foreign GET /theirs, PUT /theirs"


def test_what_is_worded_alike_is_printed_once() -> None:
    """Each function's ARN is another one, and isn't shown."""
    methods = [
        change(f"method {m} /p", Action.UPDATE, FieldChange("uri", f"{m}" * 50, f"{m}" * 60))
        for m in ("GET", "PUT")
    ]
    other = change("method DELETE /p", Action.UNCHANGED)
    assert reported(*methods, other) == ["methods GET /p and PUT /p: uri"]


def test_long_and_unknown_values_are_left_to_details() -> None:
    policy = FieldChange("policy", {"a": 1}, {"b": 2})
    long = FieldChange("format", "x" * 50, "y" * 50)
    later = FieldChange("deployment", "d1", Unknown("deployment_id"))
    assert reported(change("stage dev", Action.UPDATE, policy, long, later)) == [
        "stage dev: policy, format, deployment"
    ]


def test_no_name_is_reported_twice() -> None:
    reason = "table T exists and doesn't belong to this stack"
    assert reported(change("table T", Action.REFUSE, reason=reason)) == [reason]


def test_open_methods_are_reported_in_words() -> None:
    lock = FieldChange("authorization", "NONE", "COGNITO_USER_POOLS")
    methods = [
        change(f"method {method} /products/{{productId}}", Action.UPDATE, lock, exposes_access=True)
        for method in ("GET", "PUT", "DELETE")
    ]
    served = FieldChange("open", "GET /products/{productId}, POST /products", None)
    deployed = change("deployment dev", Action.UPDATE, served, exposes_access=True)
    (line,) = exposures(Plan((*methods, deployed)), "--adopt")
    assert line == (
        "Open now: anyone can GET, PUT and DELETE /products/{productId} and POST /products without "
        "signing in; --adopt locks them"
    )


def test_other_exposures_are_named_by_name_and_field() -> None:
    """Who may is named where it is anyone."""
    api = "apigateway.amazonaws.com may lambda:InvokeFunction"
    anyone = "* may lambda:InvokeFunction from anywhere"
    roles = [
        change(
            f"role {n}",
            Action.UPDATE,
            FieldChange(f"statements.{n}", api, None),
            exposes_access=True,
        )
        for n in "abc"
    ]
    evil = FieldChange("statements.x", anyone, None)
    assert exposures(
        Plan((*roles, change("role d", Action.UPDATE, evil, exposes_access=True)))
    ) == [
        "Open now: roles a, b and c (statements); deploy closes them",
        f"Open now: role d (statements: {anyone}); deploy closes it",
    ]


def test_the_sum_has_its_parts() -> None:
    alarms = [change(f"alarm {n}", Action.CREATE, monthly=0.2, price="$0.20") for n in "ab"]
    board = change("dashboard d", Action.CREATE, monthly=3.0, price="$3")
    logs = change("stage dev", Action.UPDATE, price="$0.50 for a GB")
    assert cost(Plan((*alarms, board, logs))) == (
        "Adds about $3.40 a month (us-east-1, beyond what is free): 2 alarms $0.40, dashboard "
        "$3.00; stage: $0.50 for a GB."
    )
    gone = change("dashboard d", Action.DELETE, monthly=-3.0)
    assert cost(Plan((alarms[0], gone))) == (
        "Saves about $2.80 a month (us-east-1, beyond what is free): alarm $0.20, dashboard -$3.00."
    )
    assert cost(Plan((logs,))) == "Costs: stage: $0.50 for a GB."
    assert cost(Plan(())) == ""


def test_lines_are_broken_at_words_alone() -> None:
    line = "+ 1 table of-a-name-that-is-long-and-has-hyphens (protected)"
    assert wrapped(line, 30).splitlines() == [
        "+ 1 table",
        "  of-a-name-that-is-long-and-has-hyphens",
        "  (protected)",
    ]
    assert wrapped(line, None) == line


def test_a_command_in_backticks_stays_in_one_line() -> None:
    line = "set it to false, `productsapi deploy -c config/prod.yaml`, then repeat"
    assert wrapped(line, 40, 0).splitlines() == [
        "set it to false,",
        "`productsapi deploy -c config/prod.yaml`,",
        "then repeat",
    ]


def test_rows_without_room_are_stacked() -> None:
    assert stacked("name", ["a 1", "b 22", "c 333"], 12) == ["name", "  a 1, b 22,", "  c 333"]
    assert stacked("name", [], 12) == ["name"]


def test_counts_agree_with_their_nouns() -> None:
    assert [plural(n, "user") for n in (0, 1, 1006)] == ["0 users", "1 user", "1,006 users"]
    assert named("role policy", ["a", "b"]) == "role policies a and b"
    assert named("role policy", ["a", "b"], of=2) == "role policies a and b"


def test_notes_of_one_kind_become_one() -> None:
    """An adoption's four functions give four of them."""
    unused = [UnusedRole(f"function {n} …", function=n, role=f"role-{n}") for n in "ab"]
    first, last = Note("first"), Note("last", exposes_access=True)
    one = Note("functions a and b get roles of ours: role-a and role-b are yours to remove then")
    assert merged((first, *unused, last)) == (first, one, last)
    assert merged((first, unused[0])) == (first, unused[0])


def test_several_statements_are_counted_not_listed() -> None:
    """Their ids are made up by machines; --detail has them."""
    gone = tuple(FieldChange(f"statements.{i}", "x", None) for i in ("9b5e", "93fa"))
    changes = [
        Change("rest_api", FOREIGN_PERMISSIONS(f), Action.UPDATE, gone, exposes_access=True)
        for f in ("f", "g")
    ]
    found = Plan(tuple(changes))
    assert [line.text for line in lines(found)] == [
        "foreign permissions f and g: without 2 statements"
    ]
    [text] = exposures(found, "deploy --adopt")
    assert text.endswith(
        "directly, without the gateway's authorization); deploy --adopt closes them"
    )


def test_tags_let_nobody_in() -> None:
    fields = (FieldChange("auto_verified", "email", None), FieldChange("tags.x", None, "y"))
    pool = Change("user_pool", key("user pool p"), Action.UPDATE, fields, exposes_access=True)
    assert exposures(Plan((pool,))) == ["Open now: user pool p (auto_verified); deploy closes it"]
