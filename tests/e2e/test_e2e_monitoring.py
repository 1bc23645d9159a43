"""Alarms, their mail and a dashboard on the local cloud: on, off, and gone."""

from __future__ import annotations

from e2e_project import Project, client, left_behind

ON = (
    ("  alarms: false", "  alarms: true"),
    ("  email: null", "  email: ops@example.com"),
    ("  dashboard: false", "  dashboard: true"),
)


def test_alarms_and_dashboard_are_made_told_with_their_price_and_taken_away(
    project: Project,
) -> None:
    project.run("deploy", "--local")
    for old, new in ON:
        project.config(old, new)
    planned = project.run("plan", "--local").out
    assert "+ alarm productsapi-products-dev-function-errors (about $0.40 a month)" in planned
    assert "Adds about $1.80 a month" in planned
    told = project.json("deploy", "--local")
    url = told["endpoint_url"]
    assert project.json("plan", "--local") == []
    cloudwatch = client("cloudwatch", url)
    assert len(cloudwatch.describe_alarms()["MetricAlarms"]) == 6
    topics = client("sns", url).list_topics()["Topics"]
    assert [topic["TopicArn"].rpartition(":")[2] for topic in topics] == [
        "productsapi-products-dev-alarms"
    ]
    for old, new in ON:
        project.config(new, old)
    project.run("deploy", "--local")
    assert project.json("plan", "--local") == []
    assert client("sns", url).list_topics()["Topics"] == []
    assert cloudwatch.list_dashboards()["DashboardEntries"] == []
    project.run("teardown", "--local", "--yes", "--delete-data")
    assert {kind: names for kind, names in left_behind(url).items() if names} == {}
