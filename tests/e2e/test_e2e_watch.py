"""`productsapi logs` and `metrics` on the local cloud, after real requests."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from e2e_http import Answer, call, product
from e2e_project import Deployed, Project
from e2e_running import running
from e2e_shop import new_user, signed_in

ACCESS_LOG = "/productsapi/products-dev/api-access"
ITEM = "/products/{productId}"


@pytest.fixture(scope="module")
def watched(deployed_alone: Deployed) -> Deployed:
    """A deployment of our own: no other test's requests are in its logs."""
    return deployed_alone


@pytest.fixture(scope="module")
def header(watched: Deployed) -> dict[str, str]:
    new_user(watched, "watcher")
    return signed_in(watched, "watcher")


@pytest.fixture(scope="module")
def answers(watched: Deployed, header: dict[str, str]) -> list[Answer]:
    """One after the other, through three functions; some of them refused."""
    url = f"{watched.reported['invoke_url']}/products"
    return [
        call("POST", url, header, json.dumps(product("W1"))),
        call("POST", url, header, json.dumps(product("W1"))),
        call("GET", f"{url}/W1", header),
        call("GET", f"{url}/not-there", header),
        call("GET", f"{url}/neither", header),
        call("GET", url, header),
        call("DELETE", f"{url}/W1", header),
    ]


def logged(watched: Deployed, *words: str) -> list[dict[str, Any]]:
    """What `logs --json` prints, line by line."""
    run = watched.project.run("logs", *words, "--local", "--json")
    return [json.loads(line) for line in run.out.splitlines()]


def reported(found: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(each["source"], json.loads(each["message"])["status"]) for each in found]


ALL = [
    ("create", 201), ("create", 409), ("get", 200), ("get", 404), ("get", 404), ("get", 200),
    ("delete", 204),
]  # fmt: skip


def test_all_functions_are_one_log_in_time_order(watched: Deployed, answers: list[Answer]) -> None:
    assert [answer.status for answer in answers] == [status for _, status in ALL]
    found = logged(watched)
    assert reported(found) == ALL
    assert [each["time"] for each in found] == sorted(each["time"] for each in found)
    assert {each["level"] for each in found} == {"INFO"}


def test_logs_are_chosen_by_function_text_and_level(
    watched: Deployed, answers: list[Answer]
) -> None:
    assert reported(logged(watched, "create", "delete")) == [ALL[0], ALL[1], ALL[6]]
    assert reported(logged(watched, "--filter", '"code": "product_exists"')) == [ALL[1]]
    assert logged(watched, "--filter", "product?exists") == []
    assert logged(watched, "--level", "WARNING") == []
    assert reported(logged(watched, "--level", "info")) == ALL


def test_people_see_one_line_for_each_request(watched: Deployed, answers: list[Answer]) -> None:
    run = watched.project.run("logs", "create", "--local")
    first, second = run.out.splitlines()
    when = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d"
    assert re.match(rf"{when} create INFO    201 POST /products ", first)
    assert "409 POST /products" in second
    assert "code=product_exists" in second


@pytest.mark.parametrize("known_by", ["caller", "function"])
def test_a_request_is_followed_by_either_id(
    watched: Deployed, answers: list[Answer], known_by: str
) -> None:
    request_id = answers[3].body["requestId"]
    if known_by == "function":
        everything = logged(watched, "get", "--platform")
        (number,) = (n for n, x in enumerate(everything) if x["request_id"] == request_id)
        request_id = everything[number - 1]["request_id"]
    story = [each["message"] for each in logged(watched, "--request-id", request_id)]
    assert [message.split()[0] for message in story] == ["START", '{"level":', "END", "REPORT"]
    assert json.loads(story[1])["requestId"] == answers[3].body["requestId"]


def test_without_an_access_log_it_says_so(watched: Deployed, answers: list[Answer]) -> None:
    run = watched.project.run("logs", "--local")
    assert run.err == f"No access log is kept: there is no log group {ACCESS_LOG}.\n"
    run = watched.project.run("logs", "api", "--local", code=1)
    assert "no access log is kept" in run.err
    assert run.out == ""


def test_a_request_that_nobody_knows_is_reported(watched: Deployed, answers: list[Answer]) -> None:
    run = watched.project.run("logs", "--request-id", "nobody-knows", "--local", code=1)
    assert "nothing was logged about nobody-knows since" in run.err


