"""The low-level DynamoDB client; loaded when one is really made, never by a test of the rules.

It comes from botocore, which is what boto3 would ask for it, after more imports.
"""

from __future__ import annotations

from typing import Any

import botocore.session
from botocore.config import Config
from botocore.loaders import Loader

# three attempts end before the function's own time-out does, so that there is time to answer 503
CONFIG = Config(
    connect_timeout=1,
    read_timeout=2,
    retries={"mode": "standard", "total_max_attempts": 3},
)


class OnlyDynamoDB(Loader):  # type: ignore[misc]  # botocore tells no types
    """Doesn't look through the folders of all 400 services to see that there is this one."""

    def list_available_services(self, type_name: str) -> list[str]:
        return ["dynamodb"]


def dynamodb() -> Any:
    session = botocore.session.get_session()
    session.register_component("data_loader", OnlyDynamoDB())
    return session.create_client("dynamodb", config=CONFIG)
