"""Alarms, their mail and the dashboard: on, off and removed with the commands."""

from __future__ import annotations

from e2e_project import Project, client, left_behind

WATCHED = (
    ("  alarms: false\n", "  alarms: true\n"),
    ("  email: null\n", "  email: ada@example.com\n"),
    ("  dashboard: false\n", "  dashboard: true\n"),
)


def switch(project: Project, *, on: bool) -> None:
    for off_text, on_text in WATCHED:
        project.config(*((off_text, on_text) if on else (on_text, off_text)))


def watching(url: str) -> dict[str, int]:
    """How many of each there are."""
    cloudwatch, sns = client("cloudwatch", url), client("sns", url)
    return {
        "alarms": len(cloudwatch.describe_alarms()["MetricAlarms"]),
        "dashboards": len(cloudwatch.list_dashboards()["DashboardEntries"]),
        "topics": len(sns.list_topics()["Topics"]),
        "subscriptions": len(sns.list_subscriptions()["Subscriptions"]),
    }


def test_what_watches_comes_goes_and_leaves_nothing(project: Project) -> None:
    switch(project, on=True)
    planned = project.run("plan", "--local", "--detail").out
    assert "+ alarm productsapi-products-dev-function-errors (about $0.40 a month)" in planned
    assert "Adds about $4.90 a month" in planned
    url = project.json("deploy", "--local")["endpoint_url"]
    assert watching(url) == {"alarms": 6, "dashboards": 1, "topics": 1, "subscriptions": 1}
    assert project.json("plan", "--local") == []
    switch(project, on=False)
    project.run("deploy", "--local")
    assert set(watching(url).values()) == {0}
    assert project.json("plan", "--local") == []
    project.json("teardown", "--local", "--yes", "--delete-data")
    assert not any(left_behind(url).values())
