"""Limits, and a feature switched on, off and refused, with the commands that a person types."""

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
    reported = project.json("deploy", "--local")
    assert project.json("plan", "--local") == []
    url = reported["endpoint_url"]
    [stage] = client("apigateway", url).get_stages(restApiId=reported["api_id"])["item"]
    assert stage["methodSettings"]["*/*"]["throttlingRateLimit"] == 7
    assert stage["accessLogSettings"]["destinationArn"].endswith("/products-dev/api-access")
    function = client("lambda", url).get_function(FunctionName=reported["functions"]["get"])
    assert function["Concurrency"] == {"ReservedConcurrentExecutions": 5}
    for old, new in LIMITED:
        project.config(new, old)
    project.run("deploy", "--local")
    assert project.json("plan", "--local") == []
    [stage] = client("apigateway", url).get_stages(restApiId=reported["api_id"])["item"]
    assert not stage.get("accessLogSettings")
    project.config("  enabled: false\n", "  enabled: true\n")
    project.run("deploy", "--local")
    ended = project.json("teardown", "--local", "--yes", "--delete-data")
    assert [kept["resource"] for kept in ended["kept"]] == ["account log role eu-west-2"]
    left = {kind: names for kind, names in left_behind(url).items() if names}
    assert left == {"roles": ["productsapi-api-gateway-logs"]}


def test_without_a_log_role_nothing_is_begun(project: Project) -> None:
    """The account has none, the configuration makes none, and says it in a deprecated way."""
    project.config("  enabled: false\n", "  enabled: if_allowed\n")
    for command in ("plan", "deploy"):
        refused = project.run(command, "--local", code=5)
        assert "access_log.set_account_role to true" in refused.err
        assert "access_log.enabled: if_allowed is deprecated" in refused.err
    url = project.run("local", "up").out.strip()
    assert not any(left_behind(url).values())
