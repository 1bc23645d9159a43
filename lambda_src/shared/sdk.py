"""The low-level DynamoDB client; loaded when one is really made, never by a test of the rules.

It comes from botocore, which is what boto3 would ask for it, after more imports.
"""

from __future__ import annotations

from typing import Any

import botocore.session
from botocore.config import Config

# three attempts end before the function's own time-out does, so that there is time to answer 503
CONFIG = Config(
    connect_timeout=1,
    read_timeout=2,
    retries={"mode": "standard", "total_max_attempts": 3},
)


def dynamodb() -> Any:
    return botocore.session.get_session().create_client("dynamodb", config=CONFIG)
