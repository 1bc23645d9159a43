"""Full updates: Cognito resets what an update leaves out, so all current fields are sent.

All but what stands here, each with its reason. Cognito's describing and updating calls name the
same things alike, so what one tells the other takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from productsapi.aws.caller import Aws

TOLD_ONLY = "AWS's own account of it, which nobody sets"
AT_BIRTH = "fixed when the pool is made"
BY_ITS_OWN_CALLS = "set by calls of its own, which an update leaves alone"

OF_THE_POOL = {
    "Id": "goes as UserPoolId",
    "Name": "goes as PoolName",
    "Arn": TOLD_ONLY,
    "Status": TOLD_ONLY,
    "CreationDate": TOLD_ONLY,
    "LastModifiedDate": TOLD_ONLY,
    "EstimatedNumberOfUsers": TOLD_ONLY,
    "SmsConfigurationFailure": TOLD_ONLY,
    "EmailConfigurationFailure": TOLD_ONLY,
    "SchemaAttributes": AT_BIRTH,
    "UsernameAttributes": AT_BIRTH,
    "AliasAttributes": AT_BIRTH,
    "UsernameConfiguration": AT_BIRTH,
    "Domain": BY_ITS_OWN_CALLS,
    "CustomDomain": BY_ITS_OWN_CALLS,
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
    "CreationDate": TOLD_ONLY,
    "LastModifiedDate": TOLD_ONLY,
    "ClientType": TOLD_ONLY,
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
