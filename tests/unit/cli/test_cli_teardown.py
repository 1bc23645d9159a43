"""`teardown`: what is lost is reported beside the question, and what is left by a look."""

from __future__ import annotations

import io
import sys
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
from keys import key

from productsapi.aws.location import Location
from productsapi.cli import prompts, teardown
from productsapi.cli.deleted_summary import in_words
from productsapi.cli.prompts import Declined
from productsapi.engine.outputs import Outputs
from productsapi.engine.plan import Action, Change, Plan
from productsapi.errors import AwsError, ProductsApiError, Refused
from productsapi.stack import data_loss
from productsapi.stack.data_loss import Count, Losses, Unseen

TABLE = Change("table", key("table T"), Action.DELETE)
API = Change("rest_api", key("rest api A"), Action.DELETE)
KEPT = Change("user_pool", key("user pool p"), Action.KEEP, reason="it has users")
LOST = Losses(Count(1006), Count(1), url=True)


@pytest.mark.parametrize(
    ("lost", "reported"),
    [
        (LOST, "This deletes 1,006 products and 1 user for good, and the invoke URL."),
        (Losses(Count(0), None, url=False), "This deletes 0 products for good."),
        (
            Losses(Count(9, at_least=True), Unseen("no"), url=False),
            "This deletes at least 9 products and all users (how many can't be seen: no) for good.",
        ),
        (Losses(None, None, url=True), "This deletes the invoke URL."),
        (Losses(None, None, url=False), "This deletes what is marked with - for good."),
    ],
)
def test_what_is_lost_is_one_sentence(lost: Losses, reported: str) -> None:
    assert in_words(lost) == reported


def ask(
    monkeypatch: pytest.MonkeyPatch, typed: str, *, delete_data: bool, there: bool = True
) -> None:
    stack = SimpleNamespace(
        location=Location("eu-west-2", "123456789012"),
        config=SimpleNamespace(stack="products-dev", production=False),
        delete_data=delete_data,
    )
    opened: Any = SimpleNamespace(
        stack=stack, printing_waits=lambda: None, outputs=Outputs, name_to_type=""
    )
    monkeypatch.setattr(data_loss, "losses", lambda *_: LOST)
    monkeypatch.setattr(prompts, "someone_is_there", lambda: there)
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    teardown._agree(opened, Plan((TABLE, API, KEPT)))


@pytest.mark.parametrize(
    ("typed", "raised"), [("products-dev\n", None), ("y\n", Refused), ("\n", Declined)]
)
def test_where_data_goes_the_name_is_typed(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    typed: str,
    raised: type[BaseException] | None,
) -> None:
    with pytest.raises(raised) if raised else nullcontext():
        ask(monkeypatch, typed, delete_data=True)
    *_, lost, asked = capsys.readouterr().err.splitlines()
    assert lost == in_words(LOST), "the last before the question"
    assert asked.startswith("Type products-dev:")


@pytest.mark.parametrize(("typed", "raised"), [("y\n", None), ("products-dev\nn\n", Declined)])
def test_where_no_data_goes_yes_is_enough(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    typed: str,
    raised: type[BaseException] | None,
) -> None:
    with pytest.raises(raised) if raised else nullcontext():
        ask(monkeypatch, typed, delete_data=False)
    said = capsys.readouterr().err
    assert said.startswith("products-dev → AWS eu-west-2")
    assert "- table T\n" in said
    assert "= user pool p: it has users\n" in said
    assert "The invoke URL goes for good" in said


def test_nobody_there_is_pointed_to_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused) as caught:
        ask(monkeypatch, "", delete_data=True, there=False)
    assert "--yes" in caught.value.hint


@pytest.mark.parametrize(
    ("there", "end"),
    [
        (Plan(()), ["Removed: 1. Kept: 0.", "Nothing is left."]),
        (
            Plan((KEPT,)),
            ["Removed: 1. Kept: 1.", "  kept user pool p: it has users", "Nothing else is left."],
        ),
        (
            Plan((TABLE,)),
            [
                "Removed: 1. Kept: 0.",
                "  still seen: table T",
                "AWS may show for a while what is gone; teardown again finds out.",
            ],
        ),
        (None, ["Removed: 1."]),
    ],
)
def test_what_is_left_is_named_by_what_was_seen(
    capsys: pytest.CaptureFixture[str], there: Plan | None, end: list[str]
) -> None:
    teardown._print_end((API,), there)
    assert capsys.readouterr().out.splitlines() == end


def test_a_look_that_fails_is_no_knowledge(capsys: pytest.CaptureFixture[str]) -> None:
    def fails(_: Any) -> Any:
        raise ProductsApiError("no network")

    opened: Any = SimpleNamespace()
    assert teardown._left(opened, fails) is None
    assert "couldn't be looked up: no network" in capsys.readouterr().err


class Pages:
    """AWS's answers, page by page; `fails` after the last."""

    def __init__(self, pages: list[int], *, fails: bool = False) -> None:
        self.sizes, self.fails, self.read = pages, fails, 0

    def pages(self, _service: str, operation: str, **_: Any) -> Any:
        for size in self.sizes:
            self.read += 1
            yield {{"Scan": "Items", "ListUsers": "Users"}[operation]: [{}] * size}
        if self.fails:
            raise AwsError(operation, "AccessDenied", "no")


POOL = Change("user_pool", key("user pool p"), Action.DELETE)
STACK: Any = SimpleNamespace(config=SimpleNamespace(table=SimpleNamespace(name="T")))
KNOWN = Outputs({"user_pool_id": "pool"})


def counted(plan: Plan, aws: Any) -> Losses:
    return data_loss.losses(plan, STACK, aws, KNOWN)


def test_items_and_users_are_counted_to_the_end() -> None:
    """C1: an empty page isn't the last one."""
    found = counted(Plan((TABLE, POOL)), Pages([2, 0, 3]))
    assert found == Losses(Count(5), Count(5), url=False)


def test_only_what_goes_is_counted() -> None:
    kept = Change("table", key("table T"), Action.KEEP)
    assert counted(Plan((kept, API)), Pages([2])) == Losses(None, None, url=True)


def test_counting_ends_in_time_and_says_so() -> None:
    aws = Pages([10] * 100)
    assert counted(Plan((TABLE,)), aws).items == Count(200, at_least=True)
    assert aws.read == data_loss.MOST_PAGES + 1
    assert counted(Plan((TABLE,)), Pages([10] * data_loss.MOST_PAGES)).items == Count(200)


def test_a_count_that_is_refused_is_no_zero() -> None:
    found = counted(Plan((TABLE,)), Pages([2], fails=True)).items
    assert isinstance(found, Unseen)
    assert "AccessDenied" in found.why
