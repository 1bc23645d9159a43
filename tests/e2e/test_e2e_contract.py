"""The API does what its OpenAPI document says, whatever it is asked: schemathesis against it.

It makes requests from the document, good and bad ones, alone and one after the other, and holds
each answer to it: status, type, headers and body. What is no fault of the API is left out by
contract_hooks.py. A longer run, with other requests each time:

    PRODUCTSAPI_CONTRACT_EXAMPLES=2000 pytest tests/e2e/test_e2e_contract.py
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from e2e_cloud import Clouds
from e2e_commands import PATIENCE
from e2e_project import Deployed, Project, Standing, lent_cloud

from productsapi.routes import COLLECTION, ITEM, ROUTES

EXAMPLES = os.environ.get("PRODUCTSAPI_CONTRACT_EXAMPLES")
"""Read before any test forgets the environment. For each operation; CI has fewer."""
IN_CI = 25
LONGEST = None if EXAMPLES else PATIENCE

SETTINGS = f"""\
base-url = "${{CONTRACT_URL}}"
headers = {{ Authorization = "Bearer ${{CONTRACT_TOKEN}}" }}
hooks = "contract_hooks"
continue-on-failure = true
request-timeout = {PATIENCE}
# one at a time: CPython 3.11 before 3.11.8 can't parse Python in two threads at once (gh-106905)
workers = 1

[generation]
deterministic = {str(not EXAMPLES).lower()}
no-shrink = true

[checks]
# it wants a 405; API Gateway answers 403
unsupported_method.enabled = false
# 412 is what a good request gets whose If-Match names another version
positive_data_acceptance.expected-statuses = ["2xx", "304", "401", "403", "404", "409", "412"]
"""

SUCCESSES = {"POST": {201}, "GET": {200}, "PUT": {200}, "PATCH": {200}, "DELETE": {204}}


@pytest.fixture(
    scope="module",
    params=["productId", pytest.param("productId and category", marks=pytest.mark.long)],
)
def shop(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    clouds: Clouds,
    standing: Standing,
) -> Iterator[Deployed]:
    """A deployment of its own, for what is made up here is in nobody's way: by the table's key."""
    with lent_cloud(tmp_path_factory.mktemp("contract"), clouds) as (project, cloud):
        if "category" in request.param:
            project.config("sort_key: null", "sort_key: category")
            project.config("category_index: false", "category_index: true")
            deployed = Deployed(project, project.json("deploy", "--local"))
        else:
            deployed = standing.put_back(cloud, project)
        project.make_user("alice")
        yield deployed


def test_no_answer_is_outside_the_document(
    shop: Deployed, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    document, har = tmp_path / "openapi.json", tmp_path / "run.har"
    shop.project.run("openapi", "--local", "-o", str(document))
    assert (
        json.loads(document.read_text("utf-8"))["servers"][0]["url"] == shop.reported["invoke_url"]
    )
    (tmp_path / "schemathesis.toml").write_text(SETTINGS, "utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--no-color", "run", str(document)),
            *("--max-examples", EXAMPLES or str(IN_CI), "--warnings", "off"),
            *("--report-har-path", str(har)),
        ],
        cwd=tmp_path,
        env=_environment(shop),
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
    seen = _statuses(har)
    for route in ROUTES:
        assert SUCCESSES[route.method] <= seen[str(route)], f"{route} was never served"
        assert 401 in seen[str(route)]
    # with a sort key it takes the right category, too: few examples hit what is there and unchanged
    assert 304 in seen[f"GET {ITEM}"] or "category" in request.node.name
    assert 404 in set().union(*(seen[str(route)] for route in ROUTES if route.path == ITEM))
    assert {409, 415} <= seen[f"POST {COLLECTION}"]
    assert 412 in seen[f"PUT {ITEM}"]


def test_before_there_is_an_api_its_url_isnt_reported(project: Project) -> None:
    reported = project.run("openapi", "--local", code=8)
    assert "no API to call yet" in reported.err
    assert "productsapi deploy --local" in reported.err
    assert reported.out == ""


def _environment(shop: Deployed) -> dict[str, str]:
    return shop.project.environment(
        {
            "CONTRACT_URL": shop.reported["invoke_url"],
            "CONTRACT_TOKEN": shop.tokens("alice")["IdToken"],
            "PYTHONPATH": str(Path(__file__).parent),
            "PYTHONWARNINGS": "default",  # schemathesis's own are none of our business
        }
    )


def _statuses(har: Path) -> dict[str, set[int]]:
    """What each route was seen to answer."""
    seen = defaultdict(set)
    for entry in json.loads(har.read_text("utf-8"))["log"]["entries"]:
        path = urlsplit(entry["request"]["url"]).path.partition("_user_request_")[2]
        path = re.sub(r"^/products/[^/]+$", ITEM, path)
        seen[f"{entry['request']['method']} {path}"].add(entry["response"]["status"])
    return seen
