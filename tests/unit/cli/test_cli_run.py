"""A run: agreed to, under the lease, looked at again; what is shown is what is carried out."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, NamedTuple

import botocore.session
import click
import pytest
from keys import key
from moto import mock_aws

from productsapi.aws.caller import Aws, Stopped
from productsapi.aws.clients import Clients
from productsapi.aws.lease import LeaseLost
from productsapi.aws.location import Location
from productsapi.cli.config_file import DEFAULT_CONFIG
from productsapi.cli.opened_stack import Opened
from productsapi.cli.run import MOST_LOOKS, carried_out, finish, held, sweep
from productsapi.cli.target import Target
from productsapi.engine.apply import Abandoned, Applied
from productsapi.engine.field_changes import FieldChange
from productsapi.engine.outputs import Outputs
from productsapi.engine.plan import Action, Change
from productsapi.errors import AwsError, Refused

NAME = "/productsapi/products-dev/lease"
CREATE = Change("table", key("table T"), Action.CREATE)
WIDEN = Change("code", key("live code f"), Action.UPDATE, (FieldChange("code", "a", "b"),))


class Plan(NamedTuple):
    to_do: tuple[str, ...]


ALL, SOME, NOTHING = Plan(("table", "api")), Plan(("api",)), Plan(())


@dataclass(frozen=True)
class Named:
    """As much of a stack as a run needs."""

    config: SimpleNamespace
    tags: dict[str, str]
    after_a_kill: bool = False


@pytest.fixture(scope="module")
def clients() -> Clients:
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    with mock_aws():
        made = Clients(botocore.session.Session(), region_name="eu-west-2", **keys)
        made.get("ssm")
    return made


@pytest.fixture
def opened(clients: Clients) -> Iterator[Opened]:
    """A stack in an empty account."""
    stack: Any = Named(SimpleNamespace(stack="products-dev"), {"productsapi:stack": "products-dev"})
    with mock_aws():
        aws = Aws(clients, Location("eu-west-2", "123456789012"), pause=lambda _seconds: None)
        yield Opened(stack, aws, Target(DEFAULT_CONFIG, None, None, local=False))


def holder(opened: Opened) -> str | None:
    """What the holder of the lease is doing."""
    ssm = opened.aws.clients.get("ssm")
    found = ssm.get_parameters(Names=[NAME])["Parameters"]
    reported = json.loads(found[0]["Value"]) if found else {"nonce": ""}
    return str(reported["doing"]) if reported["nonce"] else None


class Told(NamedTuple):
    events: list[str]
    run: Callable[..., Any]


@pytest.fixture
def reported(opened: Opened) -> Told:
    """A run that writes down what happens, with the doing of the lease's holder at that moment."""
    events: list[str] = []

    def run(shown: Plan, *later: Plan, asks: bool = True) -> tuple[Plan, str, str | None]:
        looks = iter(later)

        def look(_holding: Opened, before: str) -> tuple[Plan, str]:
            assert before == ("later" if "look (deploying)" in events else "first")
            events.append(f"look ({holder(opened)})")
            return next(looks), "later"

        def agree(plan: Plan) -> None:
            events.append(f"ask about {'+'.join(plan.to_do)} ({holder(opened)})")

        def work(_holding: Opened, plan: Plan, _reading: str) -> str:
            events.append(f"do {'+'.join(plan.to_do)} ({holder(opened)})")
            return "worked"

        return carried_out(
            opened, "deploying", (shown, "first"),
            look=look, agree=agree if asks else None, work=work,
        )  # fmt: skip

    return Told(events, run)


def test_a_run_asks_leases_looks_again_and_does_it(reported: Told, opened: Opened) -> None:
    assert reported.run(ALL, ALL) == (ALL, "later", "worked")
    assert reported.events == [
        "ask about table+api (None)",
        "look (deploying)",
        "do table+api (deploying)",
    ]
    assert holder(opened) is None


