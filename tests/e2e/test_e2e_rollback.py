"""Going back to a former release on the local cloud, and what callers meet meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from e2e_http import Answer, call
from e2e_project import Deployed, Project
from e2e_shop import new_user, signed_in


def new_code(project: Project, says: str) -> None:
    """Code of the get function that says in each list which release it is of."""
    source = Path(project.folder, "lambda_src", "get_product", "lambda_function.py")
    before, _, _ = source.read_text("utf-8").partition("def list_products")
    rest = f"""def list_products(request: Request, products: Products) -> Answer:
    token = parameter(request, "nextToken")
    answer = listed(*page(products, limit(request), category(request), token))
    return answer._replace(headers={{"X-Release": "{says}"}})


lambda_handler = Handler(get, changes=False)
"""
    source.write_text(before + rest, "utf-8")


class Shop:
    """A deployed project and one signed-in user of it."""

    def __init__(self, deployed: Deployed) -> None:
        self.project = deployed.project
        self.deployed = deployed
        new_user(self.deployed, "ann")
        self.header = signed_in(self.deployed, "ann")

    def deploy(self) -> list[str]:
        """What was changed."""
        reported = self.project.json("deploy", "--local")
        return [change["resource"] for change in reported["changes"]]

    def listed(self, stage: str = "dev") -> Answer:
        url = self.deployed.reported["invoke_url"].replace("/dev/", f"/{stage}/")
        return call("GET", f"{url}/products", self.header)

    @property
    def says(self) -> str | None:
        """The release that the API's answer is of; None for the code as `init` wrote it."""
        answer = self.listed()
        assert answer.status == 200, answer
        return answer.headers.get("x-release")

    def history(self) -> dict[str, Any]:
        found: dict[str, Any] = self.project.json("history", "--local")
        return found

    def versions(self, function: str) -> list[str]:
        client = self.deployed.client("lambda")
        found = client.list_versions_by_function(FunctionName=f"{function}productfunction")
        return [each["Version"] for each in found["Versions"] if each["Version"] != "$LATEST"]

    def deployments(self) -> int:
        client = self.deployed.client("apigateway")
        api_id = self.deployed.reported["api_id"]
        return len(client.get_deployments(restApiId=api_id)["items"])


@pytest.fixture
def shop(deployed_anew: Deployed) -> Shop:
    return Shop(deployed_anew)


def test_back_to_the_former_code_and_forward_again(shop: Shop) -> None:
    project = shop.project
    new_code(project, "second")
    assert shop.deploy() == ["live code getproductfunction"]
    assert shop.says == "second"
    second, first = shop.history()["releases"]
    assert second["in_force"]
    assert second["functions"] == {"getproductfunction": "2"}
    assert second["deployment"] is None
    assert set(first["functions"].values()) == {"1"}
    shown = project.run("history", "--local").out.splitlines()
    assert shown[1].startswith(f"*  1    {second['time']}")
    assert "API deployment" in shown[2]

    reported = project.json("rollback", "--local")
    assert reported["release"] == first["release"]
    assert {each["resource"] for each in reported["changes"]} == {
        "stage dev",
        "alias getproductfunction:live",
    }
    assert shop.says is None
    assert shop.listed().status == 200
    assert call("GET", f"{shop.deployed.reported['invoke_url']}/products").status == 401

    plan = project.run("plan", "--local", "--exit-code", code=2)
    assert f"a rollback is in force, to the release of {first['release']}" in plan.out
    status = project.json("status", "--local")
    assert any("a rollback is in force" in note["text"] for note in status["notes"])
    assert shop.history()["rollback"]["to"] == first["release"]
    again = project.run("rollback", "--to", "2", "--local")
    assert "Nothing to do" in again.out
    none = project.run("rollback", "--local", code=5)
    assert "no earlier release" in none.err

    project.run("deploy", "--local", code=9)
    forward = project.json("deploy", "--release-hold", "--local")
    changed = {change["resource"] for change in forward["changes"]}
    assert changed == {"stage dev", "live code getproductfunction"}
    assert shop.says == "second"
    assert project.json("plan", "--local") == []
    assert "rollback" not in project.run("plan", "--local").out
    assert len(shop.history()["releases"]) == 2


