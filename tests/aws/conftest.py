"""Nothing here is collected unless a profile is named: it makes things in a real account."""

from __future__ import annotations

import os

PROFILE = "PRODUCTSAPI_AWS_PROFILE"

if os.environ.get(PROFILE):
    import life_path  # noqa: F401
else:
    collect_ignore_glob = ["*"]


def pytest_report_header() -> list[str]:
    """What it is going to cost comes before the first call."""
    profile = os.environ.get(PROFILE)
    if not profile:
        return []
    return [
        f"AWS profile {profile}: the whole life of a throw-away stack, removed in the end.",
        "It costs well under a dollar: a stage cache of 0.5 GB by the hour ($0.02); alarms, a",
        "secret, a dashboard by their share of a month; some hundreds of requests.",
        "It takes about an hour, since AWS makes an index in 8 minutes and a cache in up to 45.",
    ]
