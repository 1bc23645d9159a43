"""The domain of one's own in commands: used once it answers, told with its record."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from productsapi.aws.location import Location
from productsapi.cli import domain
from productsapi.config import Config
from productsapi.config.model import Api
from productsapi.engine.plan import Action, Change, Plan
from productsapi.errors import Refused
from productsapi.operations.finding import State
from productsapi.options.domain.configuration import Domain
from productsapi.stack import Stack, kinds

OWN = Domain(name="api.shop.example.com", certificate_arn="arn:aws:acm:eu-west-2:1:certificate/1")
HERE = Location("eu-west-2", "123456789012")
OURS = {"type": "urn:productsapi:problem:sign_in_required"}


def stack(own: Domain = OWN, location: Location = HERE) -> Stack:
    return Stack(Config(schema=1, stack="shop", region="eu-west-2", api=Api(domain=own)), location)


class Network:
    def __init__(self, status: int, body: Any) -> None:
        self.answer = status, {}, json.dumps(body).encode()

    def send(self, *_: Any) -> Any:
        return self.answer


ANSWERS, SILENT = Network(401, OURS), Network(403, {"message": "Forbidden"})


def test_it_is_used_once_it_answers(capsys: pytest.CaptureFixture[str]) -> None:
    for network, url in ((ANSWERS, "https://api.shop.example.com"), (SILENT, None)):
        assert domain.answering_url(stack(), network) == url  # type: ignore[arg-type]
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("The invoke URL is used, since the domain doesn't answer yet: ")


ELSEWHERE = replace(HERE, endpoint_url="http://127.0.0.1:1")


@pytest.mark.parametrize(
    "without", [stack(Domain()), stack(location=ELSEWHERE)], ids=["none", "emulator"]
)
def test_without_one_nothing_is_asked(without: Stack) -> None:
    assert domain.answering_url(without, None) is None  # type: ignore[arg-type]


def test_its_own_url_is_kept_until_it_answers() -> None:
    key = kinds.INVOKE_URL("ProductsAPI")
    plan = Plan((Change("deployment", key, Action.CREATE),))
    assert domain.not_answering(stack(), ANSWERS, plan) is None  # type: ignore[arg-type]
    assert isinstance(domain.not_answering(stack(), SILENT, plan), Refused)  # type: ignore[arg-type]
    off = Plan((Change("deployment", key, Action.UNCHANGED),))
    assert domain.not_answering(stack(), None, off) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(("zone", "reported"), [(None, True), ("Z1", False)])
def test_the_record_to_make_is_reported(
    capsys: pytest.CaptureFixture[str], zone: str | None, *, reported: bool
) -> None:
    described = {"url": OWN.url, "target": "d-1.execute-api.eu-west-2.amazonaws.com"}
    domain.print_domain(stack(replace(OWN, zone_id=zone)), described)
    said = capsys.readouterr().out
    assert "Domain:        https://api.shop.example.com\n" in said
    record = "api.shop.example.com CNAME d-1.execute-api.eu-west-2.amazonaws.com"
    assert (record in said) is reported


def test_verify_reports_whether_it_answers() -> None:
    states = [
        finding.state
        for own, network in ((OWN, ANSWERS), (OWN, SILENT), (Domain(), None))
        for finding in domain.finding(stack(own), network)  # type: ignore[arg-type]
    ]
    assert states == [State.OK, State.WARNING]
