"""Limits, and a feature switched on, off and left out, with the commands that a person types."""

from __future__ import annotations

from e2e_project import Project, client, left_behind

LIMITED = (
    ("rate: 50", "rate: 7"),
    ("methods: {}", 'methods: {"PUT /products/{productId}": 5/10}'),
    ("table_read_units: null", "table_read_units: 200"),
    ("concurrency: null", "concurrency: 5"),
    ("  enabled: false\n", "  enabled: true\n"),
    ("set_account_role: false", "set_account_role: true"),
)


def test_limits_and_the_access_log_come_and_go(project: Project) -> None:
    for old, new in LIMITED:
        project.config(old, new)
    told = project.json("deploy", "--local")
    assert project.json("plan", "--local") == []
    url = told["endpoint_url"]
    [stage] = client("apigateway", url).get_stages(restApiId=told["api_id"])["item"]
    assert stage["methodSettings"]["*/*"]["throttlingRateLimit"] == 7
    assert stage["accessLogSettings"]["destinationArn"].endswith("/products-dev/api-access")
    function = client("lambda", url).get_function(FunctionName=told["functions"]["get"])
    assert function["Concurrency"] == {"ReservedConcurrentExecutions": 5}
    for old, new in LIMITED:
        project.config(new, old)
    project.run("deploy", "--local")
    assert project.json("plan", "--local") == []
    [stage] = client("apigateway", url).get_stages(restApiId=told["api_id"])["item"]
    assert not stage.get("accessLogSettings")
    project.config("  enabled: false\n", "  enabled: true\n")
    project.run("deploy", "--local")
    ended = project.json("teardown", "--local", "--yes", "--delete-data")
    assert [kept["resource"] for kept in ended["kept"]] == ["account log role eu-west-2"]
    left = {kind: names for kind, names in left_behind(url).items() if names}
    assert left == {"roles": ["productsapi-api-gateway-logs"]}


def test_what_is_left_out_is_told_the_rest_is_deployed(project: Project) -> None:
    """The account has no role for API Gateway's logs, and the configuration makes none."""
    project.config("  enabled: false\n", "  enabled: true\n")
    refused = project.run("deploy", "--local", code=5)
    assert "access_log.set_account_role" in refused.err
    project.config("  enabled: true\n", "  enabled: if_allowed\n")
    told = project.json("deploy", "--local")
    assert {change["action"] for change in told["skipped"]} == {"skip"}
    planned = project.run("plan", "--local", "--exit-code", "--detail")
    assert "/ access log dev: API Gateway has no role" in planned.out
    states = project.json("status", "--local")["resources"]
    assert "skipped" in {each["state"] for each in states}
