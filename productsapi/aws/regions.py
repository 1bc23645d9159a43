"""Regions where no stack can be, by the SDK's own data: said before anyone is asked."""

from __future__ import annotations

from typing import Any

from productsapi.errors import ConfigError

NEEDED = "cognito-idp"
"""The service that the fewest Regions have."""


def must_offer(session: Any, region: str) -> None:
    """Raises ConfigError where the SDK knows the Region, and no Cognito user pools in it.

    Costs nothing: the session has loaded the data for its first client. A Region that isn't in it
    at all may be newer than the SDK.
    """
    data = session.get_component("data_loader").load_data("endpoints")
    partition = next((each for each in data["partitions"] if region in each["regions"]), None)
    if partition is None or region in partition["services"].get(NEEDED, {}).get("endpoints", {}):
        return
    raise ConfigError(
        f"AWS has no Cognito user pools in {region}, as far as the installed SDK knows",
        "choose another Region; where AWS has them by now: pip install --upgrade boto3",
    )