def test_what_changed_meanwhile_is_shown_anew(
    reported: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    assert reported.run(ALL, SOME, SOME) == (SOME, "later", "worked")
    assert reported.events == [
        "ask about table+api (None)",
        "look (deploying)",
        "ask about api (None)",
        "look (deploying)",
        "do api (deploying)",
    ]
    assert "Something changed meanwhile" in capsys.readouterr().err


def test_what_was_shown_to_nobody_needs_no_agreement(reported: Told) -> None:
    """With --yes, and on this machine, the second plan is what counts."""
    assert reported.run(ALL, SOME, asks=False) == (SOME, "later", "worked")
    assert reported.events == ["look (deploying)", "do api (deploying)"]


@pytest.mark.parametrize("asks", [True, False])
def test_where_another_run_did_it_nothing_is_left(
    reported: Told, opened: Opened, capsys: pytest.CaptureFixture[str], asks: bool
) -> None:
    assert reported.run(ALL, NOTHING, asks=asks) == (NOTHING, "later", None)
    assert not [event for event in reported.events if event.startswith("do")]
    assert "Another run has done it" in capsys.readouterr().err
    assert holder(opened) is None


def test_what_never_stands_still_is_given_up(reported: Told) -> None:
    plans = (Plan((f"table {number}",)) for number in itertools.count())
    with pytest.raises(Refused, match="changed each time"):
        reported.run(ALL, *itertools.islice(plans, MOST_LOOKS))
    assert sum(event.startswith("ask") for event in reported.events) == MOST_LOOKS


# -- the lease -------------------------------------------------------------------------------------


def hold(opened: Opened, do: Callable[[Opened], object]) -> None:
    with held(opened, "deploying") as holding:
        assert holder(opened) == "deploying"
        do(holding)


def fail(error: BaseException) -> Callable[[Opened], object]:
    def do(_holding: Opened) -> None:
        raise error

    return do


@pytest.mark.parametrize(
    "error",
    [AwsError("CreateTable", "LimitExceeded", "no"), KeyboardInterrupt(), click.Abort()],
    ids=lambda error: type(error).__name__,
)
def test_however_a_run_ends_its_lease_is_given_back(opened: Opened, error: Exception) -> None:
    with pytest.raises(type(error)):
        hold(opened, fail(error))
    assert holder(opened) is None


@pytest.mark.parametrize("killed", [True, False])
def test_a_run_after_a_killed_one_knows_it(
    opened: Opened, killed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with suppress(Abandoned):
        hold(opened, fail(Abandoned()) if killed else lambda _: None)
    monkeypatch.setattr("productsapi.aws.machine.gone", lambda _process, _machine: killed)
    known: list[bool] = []
    hold(opened, lambda holding: known.append(holding.stack.after_a_kill))
    assert known == [killed]


def test_a_run_that_abandoned_calls_keeps_its_lease(opened: Opened) -> None:
    """Given back, the next run would look before they have taken effect."""
    with pytest.raises(Abandoned):
        hold(opened, fail(Abandoned()))
    assert holder(opened) == "deploying"


def take_it_over(opened: Opened) -> None:
    """As another run does that takes this one for dead."""
    ssm = opened.aws.clients.get("ssm")
    found = ssm.get_parameter(Name=NAME)["Parameter"]
    held = json.loads(found["Value"])
    other = {**held, "who": "user/bob", "nonce": "another", "follows": found["Version"]}
    ssm.put_parameter(Name=NAME, Value=json.dumps(other), Overwrite=True)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written a moment ago is looked at again all the same."""
    monkeypatch.setattr("productsapi.aws.lease.CHECK_INTERVAL", 0.0)


@pytest.mark.usefixtures("at_once")
def test_under_the_lease_each_unsafe_create_is_guarded(opened: Opened) -> None:
    def create(holding: Opened) -> None:
        take_it_over(opened)
        holding.aws.call("apigateway", "CreateRestApi", name="ProductsAPI")

    with pytest.raises(LeaseLost, match="bob on"):
        hold(opened, create)
    assert opened.aws.call("apigateway", "GetRestApis")["items"] == []


@pytest.mark.usefixtures("at_once")
def test_a_run_stopped_by_its_lost_lease_says_so(opened: Opened) -> None:
    """Whatever the run itself was at when it was stopped."""

    def be_stopped(holding: Opened) -> None:
        take_it_over(opened)
        with suppress(LeaseLost):
            holding.aws.guard()
        assert opened.aws.stop.is_set()
        raise Stopped("given up: something else")

    with pytest.raises(LeaseLost, match="bob on"):
        hold(opened, be_stopped)


@contextmanager
def on_giving_back(opened: Opened, answers: list[Any]) -> Iterator[None]:
    """Each answer is given once instead of asking; None lets the call through.

    The first call is the one that takes the lease.
    """
    answers = [None, *answers]

    def answer(**_: Any) -> Any:
        given = answers.pop(0) if answers else None
        if isinstance(given, BaseException):
            raise given
        return given

    events = opened.aws.clients.get("ssm").meta.events
    events.register_first("before-call.ssm.PutParameter", answer)
    try:
        yield
    finally:
        events.unregister("before-call.ssm.PutParameter", answer)


def test_a_lease_that_stays_is_noted_and_fails_nothing(
    opened: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    denied = {"Error": {"Code": "AccessDeniedException", "Message": "no"}}
    with on_giving_back(opened, [(SimpleNamespace(status_code=400, headers={}), denied)]):
        hold(opened, lambda _holding: None)
    said = capsys.readouterr().err
    assert "expires in a minute" in said
    assert "ssm:PutParameter" in said


def test_a_teardown_leaves_no_lease_at_its_good_end(opened: Opened) -> None:
    def parameters() -> object:
        return opened.aws.clients.get("ssm").describe_parameters()["Parameters"]

    with suppress(KeyboardInterrupt), held(opened, "tearing down", for_good=True):
        raise KeyboardInterrupt
    assert parameters()
    assert holder(opened) is None
    with held(opened, "tearing down", for_good=True):
        pass
    assert parameters() == []


def test_ctrl_c_when_all_is_done_interrupts_nothing(opened: Opened) -> None:
    with on_giving_back(opened, [KeyboardInterrupt()]):
        hold(opened, lambda _holding: None)
    assert holder(opened) is None


def test_ctrl_c_while_a_failed_run_gives_back_ends_it(opened: Opened) -> None:
    failed = AwsError("CreateTable", "LimitExceeded", "no")
    with on_giving_back(opened, [KeyboardInterrupt()]), pytest.raises(KeyboardInterrupt):
        hold(opened, fail(failed))


def test_what_a_living_run_holds_is_not_swept_up(opened: Opened) -> None:
    with held(opened, "deploying"):
        sweep(opened)
        assert holder(opened) == "deploying"
    sweep(opened)
    assert opened.aws.clients.get("ssm").describe_parameters()["Parameters"] == []


# -- the words at a run's early end ----------------------------------------------------------------


def applied(**changed: Any) -> Applied:
    ended = {"done": (CREATE,), "left": (WIDEN,), "outputs": Outputs(), "errors": {}}
    return Applied(**{**ended, "interrupted": False, **changed})


def test_a_finished_run_says_nothing_more(capsys: pytest.CaptureFixture[str]) -> None:
    finish(applied(left=()), "productsapi deploy")
    assert capsys.readouterr() == ("", "")


def test_an_interrupted_run_says_what_is_done_and_left(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(KeyboardInterrupt):
        finish(applied(interrupted=True), "productsapi deploy --local")
    said = capsys.readouterr().err
    assert "Done: 1. Left: 1:" in said
    assert "update live code f" in said
    assert "Continue with: productsapi deploy --local" in said
    assert "may have taken effect" not in said


def test_an_abandoned_call_may_have_taken_effect(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(Abandoned):
        finish(applied(interrupted=True, abandoned=(WIDEN,)), "productsapi deploy")
    said = capsys.readouterr().err
    assert "update live code f (was under way: it may have taken effect)" in said
    assert "checks what took effect" in said


@pytest.mark.parametrize("hint", ["", "its own"])
def test_a_failed_run_raises_why_with_a_next_step(hint: str) -> None:
    error = AwsError("CreateTable", "LimitExceededException", "too many tables", hint)
    with pytest.raises(AwsError) as caught:
        finish(applied(errors={"table T": error}), "productsapi deploy")
    assert caught.value is error
    assert error.hint == (hint or "fix that, then run `productsapi deploy` to continue from here")
