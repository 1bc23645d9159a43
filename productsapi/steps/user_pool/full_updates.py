"""Full updates: Cognito resets what an update leaves out, so all current fields are sent.

All but what is listed here, each with its reason. Cognito's describing and updating calls have the
same names, so what one returns the other takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from productsapi.aws.caller import Aws

READ_ONLY = "reported by AWS, and never set"
FIXED_AT_CREATION = "fixed when the pool is made"
SET_BY_OTHER_CALLS = "set by calls of its own, which an update leaves alone"

OF_THE_POOL = {
    "Id": "goes as UserPoolId",
    "Name": "goes as PoolName",
    "Arn": READ_ONLY,
    "Status": READ_ONLY,
    "CreationDate": READ_ONLY,
    "LastModifiedDate": READ_ONLY,
    "EstimatedNumberOfUsers": READ_ONLY,
    "SmsConfigurationFailure": READ_ONLY,
    "EmailConfigurationFailure": READ_ONLY,
    "SchemaAttributes": FIXED_AT_CREATION,
    "UsernameAttributes": FIXED_AT_CREATION,
    "AliasAttributes": FIXED_AT_CREATION,
    "UsernameConfiguration": FIXED_AT_CREATION,
    "Domain": SET_BY_OTHER_CALLS,
    "CustomDomain": SET_BY_OTHER_CALLS,
    "DcrConfiguration": (
        "left out it stays as it is, and sent without its EnableStatus it would let applications "
        "register clients by themselves (C4)"
    ),
    "AdminCreateUserConfig.UnusedAccountValidityDays": (
        "an older name of the password policy's TemporaryPasswordValidityDays: Cognito returns "
        "both and refuses to be given both"
    ),
    "UserPoolTags.aws:*": "AWS's own tags, which nobody may set",
}
"""What DescribeUserPool returns and UpdateUserPool isn't given."""

OF_THE_CLIENT = {
    "CreationDate": READ_ONLY,
    "LastModifiedDate": READ_ONLY,
    "ClientType": READ_ONLY,
    "ClientSecretArn": "where AWS publishes the secret, if it does (C6)",
    "ClientSecret": "made by AWS with the client, and never changed",
    "RefreshTokenRotation": (
        "Cognito refuses it beside ALLOW_REFRESH_TOKEN_AUTH, which our sign-ins are renewed by"
    ),
}
"""What DescribeUserPoolClient returns and UpdateUserPoolClient isn't given."""

NOT_IN_LITE = ("AcrConfiguration",)
"""Returned for every pool, with its defaults, and refused for the tier LITE (C4)."""

NOTHING: tuple[Any, ...] = ({}, "", None)


def current(
    aws: Aws, operation: str, described: Mapping[str, Any], left_out: Mapping[str, str]
) -> dict[str, Any]:
    """What there is, as `operation` takes it. What is empty says nothing, and some is refused."""
    lite = NOT_IN_LITE if described.get("UserPoolTier") == "LITE" else ()
    taken = aws.accepts("cognito-idp", operation) - left_out.keys() - set(lite)
    return {
        name: value for name, value in described.items() if name in taken and value not in NOTHING
    }
