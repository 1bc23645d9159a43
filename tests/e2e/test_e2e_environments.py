"""Two environments side by side in one account: neither knows of the other."""

from __future__ import annotations

import json

from e2e_project import Deployed, Project, left_behind

EXACT = '{"productId": "P%d", "category": "c", "productName": "n", "productPrice": %s, "stock": 1}'
PRICES = ("0.1", "12345678901234567890.12", "3.10")


def standing(project: Project) -> dict[str, str]:
    return {each["stack"]: each["state"] for each in project.json("list", "--local")}


def test_one_goes_and_leaves_no_trace_in_the_other(deployed_anew: Deployed) -> None:
    project, endpoint = deployed_anew.project, deployed_anew.reported["endpoint_url"]
    before = left_behind(endpoint)
    project.run("init", "--env", "staging")
    reported = project.json("deploy", "--local", "-c", "staging", "-m", "The first of staging")
    assert reported["stack"] == "products-staging"
    assert reported["release"]["message"] == "The first of staging"
    assert standing(project) == {"products-dev": "deployed", "products-staging": "deployed"}
    words = ("user", "create", "ann", "--local", "-c", "staging", "--password-stdin")
    project.run(*words, stdin="MySecurePass1!\n")
    assert project.json("user", "list", "--local") == []

    again = project.json("deploy", "--local", "-c", "staging", "-m", "Another word")
    assert (again["changes"], again["release"]) == ([], None)
    (release,) = project.json("history", "--local", "-c", "staging")["releases"]
    assert release["message"] == "The first of staging"

    project.run("teardown", "--local", "-c", "staging", "--yes", "--delete-data")
    assert left_behind(endpoint) == before
    assert standing(project) == {"products-dev": "deployed"}
    project.run("plan", "--local", "--exit-code")


def test_all_pages_are_all_products_digit_by_digit(deployed_anew: Deployed) -> None:
    project = deployed_anew.project
    for name in ("ann", "bob"):
        project.make_user(name)
        project.sign_in(name)
    for number, price in enumerate(PRICES):
        project.run("request", "POST", "/products", "--local", "-d", EXACT % (number, price))
    pages = ("request", "GET", "/products?limit=1", "--local", "--paginate")
    lines = project.run(*pages)
    assert "As bob, who signed in last" in lines.err
    found = {each["productId"]: each for each in map(json.loads, lines.out.splitlines())}
    assert sorted(found) == ["P0", "P1", "P2"]
    assert all(f'"productPrice": {price}' in lines.out for price in ("0.1", PRICES[1]))
    array = project.run(*pages, "--json", "--quiet").out
    assert sorted(each["productId"] for each in json.loads(array)) == sorted(found)