def test_broken_code_stays_away_until_told_so(shop: Shop) -> None:
    """The next CI run deploys it again: it stops; fixed code goes through."""
    project = shop.project
    new_code(project, "broken")
    shop.deploy()
    assert shop.says == "broken"
    reported = project.json("rollback", "--local")
    assert reported["held"] == ["code of get"]
    assert shop.says is None

    project.config("memory_mb: 256", "memory_mb: 512")
    refused = project.run("deploy", "--yes", "--local", code=9)
    assert "code of getproductfunction" in refused.err
    assert "productsapi deploy --release-hold --local" in refused.err
    held, *_ = project.json("plan", "--local")
    assert (held["action"], held["door"]) == ("note", False)
    plan = project.run("plan", "--local")
    _, first, *_ = plan.out.splitlines()
    assert first.startswith("! held, since it was rolled back from: code of getproductfunction")
    status = project.json("status", "--local")
    assert any(note["text"].startswith("held") for note in status["notes"])
    assert shop.says is None

    new_code(project, "fixed")
    shop.deploy()
    assert shop.says == "fixed"
    assert [each["held"] for each in shop.history()["releases"]] == [[], ["code of get"], []]
    new_code(project, "broken")
    project.run("deploy", "--local", code=9)
    assert shop.says == "fixed"
    project.run("deploy", "--release-hold", "--local")
    assert shop.says == "broken"
    assert project.json("plan", "--local") == []


@pytest.mark.long
def test_to_weaker_protection_is_refused(shop: Shop) -> None:
    """Only editors may write since; and the API's own snapshot is as it was."""
    project = shop.project
    project.config("write_groups: []", "write_groups: [editors]")
    shop.deploy()
    before = shop.history()
    refused = project.run("rollback", "--local", code=5)
    assert "less protected than the current release" in refused.err
    assert "version 1 lets every signed-in user write" in refused.err
    assert "productsapi history --local" in refused.err
    assert shop.history() == before
    assert project.json("plan", "--local") == []
    written = call("POST", f"{shop.deployed.reported['invoke_url']}/products", shop.header, "{}")
    assert written.status == 403


@pytest.mark.long
def test_of_two_releases_kept_the_third_goes(shop: Shop) -> None:
    """Told by the plan, and gone after the deploy that makes a new one."""
    project = shop.project
    project.config("keep: 10", "keep: 2")
    new_code(project, "second")
    shop.deploy()
    new_code(project, "third")
    project.config('cors_origin: "*"', 'cors_origin: "https://shop.example.com"')
    planned = {each["resource"]: each["fields"] for each in project.json("plan", "--local")}
    fields = {field["field"]: field["new"] for field in planned["releases products-dev"]}
    assert fields == {"versions.getproductfunction": "2"}
    shop.deploy()
    assert (shop.versions("get"), shop.versions("create")) == (["2", "3"], ["1", "2"])
    assert shop.deployments() == 2
    assert project.json("plan", "--local") == []
    assert [each["number"] for each in shop.history()["releases"]] == [1, 2]

    project.run("rollback", "--local")
    assert shop.says == "second"
    missing = project.run("rollback", "--to", "3", "--local", code=5)
    assert "no release 3" in missing.err


@pytest.mark.long
def test_renamed_stage_answers_under_its_new_url_only(shop: Shop) -> None:
    project = shop.project
    project.config("stage: dev", "stage: v1")
    plan = project.run("plan", "--local")
    assert "the stage is renamed from dev: the invoke URL is http://127.0.0.1" in plan.out
    shop.deploy()
    assert shop.listed("v1").status == 200
    assert shop.listed("dev").status in {403, 404}
    assert project.json("plan", "--local") == []
    assert project.json("teardown", "--local", "--yes", "--delete-data")["kept"] == []
