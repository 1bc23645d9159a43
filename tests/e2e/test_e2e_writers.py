"""Twenty writers at once on one product, over HTTP: nobody's work is lost."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from e2e_commands import PATIENCE
from e2e_http import Answer, bearer, call, product
from e2e_project import Deployed

WRITERS = range(20)
CHANGES = range(3)  # by each writer
MADE = 1  # the version that a product is created with


@pytest.fixture(scope="module")
def url(deployed: Deployed, id_token: str) -> str:
    """With twenty of each function started: while they start, even the table may be too slow."""
    url = f"{deployed.reported['invoke_url']}/products"
    for method, body in (("GET", None), ("PUT", "{}")):
        at_once(lambda _, *words: [call(*words)], method, f"{url}/none", bearer(id_token), body)
    return url


def at_once(write: Callable[..., list[Answer]], *more: Any) -> list[Answer]:
    """What all writers were answered, who start together; each is given its number."""
    start = threading.Barrier(len(WRITERS))

    def writer(number: int) -> list[Answer]:
        start.wait()
        return write(number, *more)

    with ThreadPoolExecutor(len(WRITERS)) as pool:
        return [answer for answers in pool.map(writer, WRITERS) for answer in answers]


def statuses(answers: list[Answer]) -> Counter[int]:
    return Counter(answer.status for answer in answers)


def made(url: str, product_id: str, token: dict[str, str]) -> str:
    """The URL of a new product of which there are none."""
    answer = call("POST", url, token, json.dumps(product(product_id, stock=0)))
    assert answer.status == 201, answer
    return f"{url}/{product_id}"


def test_of_twenty_who_saw_a_version_one_changes_it(
    url: str, id_token: str, product_id: str
) -> None:
    token = bearer(id_token)
    one = made(url, product_id, token)

    def change(number: int) -> list[Answer]:
        body = json.dumps({"writer": number})
        return [call("PUT", one, {**token, "If-Match": '"1"'}, body)]

    answers = at_once(change)
    assert statuses(answers) == {200: 1, 412: len(WRITERS) - 1}
    (winner,) = (answer for answer in answers if answer.status == 200)
    assert call("GET", one, token).body == winner.body
    assert winner.body["version"] == MADE + 1


def test_who_retries_with_if_match_loses_no_update(
    url: str, id_token: str, product_id: str
) -> None:
    """Each adds one to what they read, which is lost if two add to the same number."""
    token = bearer(id_token)
    one = made(url, product_id, token)
    give_up = time.monotonic() + PATIENCE

    def add_one() -> list[Answer]:
        answers: list[Answer] = []
        while time.monotonic() < give_up:
            seen = call("GET", one, token)
            assert seen.status == 200, seen
            body = json.dumps({"stock": int(seen.body["stock"]) + 1})
            answers.append(call("PUT", one, {**token, "If-Match": seen.headers["etag"]}, body))
            if answers[-1].status == 200:
                break
        return answers

    answers = at_once(lambda _: add_one())
    assert set(statuses(answers)) == {200, 412}
    successes = statuses(answers)[200]
    assert successes == len(WRITERS)
    last = call("GET", one, token).body
    assert last["version"] == MADE + successes
    assert last["stock"] == successes


def test_without_if_match_every_change_counts(url: str, id_token: str, product_id: str) -> None:
    token = bearer(id_token)
    one = made(url, product_id, token)

    def write(number: int) -> list[Answer]:
        bodies = [json.dumps({f"writer{number}": change}) for change in CHANGES]
        return [call("PUT", one, token, body) for body in bodies]

    answers = at_once(write)
    assert statuses(answers) == {200: len(WRITERS) * len(CHANGES)}
    versions = sorted(int(answer.body["version"]) for answer in answers)
    assert versions == list(range(MADE + 1, MADE + 1 + len(answers)))
    last = call("GET", one, token).body
    assert last["version"] == versions[-1]
    assert {last[f"writer{number}"] for number in WRITERS} == {CHANGES[-1]}