def test_metrics_by_route_no_zero_for_the_unmeasured(
    watched: Deployed, answers: list[Answer]
) -> None:
    watched.client("lambda").invoke(
        FunctionName=watched.reported["functions"]["update"], Qualifier="live", Payload=b"{}"
    )
    found = watched.project.json("metrics", "--local")
    routes = {each["route"]: each for each in found["routes"]}
    counts = {
        name: (each["requests"], each["client_errors"], each["server_errors"])
        for name, each in routes.items()
    }
    assert counts == {
        "POST /products": (2, 1, 0),
        "GET /products": (1, 0, 0),
        f"GET {ITEM}": (3, 2, 0),
        f"PUT {ITEM}": (0, 0, 0),
        f"PATCH {ITEM}": (0, 0, 0),
        f"DELETE {ITEM}": (1, 0, 0),
    }
    assert routes["POST /products"]["p95_ms"] >= routes["POST /products"]["p50_ms"] > 0
    assert sum(routes[f"GET {ITEM}"]["series"]) == 3
    assert found["routes_counted_from"] == "the functions' log lines"
    assert found["api"]["requests"] is found["api"]["p95_ms"] is None

    functions = {each["function"]: each for each in found["functions"]}
    update = functions["update"]
    assert (update["invocations"], update["errors"], update["throttles"]) == (1, 0, 0)
    assert update["p95_ms"] > 0
    assert sum(update["series"]) == 1
    assert functions["get"]["invocations"] is None, "the emulator counts no gateway's invocations"
    assert {each["cold_starts"] for each in functions.values()} == {None}

    run = watched.project.run("metrics", "--local")
    assert re.search(r"POST /products +2 +1 +0 .*█", run.out)
    assert re.search(r"the whole API( +no data){5}", run.out)
    assert "The local cloud measures neither" in run.out


def test_an_access_log_is_read_at_the_gateway(watched: Deployed, answers: list[Answer]) -> None:
    """The emulator writes none: its line is put there in AWS's form."""
    request_id = answers[4].body["requestId"]
    start, ours, *_ = logged(watched, "--request-id", request_id)
    line = {
        "requestId": request_id, "extendedRequestId": "JKJaXmPLvHcESHA=",
        "integrationRequestId": start["request_id"], "httpMethod": "GET", "resourcePath": ITEM,
        "status": "404", "responseLatency": "31",
    }  # fmt: skip
    refused = {
        **line, "requestId": "1-refused", "extendedRequestId": "another=",
        "integrationRequestId": "-", "status": "401",
    }  # fmt: skip
    logs, now = watched.client("logs"), int(time.time() * 1000)
    logs.create_log_group(logGroupName=ACCESS_LOG)
    try:
        stream = {"logGroupName": ACCESS_LOG, "logStreamName": "one"}
        logs.create_log_stream(**stream)
        events = [{"timestamp": now, "message": json.dumps(each)} for each in (line, refused)]
        logs.put_log_events(**stream, logEvents=events)

        story = logged(watched, "--request-id", "JKJaXmPLvHcESHA=")
        assert [each["source"] for each in story] == ["get"] * 4 + ["api"]
        assert story[1] == ours
        assert [each["level"] for each in logged(watched, "api")] == ["INFO", "INFO"]

        found = watched.project.json("metrics", "--local")
        assert found["routes_counted_from"] == "the API's access log"
        counts = {each["route"]: each["client_errors"] for each in found["routes"]}
        assert counts[f"GET {ITEM}"] == 2, "what the gateway refused is counted, too"
    finally:
        logs.delete_log_group(logGroupName=ACCESS_LOG)


def test_following_shows_what_comes_until_ctrl_c(
    watched: Deployed, header: dict[str, str], answers: list[Answer]
) -> None:
    url = f"{watched.reported['invoke_url']}/products"
    words = ("logs", "--follow", "--since", "0s", "--json", "--local")
    with running(watched.project, *words) as following:
        following.wait_for("No access log is kept")  # it has begun to look
        call("GET", f"{url}/followed", header)
        call("PUT", f"{url}/followed", header, '{"stock": 1}')
        following.wait_until(lambda: following.out.count("\n") >= 2)
        said = following.out
        assert reported([json.loads(line) for line in said.splitlines()]) == [
            ("get", 404),
            ("update", 404),
        ]
        following.press_ctrl_c()
        following.ends_with(130)
    assert following.out == said
    assert following.err.endswith("Interrupted.\n")


def test_a_stack_not_deployed_has_no_logs_and_no_data(project: Project) -> None:
    run = project.run("logs", "--local", code=1)
    assert "the stack has no logs yet" in run.err
    assert "productsapi deploy --local" in run.err
    found = project.json("metrics", "--local")
    assert {each["requests"] for each in found["routes"]} == {None}


def test_a_missing_right_to_logs_or_metrics_is_named(
    watched: Deployed, answers: list[Answer]
) -> None:
    iam = watched.client("iam")
    iam.create_user(UserName="blind")
    key = iam.create_access_key(UserName="blind")["AccessKey"]
    env = {
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
        "AWS_ENDPOINT_URL": watched.reported["endpoint_url"],
    }
    for command, action in (("logs", "logs:FilterLogEvents"), ("metrics", "cloudwatch:GetMetric")):
        run = watched.project.run(command, code=4, env=env)
        assert action in run.err
