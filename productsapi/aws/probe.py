"""What can be found out about AWS, and the way to it, before anything else works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any

import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, UnknownRegionError

from productsapi.aws.connect import connect
from productsapi.aws.endpoints import Endpoints, configured
from productsapi.aws.error_mapping import translate
from productsapi.aws.network import client
from productsapi.errors import AwsError, ProductsApiError

SERVICES = ("apigateway", "cognito-idp", "dynamodb", "lambda", "logs", "ssm")
"""What a stack is made of; IAM is everywhere."""
ALWAYS_ENABLED = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
"""A Region of each partition that every account has."""


@dataclass(frozen=True)
class RegionKnown:
    """What the installed SDK knows of a Region, by its own data, without asking anyone."""

    partition: str | None
    missing: tuple[str, ...] = ()
    """Services that it doesn't know there."""

    @property
    def unknown(self) -> bool:
        return self.missing == SERVICES


def known(region: str) -> RegionKnown:
    session = botocore.session.Session()
    try:
        partition = session.get_partition_for_region(region)
    except UnknownRegionError:
        return RegionKnown(None, SERVICES)
    there = {s: session.get_available_regions(s, partition) for s in SERVICES}
    return RegionKnown(partition, tuple(s for s in SERVICES if region not in there[s]))


def endpoints(profile: str | None = None) -> Endpoints:
    """What is set besides AWS's own endpoints.

    Raises ConfigError where that can't be one cloud, CredentialsError where the user's AWS files
    can't be read.
    """
    try:
        return configured(botocore.session.Session(profile=profile))
    except BotoCoreError as error:
        raise translate(error, "sts", "GetCallerIdentity", "POST", None) from error


def time_at_aws(region: str, profile: str | None = None) -> datetime:
    """AWS's clock, from the Date header of any answer; asked unsigned, so without credentials.

    Raises Interrupted, ConfigError or CredentialsError where nobody can be asked.
    """
    try:
        headers = _unsigned_answer(region, profile)["ResponseMetadata"]["HTTPHeaders"]
        reported = parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError, TypeError) as error:
        raise AwsError("GetCallerIdentity", "NoDate", "the response has no time") from error
    return (
        reported if reported.tzinfo else reported.replace(tzinfo=timezone.utc)
    )  # «-0000» (RFC 5322, 3.3)


def accepted_elsewhere(region: str, profile: str | None = None) -> str | None:
    """A Region that takes the credentials which `region` refuses: then it isn't enabled there."""
    home = ALWAYS_ENABLED.get(known(region).partition or "")
    if home is None or home == region:
        return None
    try:
        _, location = connect(home, profile)
    except ProductsApiError:
        return None
    return None if location.endpoint_url else home


def _unsigned_answer(region: str, profile: str | None) -> dict[str, Any]:
    try:
        session = botocore.session.Session(profile=profile)
        config = Config(
            signature_version=UNSIGNED,
            connect_timeout=5,
            read_timeout=10,
            retries={"mode": "standard", "total_max_attempts": 2},
        )
        none = {
            "aws_access_key_id": "none",
            "aws_secret_access_key": "none",
        }  # else some are loaded
        sts = client(session, "sts", config, region_name=region, **none)
        answer: dict[str, Any] = sts.get_caller_identity()
    except ClientError as error:  # refused, as it must be: that is an answer
        return dict(error.response)
    except Exception as error:
        raise translate(error, "sts", "GetCallerIdentity", "POST", None) from error
    return answer
